"""Ledgers, command handlers and decisions for the tests of the ledger on a real PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

from adapters.keys.key_store import PostgresKeys
from adapters.keys.vault import Vault
from adapters.ledger.entry import Criterion, Decision, Entry
from adapters.ledger.ledger import PostgresLedger
from adapters.postgres.pool import Pool
from bin.application.command_handler import CommandHandler
from domain.context import Context
from domain.identity.cpr import CprNumber
from domain.identity.names import Address, PersonName
from domain.identity.person_commands import RegisterPerson
from domain.subject import CprIndex, MessageId, PersonId

KEK = bytes(range(32))
AVAILABLE = "MessageMadeAvailable"


def context(command: UUID | None = None) -> Context:
    """A context with a command id of its own."""
    command = command or uuid4()
    return Context(
        authority="34051178",
        actor="system:test",
        legal_basis="LBK 686/2021 § 10",
        command=command,
        correlation=command,
    )


def entry(message: MessageId, *, to: Context, ordinal: int = 0, person: PersonId | None = None) -> Entry:
    """A message that was made available; nothing in it is personal, and the sealed part is noise."""
    reader = person or PersonId(uuid4())
    return Entry(
        name=AVAILABLE,
        subject=message,
        subjects=(message, reader),
        context=to,
        ordinal=ordinal,
        payload={"message": str(message), "recipient": str(reader)},
        sealed=os.urandom(40),
    )


def decision(
    *, about: MessageId | None = None, facts: int = 1, command: UUID | None = None, digest: bytes = b"same"
) -> Decision:
    """A decision to make a message available, unless it is available already."""
    about, to = about or MessageId(uuid4()), context(command)
    return Decision(
        command=to.command,
        digest=digest,
        entries=tuple(entry(about, to=to, ordinal=nth) for nth in range(facts)),
        unless=(Criterion((about,), (AVAILABLE,)),),
    )


def made_up_number(index: CprIndex) -> CprNumber:
    """A replacement number of somebody born from 1900 to 1999, the same for the same index."""
    rest, serial = divmod(index.uuid.int, 4_000)
    rest, day = divmod(rest, 28)
    rest, month = divmod(rest, 12)
    return CprNumber(f"{61 + day}{1 + month:02}{rest % 100:02}{serial:04}")


def registration(person: PersonId | None = None, index: CprIndex | None = None) -> RegisterPerson:
    """The registration of a person with a number of its own, which the index gives."""
    index = index or CprIndex(uuid4())
    return RegisterPerson(
        person=person or PersonId(uuid4()),
        index=index,
        number=made_up_number(index),
        name=PersonName(given="Anna Sofie", family="Prøve"),
        address=Address(street="Prøvevej 1, 2. tv", postal_code="2100", city="København Ø"),
    )


@contextmanager
def opened_ledger(url: str) -> Iterator[PostgresLedger]:
    """The ledger of a database, as a writer of facts sees it."""
    pool = Pool(url, "rigsbog_append", key_lookups=True)
    try:
        yield PostgresLedger(pool)
    finally:
        pool.close()


@contextmanager
def opened_handler(url: str) -> Iterator[CommandHandler]:
    """The command handler of a database, with its keys in that database."""
    pool = Pool(url, "rigsbog_append", key_lookups=True)
    try:
        yield CommandHandler(PostgresLedger(pool), Vault(PostgresKeys(pool), KEK))
    finally:
        pool.close()
