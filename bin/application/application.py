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

from adapters.documents import DocumentStore, FolderDocuments
from adapters.keys.key_store import PostgresKeys, key_encryption_key
from adapters.keys.vault import Vault
from adapters.ledger.ledger import PostgresLedger
from adapters.ledger.rows import Rows
from adapters.postgres.database import Role, Source, connect, engine, home_folder, open_source, resolve
from adapters.postgres.pool import Pool
from bin.application.command_handler import CommandHandler
from bin.cli import output
from domain.context import Context
from domain.entities import FACTS
from domain.errors import ErrorKind, RigsbogError
from domain.nemkonto.activation_code import activation_code
from domain.subject import CprIndex, CvrIndex, DesignationId
from migrations.upgrade import upgrade

OPERATOR = "34051178"
"""The CVR number of Digitaliseringsstyrelsen, who answers for what the solution itself does."""

BEGUN_SQL = """
select exists (select from pg_class where relname = 'migration' and relnamespace::regnamespace::text = 'ledger')
   and (select count(*) = 5 from pg_roles
         where rolname in ('rigsbog_owner', 'rigsbog_append', 'rigsbog_project', 'rigsbog_audit', 'rigsbog_seal'))
"""
"""Asked of the catalogue, which every user may read. A database may have moved to a cluster without its roles."""


NOT_MIGRATED = "The database holds no Rigsbog, or an older one: run `rigsbog migrate`."


class NotMigrated(RigsbogError):
    """The database holds no Rigsbog, or an older one."""

    kind = ErrorKind.CONFIGURATION


@dataclass
class Application:
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
    def handler(self) -> CommandHandler:
        """Carries out commands."""
        return CommandHandler(self.ledger, self.vault)

    @cached_property
    def documents(self) -> DocumentStore:
        """Letters as they came."""
        return FolderDocuments(self.home / "documents", self.vault)

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

    def code_hash(self, designation: DesignationId, code: str) -> str:
        """What facts keep of an activation code: keyed, so that whoever reads the ledger cannot try all codes.

        Raises NotAnActivationCode.
        """
        return str(self.vault.index("activation code", f"{designation} {activation_code(code)}"))

    def close(self) -> None:
        """Give everything back."""
        self._rooms.close()

    def _engine(self, role: Role | None) -> sqlalchemy.Engine:
        made = engine(self.url, role)
        self._rooms.callback(made.dispose)
        return made


@contextmanager
def open_application(environment: Mapping[str, str] | None = None) -> Iterator[Application]:
    """The house of this environment, with the embedded server held up as long as it is open.

    An embedded database that is still empty is migrated here: it is this user's own, and nobody else would do it.
    Raises NoDatabase, DatabaseUnavailable, NoKey, or NotMigrated.
    """
    settings = os.environ if environment is None else environment
    source = resolve(settings)
    with open_source(source) as url:
        _see_to_it_that_it_is_begun(source, url)
        application = Application(url, home_folder(settings), settings)
        try:
            if not is_migrated(application):
                raise NotMigrated(NOT_MIGRATED)
            yield application
        finally:
            application.close()


def is_begun(url: str) -> bool:
    """Whether the database was ever migrated, and its roles are there."""
    with connect(url, autocommit=True) as connection:
        return connection.execute(BEGUN_SQL).fetchone() == (True,)


def _see_to_it_that_it_is_begun(source: Source, url: str) -> None:
    if is_begun(url):
        return
    if source.server is None:
        raise NotMigrated(NOT_MIGRATED)
    output.say(f"The database in {source.server.home} is new: it is migrated first, as `rigsbog migrate` would.")
    upgrade(url)


def is_migrated(application: Application) -> bool:
    """Whether the database, which was begun, knows every fact of this version."""
    with application.pool.connection() as connection:
        try:
            known = {name for (name,) in connection.execute("select name from ledger.fact_name")}
        except (psycopg.errors.UndefinedTable, psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidSchemaName):
            known = set()
    return known >= set(FACTS)


def acting(
    actor: str, legal_basis: str, *, authority: str = OPERATOR, case: str | None = None, command: UUID | None = None
) -> Context:
    """The context of an act that a tool carries out; without a command id it gets a fresh one."""
    command = command or uuid4()
    return Context(
        authority=authority, actor=actor, legal_basis=legal_basis, case=case, command=command, correlation=command
    )
