"""The NemKonto: an account is designated, activated and superseded."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.fact import SEALED
from domain.identity.company import CompanyCeased
from domain.identity.person import DeathCorrected, PersonDied
from domain.identity.registered import UnknownParty
from domain.nemkonto.account import IbanAccount
from domain.nemkonto.designation import (
    STATUSES,
    DesignationStatus,
    DesignationWithdrawn,
    NemkontoActivated,
    NemkontoDesignated,
    NemkontoSuperseded,
)
from domain.nemkonto.designation_commands import (
    AccountOfAnotherBank,
    AwaitsNoActivation,
    BankReportIncomplete,
    DesignateNemkonto,
    DesignationTaken,
    PayeeIsNoMore,
    RequestedDayNotAllowed,
)
from domain.nemkonto.nemkonto import NEMKONTO
from tests.controls import (
    ANNA,
    BO,
    DESIGNATION,
    FIRM,
    GERMAN_ACCOUNT,
    GERMAN_INDEX,
    LATER_DESIGNATION,
    SALARY_ACCOUNT,
    SALARY_INDEX,
    SAVINGS_ACCOUNT,
    SAVINGS_INDEX,
    known,
)
from tests.law import given
from tests.nemkonto_past import (
    ACTIVATED,
    ACTIVE,
    AGE_RULE,
    AMERICAN,
    AWAITING,
    BANK_REPORT,
    BY_CASE_WORKER,
    DESIGNATED,
    FIFTH_BANK_DAY,
    FOREIGN,
    LATER_ACTIVATED,
    LATER_DESIGNATED,
    LATER_REPLACES,
    LETTER,
    REDEEM,
    REPLACED,
    SELF_SERVICE,
    SUPERSEDED,
    TODAY,
    WITHDRAW,
    facts_of,
)


def test_each_status_of_a_designation_has_its_fact() -> None:
    assert set(STATUSES.values()) == set(DesignationStatus)
    assert set(STATUSES) <= set(NEMKONTO.contract.values())


def test_an_account_that_its_bank_reports_is_active_at_once_and_takes_effect_on_the_fifth_bank_day() -> None:
    known().when(BANK_REPORT).then(DESIGNATED, ACTIVATED)


def test_self_service_orders_a_letter_and_activates_nothing() -> None:
    known().when(SELF_SERVICE).then(LATER_DESIGNATED, LETTER)


@pytest.mark.parametrize("change", [{"institution": None}, {"consent": None}, {"consent": ""}, {"code_hash": "00"}])
def test_a_bank_report_without_consent_is_refused(change: dict[str, Any]) -> None:
    known().when(replace(BANK_REPORT, **change)).then_refused(BankReportIncomplete)


def test_a_bank_reports_only_accounts_of_its_own() -> None:
    known().when(replace(BANK_REPORT, institution="5051")).then_refused(AccountOfAnotherBank)


def test_a_danish_bank_cannot_report_a_foreign_account() -> None:
    foreign = replace(BANK_REPORT, account=GERMAN_ACCOUNT, account_index=GERMAN_INDEX)
    known().when(foreign).then_refused(AccountOfAnotherBank)


def test_a_foreign_account_is_designated_by_form() -> None:
    designated, letter = known().when(FOREIGN).facts
    assert isinstance(designated, NemkontoDesignated)
    assert isinstance(designated.account, IbanAccount)
    assert letter == LETTER


def test_an_activation_supersedes_the_active_nemkonto() -> None:
    known(*ACTIVE, *AWAITING).when(REDEEM).then(LATER_REPLACES, SUPERSEDED)


def test_the_old_account_stays_while_the_new_one_awaits_activation() -> None:
    known(*ACTIVE).when(SELF_SERVICE).then(LATER_DESIGNATED, LETTER)


def test_a_bank_report_supersedes_the_active_nemkonto() -> None:
    new_bank = replace(BANK_REPORT, account=SAVINGS_ACCOUNT, account_index=SAVINGS_INDEX, institution="5051")
    facts = known(*ACTIVE).when(replace(new_bank, designation=LATER_DESIGNATION)).facts
    assert facts[1:] == (LATER_REPLACES, SUPERSEDED)


def test_the_account_of_the_active_nemkonto_designated_again_is_nothing_new() -> None:
    known(*ACTIVE).when(replace(BANK_REPORT, designation=LATER_DESIGNATION)).then_nothing()


def test_a_repeated_bank_report_voids_no_letter_under_way() -> None:
    third = replace(BANK_REPORT, designation=type(DESIGNATION)(ANNA.uuid))
    known(*ACTIVE, *AWAITING).when(third).then_nothing()


def test_the_account_of_a_superseded_nemkonto_can_be_designated_again() -> None:
    back = replace(BANK_REPORT, designation=type(DESIGNATION)(ANNA.uuid))
    facts = known(*ACTIVE, *AWAITING, LATER_REPLACES, SUPERSEDED).when(back).facts
    assert [type(fact) for fact in facts] == [NemkontoDesignated, NemkontoActivated, NemkontoSuperseded]


def test_the_same_designation_again_is_nothing_new() -> None:
    known(*AWAITING).when(SELF_SERVICE).then_nothing()


def test_a_designation_cannot_be_turned_to_another_account() -> None:
    other = replace(SELF_SERVICE, account=SALARY_ACCOUNT, account_index=SALARY_INDEX)
    known(*AWAITING).when(other).then_refused(DesignationTaken)


def test_a_designation_cannot_be_taken_over_by_another_payee() -> None:
    known(*AWAITING).when(replace(SELF_SERVICE, payee=BO)).then_refused(DesignationTaken)


def test_a_later_designation_withdraws_the_one_that_awaits_activation() -> None:
    known(*AWAITING).when(BANK_REPORT).then(DESIGNATED, REPLACED, ACTIVATED)
    known(*AWAITING, DESIGNATED, REPLACED, ACTIVATED).when(REDEEM).then_refused(AwaitsNoActivation)


def test_decisions_never_need_the_sealed_account() -> None:
    sealed = tuple(fact.model_copy(update={"account": SEALED}) for fact in (DESIGNATED, LATER_DESIGNATED))
    known(sealed[0], ACTIVATED, sealed[1], LETTER).when(REDEEM).then(LATER_REPLACES, SUPERSEDED)


def test_the_activation_day_is_the_day_in_copenhagen() -> None:
    facts = facts_of(BANK_REPORT, now=datetime(2026, 3, 2, 23, 30, tzinfo=UTC))
    assert facts[-1] == ACTIVATED.model_copy(update=dict.fromkeys(("effective_on", "latest_on"), date(2026, 3, 10)))


def test_a_nemkonto_that_is_superseded_before_its_own_effect_never_took_effect() -> None:
    slower = ACTIVATED.model_copy(update={"effective_on": ACTIVATED.effective_on + timedelta(days=7)})
    never = SUPERSEDED.model_copy(update={"valid_to": slower.effective_on})
    known(DESIGNATED, slower, *AWAITING).when(REDEEM).then(LATER_REPLACES, never)


@pytest.mark.parametrize("designate", [BANK_REPORT, SELF_SERVICE])
def test_w13_no_account_is_designated_of_somebody_unknown_dead_or_ceased(designate: DesignateNemkonto) -> None:
    given().when(designate).then_refused(UnknownParty)
    died = PersonDied(person=ANNA, died_on=TODAY)
    known(died).when(designate).then_refused(PayeeIsNoMore)
    of_the_firm = replace(designate, payee=FIRM)
    known(CompanyCeased(company=FIRM, ceased_on=TODAY)).when(of_the_firm).then_refused(PayeeIsNoMore)
    assert known(died, DeathCorrected(person=ANNA)).when(designate).facts


@pytest.mark.parametrize("foreign", [FOREIGN, AMERICAN], ids=["with an IBAN", "without"])
def test_w24_no_day_is_set_by_which_a_foreign_account_must_have_effect(foreign: DesignateNemkonto) -> None:
    past = facts_of(foreign)
    (activated,) = known(*past).when(REDEEM).facts
    assert isinstance(activated, NemkontoActivated)
    assert (activated.effective_on, activated.latest_on) == (FIFTH_BANK_DAY, None)
    assert activated.rule.startswith("nemkonto.foreign_effect_bank_days")
    assert past[0].open_fields()["account_kind"] == "foreign"


def test_w25_the_present_account_designated_again_by_the_payee_withdraws_the_change_under_way() -> None:
    again = replace(SELF_SERVICE, designation=type(DESIGNATION)(ANNA.uuid), account_index=SALARY_INDEX)
    withdrawn = DesignationWithdrawn(designation=LATER_DESIGNATION, payee=ANNA, age_rule=AGE_RULE)
    known(*ACTIVE, *AWAITING).when(again).then(withdrawn)
    known(*ACTIVE, *AWAITING, withdrawn).when(REDEEM).then_refused(AwaitsNoActivation)
    known(*ACTIVE, *AWAITING, withdrawn).when(again).then_nothing()


def test_the_payee_withdraws_a_designation_that_awaits_activation() -> None:
    withdrawn = DesignationWithdrawn(designation=LATER_DESIGNATION, payee=ANNA, age_rule=AGE_RULE)
    known(*ACTIVE, *AWAITING).when(WITHDRAW).then(withdrawn)
    known(*ACTIVE, *AWAITING, withdrawn).when(WITHDRAW).then_nothing()
    known(*AWAITING, LATER_ACTIVATED).when(WITHDRAW).then_refused(AwaitsNoActivation)


def test_a_case_worker_may_ask_for_another_day_and_nobody_else() -> None:
    later = replace(BY_CASE_WORKER, requested_on=FIFTH_BANK_DAY + timedelta(days=9))
    past = facts_of(later)
    (activated,) = known(*past).when(REDEEM).facts
    assert isinstance(activated, NemkontoActivated)
    assert activated.effective_on == activated.latest_on == later.requested_on
    known().when(replace(later, requested_on=TODAY - timedelta(days=1))).then_refused(RequestedDayNotAllowed)
    known().when(replace(SELF_SERVICE, requested_on=later.requested_on)).then_refused(RequestedDayNotAllowed)


def test_a_requested_day_before_the_fifth_bank_day_changes_nothing() -> None:
    past = facts_of(replace(BY_CASE_WORKER, requested_on=TODAY))
    known(*past).when(REDEEM).then(LATER_ACTIVATED)


def test_what_a_bank_reports_of_its_customer_is_personal() -> None:
    (designated, _) = known().when(BANK_REPORT).facts
    assert {"institution", "consent", "account", "signature"} == designated.personal
