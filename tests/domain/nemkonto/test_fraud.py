"""Against fraud: a freeze of changes, a designation that is void from its day, and compensation."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.command import AnyCommand
from domain.fact import Event
from domain.identity.authority import NotAnAuthority
from domain.identity.person import PersonDied
from domain.nemkonto.change_freeze import ChangeFreezeLifted, ChangeFreezeSet
from domain.nemkonto.compensation import (
    AmountDoesNotFit,
    AmountsErased,
    ClaimCompensation,
    CompensationClaimed,
    CompensationCommand,
    CompensationDecided,
    CompensationOutcome,
    CompensationPaid,
    DecideCompensation,
    LessThanGranted,
    LessThanPaid,
    MoreThanClaimed,
    MoreThanGranted,
    NeverActivated,
    NoSuchClaim,
    NothingGranted,
    NoVoidDesignation,
    PaidAlready,
    PaidInTheFuture,
    RecordPaidCompensation,
)
from domain.nemkonto.designation import (
    DesignationVoided,
    DesignationWithdrawn,
    EndCause,
    NemkontoEnded,
    NemkontoRestored,
    NemkontoSuperseded,
)
from domain.nemkonto.designation_commands import AwaitsNoActivation, ChangesFrozen, PayeeIsNoMore, UnknownPayee
from domain.nemkonto.ending_commands import EndNemkonto
from domain.nemkonto.fraud_commands import (
    LiftChangeFreeze,
    NothingToVoid,
    PoliceReferenceMissing,
    SetChangeFreeze,
    VoidDesignation,
)
from domain.subject import DesignationId
from tests.controls import ANNA, BO, DESIGNATION, FIRM, LATER_DESIGNATION, SKAT, SKAT_EXISTS, known
from tests.law import NOW, Decided, given
from tests.nemkonto_past import (
    ACTIVE,
    AWAITING,
    BANK_REPORT,
    END,
    FIFTH_BANK_DAY,
    LATER_ACTIVATED,
    REDEEM,
    SELF_SERVICE,
    TODAY,
    WITHDRAW,
    facts_of,
)

FREEZE = SetChangeFreeze(payee=ANNA)
FROZEN = ChangeFreezeSet(payee=ANNA)
LIFT = LiftChangeFreeze(payee=ANNA)
LIFTED = ChangeFreezeLifted(payee=ANNA)
FRAUD = LATER_DESIGNATION
VOID = VoidDesignation(designation=FRAUD, payee=ANNA, police_reference="0700-12345")
VOIDED = DesignationVoided(designation=FRAUD, payee=ANNA, valid_from=FIFTH_BANK_DAY, police_reference="0700-12345")
CHANGED = facts_of(BANK_REPORT, SELF_SERVICE, REDEEM)
"""A stranger changed Anna's NemKonto to another account."""
NINETY_DAYS_ON = NOW + timedelta(days=97)
RESTORED = NemkontoRestored(designation=DESIGNATION, payee=ANNA, cause=None)
CLAIM = ClaimCompensation(designation=FRAUD, payee=ANNA, amount_oere=1_250_00)
CLAIMED = CompensationClaimed(designation=FRAUD, payee=ANNA, claimed_oere=1_250_00)
GRANT = DecideCompensation(
    designation=FRAUD, payee=ANNA, amount_oere=1_000_00, outcome=CompensationOutcome.GRANTED, decided_by=SKAT
)
GRANTED = CompensationDecided(
    designation=FRAUD, payee=ANNA, granted_oere=1_000_00, outcome=CompensationOutcome.GRANTED, decided_by=SKAT
)
PAY = RecordPaidCompensation(designation=FRAUD, payee=ANNA, amount_oere=1_000_00)
PAID = CompensationPaid(designation=FRAUD, payee=ANNA, paid_oere=1_000_00, paid_on=TODAY, payment=None)


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
    known(*AWAITING, FROZEN).when(WITHDRAW).then(DesignationWithdrawn(designation=FRAUD, payee=ANNA))


def test_only_a_registered_and_living_payee_freezes_changes() -> None:
    given().when(FREEZE).then_refused(UnknownPayee)
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


def after(*facts: Event, command: CompensationCommand) -> Decided:
    """The command, after these facts; the fraudulent designation was activated, and voided."""
    return given(*SKAT_EXISTS, LATER_ACTIVATED, VOIDED, *facts).when(command)


def test_nothing_is_claimed_for_a_designation_that_was_never_activated() -> None:
    given(*SKAT_EXISTS, VOIDED).when(CLAIM).then_refused(NeverActivated)


def test_a_claim_is_corrected_by_a_second_one() -> None:
    corrected = replace(CLAIM, amount_oere=900_00)
    after(CLAIMED, command=corrected).then(CLAIMED.model_copy(update={"claimed_oere": 900_00}))
    after(CLAIMED, GRANTED, command=corrected).then_refused(LessThanGranted)


def test_compensation_is_paid_in_parts_and_never_more_than_is_granted() -> None:
    half, rest, more = (replace(PAY, amount_oere=oere) for oere in (600_00, 400_00, 400_01))
    part = PAID.model_copy(update={"paid_oere": 600_00})
    after(CLAIMED, GRANTED, command=half).then(part)
    after(CLAIMED, GRANTED, part, command=rest).then(PAID.model_copy(update={"paid_oere": 400_00}))
    after(CLAIMED, GRANTED, part, command=more).then_refused(MoreThanGranted)
    after(CLAIMED, GRANTED, PAID, command=replace(PAY, amount_oere=1)).then_refused(MoreThanGranted)


def test_after_a_payment_no_less_is_granted_and_the_claim_is_not_refused_any_more() -> None:
    after(CLAIMED, GRANTED, PAID, command=GRANT).then(GRANTED)
    after(CLAIMED, GRANTED, PAID, command=replace(GRANT, amount_oere=999_99)).then_refused(LessThanPaid)
    refuse = replace(GRANT, outcome=CompensationOutcome.NOT_REPORTED, amount_oere=0)
    after(CLAIMED, GRANTED, PAID, command=refuse).then_refused(PaidAlready)


def test_no_more_is_granted_than_is_claimed() -> None:
    after(CLAIMED, command=replace(GRANT, amount_oere=1_250_00)).then(
        GRANTED.model_copy(update={"granted_oere": 1_250_00})
    )
    after(CLAIMED, command=replace(GRANT, amount_oere=1_250_01)).then_refused(MoreThanClaimed)


@pytest.mark.parametrize("command", [CLAIM, GRANT, PAY], ids=lambda each: type(each).__name__)
def test_with_amounts_that_are_erased_none_is_compared(command: CompensationCommand) -> None:
    after(CLAIMED, GRANTED.without_personal_fields(), command=command).then_refused(AmountsErased)


def test_compensation_is_claimed_decided_and_paid() -> None:
    after(command=CLAIM).then(CLAIMED)
    after(CLAIMED, command=GRANT).then(GRANTED)
    after(CLAIMED, GRANTED, command=PAY).then(PAID)
    assert "paid_oere" not in PAID.open_fields()


@pytest.mark.parametrize("refused", [outcome for outcome in CompensationOutcome if outcome != "granted"])
def test_a_claim_that_is_refused_is_not_paid_and_may_be_decided_anew(refused: CompensationOutcome) -> None:
    refuse = replace(GRANT, outcome=refused, amount_oere=0)
    (decided,) = after(CLAIMED, command=refuse).facts
    after(CLAIMED, decided, command=PAY).then_refused(NothingGranted)
    after(CLAIMED, decided, command=GRANT).then(GRANTED)


def test_only_an_authority_decides_a_claim_and_its_reasons_are_encrypted() -> None:
    (decided,) = after(CLAIMED, command=replace(GRANT, ground="Reported at once.")).facts
    assert decided.personal_fields() == {"granted_oere": 1_000_00, "ground": "Reported at once."}
    after(CLAIMED, command=replace(GRANT, decided_by=FIRM)).then_refused(NotAnAuthority)


def test_compensation_is_for_a_void_designation_in_its_order() -> None:
    given().when(CLAIM).then_refused(NoVoidDesignation)
    given(VOIDED).when(replace(CLAIM, payee=BO)).then_refused(NoVoidDesignation)
    after(command=GRANT).then_refused(NoSuchClaim)
    after(CLAIMED, command=PAY).then_refused(NothingGranted)


def test_an_amount_fits_what_was_decided() -> None:
    given(*SKAT_EXISTS, VOIDED).when(replace(CLAIM, amount_oere=0)).then_refused(AmountDoesNotFit)
    given(*SKAT_EXISTS, VOIDED).when(replace(CLAIM, amount_oere=-1)).then_refused(AmountDoesNotFit)
    negligent = replace(GRANT, outcome=CompensationOutcome.OWN_NEGLIGENCE)
    after(CLAIMED, command=negligent).then_refused(AmountDoesNotFit)


def test_a_payment_is_recorded_with_its_day_and_reference_when_it_was_made() -> None:
    past = (*CHANGED, VOIDED, CLAIMED, GRANTED)
    yesterday = TODAY - timedelta(days=1)
    (paid,) = known(*past).when(replace(PAY, paid_on=yesterday, payment="order 7")).facts
    assert paid == PAID.model_copy(update={"paid_on": yesterday, "payment": "order 7"})
    assert paid.personal_fields() == {"paid_oere": 1_000_00, "payment": "order 7"}
    known(*past).when(replace(PAY, paid_on=TODAY + timedelta(days=1))).then_refused(PaidInTheFuture)
