"""The composition root: joins database, keys, ledger and documents into the application that all use cases need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from uuid import UUID, uuid4

import psycopg

from adapters.documents import DocumentStore, FolderDocuments
from adapters.keys.key_store import PostgresKeys, key_encryption_key
from adapters.keys.keyless import Keyless
from adapters.keys.number_lookup import Numbers
from adapters.keys.vault import Vault
from adapters.ledger.ledger import PostgresLedger
from adapters.postgres.connections import Database
from adapters.postgres.database import connect, open_source, resolve
from adapters.postgres.pool import ask
from adapters.settings import Settings
from bin.application.command_handler import CommandHandler
from bin.application.contexts import OPERATOR, OnBehalf
from bin.application.disclosure_log import DisclosureLog, LedgerDisclosures
from bin.application.operations.upgrade import upgrade
from domain.command import AnyCommand
from domain.context import Request
from domain.entities import FACTS
from domain.errors import ErrorKind, RigsbogError
from domain.nemkonto.activation_code import activation_code
from domain.record import Record
from domain.subject import DesignationId
from migrations.guards import NEWEST
from migrations.roles import ROLES

BEGUN_SQL = f"""
select exists (select from pg_class where relname = 'migration' and relnamespace::regnamespace::text = 'ledger'),
       (select count(*) from pg_roles where rolname in {ROLES}) = {len(ROLES)}
"""  # noqa: S608 - names of our own
"""Asked of the catalogue, which every user may read. A database may have moved to a cluster without its roles."""

SIMULATED_SQL = "select exists (select from ledger.simulated_clock)"

PrintNotice = Callable[[str], None]
"""Shows a sentence to the person who runs the program."""


class NotMigrated(RigsbogError):
    """The database holds no Rigsbog, or an older one: run `rigsbog migrate`."""

    kind = ErrorKind.CONFIGURATION


class SimulatedClock(RigsbogError):
    """RIGSBOG_ENV is production and this ledger's clock is simulated, so nothing is recorded: set DATABASE_URL to the
    state's own ledger, and see `rigsbog doctor`.
    """

    kind = ErrorKind.CONFIGURATION


@dataclass
class Application:
    """Everything that a use case needs; each part is made when it is first used."""

    settings: Settings
    url: str

    @property
    def home(self) -> Path:
        return self.settings.home

    @cached_property
    def database(self) -> Database:
        replica = self.settings.read_url
        return Database(self.url, replica.get_secret_value() if replica else None)

    @cached_property
    def ledger(self) -> PostgresLedger:
        return PostgresLedger(self.database.append)

    @cached_property
    def past(self) -> PostgresLedger:
        """The ledger for questions of the past: on the read replica if there is one."""
        return PostgresLedger(self.database.questions_pool)

    @cached_property
    def vault(self) -> Vault:
        return Vault(PostgresKeys(self.database.append), key_encryption_key(self.settings))

    @cached_property
    def handler(self) -> CommandHandler:
        return CommandHandler(self.ledger, self.vault)

    @cached_property
    def keyless_handler(self) -> CommandHandler:
        """The command handler of operators, who need no key: their commands hold no personal data."""
        return CommandHandler(self.ledger, Keyless(PostgresKeys(self.database.append)))

    @cached_property
    def documents(self) -> DocumentStore:
        return FolderDocuments(self.home / "documents", self.vault)

    @cached_property
    def numbers(self) -> Numbers:
        return Numbers(self.database.append, self.vault)

    def code_hash(self, designation: DesignationId, code: str) -> str:
        """What facts hold of an activation code: keyed, so that a reader of the ledger cannot try all codes.

        Raises NotAnActivationCode.
        """
        return str(self.vault.index("activation code", f"{designation} {activation_code(code)}"))

    def request(
        self, actor: str, *, authority: str | None = None, case: str | None = None, command: UUID | None = None
    ) -> Request:
        """A request: by default of the authority that operates the solution, under a new command id."""
        command = command or uuid4()
        return Request(
            authority=authority or self.settings.authority,
            actor=actor,
            case=case,
            command=command,
            correlation=command,
        )

    def execute(self, command: AnyCommand, actor: str, on_behalf: OnBehalf = OPERATOR) -> tuple[Record, ...]:
        """Execute one command of an actor under a new command id; the records of its facts.

        Raises the command's refusals, and what CommandHandler.execute raises.
        """
        request = self.request(actor, authority=on_behalf.authority, case=on_behalf.case)
        return self.handler.records_of(self.handler.execute(command, request))

    @property
    def authority_actor(self) -> str:
        """The authority that operates the solution, as the actor of a command."""
        return f"authority:{self.settings.authority}"

    @cached_property
    def disclosures(self) -> DisclosureLog:
        return LedgerDisclosures(self.handler, self.request)

    def close(self) -> None:
        self.database.close()


@contextmanager
def open_application(
    settings: Settings, print_notice: PrintNotice = lambda _: None, *, only_looks: bool = False
) -> Iterator[Application]:
    """The application of these settings; the embedded server runs as long as it is open.

    An embedded database that is still empty is migrated: it is this user's own. Who `only_looks` reports a simulated
    clock in production, and is not refused for it. Raises NoDatabase, DatabaseUnavailable, NoKey, NotMigrated or
    SimulatedClock.
    """
    source = resolve(settings)
    with open_source(source) as url:
        has_tables, has_roles = _begun(url)
        if not has_tables and source.server is not None:
            home = source.server.home
            print_notice(f"The database in {home} is new: it is migrated first, as `rigsbog migrate` would.")
            upgrade(url)
        elif not (has_tables and has_roles):
            raise NotMigrated
        with closing(Application(settings, url)) as application:
            if not is_migrated(application):
                raise NotMigrated
            if not only_looks:
                check_clock(application)
            yield application


def check_clock(application: Application) -> None:
    """Raise SimulatedClock in production, if the ledger's clock is simulated."""
    if application.settings.is_production and ask(application.database.append, SIMULATED_SQL) == [(True,)]:
        raise SimulatedClock


def is_begun(url: str) -> bool:
    """Whether the database was ever migrated, and its roles exist."""
    return all(_begun(url))


def _begun(url: str) -> tuple[bool, bool]:
    """Whether the database was ever migrated, and whether its cluster has the roles of this version."""
    with connect(url, autocommit=True) as connection:
        ((has_tables, has_roles),) = connection.execute(BEGUN_SQL).fetchall()
    return has_tables, has_roles


def is_migrated(application: Application) -> bool:
    """Whether the database, which was begun, has the schema of this version or a later one, and knows every fact."""
    with application.database.append.connection() as connection:
        try:
            revisions = connection.execute("select version_num from ledger.migration").fetchall()
            names = connection.execute("select name from ledger.fact_name").fetchall()
        except (psycopg.errors.UndefinedTable, psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidSchemaName):
            return False
    return max(revisions, default=("",)) >= (NEWEST,) and {name for (name,) in names} >= set(FACTS)
