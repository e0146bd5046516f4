"""Compensation (*kompensation*) for a loss by a fraudulent designation: claimed, decided, paid. L 165 (2021-22).

Whether somebody is entitled to it is decided by the authority. See digst.dk. Amounts are encrypted, and a decision
opens them: no more is granted than is claimed, and no more is paid in all than is granted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self

from domain.command import Attempt, Command, Consulted, Entity, Misstated, Refused, State
from domain.context import Context
from domain.fact import Event, Personal, Retention
from domain.identity.sender import SENDER, must_be_authority
from domain.nemkonto.designation import DesignationVoided, NemkontoActivated
from domain.subject import CompanyId, DesignationId, PartyId


class CompensationOutcome(StrEnum):
    """What was decided about a claim. Digst.dk, kompensation."""

    GRANTED = "granted"
    NOT_REPORTED = "not_reported"
    """The fraud was not reported to the police without delay."""
    NOT_ENTITLED = "not_entitled"
    """The claimant does not prove to be the one to whom the money was due."""
    OWN_NEGLIGENCE = "own_negligence"
    ALREADY_COMPENSATED = "already_compensated"


class CompensationFact(Event):
    """The fields of every fact about compensation."""

    holder = "payee"
    retention = Retention.PAYMENTS

    designation: DesignationId
    payee: PartyId


class CompensationClaimed(CompensationFact):
    """The payee claimed compensation for what was paid to a fraudulent account. L 165 (2021-22).

    Recorded again, the claim is corrected.
    """

    claimed_oere: Personal[int]


class CompensationDecided(CompensationFact):
    """The authority decided the claim. L 165 (2021-22). Recorded again, it is decided anew."""

    outcome: CompensationOutcome
    granted_oere: Personal[int]
    """What is granted; 0 if nothing is."""
    decided_by: CompanyId
    ground: Personal[str | None] = None
    """Administration act §§ 22 and 24 (*begrundelse*)."""


class CompensationPaid(CompensationFact):
    """Granted compensation was paid, in whole or in part. L 165 (2021-22). Each payment is a fact of its own."""

    paid_oere: Personal[int]
    """What was paid this time."""
    paid_on: date
    """The Danish day of the payment."""
    payment: Personal[str | None]
    """By which the payment is found where it was made, if it is known."""


class PaidInTheFuture(Misstated):
    """A payment is recorded when it was made. Record it on its day, or check the date."""


class AmountsErased(Refused):
    """The key to earlier amounts is destroyed, so nothing can be compared with them. Nothing more is recorded here."""


@dataclass(frozen=True, slots=True)
class Compensation(State):
    """How far the compensation for one designation has come."""

    payee: PartyId | None = None
    """Whose designation was voided."""
    activated: bool = False
    """Whether payments could follow it."""
    claimed_oere: int | None = None
    """What is claimed; None if nothing is."""
    granted_oere: int | None = None
    """What is granted in all; None if nothing is."""
    paid_oere: int = 0
    """What was paid in all."""
    erased: bool = False
    """Whether the key to an amount is destroyed."""

    def evolve(self, event: Event) -> Self:  # noqa: PLR0911 - one return for each kind of fact
        match event:
            case DesignationVoided(payee=payee):
                return self.but(payee=payee)
            case NemkontoActivated():
                return self.but(activated=True)
            case CompensationClaimed(claimed_oere=int(oere)):
                return self.but(claimed_oere=oere)
            case CompensationDecided(outcome=outcome, granted_oere=int(oere)):
                return self.but(granted_oere=oere if outcome is CompensationOutcome.GRANTED else None)
            case CompensationPaid(paid_oere=int(oere)):
                return self.but(paid_oere=self.paid_oere + oere)
            case CompensationFact():
                return self.but(erased=True)
            case _:
                return self


class NoVoidDesignation(Refused):
    """No such designation of this payee was voided. Void it first, with the reference of the report to the police."""


class NeverActivated(Refused):
    """This designation was never activated, so no payment followed it. Check its number: nothing is claimed for it."""


class NoSuchClaim(Refused):
    """No compensation was claimed for this designation. Record the claim first."""


class NothingGranted(Refused):
    """No compensation is granted for this designation. Record the decision first."""


class PaidAlready(Refused):
    """Compensation was paid, so the claim cannot be refused any more. Record as granted what is granted in all."""


class AmountDoesNotFit(Refused):
    """A claim, a grant and a payment are of more than 0 kroner, and a refusal is of 0. Give the amount that fits."""


class LessThanGranted(Refused):
    """More than this is granted. Decide the claim anew first, with no more than the claim will be."""


class MoreThanClaimed(Refused):
    """No more is granted than is claimed. Grant less, or correct the claim first."""


class LessThanPaid(Refused):
    """More than this is paid already. Record as granted what is granted in all."""


class MoreThanGranted(Refused):
    """No more is paid in all than is granted. Pay what remains, or decide the claim anew first."""


class CompensationCommand(Command[Compensation, *tuple[Any, ...]]):
    """A command about the compensation for one designation."""

    legal_basis = "BEK 788/2025 § 10"

    designation: DesignationId
    payee: PartyId
    amount_oere: int

    def consults(self) -> tuple[Consulted[Any], ...]:
        return (COMPENSATION.of(self.designation),)

    def check(self, compensation: Compensation, *, paid_out: bool = True) -> None:
        if compensation.payee != self.payee:
            raise NoVoidDesignation
        if (self.amount_oere > 0) != paid_out or self.amount_oere < 0:
            raise AmountDoesNotFit
        if compensation.erased:
            raise AmountsErased


class ClaimCompensation(CompensationCommand):
    """Record that the payee claims compensation. A second claim for the same designation corrects the first."""

    def decide(self, context: Context, compensation: Compensation, *others: Any) -> Iterator[Event]:
        self.check(compensation)
        if not compensation.activated:
            raise NeverActivated
        if self.amount_oere < (compensation.granted_oere or 0):
            raise LessThanGranted
        yield CompensationClaimed(designation=self.designation, payee=self.payee, claimed_oere=self.amount_oere)


class DecideCompensation(CompensationCommand):
    """Record what was decided about the claim. It can be decided anew, but not refused once something is paid."""

    outcome: CompensationOutcome
    decided_by: CompanyId
    ground: str | None = None

    def consults(self) -> tuple[Consulted[Any], ...]:
        return *super().consults(), SENDER.of(self.decided_by)

    @property
    def attempt(self) -> Attempt:
        return Attempt(self.payee, self.decided_by)

    def decide(self, context: Context, compensation: Compensation, *others: Any) -> Iterator[Event]:
        self.check(compensation, paid_out=self.outcome is CompensationOutcome.GRANTED)
        (authority,) = others
        must_be_authority(self.decided_by, authority, context)
        if compensation.claimed_oere is None:
            raise NoSuchClaim
        if compensation.paid_oere and self.outcome is not CompensationOutcome.GRANTED:
            raise PaidAlready
        if self.amount_oere > compensation.claimed_oere:
            raise MoreThanClaimed
        if self.amount_oere < compensation.paid_oere:
            raise LessThanPaid
        yield CompensationDecided(
            designation=self.designation,
            payee=self.payee,
            outcome=self.outcome,
            granted_oere=self.amount_oere,
            decided_by=self.decided_by,
            ground=self.ground,
        )


class RecordPaidCompensation(CompensationCommand):
    """Record that compensation was paid, in whole or in part; recorded again, it is another payment."""

    paid_on: date | None = None
    """None: today."""
    payment: str | None = None

    def decide(self, context: Context, compensation: Compensation, *others: Any) -> Iterator[Event]:
        self.check(compensation)
        paid_on = self.paid_on or context.today
        if paid_on > context.today:
            raise PaidInTheFuture
        if compensation.granted_oere is None:
            raise NothingGranted
        if compensation.paid_oere + self.amount_oere > compensation.granted_oere:
            raise MoreThanGranted
        yield CompensationPaid(
            designation=self.designation,
            payee=self.payee,
            paid_oere=self.amount_oere,
            paid_on=paid_on,
            payment=self.payment,
        )


COMPENSATION = Entity(
    "compensation",
    Compensation(),
    {fact.__name__: fact for fact in (CompensationClaimed, CompensationDecided, CompensationPaid)},
    follows=(DesignationVoided, NemkontoActivated),
    opened=True,
)
"""Consulted by designation."""
