"""Where the bench works: databases of its own on the server at hand, made for one run and dropped after it."""

from __future__ import annotations

import itertools
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self
from urllib.parse import quote, urlencode
from uuid import uuid4

from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from adapters.postgres.database import connect, create_database, readable
from adapters.settings import load_settings
from bin.application.application import Application
from bin.application.operations.migration import migrate
from bin.dev.bench.measure import progress
from bin.dev.bench.sample_messages import SampleMessages

LOAD_DECISIONS = 20_000
"""Decisions copied into the ledger in one transaction while it is made ready."""
SETTINGS = ("server_version", "fsync", "synchronous_commit", "wal_level", "shared_buffers", "max_wal_size", "work_mem")


@dataclass
class BenchApplication(Application):
    """An application on a migrated database of its own, and the messages to fill it with."""

    seed: int = 1

    @cached_property
    def messages(self) -> SampleMessages:
        """The same seed makes the same messages."""
        return SampleMessages(self.vault, self.settings.authority, self.seed)


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
    def small(self) -> BenchApplication:
        """Where appends, following and the library begin from nothing."""
        return self._new_database()

    @cached_property
    def large(self) -> BenchApplication:
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

    def database(self) -> str:
        name = f"rigsbog_bench_{uuid4().hex[:12]}"
        # Registered first: interrupted in between, there is nothing to drop, and that is no error.
        self._stack.callback(self._drop, name)
        create_database(self.server_url, name)
        return at_database(self.server_url, name)

    def _new_database(self) -> BenchApplication:
        url = self.database()
        migrate(url)
        bench = BenchApplication(load_settings({"RIGSBOG_HOME": str(self.home)}), url)
        self._stack.callback(bench.close)
        return bench

    def _drop(self, name: str) -> None:
        with connect(self.server_url, autocommit=True) as connection:
            dropping = sql.SQL("drop database if exists {} with (force)")
            connection.execute(dropping.format(sql.Identifier(name)))


def at_database(url: str, name: str) -> str:
    """The same server and user, another database."""
    parts = conninfo_to_dict(readable(url)) | {"dbname": name}
    options = {word: str(value) for word, value in parts.items() if word != "dbname"}
    return f"postgresql:///{quote(name)}?{urlencode(options, quote_via=quote)}"
