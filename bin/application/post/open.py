"""What a reader does with a message in the mailbox, what follows from it in law, and what the message says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from io import BytesIO
from types import MappingProxyType
from typing import Any

from adapters.documents import DocumentFault, DocumentMissing
from adapters.memo import InMemory, read_letter
from bin.application.application import Application
from bin.application.contexts import OnBehalf
from bin.application.documents import log_fault, read_document
from bin.application.post.letter_context import handled_in
from bin.application.refused_acts import record_refused
from domain.command import Refused
from domain.fact import Event
from domain.identity.existence import EXISTENCE
from domain.post.item import ITEM, Folder, ForwardedTo
from domain.post.item_commands import HandleMessage, ItemIsDeleted, MarkRead, MarkUnread, ReadersAct
from domain.post.legal_times import LEGAL_TIMES, LegalTimes, legal_times
from domain.post.message import MESSAGE, Channel, Handling, Message
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
"""The actions that show what the message says to who acts."""
HANDED_OUT = (*SHOWN, ReaderAction.FORWARD)
"""The actions that show it to anybody."""
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
    an unknown message, and the other refusals of ReadersAct; and ContentErased and DocumentFault.
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
    letter = submission if state.available else None
    contents = None
    if letter is not None and (action in HANDED_OUT or _serves(application, command, state)):
        contents = contents_before_act(application, command, letter, acting)
    records = application.execute(command, str(reader), acting)
    if action is ReaderAction.DELETE and state.available and state.document is not None:
        # After the fact: what is interrupted between the two is completed by the next call.
        application.documents.delete(state.document)
    all_records = [*handler.records(message)]
    return HandledMessage(
        records=records,
        times=legal_times(all_records),
        service=service_that_holds(record.event for record in all_records),
        contents=contents if action in SHOWN else None,
    )


def remaining_entry(application: Application, owner: PartyId, reader: PartyId) -> PersonId | None:
    """The entry that remains of the owner's, if it was merged; an owner who reads needs none."""
    if reader == owner:
        return None
    (existence,) = application.handler.states([EXISTENCE.of(owner)])
    remains: PersonId | None = existence.remains
    return remains


def contents_of(application: Application, message: MessageId) -> MessageContents:
    """What a message says; the caller records that its reader may read it, and then shows it.

    Raises ItemIsDeleted for one that its owner has deleted for good, and DocumentFault.
    """
    submission = submission_of(application, message)
    assert submission is not None, "what is read was submitted"
    submitted = _submitted(submission)
    if submitted.message_type is None or submitted.document is None:
        return _parse(submitted, None)  # It could not be read as a letter, or was too large to be kept.
    try:
        return _parse(submitted, read_document(application, submission))
    except DocumentFault as fault:
        (item,) = application.handler.states([ITEM.of(message)])
        if item.deleted and isinstance(fault, DocumentMissing):
            raise ItemIsDeleted from None
        log_fault(submission, fault)
        raise


def contents_before_act(
    application: Application, command: ReadersAct, submission: Record, acting: OnBehalf
) -> MessageContents:
    """What an available message says, before the act is recorded; nothing of it is shown yet.

    Raises ContentErased and DocumentFault; but what the law refuses it refuses first, so that nobody without access
    learns of it.
    """
    try:
        content = read_document(application, submission)
    except DocumentFault as fault:
        _check_allowed(application, command, acting)
        log_fault(submission, fault)
        raise
    if content is None:
        _check_allowed(application, command, acting)
        raise ContentErased
    return _parse(_submitted(submission), content)


def _serves(application: Application, command: ReadersAct, message: Message) -> bool:
    """Whether the act serves a summons by handling it."""
    if not message.legal_notification or not isinstance(command, HandleMessage):
        return False
    states = application.handler.states(command.consults())
    return command.serves(*states[:4])


def _check_allowed(application: Application, command: ReadersAct, acting: OnBehalf) -> None:
    """Raise the refusals of the act, which are recorded; an act that is allowed is not."""
    states = application.handler.states(command.consults())
    request = application.request(str(command.reader), authority=acting.authority, case=acting.case)
    try:
        tuple(command.decide(request.context(command.legal_basis).at(application.ledger.now()), *states))
    except Refused as refusal:
        record_refused(application.handler.execute, command, request, refusal)
        raise


def submission_of(application: Application, message: MessageId) -> Record | None:
    """The record of a message's submission, decrypted where its key exists; None where it was not submitted here."""
    return _submission_in(application.handler.opened_records(message, facts=(MessageSubmitted,)))


def _submission_in(records: Iterable[Record]) -> Record | None:
    return next((record for record in records if isinstance(record.event, MessageSubmitted)), None)


def _submitted(submission: Record) -> MessageSubmitted:
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
