"""Facts for the bench: the lives of messages as the law would have recorded them, ready for the ledger."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from adapters.keys.vault import Vault
from adapters.ledger.entry import Decision, Entry
from adapters.ledger.fold import criteria
from domain.command import Consulted
from domain.context import Context
from domain.entities import NAMES
from domain.fact import Event
from domain.post.mail_registration import MAIL_REGISTRATION
from domain.post.message import (
    MESSAGE,
    Channel,
    Handling,
    MessageMadeAvailable,
    MessageOpened,
    MessageScheduled,
    ServiceEffected,
)
from domain.post.message_commands import SubmitMessage
from domain.post.receipt import ReceiptStatus, issued
from domain.post.submission import DocumentKind, LetterFile, MessageSubmitted
from domain.subject import CompanyId, CprIndex, MessageId, PersonId

FACTS_A_MESSAGE = 4
RECIPIENTS = 2_000
SENDERS = 50
SUMMONS_EVERY = 20
"""One message in so many is a service of process, which is never held back."""
OPEN_AT_ONCE = 5_000
"""Messages whose facts lie mixed with one another: the facts of one message are thousands of positions apart."""
RELEASE = datetime(2026, 3, 9, 23, 0, tzinfo=UTC)
SHA256_HEX = 64


@dataclass
class SampleMessages:
    """Makes messages, always the same from the same seed; the vault seals what is personal in them."""

    vault: Vault
    authority: str
    seed: int = 1
    _chance: random.Random = field(init=False)
    recipients: list[PersonId] = field(init=False)
    senders: list[CompanyId] = field(init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 - made-up letters, not secrets
        self.recipients = [PersonId(self.uuid()) for _ in range(RECIPIENTS)]
        self.senders = [CompanyId(self.uuid()) for _ in range(SENDERS)]

    def uuid(self) -> UUID:
        return UUID(int=self._chance.getrandbits(128), version=4)

    def decisions(self, facts: int) -> Iterator[Decision]:
        """Whole lives of `facts` // 4 messages, their facts mixed as they would come."""
        left = facts // FACTS_A_MESSAGE
        while left > 0:
            messages = [self._life(number) for number in range(min(left, OPEN_AT_ONCE))]
            for step in range(max(map(len, messages))):
                yield from (self.decision(*life[step]) for life in messages if step < len(life))
            left -= len(messages)

    def arrival(self, after: int) -> Decision:
        """A message is made available, on condition that nothing after a position changed it or its recipient."""
        fact = MessageMadeAvailable(message=MessageId(self.uuid()), recipient=self._chance.choice(self.recipients))
        consulted = MESSAGE.of(fact.message), MAIL_REGISTRATION.of(fact.recipient)
        return self.decision(fact, consulted=consulted, after=after)

    def submission(self, after: int) -> Decision:
        """A letter is submitted and arrives at once, as SubmitMessage has it: four facts, under one condition."""
        message, recipient = MessageId(self.uuid()), self._chance.choice(self.recipients)
        submitted = self._submitted(message, recipient, summons=True)
        facts = (
            submitted,
            issued(message, submitted.sender, ReceiptStatus.RECEIVED),
            MessageMadeAvailable(message=message, recipient=recipient),
            issued(message, submitted.sender, ReceiptStatus.COMPLETED),
        )
        consulted = MESSAGE.of(message), MAIL_REGISTRATION.of(recipient)
        return self.decision(*facts, consulted=consulted, after=after)

    def decision(self, *facts: Event, consulted: Sequence[Consulted[Any]] = (), after: int = 0) -> Decision:
        """The facts as one command's outcome, with its context."""
        context = Context(
            authority=self.authority,
            actor="system:digital-post",
            legal_basis=SubmitMessage.legal_basis,
            command=self.uuid(),
            correlation=self.uuid(),
        )
        return Decision(
            command=context.command,
            digest=self._chance.randbytes(16),
            entries=tuple(self._entry(fact, context, ordinal) for ordinal, fact in enumerate(facts)),
            unless=criteria(consulted, NAMES) or None,
            after=after,
        )

    def _entry(self, fact: Event, context: Context, ordinal: int) -> Entry:
        name = NAMES[type(fact)]
        return Entry.of(fact, name, context, ordinal, self.vault.encrypt(fact, name, context.command, ordinal))

    def _life(self, number: int) -> tuple[tuple[Event, ...], ...]:
        summons = number % SUMMONS_EVERY == 0
        message, recipient = MessageId(self.uuid()), self._chance.choice(self.recipients)
        submitted = self._submitted(message, recipient, summons=summons)
        arrived = MessageMadeAvailable(message=message, recipient=recipient)
        opened = MessageOpened(
            message=message, recipient=recipient, reader=recipient, channel=self._chance.choice(list(Channel))
        )
        if not summons:
            held = MessageScheduled(
                message=message,
                sender=submitted.sender,
                recipient=recipient,
                release_at=RELEASE,
                rule="window@2022-03-21",
                release_rule="hour@2022-03-21",
            )
            return (submitted, held), (arrived,), (opened,)
        served = ServiceEffected(
            message=message, recipient=recipient, reader=recipient, handling=Handling.OPENED, channel=opened.channel
        )
        return (submitted, arrived), (opened, served)

    def _submitted(self, message: MessageId, recipient: PersonId, *, summons: bool) -> MessageSubmitted:
        size = self._chance.randrange(2_000, 400_000)
        return MessageSubmitted(
            message=message,
            sender=self._chance.choice(self.senders),
            recipient=recipient,
            recipient_number=CprIndex(self.uuid()),
            submitted_on=RELEASE.date(),
            transmission=self.uuid(),
            memo_version="1.2",
            message_type="DIGITALPOST",
            content=self.uuid(),
            document=self.uuid(),
            bytes_sha256=self._chance.randbytes(SHA256_HEX // 2).hex(),
            files=(_file(size),),
            file_sha256=(self._chance.randbytes(SHA256_HEX // 2).hex(),),
            reference_index=self.uuid(),
            representative=None,
            representative_name=None,
            answers=None,
            thread=None,
            forwards=None,
            forwarded_from=None,
            contact_point=None,
            sender_contact_point=None,
            sender_system="system",
            post_type="MYNDIGHEDSPOST",
            size_bytes=size,
            mandatory=summons,
            legal_notification=summons,
            reply=False,
            reply_by=None,
            do_not_deliver_until=None if summons else (RELEASE + timedelta(hours=1)).date(),
            title=f"Årsopgørelse 2025, meddelelse {size}",
            sender_reference=f"sag-{size}",
            case_reference=None,
        )


def _file(size_bytes: int) -> LetterFile:
    return LetterFile(
        document=DocumentKind.MAIN,
        document_number=1,
        media_type="application/pdf",
        language="da",
        size_bytes=size_bytes,
    )
