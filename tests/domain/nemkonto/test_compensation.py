"""Compensation for what was paid to a fraudulent account: claimed, decided, paid, and paid no more than is granted."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from domain.command import AnyCommand
from domain.fact import Event
from domain.identity.authority import NotAnAuthority
from domain.nemkonto.compensation import (
    CompensationClaimed,
    CompensationDecided,
    CompensationOutcome,
    CompensationPaid,
    CompensationPaymentAnnulled,
    CompensationPaymentCorrected,
)
from domain.nemkonto.compensation_commands import (
    AmountDoesNotFit,
    AmountsErased,
    AnnulPaidCompensation,
    ClaimCompensation,
    CorrectPaidCompensation,
    DecideCompensation,
    LessThanGranted,
    LessThanPaid,
    MoreThanClaimed,
    MoreThanGranted,
    NeverActivated,
    NoSuchClaim,
    NoSuchPayment,
    NothingGranted,
    NoVoidDesignation,
    PaidAlready,
    PaidInTheFuture,
    PaymentRecordedOtherwise,
    PaymentReferenceMissing,
    RecordPaidCompensation,
)
from domain.subject import PaymentId
from tests.controls import ANNA, BO, DESIGNATION, FIRM, LATER_DESIGNATION, SKAT, SKAT_EXISTS
from tests.domain.nemkonto.test_fraud import VOIDED
from tests.law import Decided, given
from tests.nemkonto_past import LATER_ACTIVATED, TODAY

FRAUD = LATER_DESIGNATION
CLAIM = ClaimCompensation(designation=FRAUD, payee=ANNA, amount_oere=1_250_00)
CLAIMED = CompensationClaimed(designation=FRAUD, payee=ANNA, claimed_oere=1_250_00)
GRANT = DecideCompensation(
    designation=FRAUD, payee=ANNA, amount_oere=1_000_00, outcome=CompensationOutcome.GRANTED, decided_by=SKAT
)
GRANTED = CompensationDecided(
    designation=FRAUD, payee=ANNA, granted_oere=1_000_00, outcome=CompensationOutcome.GRANTED, decided_by=SKAT
)
PAYMENT, LATER_PAYMENT = PaymentId(UUID(int=1)), PaymentId(UUID(int=2))
PAY = RecordPaidCompensation(payment=PAYMENT, designation=FRAUD, payee=ANNA, amount_oere=1_000_00, reference="order 7")
PAID = CompensationPaid(
    payment=PAYMENT, designation=FRAUD, payee=ANNA, paid_oere=1_000_00, paid_on=TODAY, reference="order 7"
)
ANOTHER = replace(PAY, payment=LATER_PAYMENT, reference="order 8")
CORRECT = CorrectPaidCompensation(payment=PAYMENT, designation=FRAUD, payee=ANNA, amount_oere=100_00)
CORRECTED = CompensationPaymentCorrected(
    payment=PAYMENT, designation=FRAUD, payee=ANNA, paid_oere=100_00, paid_on=TODAY, reference="order 7"
)
ANNUL = AnnulPaidCompensation(payment=PAYMENT, designation=FRAUD, payee=ANNA)
ANNULLED = CompensationPaymentAnnulled(payment=PAYMENT, designation=FRAUD, payee=ANNA)


def after(*facts: Event, command: AnyCommand) -> Decided:
    """The command, after these facts; the fraudulent designation was activated, and voided."""
    return given(*SKAT_EXISTS, LATER_ACTIVATED, VOIDED, *facts).when(command)


def test_nothing_is_claimed_for_a_designation_that_was_never_activated() -> None:
    given(*SKAT_EXISTS, VOIDED).when(CLAIM).then_refused(NeverActivated)


def test_a_claim_is_corrected_by_a_second_one() -> None:
    corrected = replace(CLAIM, amount_oere=900_00)
    after(CLAIMED, command=corrected).then(CLAIMED.model_copy(update={"claimed_oere": 900_00}))
    after(CLAIMED, GRANTED, command=corrected).then_refused(LessThanGranted)


def test_compensation_is_paid_in_parts_and_never_more_than_is_granted() -> None:
    part = PAID.model_copy(update={"paid_oere": 600_00})
    rest = {"payment": LATER_PAYMENT, "paid_oere": 400_00, "reference": "order 8"}
    after(CLAIMED, GRANTED, command=replace(PAY, amount_oere=600_00)).then(part)
    after(CLAIMED, GRANTED, part, command=replace(ANOTHER, amount_oere=400_00)).then(PAID.model_copy(update=rest))
    after(CLAIMED, GRANTED, part, command=replace(ANOTHER, amount_oere=400_01)).then_refused(MoreThanGranted)
    after(CLAIMED, GRANTED, PAID, command=replace(ANOTHER, amount_oere=1)).then_refused(MoreThanGranted)


def test_the_same_payment_is_recorded_once_and_its_reference_is_of_no_other() -> None:
    part = PAID.model_copy(update={"paid_oere": 100_00})
    again = replace(PAY, payment=LATER_PAYMENT, amount_oere=100_00, reference=" order 7 ")
    after(CLAIMED, GRANTED, part, command=again).then_nothing()
    after(CLAIMED, GRANTED, part, command=replace(again, amount_oere=200_00)).then_refused(PaymentRecordedOtherwise)
    yesterday = replace(again, paid_on=TODAY - timedelta(days=1))
    after(CLAIMED, GRANTED, part, command=yesterday).then_refused(PaymentRecordedOtherwise)
    after(CLAIMED, GRANTED, command=replace(PAY, reference=" ")).then_refused(PaymentReferenceMissing)


def test_the_id_of_a_payment_is_of_no_other_payment_of_whichever_designation() -> None:
    other = PAID.model_copy(update={"designation": DESIGNATION, "payee": BO})
    after(CLAIMED, GRANTED, other, command=PAY).then_refused(PaymentRecordedOtherwise)
    after(CLAIMED, GRANTED, ANNULLED, command=PAY).then_refused(PaymentRecordedOtherwise)


def test_a_payment_that_was_recorded_wrongly_is_corrected_and_what_it_leaves_is_paid() -> None:
    after(CLAIMED, GRANTED, PAID, command=CORRECT).then(CORRECTED)
    after(CLAIMED, GRANTED, PAID, CORRECTED, command=CORRECT).then_nothing()
    rest = replace(ANOTHER, amount_oere=900_00)
    assert after(CLAIMED, GRANTED, PAID, CORRECTED, command=rest).facts
    after(CLAIMED, GRANTED, PAID, CORRECTED, command=replace(rest, amount_oere=900_01)).then_refused(MoreThanGranted)
    less = replace(GRANT, amount_oere=100_00)
    after(CLAIMED, GRANTED, PAID, CORRECTED, command=less).then(GRANTED.model_copy(update={"granted_oere": 100_00}))


def test_the_day_and_the_reference_of_a_payment_are_corrected_too() -> None:
    yesterday = TODAY - timedelta(days=1)
    otherwise = replace(CORRECT, amount_oere=1_000_00, paid_on=yesterday, reference="order 9")
    changes = {"paid_oere": 1_000_00, "paid_on": yesterday, "reference": "order 9"}
    after(CLAIMED, GRANTED, PAID, command=otherwise).then(CORRECTED.model_copy(update=changes))


def test_a_correction_fits_the_grant_and_the_other_payments() -> None:
    part = PAID.model_copy(update={"paid_oere": 600_00})
    rest = PAID.model_copy(update={"payment": LATER_PAYMENT, "paid_oere": 400_00, "reference": "order 8"})
    past = (CLAIMED, GRANTED, part, rest)
    after(*past, command=replace(CORRECT, amount_oere=600_01)).then_refused(MoreThanGranted)
    after(*past, command=replace(CORRECT, amount_oere=0)).then_refused(AmountDoesNotFit)
    after(*past, command=replace(CORRECT, reference="order 8")).then_refused(PaymentRecordedOtherwise)
    after(*past, command=replace(CORRECT, reference="")).then_refused(PaymentReferenceMissing)
    after(*past, command=replace(CORRECT, paid_on=TODAY + timedelta(days=1))).then_refused(PaidInTheFuture)
    after(CLAIMED, GRANTED, command=CORRECT).then_refused(NoSuchPayment)
    after(*past, command=replace(CORRECT, payee=BO)).then_refused(NoVoidDesignation)


def test_a_payment_that_was_never_made_is_annulled_and_its_reference_is_free_again() -> None:
    after(CLAIMED, GRANTED, PAID, command=ANNUL).then(ANNULLED)
    after(CLAIMED, GRANTED, PAID, ANNULLED, command=ANNUL).then_nothing()
    after(CLAIMED, GRANTED, command=ANNUL).then_refused(NoSuchPayment)
    after(CLAIMED, GRANTED, PAID, ANNULLED, command=CORRECT).then_refused(NoSuchPayment)
    again = replace(PAY, payment=LATER_PAYMENT)
    after(CLAIMED, GRANTED, PAID, ANNULLED, command=again).then(PAID.model_copy(update={"payment": LATER_PAYMENT}))
    refuse = replace(GRANT, outcome=CompensationOutcome.NOT_REPORTED, amount_oere=0)
    assert after(CLAIMED, GRANTED, PAID, ANNULLED, command=refuse).facts


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


@pytest.mark.parametrize("command", [CLAIM, GRANT, PAY, CORRECT, ANNUL], ids=lambda each: type(each).__name__)
def test_with_amounts_that_are_erased_none_is_compared(command: AnyCommand) -> None:
    after(CLAIMED, GRANTED.without_personal_fields(), command=command).then_refused(AmountsErased)


def test_compensation_is_claimed_decided_and_paid() -> None:
    after(command=CLAIM).then(CLAIMED)
    after(CLAIMED, command=GRANT).then(GRANTED)
    after(CLAIMED, GRANTED, command=PAY).then(PAID)
    assert not {"paid_oere", "reference"} & PAID.open_fields().keys()


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
    yesterday = TODAY - timedelta(days=1)
    (paid,) = after(CLAIMED, GRANTED, command=replace(PAY, paid_on=yesterday)).facts
    assert paid == PAID.model_copy(update={"paid_on": yesterday})
    assert paid.personal_fields() == {"paid_oere": 1_000_00, "reference": "order 7"}
    tomorrow = replace(PAY, paid_on=TODAY + timedelta(days=1))
    after(CLAIMED, GRANTED, command=tomorrow).then_refused(PaidInTheFuture)
