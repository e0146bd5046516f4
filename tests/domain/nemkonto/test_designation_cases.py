"""The NemKonto: the edge cases of the dossier, by their numbers."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from domain.danish_time import COPENHAGEN
from domain.identity.cpr import CprNumber
from domain.identity.number import CprChanged, CprChangeReason
from domain.nemkonto.bank_days import bank_day_after
from domain.nemkonto.designation import (
    DesignationExpired,
    NemkontoActivated,
    NemkontoDesignated,
    NemkontoSuperseded,
)
from domain.nemkonto.designation_commands import ActivationCodeExpired, AwaitsNoActivation, NotExpiredYet
from domain.nemkonto.nemkonto import NEMKONTO
from domain.subject import CprIndex, PartyId
from tests.controls import ANNA, FIRM, LATER_DESIGNATION, known
from tests.nemkonto_past import (
    ACTIVATED,
    ACTIVE,
    AWAITING,
    BANK_REPORT,
    EXPIRE,
    LATER_ACTIVATED,
    LATER_REPLACES,
    REDEEM,
    SELF_SERVICE,
    SUPERSEDED,
    TODAY,
    facts_of,
)

NEW_NUMBER = CprChanged(
    person=ANNA,
    index=CprIndex(UUID("c9000000-0000-4000-8000-000000000002")),
    previous=CprIndex(UUID("c9000000-0000-4000-8000-000000000001")),
    number=CprNumber("6101902222"),
    reason=CprChangeReason.SEX,
)


def test_both_accounts_are_known_with_their_days_while_money_may_go_to_either() -> None:
    facts = facts_of(BANK_REPORT, SELF_SERVICE, REDEEM)
    new = next(fact for fact in facts if isinstance(fact, NemkontoActivated) and fact.supersedes)
    old = next(fact for fact in facts if isinstance(fact, NemkontoSuperseded))
    third_bank_day = bank_day_after(TODAY, 3)
    assert third_bank_day < new.effective_on == old.valid_to
    assert (new.supersedes, old.by) == (old.designation, new.designation)


def test_a_new_cpr_number_leaves_the_nemkonto_as_it_is() -> None:
    assert CprChanged not in NEMKONTO.facts()
    known(*ACTIVE, NEW_NUMBER).when(replace(BANK_REPORT, designation=LATER_DESIGNATION)).then_nothing()
    known(*AWAITING, NEW_NUMBER).when(REDEEM).then(LATER_ACTIVATED)


@pytest.mark.parametrize("letter_on", [date(2026, 2, 1), date(2026, 9, 1)])
def test_nemkonto_case_05_a_code_is_valid_until_the_end_of_day_60_also_across_a_summer_time_change(
    letter_on: date,
) -> None:
    morning = datetime.combine(letter_on, datetime.min.time(), COPENHAGEN).replace(hour=9)
    facts = facts_of(SELF_SERVICE, now=morning)
    day_60 = letter_on + timedelta(days=60)
    last_minute = datetime(day_60.year, day_60.month, day_60.day, 23, 59, tzinfo=COPENHAGEN)
    day_61 = datetime.combine(day_60 + timedelta(days=1), datetime.min.time(), COPENHAGEN)

    assert morning.utcoffset() != day_61.utcoffset()
    assert known(*facts).at(last_minute).when(REDEEM).refusal is None
    known(*facts).at(last_minute).when(EXPIRE).then_refused(NotExpiredYet)
    known(*facts).at(day_61).when(REDEEM).then_refused(ActivationCodeExpired)
    known(*facts).at(day_61).when(EXPIRE).then(DesignationExpired(designation=LATER_DESIGNATION, payee=ANNA))


def test_nemkonto_case_06_of_two_channels_at_once_one_wins_and_both_are_in_history() -> None:
    bank_first = facts_of(BANK_REPORT, SELF_SERVICE)
    bank_last = facts_of(SELF_SERVICE, BANK_REPORT)
    for facts in (bank_first, bank_last):
        assert [type(fact) for fact in facts].count(NemkontoDesignated) == 2
        assert [type(fact) for fact in facts].count(NemkontoActivated) == 1
    known(*bank_first).when(REDEEM).then(LATER_REPLACES, SUPERSEDED)
    known(*bank_last).when(REDEEM).then_refused(AwaitsNoActivation)


def test_nemkonto_case_06_both_decisions_rest_on_the_same_payee_so_they_cannot_both_be_first() -> None:
    assert BANK_REPORT.consults()[0].subject == SELF_SERVICE.consults()[0].subject == ANNA


def test_nemkonto_case_07_a_person_and_the_firm_of_the_same_human_are_two_payees() -> None:
    for_firm = replace(BANK_REPORT, designation=LATER_DESIGNATION, payee=FIRM)
    facts = facts_of(BANK_REPORT, for_firm)
    payees: list[PartyId] = [fact.payee for fact in facts if isinstance(fact, NemkontoActivated)]
    assert payees == [ANNA, FIRM]
    assert not any(isinstance(fact, NemkontoSuperseded) for fact in facts)


@pytest.mark.parametrize(
    ("activated", "effective_on"),
    [
        (date(2026, 5, 29), date(2026, 6, 8)),
        (date(2026, 12, 22), date(2027, 1, 4)),
        (date(2026, 5, 12), date(2026, 5, 21)),
        (date(2026, 3, 1), date(2026, 3, 6)),
    ],
    ids=["5 June", "24 and 31 December", "the day after Ascension", "a Sunday"],
)
def test_nemkonto_case_18_bank_holidays_do_not_count(activated: date, effective_on: date) -> None:
    now = datetime.combine(activated, datetime.min.time(), UTC).replace(hour=9)
    assert facts_of(BANK_REPORT, now=now)[-1] == ACTIVATED.model_copy(
        update=dict.fromkeys(("effective_on", "latest_on"), effective_on)
    )
