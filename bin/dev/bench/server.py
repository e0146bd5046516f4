"""Where the bench works: databases of its own on the server at hand, made for one run and dropped after it."""

from __future__ import annotations

import itertools
import os
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self
from urllib.parse import quote, urlencode
from uuid import uuid4

import sqlalchemy
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from adapters.keys.key_store import PostgresKeys
from adapters.keys.vault import KEY_BYTES, Vault
from adapters.ledger.ledger import PostgresLedger
from adapters.postgres.database import connect, create_database, engine, readable
from adapters.postgres.pool import Pool
from adapters.settings import load_settings
from bin.application.application import Application
from bin.application.operations.migration import migrate
from bin.dev.bench.measure import progress
from bin.dev.bench.sample_messages import SampleMessages

LOAD_DECISIONS = 20_000
"""Decisions copied into the ledger in one transaction while it is made ready."""
SETTINGS = ("server_version", "fsync", "synchronous_commit", "wal_level", "shared_buffers", "max_wal_size", "work_mem")


@dataclass
class BenchDatabase:
    """A migrated database with nothing in it, and our ways into it."""

    url: str
    pool: Pool
    ledger: PostgresLedger
    messages: SampleMessages
    projecting: sqlalchemy.Engine
    auditing: sqlalchemy.Engine

    def close(self) -> None:
        self.pool.close()
        self.projecting.dispose()
        self.auditing.dispose()


@dataclass
class BenchServer:
    """Gives out databases on one server; all of them are dropped when it is left, whatever happened."""

    server_url: str
    facts: int
    """How many facts the large ledger holds."""
    runs: int
    _stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *why: object) -> None:
        self._stack.close()

    @cached_property
    def small(self) -> BenchDatabase:
        """Where appends, following and the library begin from nothing."""
        return self._new_database()

    @cached_property
    def large(self) -> BenchDatabase:
        """Where the ledger of `facts` facts lies; it is written when it is first asked for."""
        bench = self._new_database()
        decisions = bench.messages.decisions(self.facts)
        written = 0
        while batch := list(itertools.islice(decisions, LOAD_DECISIONS)):
            bench.ledger.append_many(batch)
            written += sum(len(decision.entries) for decision in batch)
            progress(f"Writing the ledger: {written:,} of {self.facts:,} facts")
        # Autovacuum does so within minutes in any ledger that has stood for a while.
        with connect(bench.url, autocommit=True) as connection:
            connection.execute("vacuum (analyze) ledger.record, ledger.subject, ledger.command")
        return bench

    @cached_property
    def home(self) -> Path:
        """The folder of the benchmark's keys and local checkpoints."""
        return Path(self._stack.enter_context(TemporaryDirectory(prefix="rigsbog-bench-")))

    def settings(self) -> dict[str, str]:
        """What the server runs with, so that a figure can be judged."""
        with connect(self.server_url) as connection:
            shown = (
                connection.execute(sql.SQL("show {}").format(sql.Identifier(name))).fetchone() for name in SETTINGS
            )
            return {name: row[0] for name, row in zip(SETTINGS, shown, strict=True) if row is not None}

    def application(self, bench: BenchDatabase) -> AbstractContextManager[Application]:
        """An application with keys and local checkpoints of the benchmark's own; it is closed at the end."""
        return closing(Application(load_settings({"RIGSBOG_HOME": str(self.home)}), bench.url))

    def database(self) -> str:
        name = f"rigsbog_bench_{uuid4().hex[:12]}"
        # Registered first: interrupted in between, there is nothing to drop, and that is no error.
        self._stack.callback(self._drop, name)
        create_database(self.server_url, name)
        return at_database(self.server_url, name)

    def _new_database(self) -> BenchDatabase:
        url = self.database()
        migrate(url)
        bench = bench_database_at(url)
        self._stack.callback(bench.close)
        return bench

    def _drop(self, name: str) -> None:
        with connect(self.server_url, autocommit=True) as connection:
            dropping = sql.SQL("drop database if exists {} with (force)")
            connection.execute(dropping.format(sql.Identifier(name)))


def bench_database_at(url: str, seed: int = 1) -> BenchDatabase:
    """Our ways into a migrated database, with a vault of their own; the same seed makes the same lives."""
    pool = Pool(url, "rigsbog_append", key_lookups=True)
    messages = SampleMessages(Vault(PostgresKeys(pool), os.urandom(KEY_BYTES)), seed)
    auditing, projecting = engine(url, "rigsbog_audit"), engine(url, "rigsbog_project")
    return BenchDatabase(url, pool, PostgresLedger(pool), messages, projecting, auditing)


def at_database(url: str, name: str) -> str:
    """The same server and user, another database."""
    parts = conninfo_to_dict(readable(url)) | {"dbname": name}
    options = {word: str(value) for word, value in parts.items() if word != "dbname"}
    return f"postgresql:///{quote(name)}?{urlencode(options, quote_via=quote)}"
