"""The grant of a mandate and the entering of a parent, as life events of the giver and of the child."""

from __future__ import annotations

from bin.application.people.event_arguments import EventArguments, UnsuitableArguments
from domain.command import AnyCommand
from domain.entry import EntrySource
from domain.identity.mandate import KIND_RULES, MandateKind
from domain.identity.mandate_commands import GrantMandate
from domain.identity.parent import EnterParent, ParentKind
from domain.subject import PartyId, PersonId


def grant_mandate(subject: PartyId, given: EventArguments) -> AnyCommand:
    """The document of an appointment is read from the event's text. Raises UnsuitableArguments."""
    holder, kind = given.named_holder, given.choice(MandateKind)
    return GrantMandate(
        giver=subject,
        held_by=holder,
        kind=kind,
        scope=given.scope,
        valid_from=given.on,
        valid_to=given.until,
        **given.origin(EntrySource.PARTY),
        document=given.text().strip() if KIND_RULES[kind].of_an_estate else None,
    )


def enter_parent(subject: PersonId, given: EventArguments) -> AnyCommand:
    """Raises UnsuitableArguments when the holder is no person."""
    if not isinstance(given.named_holder, PersonId):
        raise UnsuitableArguments("this act needs a parent, a person:<uuid>", "holder")
    return EnterParent(
        child=subject,
        parent=given.named_holder,
        kind=given.choice(ParentKind),
        valid_from=given.on,
        **given.origin(),
    )
