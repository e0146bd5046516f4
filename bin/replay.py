"""`rigsbog replay`: builds whole registers as they stood at an earlier time, for an auditor to query with SQL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from bin.desk import exits, output
from bin.desk.asking import KNOWN_HELP, RegisterNames, read_known, read_register
from bin.desk.options import Json

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from projections.declare import Register

OURS = ("register", "ledger", "vault", "public")


def replay(
    names: RegisterNames = None,
    *,
    known: Annotated[str, typer.Option(help=KNOWN_HELP)],
    into: Annotated[str, typer.Option(help="The schema to build them in; made when missing.")],
    json: Json = False,
) -> None:
    """Build registers as they were KNOWN then INTO a schema of their own; the live registers are not touched.

    The role rigsbog_audit may read the tables. Drop the schema when the audit is done.
    """
    from sqlalchemy import text

    from bin.desk.house import open_house
    from bin.desk.operating import operating, record
    from domain.operation_commands import ReplayRegisters
    from projections.catalogue import REGISTERS

    if into in OURS or into.startswith("pg_") or not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", into):
        raise typer.BadParameter("a schema's name is lower-case letters, digits and _, and is none of Rigsbog's own")
    chosen = [read_register(name) for name in names] if names else list(REGISTERS)
    with open_house() as house, house.owning.begin() as connection:
        # A role that creates schemas would need a right on the database that a restored copy does not have.
        connection.execute(text(f"create schema if not exists {into} authorization rigsbog_project"))
        connection.execute(text("set local role rigsbog_project"))
        position = read_known(connection, known)
        built = ReplayRegisters(into=into, position=position, registers=tuple(one.name for one in chosen))
        record(house, built, operating(house.environment, legal_basis="GDPR art. 5(2)"))
        counts = {}
        for register in chosen:
            counts[register.name] = _built(connection, register, position, into)
            output.say(f"{into}.{register.name}: {counts[register.name]:,} rows")
        connection.execute(text(f"grant usage on schema {into} to rigsbog_audit"))
        connection.execute(text(f"grant select on all tables in schema {into} to rigsbog_audit"))
    if json:
        output.print_json({"known": position, "schema": into, "registers": counts})
    else:
        output.say(f"Built as known at position {position}. Query them by `rigsbog db psql`.")


def _built(connection: Connection, register: Register, position: int, into: str) -> int:
    from psycopg.errors import DuplicateTable
    from sqlalchemy import func, select
    from sqlalchemy.exc import ProgrammingError

    from projections.engine.as_of import replay as build

    try:
        table = build(connection, register, position, into)
    except ProgrammingError as error:
        if not isinstance(error.orig, DuplicateTable):
            raise
        raise typer.BadParameter(f"{into}.{register.name} is there already: name another schema") from error
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def main() -> None:
    """Run the tool by itself."""
    exits.run(lambda: typer.run(replay))
