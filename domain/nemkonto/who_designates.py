"""Who may designate an account: the payee from 15 years on, who acts for the payee by a mandate, and a case worker.

Nemkonto.dk, adolescents and Anvis NemKonto; BEK 788/2025 §§ 4, 6, 7 and 8.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from domain.command import Misstated, Refused
from domain.danish_time import years_after
from domain.dated_policy import Version
from domain.identity.birth import Birth
from domain.identity.mandate import MandateGranted, MandateKind, MandateScope, Representation
from domain.nemkonto.designation import DesignationChannel
from domain.policy import DESIGNATES_ALONE_AGE_YEARS
from domain.subject import PartyId, PersonId

OF_A_CHILD = frozenset({MandateKind.GUARDIAN, MandateKind.CUSTODY})
"""Who acts for somebody who is too young to act."""


class GuardianNeeded(Refused):
    """The payee is too young to designate an account alone. Let the guardian, or who has custody, designate it."""


class PayeesAgeUnknown(Misstated):
    """A person designates an account by age, and the register has no birth date of the payee. Correct it first."""


class MayNotDesignate(Refused):
    """This person may not act for the payee's NemKonto. Grant a mandate that covers it first, and if the payee is too
    young to act, custody or guardianship.
    """


class SignatureMissing(Misstated):
    """A case worker signs each designation. Send a reference to the signature."""


class FormMissing(Misstated):
    """A designation on paper rests on the signed form. Send the form with it."""


def mandate_to_designate(
    payee: PartyId,
    by: PersonId | None,
    today: date,
    *,
    payees: Representation,
    holders: Representation,
) -> MandateGranted | None:
    """The mandate by which somebody designates for the payee; None if the payee does.

    Raises PayeesAgeUnknown, GuardianNeeded, MayNotDesignate, EntryIsMerged.
    """
    child = isinstance(payee, PersonId) and _too_young(payees.birth, today)
    if by is None or by == payee:
        if child:
            raise GuardianNeeded
        return None
    mandate = payees.mandate(payee, by, MandateScope.NEMKONTO, today, OF_A_CHILD if child else None)
    holders.existence.must_not_be_merged()
    if mandate is None or holders.ended:
        raise MayNotDesignate
    return mandate


def age_rule(payee: PartyId, today: date) -> Version[int] | None:
    """The rule that says from which age a person designates alone; None of a company."""
    return DESIGNATES_ALONE_AGE_YEARS.on(today) if isinstance(payee, PersonId) else None


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
