"""Makes the command that submits a letter: who its parties are, what it says, and for whom it is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from adapters.keys.number_lookup import NumberKey
from adapters.memo import Letter, LetterParty
from adapters.memo.letter import File, Readable, Reply
from bin.application.application import Application
from bin.application.command_handler import CommandRequest
from bin.application.people.find import FoundParty, key_of
from bin.application.post.batches import IncomingLetter
from bin.application.post.filing import reference_index, stored_letter, transmission_of
from bin.application.post.scan import virus_found_by
from domain.context import Request
from domain.post.letter_fault import MESSAGE_HEADER_PATH, Fault
from domain.post.message_commands import SubmitMessage
from domain.post.submission import LetterDetails, LetterFile, StoredLetter
from domain.subject import MessageId, PartyId

ACTOR = "system:reception"


class AddressedLetter:
    """A letter with the numbers of its parties read, and every fault found so far."""

    def __init__(self, application: Application, incoming: IncomingLetter) -> None:
        self._application = application
        self.incoming = incoming
        self.faults = list(incoming.reading.faults)
        self._letter = incoming.reading.letter
        self._sender = self._key(incoming.reading.sender, "Sender")
        self._recipient = self._key(incoming.reading.recipient, "Recipient")
        representative = None if self._letter is None else self._letter.representative
        self._representative = self._key(representative, "Sender/Representative")

    @property
    def numbers(self) -> list[NumberKey]:
        """By which its parties are looked up."""
        return [key for key in (self._sender, self._recipient, self._representative) if key is not None]

    @property
    def uuid(self) -> UUID | None:
        """The letter's own UUID, if it could be read."""
        return self.incoming.reading.message_uuid

    def request(self, known: Mapping[NumberKey, FoundParty], public: set[PartyId]) -> CommandRequest:
        """The command, and for whom it is recorded; of the known parties, `public` are authorities."""
        command = self._command(known)
        command_id = self._application.vault.index("submission", _adapter().dump_json(command).decode())
        return command, self._request(command, public, command_id)

    def _request(self, command: SubmitMessage, public: set[PartyId], command_id: UUID) -> Request:
        """An authority answers for the letters that it sends, and for those that others send it.

        Only an authority's number may be in a header, which is not encrypted: a sole trader's leads to a person.
        """
        reading, private = self.incoming.reading, command.sender is not None and command.sender not in public
        party, answering = (reading.recipient, command.recipient) if private else (reading.sender, command.sender)
        return self._application.request(
            str(command.details.representative or command.sender) if private else ACTOR,
            authority=party.id if party is not None and answering in public else None,
            case=None if self._letter is None else self._letter.case_id,
            command=command_id,
        )

    def _command(self, known: Mapping[NumberKey, FoundParty]) -> SubmitMessage:
        letter = self._letter
        assert self.uuid is not None, "a letter without a UUID is not submitted"
        message = MessageId(self.uuid)
        sender, recipient, representative = (
            found.party if key and (found := known.get(key)) else None
            for key in (self._sender, self._recipient, self._representative)
        )
        return SubmitMessage(
            message=message,
            sender=sender,
            recipient=recipient,
            recipient_number=known[self._recipient].number if self._recipient and recipient else None,
            transmission=transmission_of(self._application.vault, message, self.incoming.sha256),
            stored=self._stored(message, recipient),
            faults=tuple(self.faults),
            virus_found_by=virus_found_by(self._application, self.incoming.content),
            details=self._details(sender, representative),
            **(_fields_unread(self.incoming.reading.readable) if letter is None else _fields(letter)),
        )

    def _stored(self, message: MessageId, recipient: PartyId | None) -> StoredLetter:
        incoming, letter = self.incoming, self._letter
        stored = stored_letter(
            self._application.vault,
            message,
            recipient,
            meaning=incoming.sha256 if letter is None else letter.canonical_sha256,
            sha256=incoming.sha256,
            size_bytes=incoming.size_bytes,
        )
        return stored if incoming.content is not None else replace(stored, document=None)

    def _details(self, sender: PartyId | None, representative: PartyId | None) -> LetterDetails:
        letter, readable = self._letter, self.incoming.reading.readable
        details = _files(readable.files) if letter is None else _details(letter, representative)
        reference = readable.message_id if letter is None else letter.message_id
        if sender is None or reference is None:
            return details
        return replace(details, reference_index=reference_index(self._application.vault, sender, reference))

    def _key(self, party: LetterParty | None, place: str) -> NumberKey | None:
        if party is None:
            return None
        try:
            return key_of(self._application, party.id_type, party.id)
        except ValueError as error:
            role = place.rpartition("/")[2].lower()
            path = f"{MESSAGE_HEADER_PATH}/{place}/{role}ID"
            self.faults.append(Fault(code=f"{role}.id.invalid", path=path, message=str(error)))
            return None


def _fields(letter: Letter) -> dict[str, Any]:
    return {
        "memo_version": letter.memo_version,
        "message_type": letter.message_type,
        "mandatory": letter.mandatory,
        "legal_notification": letter.legal_notification,
        "asks_confirmation": letter.asks_confirmation,
        "reply": letter.reply,
        "reply_by": letter.reply_by,
        "do_not_deliver_until": letter.do_not_deliver_until,
        "title": letter.label,
        "sender_reference": letter.message_id,
        "case_reference": letter.case_id,
    }


def _fields_unread(readable: Readable) -> dict[str, Any]:
    """The same fields of a letter with faults: nothing that it asks for is relied on."""
    return {
        "memo_version": None,
        "message_type": None,
        "mandatory": False,
        "legal_notification": False,
        "reply": False,
        "reply_by": None,
        "do_not_deliver_until": None,
        "title": readable.label,
        "sender_reference": readable.message_id,
    }


def _details(letter: Letter, representative: PartyId | None) -> LetterDetails:
    answers, thread = _thread(letter.replies)
    return replace(
        _files(letter.files),
        representative=representative,
        representative_name=letter.representative.label if letter.representative else None,
        answers=answers,
        thread=thread,
        forwards=letter.forwarded.message_uuid if letter.forwarded else None,
        forwarded_from=letter.forwarded.original_sender if letter.forwarded else None,
        contact_point=_uuid(letter.recipient.contact_point_id),
        sender_contact_point=_uuid(letter.sender.contact_point_id),
        sender_system=letter.generating_system,
        post_type=letter.post_type,
    )


def _files(files: tuple[File, ...]) -> LetterDetails:
    return LetterDetails(
        files=tuple(
            LetterFile(
                document=file.document,
                document_number=file.document_number,
                media_type=file.media_type,
                language=file.language,
                size_bytes=file.size_bytes,
            )
            for file in files
        ),
        file_sha256=tuple(file.sha256 for file in files),
    )


def _thread(replies: tuple[Reply, ...]) -> tuple[UUID | None, UUID | None]:
    """The message that a letter answers, which no other of the thread answers, and the first of the thread."""
    if not replies:
        return None, None
    answered = {reply.reply_uuid for reply in replies}
    last = [reply for reply in replies if reply.message_uuid not in answered] or replies
    first = [reply for reply in replies if reply.reply_uuid is None] or replies
    return last[-1].message_uuid, first[0].message_uuid


def _uuid(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


@cache
def _adapter() -> TypeAdapter[SubmitMessage]:
    return TypeAdapter(SubmitMessage)
