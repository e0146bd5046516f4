"""Which letters a correction concerns: what arrived, or was refused, while the registration was wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from domain.danish_time import day_of
from domain.entry import NoSuchEntry
from domain.fact import Event
from domain.post.correction import RegistrationCorrected, RegistrationStatus
from domain.post.correction_commands import NoSuchCorrection
from domain.post.exemption import EXEMPTIONS, ExemptionEntered
from domain.post.imported_arrival import ArrivalImported, without_annulled_imports
from domain.post.mail_registration import UnreachableBecause
from domain.post.message import MessageMadeAvailable, MessageRejected, ReleaseRefused
from domain.post.release_commands import UNREACHABLE
from domain.post.submission import MessageSubmitted
from domain.record import Record
from domain.subject import EntryId, MessageId, PartyId

FOR_LACK_OF_REGISTRATION = frozenset({UnreachableBecause.UNKNOWN, UnreachableBecause.NOT_YET})
"""Why one who should have been registered could not be reached."""
THEIR_FAULTS = frozenset(UNREACHABLE[because][0] for because in FOR_LACK_OF_REGISTRATION)
ARRIVED = (MessageMadeAvailable, ArrivalImported)
REFUSED = (MessageRejected, ReleaseRefused)


@dataclass(frozen=True, slots=True)
class AffectedLetter:
    message: MessageId
    sender: PartyId | None
    at: datetime
    """When it arrived, or was refused."""
    arrived: bool


def affected_letters(correction: EntryId, records: Iterable[Record]) -> list[AffectedLetter]:
    """The letters of the time of a correction, from all records about its recipient in order.

    A registration by mistake, or an exemption that is recorded late, has letters that arrived, here or in another
    system; one that was missing by mistake has letters that were refused for that reason and no other. Of an exemption
    they are those of the days on which it held, as is known now, also where its end was a mistake. Raises
    NoSuchCorrection, also of one that never held. An arrival that was taken over by mistake is none.
    """
    known = without_annulled_imports(records)
    corrects = next((record for record in known if record.event.own_subject == correction and _corrects(record)), None)
    if corrects is None:
        raise NoSuchCorrection
    recipient, wrong_from, wrong_to, arrived = _time_of(corrects.event, known)
    senders = {
        record.event.message: record.event.sender
        for record in known
        if isinstance(record.event, MessageSubmitted | ArrivalImported)
    }
    letters = []
    for record in known:
        event = record.event
        if not isinstance(event, ARRIVED if arrived else REFUSED) or not _concerned(event):
            continue
        # A registration is right after its correction; an exemption holds also on days that were learned of later.
        later = isinstance(corrects.event, RegistrationCorrected) and record.position > corrects.position
        if event.recipient != recipient or later:
            continue
        at = event.available_at if isinstance(event, ArrivalImported) else record.recorded_at
        if wrong_from <= day_of(at) < wrong_to:
            letters.append(AffectedLetter(event.message, senders.get(event.message), at, arrived))
    return letters


def _concerned(event: Event) -> bool:
    """Whether the letter arrived, or was refused because its recipient was not registered and for no other reason."""
    match event:
        case MessageRejected(faults=faults):
            return all(fault.code in THEIR_FAULTS for fault in faults)
        case ReleaseRefused(because=because):
            return because in FOR_LACK_OF_REGISTRATION
        case _:
            return True


def _corrects(record: Record) -> bool:
    return isinstance(record.event, RegistrationCorrected | ExemptionEntered)


def _time_of(corrects: Event, known: Iterable[Record]) -> tuple[PartyId, date, date, bool]:
    """Of whom, from which day until before which day, and whether letters arrived that should not have."""
    match corrects:
        case RegistrationCorrected(recipient=recipient, wrong_from=begins, wrong_to=ends, should=should):
            return recipient, begins, ends, should is RegistrationStatus.NOT_REGISTERED
        case ExemptionEntered(party=recipient, entry=entry):
            try:
                period = EXEMPTIONS.entity.state_after(record.event for record in known).period(entry)
            except NoSuchEntry as annulled:
                raise NoSuchCorrection from annulled
            return recipient, period.valid_from, period.valid_to or date.max, True
        case _:
            raise NoSuchCorrection
