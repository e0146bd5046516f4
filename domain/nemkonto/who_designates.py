"""Who may designate an account: the payee from 15 years on, who acts for the payee by a mandate, and a case worker.

Nemkonto.dk, adolescents and Anvis NemKonto; BEK 788/2025 §§ 4, 6, 7 and 8.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from domain.command import Misstated, Refused
from domain.danish_time import years_after
from domain.dated_policy import Version
from domain.identity.mandate import MandateGranted, MandateKind, MandateScope, Representation
from domain.nemkonto.designation import DesignationChannel
from domain.policy import DESIGNATES_ALONE_AGE_YEARS
from domain.subject import PartyId, PersonId

OF_A_CHILD = frozenset({MandateKind.GUARDIAN, MandateKind.CUSTODY})
"""Who acts for somebody who is too young to act."""


class GuardianNeeded(Refused):
    """The payee is too young to designate an account alone. Let the guardian, or who has custody, designate it."""


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
    birth_date: date | None,
    today: date,
    *,
    payees: Representation,
    holders: Representation,
) -> MandateGranted | None:
    """The mandate by which somebody designates for the payee; None if the payee does.

    Somebody whose birth date is not known counts as old enough. Raises GuardianNeeded, MayNotDesignate,
    EntryIsMerged.
    """
    rule = age_rule(birth_date, today)
    child = birth_date is not None and rule is not None and years_after(birth_date, rule.value) > today
    if by is None or by == payee:
        if child:
            raise GuardianNeeded
        return None
    mandate = payees.mandate(payee, by, MandateScope.NEMKONTO, today, OF_A_CHILD if child else None)
    holders.existence.must_not_be_merged()
    if mandate is None or holders.ended:
        raise MayNotDesignate
    return mandate


def age_rule(birth_date: date | None, today: date) -> Version[int] | None:
    """The rule that says from which age the payee designates alone; None of whom no birth date is known."""
    return None if birth_date is None else DESIGNATES_ALONE_AGE_YEARS.on(today)


def check_evidence(channel: DesignationChannel, signature: str | None, document: UUID | None) -> None:
    """Raise SignatureMissing, FormMissing where the channel asks for one."""
    if channel is DesignationChannel.AUTHORITY and not (signature and signature.strip()):
        raise SignatureMissing
    if channel is DesignationChannel.FORM and document is None:
        raise FormMissing
