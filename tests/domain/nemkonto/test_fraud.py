"""Against fraud: a freeze of changes, and a designation that is void from its day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.command import AnyCommand
from domain.fact import Event
from domain.identity.person import PersonDied
from domain.identity.registered import UnknownParty
from domain.nemkonto.change_freeze import ChangeFreezeLifted, ChangeFreezeSet
from domain.nemkonto.designation import (
    DesignationVoided,
    DesignationWithdrawn,
    EndCause,
    NemkontoEnded,
    NemkontoRestored,
    NemkontoSuperseded,
)
from domain.nemkonto.designation_commands import AwaitsNoActivation, ChangesFrozen, PayeeIsNoMore
from domain.nemkonto.ending_commands import EndNemkonto
from domain.nemkonto.fraud_commands import (
    LiftChangeFreeze,
    NothingToVoid,
    PoliceReferenceMissing,
    SetChangeFreeze,
    VoidDesignation,
)
from domain.subject import DesignationId
from tests.controls import ANNA, BO, DESIGNATION, FIRM, LATER_DESIGNATION, known
from tests.law import NOW, given
from tests.nemkonto_past import (
    ACTIVE,
    AGE_RULE,
    AWAITING,
    BANK_REPORT,
    END,
    FIFTH_BANK_DAY,
    REDEEM,
    SELF_SERVICE,
    TODAY,
    WITHDRAW,
    facts_of,
)

FREEZE = SetChangeFreeze(payee=ANNA)
FROZEN = ChangeFreezeSet(payee=ANNA, age_rule=AGE_RULE)
LIFT = LiftChangeFreeze(payee=ANNA)
LIFTED = ChangeFreezeLifted(payee=ANNA, age_rule=AGE_RULE)
FRAUD = LATER_DESIGNATION
VOID = VoidDesignation(designation=FRAUD, payee=ANNA, police_reference="0700-12345")
VOIDED = DesignationVoided(designation=FRAUD, payee=ANNA, valid_from=FIFTH_BANK_DAY, police_reference="0700-12345")
CHANGED = facts_of(BANK_REPORT, SELF_SERVICE, REDEEM)
"""A stranger changed Anna's NemKonto to another account."""
NINETY_DAYS_ON = NOW + timedelta(days=97)
RESTORED = NemkontoRestored(designation=DESIGNATION, payee=ANNA, cause=None)


def test_a_payee_freezes_changes_and_lifts_the_freeze() -> None:
    known().when(FREEZE).then(FROZEN)
    known(FROZEN).when(FREEZE).then_nothing()
    known(FROZEN).when(LIFT).then(LIFTED)
    known(FROZEN, LIFTED).when(LIFT).then_nothing()
    known(FROZEN, LIFTED).when(FREEZE).then(FROZEN)


@pytest.mark.parametrize(
    ("past", "change"),
    [((), BANK_REPORT), ((), SELF_SERVICE), (AWAITING, REDEEM), (ACTIVE, END), (ACTIVE, SELF_SERVICE)],
    ids=["a bank's report", "a designation", "an activation", "an end on request", "a change"],
)
def test_while_changes_are_frozen_nothing_is_changed_by_anybody(past: tuple[Event, ...], change: AnyCommand) -> None:
    known(*past, FROZEN).when(change).then_refused(ChangesFrozen)
    assert known(*past, FROZEN, LIFTED).when(change).facts


def test_a_wrong_code_is_not_counted_while_changes_are_frozen() -> None:
    known(*AWAITING, FROZEN).when(replace(REDEEM, code_hash="wrong")).then_refused(ChangesFrozen)


def test_what_the_law_ends_ends_while_changes_are_frozen() -> None:
    closed = replace(END, cause=EndCause.ACCOUNT_CLOSED, happened_on=FIFTH_BANK_DAY)
    later = known(*ACTIVE, FROZEN).at(NOW + timedelta(days=20))
    later.when(closed).then(
        NemkontoEnded(designation=DESIGNATION, payee=ANNA, cause=EndCause.ACCOUNT_CLOSED, valid_to=FIFTH_BANK_DAY)
    )


def test_a_change_that_awaits_its_code_is_withdrawn_while_changes_are_frozen() -> None:
    known(*AWAITING, FROZEN).when(WITHDRAW).then(DesignationWithdrawn(designation=FRAUD, payee=ANNA, age_rule=AGE_RULE))


def test_only_a_registered_and_living_payee_freezes_changes() -> None:
    given().when(FREEZE).then_refused(UnknownParty)
    known(PersonDied(person=ANNA, died_on=date(2026, 2, 1))).when(FREEZE).then_refused(PayeeIsNoMore)


def test_a_fraudulent_designation_is_void_from_its_day_and_the_account_before_it_holds_again() -> None:
    known(*CHANGED).at(NINETY_DAYS_ON).when(VOID).then(VOIDED, RESTORED)
    known(*CHANGED, VOIDED, RESTORED).when(VOID).then_nothing()
    known(*CHANGED, VOIDED, RESTORED).when(BANK_REPORT).then_nothing()


def test_after_a_later_change_the_account_before_the_fraud_holds_until_that_change() -> None:
    third = DesignationId(ANNA.uuid)
    again = replace(BANK_REPORT, designation=third)
    facts = facts_of(BANK_REPORT, SELF_SERVICE, REDEEM, again)
    by_third = NemkontoSuperseded(designation=DESIGNATION, payee=ANNA, by=third, valid_to=FIFTH_BANK_DAY)
    known(*facts).at(NINETY_DAYS_ON).when(VOID).then(VOIDED)
    later = known(*CHANGED).at(NOW + timedelta(days=14)).when(again).facts
    (decided, superseded) = known(*CHANGED, *later).at(NINETY_DAYS_ON).when(VOID).facts[1:]
    assert decided == RESTORED
    assert superseded == by_third.model_copy(update={"valid_to": date(2026, 3, 23)})


def test_a_decree_that_ended_a_void_account_ends_the_account_before_it() -> None:
    first, fraud = replace(BANK_REPORT, payee=FIRM), replace(SELF_SERVICE, payee=FIRM)
    changed = facts_of(first, fraud, replace(REDEEM, payee=FIRM))
    decree = EndNemkonto(designation=FRAUD, payee=FIRM, cause=EndCause.BANKRUPTCY, happened_on=date(2026, 3, 20))
    ended = known(*changed).at(NINETY_DAYS_ON).when(decree).facts
    void = known(*changed, *ended).at(NINETY_DAYS_ON).when(replace(VOID, payee=FIRM)).facts
    assert void[-1] == NemkontoEnded(
        designation=DESIGNATION, payee=FIRM, cause=EndCause.BANKRUPTCY, valid_to=date(2026, 3, 20)
    )


def test_a_fraudulent_designation_that_awaits_its_code_never_becomes_active() -> None:
    voided = VOIDED.model_copy(update={"valid_from": TODAY})
    known(*ACTIVE, *AWAITING).when(VOID).then(voided)
    known(*ACTIVE, *AWAITING, voided).when(REDEEM).then_refused(AwaitsNoActivation)


def test_a_designation_is_voided_by_a_report_to_the_police() -> None:
    known(*CHANGED).when(replace(VOID, police_reference=" ")).then_refused(PoliceReferenceMissing)
    assert "police_reference" not in VOIDED.open_fields()


def test_what_never_held_cannot_be_voided() -> None:
    known(*ACTIVE).when(VOID).then_refused(NothingToVoid)
    known(*CHANGED).when(replace(VOID, payee=BO)).then_refused(NothingToVoid)
