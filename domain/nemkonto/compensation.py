"""Compensation (*kompensation*) for a loss by a fraudulent designation: claimed, decided, paid. L 165 (2021-22).

Only that it happened is recorded; whether somebody is entitled to it is decided by the authority. See digst.dk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from domain.command import Command, Consulted, Entity, Refused, State
from domain.context import Context
from domain.fact import Event, Personal, Retention
from domain.nemkonto.designation import DesignationVoided
from domain.subject import DesignationId, PartyId


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
    """The payee claimed compensation for what was paid to a fraudulent account. L 165 (2021-22)."""

    once = True

    claimed_oere: Personal[int]


class CompensationDecided(CompensationFact):
    """The authority decided the claim. L 165 (2021-22). Recorded again, it is decided anew."""

    outcome: CompensationOutcome
    granted_oere: Personal[int]
    """What is granted; 0 if nothing is."""


class CompensationPaid(CompensationFact):
    """The granted compensation was paid. L 165 (2021-22)."""

    once = True

    paid_oere: Personal[int]


@dataclass(frozen=True, slots=True)
class Compensation(State):
    """How far the compensation for one designation has come."""

    payee: PartyId | None = None
    """Whose designation was voided."""
    claimed: bool = False
    granted: bool = False
    paid: bool = False

    def evolve(self, event: Event) -> Self:
        match event:
            case DesignationVoided(payee=payee):
                return self.but(payee=payee)
            case CompensationClaimed():
                return self.but(claimed=True)
            case CompensationDecided(outcome=outcome):
                return self.but(granted=outcome is CompensationOutcome.GRANTED)
            case CompensationPaid():
                return self.but(paid=True)
            case _:
                return self


class NoVoidDesignation(Refused):
    """No such designation of this payee was voided. Void it first, with the reference of the report to the police."""


class NoSuchClaim(Refused):
    """No compensation was claimed for this designation. Record the claim first."""


class NothingGranted(Refused):
    """No compensation is granted for this designation, or it is paid already. Record the decision first."""


class AmountDoesNotFit(Refused):
    """A claim, a grant and a payment are of more than 0 kroner, and a refusal is of 0. Give the amount that fits."""


class CompensationCommand(Command[Compensation]):
    """A command about the compensation for one designation."""

    legal_basis = "BEK 788/2025 § 10"

    designation: DesignationId
    payee: PartyId
    amount_oere: int

    def consults(self) -> tuple[Consulted[Compensation], ...]:
        return (COMPENSATION.of(self.designation),)

    def check(self, compensation: Compensation, *, paid_out: bool = True) -> None:
        if compensation.payee != self.payee:
            raise NoVoidDesignation
        if (self.amount_oere > 0) != paid_out or self.amount_oere < 0:
            raise AmountDoesNotFit


class ClaimCompensation(CompensationCommand):
    """Record that the payee claims compensation. A second claim for the same designation changes nothing."""

    def decide(self, context: Context, compensation: Compensation) -> Iterator[Event]:
        self.check(compensation)
        if not compensation.claimed:
            yield CompensationClaimed(designation=self.designation, payee=self.payee, claimed_oere=self.amount_oere)


class DecideCompensation(CompensationCommand):
    """Record what was decided about the claim; it can be decided anew until it is paid."""

    outcome: CompensationOutcome

    def decide(self, context: Context, compensation: Compensation) -> Iterator[Event]:
        self.check(compensation, paid_out=self.outcome is CompensationOutcome.GRANTED)
        if not compensation.claimed or compensation.paid:
            raise NoSuchClaim
        yield CompensationDecided(
            designation=self.designation, payee=self.payee, outcome=self.outcome, granted_oere=self.amount_oere
        )


class RecordPaidCompensation(CompensationCommand):
    """Record that the granted compensation was paid."""

    def decide(self, context: Context, compensation: Compensation) -> Iterator[Event]:
        self.check(compensation)
        if not compensation.granted or compensation.paid:
            raise NothingGranted
        yield CompensationPaid(designation=self.designation, payee=self.payee, paid_oere=self.amount_oere)


COMPENSATION = Entity(
    "compensation",
    Compensation(),
    {
        "CompensationClaimed": CompensationClaimed,
        "CompensationDecided": CompensationDecided,
        "CompensationPaid": CompensationPaid,
    },
    follows=(DesignationVoided,),
)
"""Consulted by designation."""
