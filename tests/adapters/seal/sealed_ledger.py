"""A small sealed ledger for the tests that attack it, and its audit in the auditor's role."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.postgres.database import engine
from adapters.seal.audit.audit import Audit, AuditRequest, audit
from adapters.seal.formats import canonical
from adapters.seal.formats.checkpoint import Checkpoint
from adapters.seal.formats.note import Key, Kind, Note, Signature, Signer, cosigned
from adapters.seal.formats.tiles import WIDTH, Growing, Place, bundle, node_of
from adapters.seal.formats.tree import root
from projections.engine.verify import verify_ledger
from tests.adapters.seal.sealing_scene import FIRST, ORIGIN, SealingScene, sealing_scene

WITNESS = "vidne.example"
SIZES = (3, 256, 300, 560)
"""Of the checkpoints."""
SEALED = SIZES[-1]
OPEN = 6
"""Records that are not sealed yet."""
TABLES = ("ledger.record", "ledger.subject", "ledger.command", "ledger.fact_name", "ledger.subject_kind")
SEALED_TABLES = ("seal.log", "seal.tile", "seal.bundle", "seal.checkpoint", "seal.cosignature", "seal.publication")


class InMemorySigner:
    """Signs in memory."""

    def __init__(self, name: str, kind: Kind = Kind.LOG) -> None:
        self._private = Ed25519PrivateKey.generate()
        self.key = Key(name, self._private.public_key().public_bytes_raw(), kind)

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(message)


LOG, WITNESSING = FIRST, InMemorySigner(WITNESS, Kind.WITNESS)
ADOPTED_AT = 3
"""The position of the fact that adopts the log's key."""


def sealed(url: str, home: Path) -> None:
    """Record and seal in portions; every header column of every third record holds something."""

    def cosign(checkpoint: Checkpoint, _note: Note, _path: Callable[[int], list[bytes]]) -> list[Signature]:
        return [cosigned(checkpoint.text, WITNESSING, 1_900_000_000)]

    with sealing_scene(url, home, witnesses=cosign) as handler:
        for decisions, facts, size in ((2, 1, 3), (253, 1, 256), (22, 2, 300), (130, 2, SEALED)):
            before = handler.record(0)
            handler.record(decisions, facts)
            fill_headers(handler, before)
            assert handler.seal() == size
        handler.record(OPEN // 2, 2)


def fill_headers(handler: SealingScene, after: int) -> None:
    """Let every third record say more of itself than the tests' commands do, before it is sealed."""
    handler.tamper(
        "update ledger.record set causation = position - 1, case_id = 'sag ' || position,"
        " effective_from = recorded_at - interval '1 day' where position > %s and position %% 3 = 0 or position = 1",
        after,
    )


def unguard(connection: psycopg.Connection[Any]) -> None:
    """What a superuser can do: nothing refuses a change any more."""
    for table in (*TABLES, *SEALED_TABLES):
        connection.execute(f"alter table {table} disable trigger all")


def guard(connection: psycopg.Connection[Any]) -> None:
    """Leave no trace."""
    for table in (*TABLES, *SEALED_TABLES):
        connection.execute(f"alter table {table} enable trigger all")


def forge_seal(connection: psycopg.Connection[Any], sizes: Sequence[int], by: Signer = LOG) -> None:
    """Seal the whole ledger again, with checkpoints of those sizes, as a forger with the key would."""
    unguard(connection)
    connection.execute("create temporary table if not exists was on commit drop as select log from seal.log")
    for table in reversed(SEALED_TABLES):
        connection.execute(f"delete from {table}")
    connection.execute(
        "insert into seal.log (log, origin) select coalesce((select log from was), gen_random_uuid()), %s", [ORIGIN]
    )
    contents = [content for _, content in canonical.records(connection, 0, sizes[-1])]
    tree, tiles = Growing(), dict[Place, bytes]()
    for size in sizes:
        for content in contents[tree.size : size]:
            tree.add(content)
        tiles |= tree.take_changed()
        checkpoint = Checkpoint(ORIGIN, size, root(size, node_of(tiles.__getitem__)))
        connection.execute(
            "insert into seal.checkpoint values (%s, %s, ledger.clock())", [size, str(checkpoint.signed(by))]
        )
        line = cosigned(checkpoint.text, WITNESSING, 1_900_000_000 + size)
        connection.execute(
            "insert into seal.cosignature values (%s, %s, %s, ledger.clock())", [size, WITNESS, str(line)]
        )
        connection.execute("insert into seal.publication values (%s, ledger.clock())", [size])
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into seal.tile values (%s, %s, %s)",
            [(one.level, one.index, hashes) for one, hashes in tiles.items()],
        )
        cursor.executemany(
            "insert into seal.bundle values (%s, %s)",
            [(begin // WIDTH, bundle(contents[begin : begin + WIDTH])) for begin in range(0, len(contents), WIDTH)],
        )


@contextmanager
def attacked(url: str) -> Iterator[psycopg.Connection[Any]]:
    """A superuser's connection that may change anything; all of it is undone at the end."""
    with psycopg.connect(url) as connection:
        unguard(connection)
        yield connection
        connection.rollback()


@contextmanager
def checking(url: str) -> Iterator[tuple[psycopg.Connection[Any], Callable[[], dict[str, tuple[str, ...]]]]]:
    """As `attacked`, with the ledger's own checks in the same transaction: the failed ones, and where."""
    owner = engine(url)
    try:
        with owner.connect() as mine:
            driver = mine.connection.dbapi_connection
            assert isinstance(driver, psycopg.Connection)
            unguard(driver)
            yield driver, lambda: {check.name: check.differing for check in verify_ledger(mine) if not check.ok}
            mine.rollback()
    finally:
        owner.dispose()


def audited(connection: psycopg.Connection[Any], request: AuditRequest | None = None) -> Audit:
    """The audit of what is stored now, in the auditor's role."""
    connection.execute("set local role rigsbog_audit")
    result = audit(connection, request or AuditRequest((LOG.key,), (WITNESSING.key,)), lambda _done, _total: None)
    connection.execute("reset role")
    return result


def differing(found: Audit, name: str) -> tuple[str, ...]:
    """The places that the claim of that name gives."""
    (check,) = [one for one in found.checks if one.name == name]
    return check.differing


def broken(found: Audit) -> list[str]:
    """The names of the claims that do not hold."""
    return [one.name for one in found.checks if not one.ok]
