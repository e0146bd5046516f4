"""A sealed ledger on a real PostgreSQL: its database, its home, its writers and its sealers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from adapters.keys.key_store import PostgresKeys
from adapters.keys.vault import Vault
from adapters.ledger.ledger import PostgresLedger
from adapters.postgres.database import connect
from adapters.postgres.pool import Pool
from adapters.seal.formats.note import Key, Signer
from adapters.seal.writer.local_checkpoint import LocalCheckpoints
from adapters.seal.writer.publisher import Witnesses
from adapters.seal.writer.sealer import Sealer
from adapters.seal.writer.signing import FileSigner
from adapters.seal.writer.store import Log, SealStore
from bin.application.command_handler import CommandHandler
from domain.operations.seal import AdoptSealingKey
from domain.subject import LogId
from tests.adapters.ledger.ledger_scenes import KEK, context, decision

ORIGIN = "log.example.dk/ledger"
FIRST = FileSigner(ORIGIN, bytes(range(32)))
SECOND = FileSigner(ORIGIN, bytes(range(1, 33)))


@dataclass
class SealingScene:
    """One database with a ledger, and the home folder of its sealer."""

    url: str
    home: Path
    handler: CommandHandler
    signers: Sequence[Signer] = (FIRST,)
    witnesses: Witnesses | None = None
    origin: str = ORIGIN
    pool: Pool = field(kw_only=True)

    @property
    def store(self) -> SealStore:
        """The seal, as any reader sees it."""
        return SealStore(self.pool)

    @property
    def local_checkpoints(self) -> LocalCheckpoints:
        """What the home remembers."""
        return LocalCheckpoints(self.home / "seal")

    def record(self, decisions: int, facts: int = 1) -> int:
        """Record so many decisions; the head."""
        if decisions:
            self.handler.ledger.append_many([decision(facts=facts) for _ in range(decisions)])
        assert isinstance(self.handler.ledger, PostgresLedger)
        return self.handler.ledger.head()

    @contextmanager
    def sealer(self) -> Iterator[Sealer]:
        """A sealer on a new connection."""
        with connect(self.url, "rigsbog_seal", autocommit=True) as connection:
            yield Sealer(
                connection,
                lambda _: self.signers,
                self.local_checkpoints,
                adopt=self.adopt,
                origin=lambda _: self.origin,
                witnesses=self.witnesses,
            )

    def adopt(self, log: Log, key: Key, replaces: str | None = None) -> None:
        """Record that the key was adopted."""
        wish = AdoptSealingKey(log=LogId(log.log), origin=log.origin, vkey=str(key), replaces=replaces)
        self.handler.execute(wish, context(uuid4()))

    def seal(self) -> int:
        """Seal up to the head with a new sealer; the size that is published."""
        with self.sealer() as sealer:
            while (reached := sealer.round()).behind:
                continue
            return reached.published

    def tamper(self, statement: str, *parameters: Any) -> None:
        """Change what the guards protect, as a superuser who disables and enables them again."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            tables = [
                name
                for (name,) in connection.execute(
                    "select c.oid::regclass::text from pg_class c where c.relkind = 'r'"
                    " and c.relnamespace in ('ledger'::regnamespace, 'seal'::regnamespace)"
                ).fetchall()
            ]
            for act in ("disable trigger user", None, "enable always trigger user"):
                if act is None:
                    assert connection.execute(statement, parameters).rowcount > 0
                    continue
                for table in tables:
                    if act.startswith("disable"):
                        connection.execute(f"alter table {table} {act}")
                    else:
                        for (trigger,) in connection.execute(
                            "select tgname from pg_trigger where tgrelid = %s::regclass and not tgisinternal", [table]
                        ).fetchall():
                            connection.execute(f"alter table {table} enable always trigger {trigger}")


@contextmanager
def sealing_scene(url: str, home: Path, **more: Any) -> Iterator[SealingScene]:
    """The ledger of a database and its seal."""
    pool = Pool(url, "rigsbog_append", key_lookups=True)
    try:
        yield SealingScene(
            url,
            home,
            CommandHandler(PostgresLedger(pool), Vault(PostgresKeys(pool), KEK)),
            pool=pool,
            **more,
        )
    finally:
        pool.close()
