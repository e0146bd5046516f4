"""Says where the database is, and connects to it in the role that the work needs and no other."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import psycopg
import sqlalchemy
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow

from adapters.postgres.embedded import EmbeddedServer
from adapters.postgres.programs import NoPrograms, ServerFault
from adapters.settings import Settings
from domain.errors import ErrorKind, RigsbogError

DATABASE = "rigsbog"
APPLICATION = "rigsbog"
CONNECT_DEADLINE_SECONDS = 10
# A statement that waits longer for a lock than this gives up: readers and writers never queue behind a stuck one.
LOCK_DEADLINE_MILLISECONDS = 5_000
POOL_CONNECTIONS_MAX = 5

Role = Literal["rigsbog_owner", "rigsbog_append", "rigsbog_project", "rigsbog_audit", "rigsbog_seal", "rigsbog_react"]


class NoDatabase(RigsbogError):
    """No database is configured: set DATABASE_URL to a PostgreSQL server."""

    kind = ErrorKind.CONFIGURATION


class DatabaseUnavailable(RigsbogError):
    """The database cannot be reached: check that its server runs and that DATABASE_URL names it, then try again."""

    kind = ErrorKind.UNAVAILABLE


@dataclass(frozen=True, slots=True)
class Source:
    """Where the database is: a server of someone else's (DATABASE_URL), or the embedded one of a home folder."""

    kind: Literal["DATABASE_URL", "embedded"]
    given: str | None = None
    server: EmbeddedServer | None = None

    @property
    def url(self) -> str:
        """The connection URL of the database's owner. It may hold a password: never log or show it unasked."""
        if self.server is not None:
            return self.server.url(DATABASE)
        assert self.given is not None
        return self.given


def resolve(settings: Settings) -> Source:
    """Where the database is: DATABASE_URL, else the embedded server under RIGSBOG_HOME. Nothing is started.

    NoDatabase when the environment is production and DATABASE_URL is missing (a state's ledger is never begun by
    accident on an application server's own disk), when the URL cannot be read, and when there are no programs.
    """
    if settings.database_url is not None:
        return Source("DATABASE_URL", given=readable(settings.database_url.get_secret_value()))
    if settings.is_production:
        raise NoDatabase(
            "RIGSBOG_ENV is production and DATABASE_URL is not set. "
            "Set DATABASE_URL to the state's PostgreSQL, or unset RIGSBOG_ENV to use the embedded server."
        )
    try:
        server = EmbeddedServer(settings.home, settings.pg_programs, settings.pg_account)
    except NoPrograms as error:
        raise NoDatabase(f"{error} Or set DATABASE_URL to a PostgreSQL server.") from error
    return Source("embedded", server=server)


@contextmanager
def open_source(source: Source) -> Iterator[str]:
    """Hold the source for the length of a with statement, and yield its URL.

    The embedded server is started when needed, with its database made when missing, and stopped when its last user
    leaves. DatabaseUnavailable when it does not come up. A server named by DATABASE_URL is taken as it is.
    """
    if source.server is None:
        yield source.url
        return
    try:
        with source.server:
            create_database(source.server.url("postgres"), DATABASE)
            yield source.url
    except ServerFault as error:
        raise DatabaseUnavailable(str(error)) from error


def create_database(server_url: str, name: str, template: str | None = None) -> None:
    """Create a database when it is missing, though others may be doing the same; a template is copied whole.

    `server_url` names another database of the same server.
    """
    statement = psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name))
    if template is not None:
        statement += psycopg.sql.SQL(" TEMPLATE {}").format(psycopg.sql.Identifier(template))
    with connect(server_url, autocommit=True) as connection:
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is not None:
            return
        try:
            connection.execute(statement)
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            return  # Another process made it between our look and our statement.


def connect(url: str, role: Role | None = None, *, autocommit: bool = False) -> psycopg.Connection[TupleRow]:
    """One connection, in the role from its first statement on; `RESET ROLE` comes back to the role, never to the owner.

    DatabaseUnavailable when the server cannot be reached or refuses; the message never shows a password.
    """
    conninfo = with_options(url, role)
    try:
        return psycopg.connect(conninfo, autocommit=autocommit)
    except psycopg.Error as error:
        cause = " ".join(str(error).split())
        message = f"The database cannot be reached: {cause} (check DATABASE_URL, or start the server)"
        raise DatabaseUnavailable(without_password(message, conninfo)) from error


def engine(url: str, role: Role | None = None) -> sqlalchemy.Engine:
    """An engine whose every connection is made by `connect`, with its role, lock deadline and errors.

    The engine itself does not know the URL, so that no message of the library can show it. Dispose of it before the
    embedded server is released.
    """
    return sqlalchemy.create_engine(
        "postgresql+psycopg://",
        creator=lambda: connect(url, role),
        pool_size=POOL_CONNECTIONS_MAX,
        max_overflow=0,
        pool_pre_ping=True,
    )


def readable(url: str) -> str:
    """The URL as libpq takes it, without SQLAlchemy's driver suffix; NoDatabase, which hides it, when it is not one."""
    scheme, separator, rest = url.partition("://")
    plain = f"{scheme.partition('+')[0]}{separator}{rest}"
    try:
        conninfo_to_dict(plain)
    except psycopg.ProgrammingError:
        # The cause would quote the URL, and with it the password.
        raise NoDatabase("DATABASE_URL is not a connection URL that PostgreSQL can read: correct it.") from None
    return plain


def with_options(url: str, role: Role | None, more: Mapping[str, str] | None = None) -> str:
    """The connection string, with the lock deadline, the role and more settings after the URL's own options."""
    plain = readable(url)
    parts = conninfo_to_dict(plain)
    settings = {"lock_timeout": str(LOCK_DEADLINE_MILLISECONDS), **(more or {}), **({"role": role} if role else {})}
    options = " ".join([str(parts.get("options") or ""), *(f"-c {name}={value}" for name, value in settings.items())])
    deadline = parts.get("connect_timeout") or CONNECT_DEADLINE_SECONDS
    return make_conninfo(plain, options=options.strip(), application_name=APPLICATION, connect_timeout=deadline)


def without_password(message: str, conninfo: str) -> str:
    """The message, with the password blotted out should the server or the driver have quoted it."""
    password = conninfo_to_dict(conninfo).get("password")
    return message.replace(str(password), "***") if password else message
