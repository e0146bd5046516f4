"""Submits letters in the MeMo format: stores each as it came, records its submission, and reports the outcome.

A letter is stored before a fact refers to it. A command's id is the keyed index of the whole command: a letter that is
submitted again, after a crash or for any other reason, has no second effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import BinaryIO
from uuid import UUID

from adapters.documents import Stored
from adapters.ledger.entry import Criterion, record_of
from bin.application.application import Application
from bin.application.command_handler import CommandRequest
from bin.application.outcomes import NewlyRecorded, Outcome, RefusedBy
from bin.application.people.find import authorities, parties_found
from bin.application.post.addressed_letter import AddressedLetter
from bin.application.post.batches import IncomingLetter, batches
from bin.application.post.filing import delete_unrecorded, holding_of
from domain.entities import FACTS
from domain.newer import WrittenByNewerVersion
from domain.post.letter_fault import MESSAGE_HEADER_PATH, Fault, Party
from domain.post.message import MESSAGE, Message, MessageScheduled, Stage
from domain.post.message_commands import MessageConflict, SubmitMessage
from domain.post.postponement import ReleasePostponed
from domain.post.receipt import FINAL, ReceiptIssued
from domain.post.submission import MessageSubmitted
from domain.record import Record
from domain.subject import MessageId, ReceiptId

OUTCOME_FACTS = tuple(
    sorted(fact.__name__ for fact in (MessageSubmitted, MessageScheduled, ReleasePostponed, ReceiptIssued))
)
"""The facts that say what became of a submission."""


class SubmissionStatus(StrEnum):
    COMPLETED = "COMPLETED"
    SCHEDULED = "SCHEDULED"
    INVALID = "INVALID"
    NOT_ALLOWED = "NOT_ALLOWED"
    CONFLICT = "CONFLICT"
    """Another message was submitted under its UUID before."""
    REPLAYED = "REPLAYED"
    """It was submitted before: the receipts are those of the first submission."""


@dataclass(frozen=True, slots=True)
class IssuedReceipt:
    receipt: ReceiptId
    status: str
    position: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedLetter:
    file: str
    message_uuid: UUID | None
    status: SubmissionStatus
    position: int | None = None
    """The position of the last fact of its submission; None when nothing was recorded."""
    receipts: tuple[IssuedReceipt, ...] = ()
    errors: tuple[Fault, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether the letter was accepted, now or before: it is available or will be."""
        return not self.errors


class MessageSubmission:
    def __init__(self, application: Application) -> None:
        self._application = application

    def submit(self, letters: Iterable[tuple[str, BinaryIO]]) -> Iterator[SubmittedLetter]:
        """Submit letters in batches, and yield the outcome of each in the order in which they came.

        Raises BadInput and ArchiveRefused after the outcomes of all letters that were read whole, and what
        CommandHandler.execute_many raises. After any error the same letters may be submitted again.
        """
        for batch in batches(letters):
            yield from self._submit(batch)

    def _submit(self, batch: list[IncomingLetter]) -> list[SubmittedLetter]:
        letters = [AddressedLetter(self._application, incoming) for incoming in batch]
        known = parties_found(self._application, [key for letter in letters for key in letter.numbers])
        public = authorities(self._application, [found.party for found in known.values()])
        requests = {nth: letter.request(known, public) for nth, letter in enumerate(letters) if letter.uuid is not None}
        self._store(batch, requests)
        outcomes = dict(zip(requests, self._application.handler.execute_many(list(requests.values())), strict=True))
        not_new = [requests[nth][0] for nth, outcome in outcomes.items() if not isinstance(outcome, NewlyRecorded)]
        delete_unrecorded(self._application, (each for each in not_new if isinstance(each, SubmitMessage)))
        records = self._records(
            [(letter.uuid, outcomes[nth]) for nth, letter in enumerate(letters) if letter.uuid is not None]
        )
        return [
            _submitted(letter, outcomes[nth], records) if nth in outcomes else _unnamed(letter)
            for nth, letter in enumerate(letters)
        ]

    def _store(self, batch: list[IncomingLetter], requests: Mapping[int, CommandRequest]) -> None:
        """Store the letters of unknown messages, encrypted with their recipients' keys."""
        commands = {nth: command for nth, (command, _) in requests.items() if isinstance(command, SubmitMessage)}
        states: list[Message] = self._application.handler.states(
            [MESSAGE.of(command.message) for command in commands.values()]
        )
        unknown = [nth for nth, state in zip(commands, states, strict=True) if state.stage is Stage.UNKNOWN]
        self._application.documents.put(
            Stored(holding_of(commands[nth].message, commands[nth].recipient), stored.document, content)
            for nth in unknown
            if (content := batch[nth].content) is not None
            and (stored := commands[nth].stored) is not None
            and stored.document is not None
        )

    def _records(self, outcomes: list[tuple[UUID, Outcome]]) -> Mapping[UUID, list[Record]]:
        """The records of each message's submission and receipts. Only those of an earlier submission are read."""
        records: dict[UUID, list[Record]] = {}
        for uuid, outcome in outcomes:
            if isinstance(outcome, NewlyRecorded):
                made = self._application.handler.records_of(outcome)
                records[uuid] = [record for record in made if record.name in OUTCOME_FACTS]
        earlier = [MessageId(uuid) for uuid, _ in outcomes if uuid not in records]
        if earlier:
            criteria = [Criterion((message,), OUTCOME_FACTS) for message in dict.fromkeys(earlier)]
            for entry in self._application.ledger.entries(criteria):
                record = record_of(entry, FACTS)
                message = getattr(record.event, "message", None)
                assert isinstance(message, MessageId), "these facts name their message"
                records.setdefault(message.uuid, []).append(record)
        return records


def _unnamed(letter: AddressedLetter) -> SubmittedLetter:
    """The outcome of a letter without a readable UUID: nothing can be recorded without an id."""
    return SubmittedLetter(
        file=letter.incoming.file,
        message_uuid=None,
        status=SubmissionStatus.INVALID,
        errors=tuple(letter.faults),
    )


def _submitted(
    letter: AddressedLetter, outcome: Outcome, records_by_message: Mapping[UUID, list[Record]]
) -> SubmittedLetter:
    file, uuid = letter.incoming.file, letter.uuid
    assert uuid is not None, "a letter that was submitted has a UUID"
    if isinstance(outcome, RefusedBy):
        conflict = isinstance(outcome.refusal, MessageConflict)
        code, path = ("message.uuid.conflict", "/messageUUID") if conflict else ("letter.not.recordable", "")
        party = Party.SOLUTION if isinstance(outcome.refusal, WrittenByNewerVersion) else Party.SENDER
        fault = Fault(code=code, path=f"{MESSAGE_HEADER_PATH}{path}", message=str(outcome.refusal), fault=party)
        status = SubmissionStatus.CONFLICT if conflict else SubmissionStatus.INVALID
        return SubmittedLetter(file=file, message_uuid=uuid, status=status, errors=(fault,))
    records = records_by_message[uuid]
    submission = next(record.context.command for record in records if isinstance(record.event, MessageSubmitted))
    issued = [(record, record.event) for record in records if isinstance(record.event, ReceiptIssued)]
    final = next((event for _, event in issued if event.status in FINAL), None)
    if not isinstance(outcome, NewlyRecorded):
        status = SubmissionStatus.REPLAYED
    else:
        status = SubmissionStatus(final.status.value) if final else SubmissionStatus.SCHEDULED
    return SubmittedLetter(
        file=file,
        message_uuid=uuid,
        status=status,
        position=max(record.position for record in records if record.context.command == submission),
        receipts=tuple(
            IssuedReceipt(event.receipt, event.status.value, record.position, record.recorded_at)
            for record, event in issued
        ),
        errors=final.faults if final else (),
    )
