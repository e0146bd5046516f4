"""Who may ask for an exemption for another, and appeal a refusal (*partsrepræsentant*). Administration act § 8."""

from __future__ import annotations

from datetime import date

from domain.command import Refused
from domain.identity.existence import Existence
from domain.identity.mandate import ACTING_KINDS, MandateScope, Representation
from domain.subject import EntryId, PartyId


class NoMandateToAsk(Refused):
    """Only a proxy who may act for the recipient can ask or appeal: by a mandate to act that covers post or the
    services of authorities, not by one to read or write. Grant that mandate, or let the recipient ask.
    """


def mandate_to_ask(
    recipient: PartyId, by: PartyId | None, owner: Representation, proxy: Existence, today: date
) -> EntryId | None:
    """The mandate by which a proxy asks; None if the recipient does. Raises EntryIsMerged, NoMandateToAsk."""
    if by is None or by == recipient:
        return None
    proxy.must_not_be_merged()
    mandates = (
        owner.mandate(recipient, by, scope, today, ACTING_KINDS) for scope in (MandateScope.MAIL, MandateScope.SERVICE)
    )
    granted = next((mandate for mandate in mandates if mandate is not None), None)
    if granted is None or proxy.ended_on is not None:
        raise NoMandateToAsk
    return granted.entry
