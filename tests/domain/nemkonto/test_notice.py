"""The notice of a changed NemKonto: what it says, how it is submitted, and when it counts as sent."""

from dataclasses import replace
from datetime import date

import pytest

from domain.identity.sender import NEMKONTO_OPERATOR
from domain.nemkonto.account import DanishAccount, IbanAccount
from domain.nemkonto.designation import NemkontoChangeNotified
from domain.nemkonto.notice import (
    NoChangeToNotify,
    NoSuchNotice,
    NotifyNemkontoChange,
    notice_of,
    notice_text,
    submit_notice,
)
from tests.controls import (
    ANNA,
    ANNA_EXEMPT,
    ANNAS_MAIL,
    BO,
    DESIGNATION,
    GERMAN_ACCOUNT,
    LATER_DESIGNATION,
    SALARY_ACCOUNT,
    STORED,
)
from tests.law import given
from tests.nemkonto_past import ACTIVATED, ACTIVE, DESIGNATED, LATER_REPLACES

TEXT = notice_text(ACTIVATED, SALARY_ACCOUNT)
SUBMIT = replace(submit_notice(ACTIVATED), stored=STORED)
NOTIFY = NotifyNemkontoChange(designation=DESIGNATION, payee=ANNA, message=notice_of(DESIGNATION))
NOTIFIED = NemkontoChangeNotified(designation=DESIGNATION, payee=ANNA, message=notice_of(DESIGNATION))
SENT = given(ANNAS_MAIL).when(SUBMIT).facts


def test_a_notice_says_in_danish_which_account_from_which_day_by_which_paragraph() -> None:
    assert TEXT == (
        "Der er registreret en NemKonto: konto •••• 6243.\n"
        "Senest fra den 9. marts 2026 bliver penge fra det offentlige sat ind på den.\n"
        "Er ændringen ikke ønsket, så kontakt straks banken og Nemkonto Support.\n"
        "Anvisning de500000-0000-4000-8000-000000000001. Bekendtgørelse nr. 788 af 20. juni 2025 om nemkonto, § 10.\n"
    )


def test_a_notice_of_a_change_says_that_money_may_still_go_to_the_account_before() -> None:
    assert "Indtil da kan de stadig blive sat ind på den hidtidige NemKonto." in notice_text(LATER_REPLACES, None)
    assert "Indtil da" not in TEXT


def test_w24_a_notice_of_a_foreign_account_promises_no_latest_day() -> None:
    text = notice_text(ACTIVATED.model_copy(update={"latest_on": None}), GERMAN_ACCOUNT)
    assert "Fra den 9. marts 2026 bliver penge fra det offentlige sendt til den." in text
    assert "Kontoen er i udlandet, så det kan tage længere tid." in text
    assert "Senest" not in text


@pytest.mark.parametrize(
    ("account", "hidden"), [(SALARY_ACCOUNT, "044011"), (SALARY_ACCOUNT, "0040"), (GERMAN_ACCOUNT, "DE89")]
)
def test_a_notice_shows_no_more_of_an_account_than_its_last_four_signs(
    account: DanishAccount | IbanAccount, hidden: str
) -> None:
    assert hidden in account.iban
    assert hidden not in notice_text(ACTIVATED, account)


def test_a_notice_names_no_account_that_nobody_may_open() -> None:
    assert "NemKonto: den konto, der er anvist." in notice_text(ACTIVATED, None)


@pytest.mark.parametrize(("month", "name"), [(1, "januar"), (5, "maj"), (10, "oktober"), (12, "december")])
def test_a_notice_writes_the_month_out(month: int, name: str) -> None:
    change = ACTIVATED.model_copy(update={"effective_on": date(2026, month, 9)})
    assert f"Senest fra den 9. {name} 2026 " in notice_text(change, None)


def test_a_notice_is_submitted_to_the_payee_by_the_operator() -> None:
    assert (SUBMIT.sender, SUBMIT.recipient) == (NEMKONTO_OPERATOR, ANNA)


def test_each_designation_has_one_notice_with_a_uuid_of_the_version_that_memo_asks_for() -> None:
    assert notice_of(DESIGNATION) == notice_of(DESIGNATION) != notice_of(LATER_DESIGNATION)
    assert notice_of(DESIGNATION).uuid.version == 4
    assert SUBMIT.transmission != SUBMIT.message.uuid


def test_a_notice_that_arrived_is_recorded_once() -> None:
    given(*ACTIVE, ANNAS_MAIL, *SENT).when(NOTIFY).then(NOTIFIED)
    given(*ACTIVE, ANNAS_MAIL, *SENT, NOTIFIED).when(NOTIFY).then_nothing()


def test_a_notice_that_did_not_arrive_informs_nobody_and_blocks_nothing() -> None:
    rejected = given(ANNAS_MAIL, ANNA_EXEMPT).when(SUBMIT).facts
    given(*ACTIVE, ANNAS_MAIL, ANNA_EXEMPT, *rejected).when(NOTIFY).then_nothing()


def test_a_notice_is_submitted_before_it_is_recorded_as_sent() -> None:
    given(*ACTIVE, ANNAS_MAIL).when(NOTIFY).then_refused(NoSuchNotice)


def test_a_message_to_another_is_no_notice_to_the_payee() -> None:
    to_bo = replace(SUBMIT, recipient=BO)
    sent = given(ANNAS_MAIL.model_copy(update={"recipient": BO})).when(to_bo).facts
    given(*ACTIVE, *sent).when(NOTIFY).then_refused(NoSuchNotice)


def test_there_is_no_notice_before_activation() -> None:
    given(DESIGNATED, ANNAS_MAIL, *SENT).when(NOTIFY).then_refused(NoChangeToNotify)
