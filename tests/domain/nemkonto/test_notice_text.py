"""What a notice about a NemKonto says."""

from datetime import date
from typing import Any

import pytest

from domain.nemkonto.account import AnyAccount, parse_account
from domain.nemkonto.change_freeze import ChangeFreezeLifted, ChangeFreezeSet
from domain.nemkonto.change_notice import NoticeOccasion
from domain.nemkonto.designation import (
    AccountHolderEnded,
    DesignationBlocked,
    DesignationCancelled,
    DesignationExpired,
    DesignationVoided,
    DesignationWithdrawn,
    EndCause,
    NemkontoEndCorrected,
    NemkontoEnded,
    NemkontoRestored,
)
from domain.nemkonto.notice_text import CAUSES, Change, notice_text
from tests.controls import ANNA, BO, DESIGNATION, GERMAN_ACCOUNT, SALARY_ACCOUNT, SALARY_INDEX
from tests.nemkonto_past import ACTIVATED, LATER_REPLACES, LETTER

ABOUT: dict[str, Any] = {"designation": DESIGNATION, "payee": ANNA}
ENDED = NemkontoEnded(**ABOUT, cause=EndCause.BANKRUPTCY, valid_to=date(2026, 3, 9))
CHANGES: tuple[tuple[Change, str, tuple[str, ...]], ...] = (
    (
        LETTER,
        "Aktiveringsbrev til NemKonto",
        (
            "Der er anvist en konto som NemKonto: konto •••• 6243.",
            (
                "Et brev med en aktiveringskode er bestilt og kommer med almindelig post. Kontoen bliver først"
                " NemKonto, når koden er brugt. Koden gælder til og med den 1. maj 2026."
            ),
        ),
    ),
    (
        ACTIVATED,
        "Ny NemKonto",
        (
            "Der er registreret en NemKonto: konto •••• 6243.",
            "Senest fra den 9. marts 2026 bliver penge fra det offentlige sat ind på den.",
        ),
    ),
    (
        DesignationCancelled(**ABOUT, cause=EndCause.REQUEST),
        "Ændring af NemKonto er annulleret",
        ("Denne ændring af NemKonto er annulleret, før den fik virkning: konto •••• 6243.",),
    ),
    (
        DesignationWithdrawn(**ABOUT),
        "Anvisning af NemKonto er trukket tilbage",
        (
            "Denne anvisning er trukket tilbage, før aktiveringskoden blev brugt: konto •••• 6243.",
            "Kontoen bliver ikke NemKonto. Anvis den igen, hvis den stadig skal bruges.",
        ),
    ),
    (
        DesignationExpired(**ABOUT),
        "Anvisning af NemKonto er bortfaldet",
        (
            "Denne anvisning er bortfaldet, fordi aktiveringskoden ikke blev brugt i tide: konto •••• 6243.",
            "Kontoen bliver ikke NemKonto. Anvis den igen, hvis den stadig skal bruges.",
        ),
    ),
    (
        DesignationBlocked(**ABOUT, rule="a rule"),
        "Anvisning af NemKonto er spærret",
        (
            "Denne anvisning er spærret, fordi aktiveringskoden er tastet forkert: konto •••• 6243.",
            "Kontoen bliver ikke NemKonto. Anvis den igen, hvis den stadig skal bruges.",
        ),
    ),
    (
        ENDED,
        "NemKonto er slutmarkeret",
        (
            "Denne NemKonto er slutmarkeret: konto •••• 6243.",
            "Der er afsagt konkursdekret.",
            "Fra den 9. marts 2026 bliver penge fra det offentlige ikke længere sat ind på den.",
        ),
    ),
    (
        NemkontoEndCorrected(**ABOUT, cause=EndCause.BANKRUPTCY, valid_to=date(2026, 2, 15)),
        "Dagen for slutmarkering af NemKonto er rettet",
        (
            "Dagen for slutmarkeringen af denne NemKonto er rettet: konto •••• 6243.",
            "Fra den 15. februar 2026 bliver penge fra det offentlige ikke længere sat ind på den.",
        ),
    ),
    (
        NemkontoRestored(**ABOUT, cause=EndCause.BANKRUPTCY),
        "NemKonto fortsætter",
        (
            "En slutmarkering eller ændring af denne NemKonto er annulleret: konto •••• 6243.",
            "Den fortsætter, medmindre der er registreret en anden ændring af den.",
        ),
    ),
    (
        DesignationVoided(**ABOUT, valid_from=date(2025, 12, 1), police_reference="1234"),
        "NemKonto er ugyldig",
        (
            "Denne anvisning er ugyldig på grund af misbrug: konto •••• 6243.",
            "Den gælder ikke fra den 1. december 2025, og kontoen før den gælder igen, hvis der var en.",
        ),
    ),
    (
        AccountHolderEnded(**ABOUT, other=BO, account_index=SALARY_INDEX),
        "Kontoen for NemKonto kan blive spærret",
        (
            "En anden, der har den samme konto som NemKonto, er død eller ophørt: konto •••• 6243.",
            "Banken kan spærre kontoen, så penge på den ikke kan hæves. Anvis en anden konto, hvis det er nødvendigt.",
        ),
    ),
)
FREEZES: tuple[tuple[Change, str, str], ...] = (
    (
        ChangeFreezeSet(payee=ANNA),
        "NemKonto er spærret for ændringer",
        "NemKontoen er spærret for ændringer, indtil spærringen bliver ophævet.",
    ),
    (
        ChangeFreezeLifted(payee=ANNA),
        "Spærring af NemKonto er ophævet",
        "NemKontoen kan igen ændres: spærringen for ændringer er ophævet.",
    ),
)


@pytest.mark.parametrize(("change", "title", "says"), CHANGES)
def test_a_notice_says_in_danish_what_happened_to_which_account_by_which_paragraph(
    change: Change, title: str, says: tuple[str, ...]
) -> None:
    notice = notice_text(change, SALARY_ACCOUNT)
    assert notice.title == title
    assert notice.text.splitlines() == [
        *says,
        "Er dette ikke ønsket eller ikke rigtigt, så kontakt straks banken og Nemkonto Support.",
        f"Anvisning {change.own_subject.uuid}. Bekendtgørelse nr. 788 af 20. juni 2025 om nemkonto, § 10.",
    ]


@pytest.mark.parametrize(("change", "title", "says"), FREEZES)
def test_a_notice_of_a_freeze_names_no_account(change: Change, title: str, says: str) -> None:
    notice = notice_text(change, SALARY_ACCOUNT)
    assert notice.title == title
    assert notice.text.splitlines() == [
        says,
        "Er dette ikke ønsket eller ikke rigtigt, så kontakt straks banken og Nemkonto Support.",
        "Bekendtgørelse nr. 788 af 20. juni 2025 om nemkonto, § 10.",
    ]


def test_every_occasion_has_its_words() -> None:
    notices = [notice_text(change, None) for change, *_ in (*CHANGES, *FREEZES)]
    assert sorted(notice.occasion for notice in notices) == sorted(NoticeOccasion)
    assert len({notice.title for notice in notices}) == len(NoticeOccasion)


@pytest.mark.parametrize("cause", EndCause)
def test_a_notice_of_an_end_says_why(cause: EndCause) -> None:
    assert CAUSES[cause] in notice_text(ENDED.model_copy(update={"cause": cause}), None).text


def test_a_notice_of_a_change_says_that_money_may_still_go_to_the_account_before() -> None:
    until_then = "Indtil da kan de stadig blive sat ind på den hidtidige NemKonto."
    assert until_then in notice_text(LATER_REPLACES, None).text
    assert until_then not in notice_text(ACTIVATED, None).text


def test_w24_a_notice_of_a_foreign_account_promises_no_latest_day() -> None:
    text = notice_text(ACTIVATED.model_copy(update={"latest_on": None}), GERMAN_ACCOUNT).text
    assert "Fra den 9. marts 2026 bliver penge fra det offentlige sendt til den." in text
    assert "Kontoen er i udlandet, så det kan tage længere tid." in text
    assert "Senest" not in text


@pytest.mark.parametrize(
    ("account", "hidden"),
    [
        (SALARY_ACCOUNT, "044011"),
        (SALARY_ACCOUNT, "0040"),
        (GERMAN_ACCOUNT, "DE89"),
        (parse_account("US/PRVEUS33/021000021/000123456789"), "02100002"),
        (parse_account("US/PRVEUS33/021000021/000123456789"), "12345678"),
    ],
)
def test_a_notice_shows_no_more_of_an_account_than_its_last_four_signs(account: AnyAccount, hidden: str) -> None:
    assert hidden in account.canonical
    assert [change for change, *_ in CHANGES if hidden in notice_text(change, account).text] == []


def test_a_notice_names_no_account_that_nobody_may_open() -> None:
    assert "NemKonto: den konto, der er anvist." in notice_text(ACTIVATED, None).text


@pytest.mark.parametrize(("month", "name"), [(1, "januar"), (5, "maj"), (10, "oktober"), (12, "december")])
def test_a_notice_writes_the_month_out(month: int, name: str) -> None:
    change = ACTIVATED.model_copy(update={"effective_on": date(2026, month, 9)})
    assert f"Senest fra den 9. {name} 2026 " in notice_text(change, None).text
