"""Who may act for a NemKonto: the payee from 15 years on, who acts for the payee by a mandate, and a case worker.

Nemkonto.dk, adolescents and Anvis NemKonto; BEK 788/2025 §§ 4, 6, 7 and 8.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from domain.command import Attempt, Command, Consulted, InvalidInput, Refused, States
from domain.danish_time import years_after
from domain.identity.birth import Birth
from domain.identity.mandate import REPRESENTATION, MandateKind, MandateScope, Representation
from domain.nemkonto.designation import DesignationChannel
from domain.nemkonto.nemkonto import NEMKONTO, Acting
from domain.policy import DESIGNATES_ALONE_AGE_YEARS
from domain.subject import PartyId, PersonId

OF_A_CHILD = frozenset({MandateKind.GUARDIAN, MandateKind.CUSTODY})
"""Who acts for somebody who is too young to act."""


class GuardianNeeded(Refused):
    """The payee is too young to act alone for the NemKonto. Let the guardian, or who has custody, do it."""


class PayeesAgeUnknown(InvalidInput):
    """A person acts for the NemKonto by age, and the register has no birth date of the payee. Correct it first."""


class MayNotDesignate(Refused):
    """This person may not act for the payee's NemKonto. Grant a mandate that covers it first, and if the payee is too
    young to act, custody or guardianship.
    """


class PayeeActsNoMore(Refused):
    """The payee is dead or has ceased, and acts no more. Name who has a mandate to represent the estate, or correct the
    death or cessation first if it is a mistake.
    """


class SignatureMissing(InvalidInput):
    """A case worker signs each designation. Send a reference to the signature."""


class FormMissing(InvalidInput):
    """A designation on paper rests on the signed form. Send the form with it."""


class PayeeCommand(Command[*States]):
    """An act of the payee's own, or of who may act for the payee: ages and mandates are consulted."""

    legal_basis = "BEK 788/2025 § 10"

    payee: PartyId
    acted_by: PersonId | None = None
    """Who acts for the payee; None: the payee."""

    @property
    def attempt(self) -> Attempt | None:
        return None if self.acted_by in {None, self.payee} else Attempt(self.payee, self.acted_by)

    def consults(self) -> tuple[Consulted[Any], ...]:
        """The payee's NemKonto, who may act for the payee, and whether that one lives."""
        return NEMKONTO.of(self.payee), REPRESENTATION.of(self.payee), REPRESENTATION.of(self.acted_by or self.payee)

    def acting(self, today: date, payees: Representation, holders: Representation) -> Acting:
        """Who acts. Raises PayeeActsNoMore, PayeesAgeUnknown, GuardianNeeded, MayNotDesignate, EntryIsMerged."""
        if payees.ended and self.acted_by in {None, self.payee}:
            raise PayeeActsNoMore
        lives = isinstance(self.payee, PersonId) and not payees.ended
        child = lives and _too_young(payees.birth, today)
        rule = str(DESIGNATES_ALONE_AGE_YEARS.on(today)) if lives else None
        if self.acted_by is None or self.acted_by == self.payee:
            if child:
                raise GuardianNeeded
            return Acting(age_rule=rule)
        kinds = OF_A_CHILD if child else None
        mandate = payees.mandate(self.payee, self.acted_by, MandateScope.NEMKONTO, today, kinds)
        holders.existence.must_not_be_merged()
        if mandate is None or holders.ended:
            raise MayNotDesignate
        return Acting(self.acted_by, mandate.entry, rule)


def _too_young(birth: Birth, today: date) -> bool:
    """Whether the last day that the person may have turned 15 is still to come."""
    if birth.date is None:
        raise PayeesAgeUnknown
    return today < years_after(birth.date.latest, DESIGNATES_ALONE_AGE_YEARS.on(today).value)


def check_evidence(channel: DesignationChannel, signature: str | None, document: UUID | None) -> None:
    """Raise SignatureMissing, FormMissing where the channel asks for one."""
    if channel is DesignationChannel.AUTHORITY and not (signature and signature.strip()):
        raise SignatureMissing
    if channel is DesignationChannel.FORM and document is None:
        raise FormMissing
