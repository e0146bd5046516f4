"""The composition root: joins database, keys, ledger, documents and registers into the house that tools work in."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import sqlalchemy

from adapters.book import Book
from adapters.connections import Pool
from adapters.documents import DocumentStore
from adapters.keys import PostgresKeys, key_encryption_key
from adapters.ledger import PostgresLedger
from adapters.ledger_rows import Rows
from adapters.postgres import Role, engine, home_folder, open_source, resolve
from adapters.vault import Vault
from domain.context import Context
from domain.entities import FACTS
from domain.subject import CprIndex, CvrIndex

OPERATOR = "34051178"
"""The CVR number of Digitaliseringsstyrelsen, who answers for what the solution itself does."""


class NotMigrated(Exception):
    """The database holds no Rigsbog, or an older one: run `rigsbog migrate`."""


@dataclass
class House:
    """Everything a tool needs, each thing made when it is first asked for."""

    url: str
    home: Path
    environment: Mapping[str, str]
    _rooms: ExitStack = field(default_factory=ExitStack)

    @cached_property
    def pool(self) -> Pool:
        """Connections of those who write facts."""
        pool = Pool(self.url, "rigsbog_append", key_lookups=True)
        self._rooms.callback(pool.close)
        return pool

    @cached_property
    def ledger(self) -> PostgresLedger:
        """The ledger."""
        return PostgresLedger(self.pool, Rows(FACTS))

    @cached_property
    def vault(self) -> Vault:
        """The keys."""
        return Vault(PostgresKeys(self.pool), key_encryption_key(self.environment, self.home))

    @cached_property
    def book(self) -> Book:
        """Carries out commands."""
        return Book(self.ledger, self.vault)

    @cached_property
    def documents(self) -> DocumentStore:
        """Letters as they came."""
        return DocumentStore(self.home / "documents", self.vault)

    @cached_property
    def owning(self) -> sqlalchemy.Engine:
        """Connections of the database's own user, for what no role may do."""
        return self._engine(None)

    @cached_property
    def projecting(self) -> sqlalchemy.Engine:
        """Connections of those who build registers."""
        return self._engine("rigsbog_project")

    @cached_property
    def auditing(self) -> sqlalchemy.Engine:
        """Connections of those who only read."""
        return self._engine("rigsbog_audit")

    def cpr(self, number: str) -> CprIndex:
        """The subject by which a CPR number is looked up; the number must be valid and is not kept."""
        return CprIndex(self.vault.index("cpr", number))

    def cvr(self, number: str) -> CvrIndex:
        """The subject by which a CVR number is looked up."""
        return CvrIndex(self.vault.index("cvr", number))

    def close(self) -> None:
        """Give everything back."""
        self._rooms.close()

    def _engine(self, role: Role | None) -> sqlalchemy.Engine:
        made = engine(self.url, role)
        self._rooms.callback(made.dispose)
        return made


@contextmanager
def open_house(environment: Mapping[str, str] | None = None) -> Iterator[House]:
    """The house of this environment, with the embedded server held up as long as it is open.

    Raises NoDatabase, DatabaseUnavailable, NoKey, or NotMigrated.
    """
    settings = os.environ if environment is None else environment
    with open_source(resolve(settings)) as url:
        house = House(url, home_folder(settings), settings)
        try:
            _check_migrated(house)
            yield house
        finally:
            house.close()


def _check_migrated(house: House) -> None:
    with house.pool.connection() as connection:
        try:
            known = {name for (name,) in connection.execute("select name from ledger.fact_name")}
        except (psycopg.errors.UndefinedTable, psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidSchemaName):
            known = set()
    if not known >= set(FACTS):
        raise NotMigrated(" ".join((NotMigrated.__doc__ or "").split()))


def acting(
    actor: str, legal_basis: str, *, authority: str = OPERATOR, case: str | None = None, command: UUID | None = None
) -> Context:
    """The context of an act that a tool carries out; without a command id it gets a fresh one."""
    command = command or uuid4()
    return Context(
        authority=authority, actor=actor, legal_basis=legal_basis, case=case, command=command, correlation=command
    )
