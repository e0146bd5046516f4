"""Which letters a correction concerns: what arrived, or was refused, while the registration was wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from domain.danish_time import day_of
from domain.post.correction import RegistrationCorrected, RegistrationStatus
from domain.post.correction_commands import NoSuchCorrection
from domain.post.exemption import ExemptionEntered
from domain.post.message import MessageMadeAvailable, MessageRejected, ReleaseRefused
from domain.post.submission import MessageSubmitted
from domain.record import Record
from domain.subject import EntryId, MessageId, PartyId


@dataclass(frozen=True, slots=True)
class AffectedLetter:
    message: MessageId
    sender: PartyId | None
    at: datetime
    """When it arrived, or was refused."""
    arrived: bool


def affected_letters(correction: EntryId, records: Iterable[Record]) -> tuple[PartyId, list[AffectedLetter]]:
    """The recipient of a correction and the letters of its time, from all records about the recipient in order.

    A registration by mistake, or an exemption that is recorded late, has letters that arrived; one that was missing by
    mistake has letters that were refused. Raises NoSuchCorrection.
    """
    known = list(records)
    corrects = next((record for record in known if record.event.own_subject == correction and _corrects(record)), None)
    if corrects is None:
        raise NoSuchCorrection
    recipient, wrong_from, wrong_to, arrived = _time_of(corrects)
    senders = {
        record.event.message: record.event.sender for record in known if isinstance(record.event, MessageSubmitted)
    }
    letters = []
    for record in known:
        event = record.event
        kinds = (MessageMadeAvailable,) if arrived else (MessageRejected, ReleaseRefused)
        if not isinstance(event, kinds) or event.recipient != recipient or record.position > corrects.position:
            continue
        if wrong_from <= day_of(record.recorded_at) < wrong_to:
            letters.append(AffectedLetter(event.message, senders.get(event.message), record.recorded_at, arrived))
    return recipient, letters


def _corrects(record: Record) -> bool:
    return isinstance(record.event, RegistrationCorrected | ExemptionEntered)


def _time_of(record: Record) -> tuple[PartyId, date, date, bool]:
    """Of whom, from which day until before which day, and whether letters arrived that should not have."""
    match record.event:
        case RegistrationCorrected(recipient=recipient, wrong_from=begins, wrong_to=ends, was=was):
            return recipient, begins, ends, was is RegistrationStatus.REGISTERED
        case ExemptionEntered(party=recipient, valid_from=begins, valid_to=ends):
            return recipient, begins, ends or date.max, True
        case _:
            raise NoSuchCorrection
