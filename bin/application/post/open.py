"""What a reader does with a message in the mailbox, what follows from it in law, and what the message says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from io import BytesIO
from types import MappingProxyType
from typing import Any

from adapters.documents import DocumentMissing
from adapters.keys.vault import NotWhatWasEncrypted
from adapters.memo import InMemory, read_letter
from bin.application.application import Application
from bin.application.contexts import OnBehalf
from bin.application.post.letter_context import handled_in
from bin.application.refused_acts import record_refused
from domain.command import Refused
from domain.fact import Event
from domain.identity.existence import EXISTENCE
from domain.post.item import ITEM, Folder, ForwardedTo
from domain.post.item_commands import HandleMessage, ItemIsDeleted, MarkRead, MarkUnread, ReadersAct
from domain.post.legal_times import LEGAL_TIMES, LegalTimes, legal_times
from domain.post.message import MESSAGE, Channel, Handling
from domain.post.service import SERVED_ON, ServedOtherwise, ServiceConfirmed, service_that_holds
from domain.post.submission import MessageSubmitted
from domain.record import Record
from domain.subject import MessageId, PartyId, PersonId

TEXT_TYPES = ("text/plain",)


class ContentErased(Refused):
    """What this message says was erased, and nothing was recorded. Ask its sender for a copy."""


class ReaderAction(StrEnum):
    OPEN = "open"
    MOVE = "move"
    DELETE = "delete"
    DOWNLOAD = "download"
    FORWARD = "forward"
    READ = "read"
    UNREAD = "unread"


SHOWN = (ReaderAction.OPEN, ReaderAction.DOWNLOAD)
"""The actions that show what the message says."""
HANDLINGS: Mapping[ReaderAction, Handling] = MappingProxyType(
    {
        ReaderAction.OPEN: Handling.OPENED,
        ReaderAction.MOVE: Handling.MOVED,
        ReaderAction.DELETE: Handling.DELETED,
        ReaderAction.DOWNLOAD: Handling.DOWNLOADED,
        ReaderAction.FORWARD: Handling.FORWARDED,
    }
)


@dataclass(frozen=True, slots=True)
class MessageContents:
    """What a message says to its reader; what was erased is None."""

    title: str | None
    text: str | None
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HandledMessage:
    records: tuple[Record, ...]
    times: LegalTimes
    service: Event | None
    """The service that holds, by whatever method."""
    contents: MessageContents | None
    """None for an action that does not show the message."""


def handle(
    application: Application,
    message: MessageId,
    reader: PartyId,
    action: ReaderAction,
    *,
    channel: Channel = Channel.BORGER_DK,
    folder: Folder = Folder.ARCHIVE,
    to: ForwardedTo = ForwardedTo.TRUSTED,
) -> HandledMessage:
    """Handle a message as a reader; `folder` is where a moved message goes, `to` where a forwarded one does.

    What cannot be shown is not opened, and serves nobody: nothing is recorded of it. Raises NotTheRecipient, also for
    an unknown message, and the other refusals of ReadersAct; and ContentErased and what DocumentStore.get raises.
    """
    handler = application.handler
    known = tuple(handler.opened_records(message, facts=MESSAGE.facts()))
    state = MESSAGE.state_after(record.event for record in known)
    submission = _submission_in(known)
    # A message that is not there is refused and recorded as one of somebody else is.
    owner = state.recipient or reader
    remains = remaining_entry(application, owner, reader)
    named = {"message": message, "reader": reader, "owner": owner, "channel": channel, "remains": remains}
    command = _command(action, named, {"folder": folder, "to": to})
    acting = handled_in(submission.context if submission else None)
    letter = _submitted(submission) if state.available else None
    content = _content_to_show(application, command, letter, acting) if action in SHOWN and letter else None
    records = application.execute(command, str(reader), acting)
    if action is ReaderAction.DELETE and letter is not None and letter.document is not None:
        # After the fact: what is interrupted between the two is completed by the next call.
        application.documents.delete(letter.document)
    all_records = [*handler.records(message)]
    return HandledMessage(
        records=records,
        times=legal_times(all_records),
        service=service_that_holds(record.event for record in all_records),
        contents=None if content is None or letter is None else _parse(letter, content),
    )


def remaining_entry(application: Application, owner: PartyId, reader: PartyId) -> PersonId | None:
    """The entry that remains of the owner's, if it was merged; an owner who reads needs none."""
    if reader == owner:
        return None
    (existence,) = application.handler.states([EXISTENCE.of(owner)])
    remains: PersonId | None = existence.remains
    return remains


def contents_of(application: Application, message: MessageId) -> MessageContents:
    """What a message says. The caller must have recorded first that its reader may read it.

    Raises ItemIsDeleted for one that its owner has deleted for good.
    """
    submitted = _submitted(_submission(application, message))
    if submitted.message_type is None or submitted.document is None:
        return _parse(submitted, None)  # It could not be read as a letter, or was too large to be kept.
    try:
        return _parse(submitted, application.documents.get(submitted.document))
    except DocumentMissing:
        (item,) = application.handler.states([ITEM.of(message)])
        if item.deleted:
            raise ItemIsDeleted from None
        raise


def _content_to_show(
    application: Application, command: ReadersAct, letter: MessageSubmitted, acting: OnBehalf
) -> bytes:
    """The bytes of an available message, before the act is recorded; nothing of them is shown yet.

    Raises ContentErased and what DocumentStore.get raises; but what the law refuses it refuses first, so that nobody
    without access learns of it.
    """
    assert letter.document is not None, "what is available was stored"
    try:
        content = application.documents.get(letter.document)
    except (DocumentMissing, NotWhatWasEncrypted):
        _check_allowed(application, command, acting)
        raise
    if content is None:
        _check_allowed(application, command, acting)
        raise ContentErased
    return content


def _check_allowed(application: Application, command: ReadersAct, acting: OnBehalf) -> None:
    """Raise the refusals of the act, which are recorded; an act that is allowed is not."""
    states = application.handler.states(command.consults())
    request = application.request(str(command.reader), authority=acting.authority, case=acting.case)
    try:
        tuple(command.decide(request.context(command.legal_basis).at(application.ledger.now()), *states))
    except Refused as refusal:
        record_refused(application.handler.execute, command, request, refusal)
        raise


def _submission(application: Application, message: MessageId) -> Record | None:
    """The record of a message's submission, decrypted where its key exists; None where it was not submitted here."""
    return _submission_in(application.handler.opened_records(message, facts=(MessageSubmitted,)))


def _submission_in(records: Iterable[Record]) -> Record | None:
    return next((record for record in records if isinstance(record.event, MessageSubmitted)), None)


def _submitted(submission: Record | None) -> MessageSubmitted:
    assert submission is not None, "what is read was submitted"
    assert isinstance(submission.event, MessageSubmitted), "only submissions were asked for"
    return submission.event


def served_on(service: Event | None) -> date | None:
    """The day of a service by another method than the first handling, whose time is a legal time."""
    field = None if service is None else SERVED_ON.get(type(service))
    return None if field is None else getattr(service, field)


def sentences(times: LegalTimes, service: Event | None) -> list[str]:
    """The legal times that have come, and another service that holds, one sentence each."""
    instants = ((time, getattr(times, time.name)) for time in LEGAL_TIMES)
    come = [
        f"{time.english} ({time.danish.lower()}): {instant.isoformat(timespec='seconds')}."
        for time, instant in instants
        if instant is not None
    ]
    day = served_on(service)
    return come if day is None else [*come, f"Served (forkyndt): on {day}, {_method(service)}."]


def _method(service: Event | None) -> str:
    match service:
        case ServiceConfirmed():
            return "as the recipient confirmed"
        case ServedOtherwise(method=method):
            return f"by {method}"
        case _:
            return "when it reached its addressee"


def _command(action: ReaderAction, named: Mapping[str, Any], where: Mapping[str, Any]) -> ReadersAct:
    match action:
        case ReaderAction.READ:
            return MarkRead(**named)
        case ReaderAction.UNREAD:
            return MarkUnread(**named)
        case _:
            return HandleMessage(**named, **where, handling=HANDLINGS[action])


def _parse(submitted: MessageSubmitted, content: bytes | None) -> MessageContents:
    """The title and the first plain text of a letter, and the names of its files."""
    title = submitted.title if isinstance(submitted.title, str) else None
    if content is None:
        return MessageContents(title, None)
    if submitted.memo_version is None:  # One of the state's own plain texts.
        return MessageContents(title, content.decode())
    files = InMemory()
    letter = read_letter(BytesIO(content), keep=files).letter
    if letter is None:
        return MessageContents(title, None)
    texts = [files[index] for index, file in enumerate(letter.files) if file.encoding_format in TEXT_TYPES]
    names = tuple(f"{file.filename} ({file.encoding_format}, {file.size_bytes} bytes)" for file in letter.files)
    return MessageContents(title, texts[0].decode(errors="replace") if texts else None, names)
