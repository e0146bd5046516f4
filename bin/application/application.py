"""The composition root: joins database, keys, ledger and documents into the application that all use cases need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from uuid import UUID, uuid4

from adapters.documents import DocumentStore, FolderDocuments
from adapters.keys.key_store import PostgresKeys, key_encryption_key
from adapters.keys.keyless import Keyless
from adapters.keys.number_lookup import Numbers
from adapters.keys.vault import Vault
from adapters.ledger.ledger import PostgresLedger
from adapters.postgres.connections import Database
from adapters.postgres.database import open_source, resolve
from adapters.postgres.pool import ask
from adapters.settings import Settings
from bin.application.command_handler import CommandHandler
from bin.application.contexts import OPERATOR, OnBehalf
from bin.application.disclosure_log import DisclosureLog, LedgerDisclosures
from bin.application.operations.upgrade import upgrade
from bin.application.schema import LedgerAltered, NotMigrated, TablesAreGone, begun, check_schema
from domain.command import AnyCommand
from domain.context import Request
from domain.errors import ErrorKind, RigsbogError
from domain.nemkonto.activation_code import activation_code
from domain.record import Record
from domain.subject import DesignationId

SIMULATED_SQL = "select exists (select from ledger.simulated_clock)"

PrintNotice = Callable[[str], None]
"""Shows a sentence to the person who runs the program."""


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

    def altered(self) -> LedgerAltered | None:
        """What somebody changed of the ledger's own tables, so that nothing rests on them; None: nothing is seen.

        Raises NotMigrated.
        """
        with self.database.append.connection() as connection:
            try:
                check_schema(connection)
            except LedgerAltered as altered:
                return altered
        return None

    def altered_names(self) -> tuple[str, ...]:
        """The stored names that somebody changed; empty: none is seen. Raises TablesAreGone."""
        altered = self.altered()
        if isinstance(altered, TablesAreGone):
            raise altered
        return () if altered is None else altered.what

    def close(self) -> None:
        self.database.close()


@contextmanager
def open_application(
    settings: Settings, print_notice: PrintNotice = lambda _: None, *, only_looks: bool = False
) -> Iterator[Application]:
    """The application of these settings; the embedded server runs as long as it is open.

    An embedded database that is still empty is migrated: it is this user's own. Who `only_looks` reports a simulated
    clock in production, and what somebody changed of the ledger's own tables, and is not refused for it. Raises
    NoDatabase, DatabaseUnavailable, NoKey, NotMigrated, LedgerAltered or SimulatedClock.
    """
    source = resolve(settings)
    with open_source(source) as url:
        has_tables, has_roles = begun(url)
        if not has_tables and source.server is not None:
            home = source.server.home
            print_notice(f"The database in {home} is new: it is migrated first, as `rigsbog migrate` would.")
            upgrade(url)
        elif not (has_tables and has_roles):
            raise NotMigrated
        with closing(Application(settings, url)) as application:
            altered = application.altered()
            if not only_looks:
                if altered is not None:
                    raise altered
                check_clock(application)
            yield application


def check_clock(application: Application) -> None:
    """Raise SimulatedClock in production, if the ledger's clock is simulated."""
    if application.settings.is_production and ask(application.database.append, SIMULATED_SQL) == [(True,)]:
        raise SimulatedClock
