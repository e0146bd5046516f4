"""Reception: takes letters in, keeps each as it came, submits it, and tells what became of it.

A letter is kept before a fact speaks of it. A command's id is the keyed index of the whole command, so a letter handed
in again, after a crash or for any other reason, is the same command or finds its message there: it has one effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, BinaryIO
from uuid import UUID, uuid5

from pydantic import TypeAdapter

from adapters.documents import Stored
from adapters.ledger.entry import Criterion, record_of
from adapters.memo import Letter, LetterParty
from bin.application.application import Application
from bin.application.command_handler import Asked, Outcome, Recorded, RefusedBy
from bin.application.post.batches import Incoming, batches
from bin.application.post.lookup import NumberIndex, bearers, index_of
from domain.entities import FACTS
from domain.fact import Retention
from domain.post.letter_fault import Fault
from domain.post.message import MESSAGE, Message, MessageScheduled, MessageSubmitted, Stage
from domain.post.message_commands import HEADER, SubmitMessage
from domain.post.receipt import FINAL, ReceiptIssued
from domain.record import Record
from domain.subject import MessageId, PartyId, ReceiptId

ACTOR = "system:reception"
UNREAD = "unread"
"""Stands for the version and type of a letter that could not be read as a letter."""
TRANSMISSIONS = UUID("5269675f-7472-4e73-8d69-7373696f6e01")
"""The namespace of transmissions: a file handed in again is the same transmission."""
TOLD = tuple(sorted(fact.__name__ for fact in (MessageSubmitted, MessageScheduled, ReceiptIssued)))
"""The facts that say what became of a submission."""


class Status(StrEnum):
    """What became of a letter at this submission."""

    COMPLETED = "COMPLETED"
    SCHEDULED = "SCHEDULED"
    INVALID = "INVALID"
    NOT_ALLOWED = "NOT_ALLOWED"
    CONFLICT = "CONFLICT"
    """Another message was submitted under its UUID before."""
    REPLAYED = "REPLAYED"
    """It was submitted before: the receipts are those of then."""


@dataclass(frozen=True, slots=True)
class ReceiptTold:
    """A receipt of a letter."""

    receipt: ReceiptId
    status: str
    position: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of one letter."""

    file: str
    message_uuid: UUID | None
    status: Status
    position: int | None = None
    """Of the last fact of its submission; None when nothing was recorded."""
    receipts: tuple[ReceiptTold, ...] = ()
    errors: tuple[Fault, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the letter was taken, now or before: it is available or will be."""
        return not self.errors


class Reception:
    """Takes letters in for one house."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def take(self, letters: Iterable[tuple[str, BinaryIO]]) -> Iterator[Taken]:
        """Take letters in, in batches, and tell of each in the order in which they came.

        Raises BadInput and ArchiveRefused after telling of what came whole, and what Book.execute_many raises; all may
        simply be handed in again.
        """
        for batch in batches(letters):
            yield from self._take(batch)

    def _take(self, batch: list[Incoming]) -> list[Taken]:
        addressed = [_Addressed(self._application, one) for one in batch]
        indexes = [index for one in addressed for index in (one.sender, one.recipient) if index is not None]
        known = bearers(self._application, indexes)
        asked = {nth: one.asked(known) for nth, one in enumerate(addressed) if one.uuid is not None}
        self._keep(batch, asked)
        outcomes = dict(zip(asked, self._application.handler.execute_many(list(asked.values())), strict=True))
        told = self._told([command.message for command, _ in asked.values() if isinstance(command, SubmitMessage)])
        return [
            _taken(one, outcomes[nth], told) if nth in outcomes else _unnamed(one) for nth, one in enumerate(addressed)
        ]

    def _keep(self, batch: list[Incoming], asked: Mapping[int, Asked]) -> None:
        """Keep the letters that the book does not know yet, sealed for whoever they are for."""
        commands = {nth: command for nth, (command, _) in asked.items() if isinstance(command, SubmitMessage)}
        states: list[Message] = self._application.handler.states([MESSAGE.of(one.message) for one in commands.values()])
        fresh = [nth for nth, state in zip(commands, states, strict=True) if state.stage is Stage.UNKNOWN]
        self._application.documents.put(
            Stored((commands[nth].recipient or commands[nth].message, Retention.POST), batch[nth].sha256, content)
            for nth in fresh
            if (content := batch[nth].content) is not None
        )

    def _told(self, messages: list[MessageId]) -> Mapping[UUID, list[Record]]:
        """What the book tells of the messages' submissions and receipts."""
        told: dict[UUID, list[Record]] = {one.uuid: [] for one in messages}
        if messages:
            for entry in self._application.ledger.entries([Criterion((one,), TOLD) for one in dict.fromkeys(messages)]):
                record = record_of(entry, FACTS)
                message = getattr(record.event, "message", None)
                assert isinstance(message, MessageId), "these facts name their message"
                told[message.uuid].append(record)
        return told


class _Addressed:
    """A letter with the numbers of its sender and recipient read, and every fault found so far."""

    def __init__(self, application: Application, letter: Incoming) -> None:
        self._application = application
        self.incoming = letter
        self.faults = list(letter.reading.faults)
        self.sender = self._index(letter.reading.sender, "Sender")
        self.recipient = self._index(letter.reading.recipient, "Recipient")

    @property
    def uuid(self) -> UUID | None:
        """The letter's own UUID, if it could be read."""
        return self.incoming.reading.message_uuid

    def asked(self, known: Mapping[NumberIndex, PartyId]) -> Asked:
        """The command that submits the letter, in its context."""
        sender = known.get(self.sender) if self.sender else None
        command = self._command(sender, known.get(self.recipient) if self.recipient else None)
        command_id = self._application.vault.index("submission", _adapter().dump_json(command).decode())
        said = self.incoming.reading.sender
        # Only a company's number names an authority; a person's never stands in a header.
        authority = said.id if said is not None and said.id_type == "CVR" and sender is not None else None
        return command, self._application.request(ACTOR, authority=authority, command=command_id)

    def _command(self, sender: PartyId | None, recipient: PartyId | None) -> SubmitMessage:
        uuid, letter = self.uuid, self.incoming.reading.letter
        assert uuid is not None, "a letter without a UUID is not submitted"
        return SubmitMessage(
            message=MessageId(uuid),
            sender=sender,
            recipient=recipient,
            transmission=uuid5(TRANSMISSIONS, f"{uuid} {self.incoming.sha256}"),
            bytes_sha256=self.incoming.sha256,
            size_bytes=self.incoming.size_bytes,
            faults=tuple(self.faults),
            **(_unread(self.incoming) if letter is None else _read(letter)),
        )

    def _index(self, party: LetterParty | None, role: str) -> NumberIndex | None:
        if party is None:
            return None
        try:
            return index_of(self._application, party.id_type, party.id)
        except ValueError as error:
            path = f"{HEADER}/{role}/{role.lower()}ID"
            self.faults.append(Fault(code=f"{role.lower()}.id.invalid", path=path, message=str(error)))
            return None


def _read(letter: Letter) -> dict[str, Any]:
    """What a letter says that the fact of its submission holds."""
    return {
        "memo_version": letter.memo_version,
        "message_type": letter.message_type,
        "content_sha256": letter.canonical_sha256,
        "file_count": len(letter.files),
        "mandatory": letter.mandatory,
        "legal_notification": letter.legal_notification,
        "reply": letter.reply,
        "reply_by": letter.reply_by,
        "do_not_deliver_until": letter.do_not_deliver_until,
        "title": letter.label,
        "sender_reference": letter.message_id or letter.case_id,
    }


def _unread(letter: Incoming) -> dict[str, Any]:
    """What is said of a letter with faults: nothing in it is relied on, and its bytes are its content."""
    return {
        "memo_version": UNREAD,
        "message_type": UNREAD,
        "content_sha256": letter.sha256,
        "file_count": 0,
        "mandatory": False,
        "legal_notification": False,
        "reply": False,
        "reply_by": None,
        "do_not_deliver_until": None,
        "title": "",
        "sender_reference": None,
    }


def _unnamed(letter: _Addressed) -> Taken:
    """A letter without a readable UUID: nothing can be recorded of what has no name."""
    return Taken(file=letter.incoming.file, message_uuid=None, status=Status.INVALID, errors=tuple(letter.faults))


def _taken(letter: _Addressed, outcome: Outcome, told: Mapping[UUID, list[Record]]) -> Taken:
    file, uuid = letter.incoming.file, letter.uuid
    assert uuid is not None, "what was asked for has a UUID"
    if isinstance(outcome, RefusedBy):
        conflict = Fault(code="message.uuid.conflict", path=f"{HEADER}/messageUUID", message=str(outcome.refusal))
        return Taken(file=file, message_uuid=uuid, status=Status.CONFLICT, errors=(conflict,))
    records = told[uuid]
    submission = next(one.context.command for one in records if isinstance(one.event, MessageSubmitted))
    issued = [(one, one.event) for one in records if isinstance(one.event, ReceiptIssued)]
    final = next((event for _, event in issued if event.status in FINAL), None)
    if not isinstance(outcome, Recorded) or outcome.repeated:
        status = Status.REPLAYED
    else:
        status = Status(final.status.value) if final else Status.SCHEDULED
    return Taken(
        file=file,
        message_uuid=uuid,
        status=status,
        position=max(one.position for one in records if one.context.command == submission),
        receipts=tuple(
            ReceiptTold(event.receipt, event.status.value, one.position, one.recorded_at) for one, event in issued
        ),
        errors=final.faults if final else (),
    )


@cache
def _adapter() -> TypeAdapter[SubmitMessage]:
    return TypeAdapter(SubmitMessage)
