"""Lists what was read by a mandate, as a breach report needs it when the mandate was a mistake (GDPR art. 33)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.ledger.entry import Criterion
from bin.application.application import Application
from bin.application.disclosure import Reader, parties_named
from domain.entities import FACTS, NAMES
from domain.entry import NoSuchEntry
from domain.identity.mandate import MandateAnnulled, MandateGranted
from domain.operations.disclosure import QuestionKind
from domain.post.message import MessageOpened, ReadersFact, ServiceEffected
from domain.subject import EntryId, PartyId

GRANTED = NAMES[MandateGranted]
ANNULLED = NAMES[MandateAnnulled]
ACTS = tuple(name for name, fact in FACTS.items() if issubclass(fact, ReadersFact) and fact is not MessageOpened)
"""What a reader did; the first opening of a message is also an opening of the item."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One act of a reader by the mandate."""

    position: int
    recorded_at: datetime | None
    act: str
    message: str
    owner: str
    reader: str
    served: bool
    """Whether it served a summons on the owner."""


@dataclass(frozen=True, slots=True)
class Readings:
    """All that was read by one mandate."""

    mandate: EntryId
    giver: PartyId
    held_by: PartyId
    annulled: bool
    """Whether the mandate never held: then nobody had a right to any of these readings."""
    acts: Sequence[Reading]


def readings(application: Application, mandate: EntryId, reader: Reader) -> Readings:
    """What was read by the mandate, recorded as an answer first. Raises NoSuchEntry if there is no such mandate."""
    entries = application.past.entries([Criterion((mandate,), (GRANTED, ANNULLED, *ACTS))])
    granted = next((entry for entry in entries if entry.name == GRANTED), None)
    if granted is None:
        raise NoSuchEntry
    known = application.past.head()
    reader.disclose(QuestionKind.TRAIL, known, parties_named(entries), rows=len(entries))
    event = MandateGranted.model_validate({**granted.payload, "document": None})
    return Readings(
        mandate=mandate,
        giver=event.party,
        held_by=event.held_by,
        annulled=any(entry.name == ANNULLED for entry in entries),
        acts=[
            Reading(
                position=entry.position,
                recorded_at=entry.recorded_at,
                act=entry.name,
                message=entry.payload["message"],
                owner=entry.payload["recipient"],
                reader=entry.payload["reader"],
                served=entry.name == NAMES[ServiceEffected],
            )
            for entry in entries
            if entry.name in ACTS
        ],
    )
