"""`rigsbog replay`: builds whole registers as they stood at an earlier time, for an auditor to query with SQL."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from psycopg.errors import DuplicateTable
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import ProgrammingError

from bin.application.evidence.bundle_reader import opened
from bin.application.evidence.bundle_replay import Asked, asked_in, replayed
from bin.application.operations.record import record
from bin.cli import exits, output
from bin.cli.arguments import KNOWN_HELP, check_askable, read_known, read_register, read_subject, tell_note
from bin.cli.options import Json
from bin.cli.start import open_application
from domain.operations.operation_commands import ReplayRegisters
from projections.catalogue import REGISTERS
from projections.declare import Register
from projections.engine.as_of import replay as build

BUNDLE = ".zip"
OURS = ("register", "ledger", "vault", "public")


Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[REGISTER]... | FILE.zip [REGISTER SUBJECT]", help="Registers (all), or a bundle."),
]
Known = Annotated[str | None, typer.Option(help=KNOWN_HELP)]
Into = Annotated[str | None, typer.Option(help="The schema to build them in; made when missing.")]
Keys = Annotated[
    list[str] | None, typer.Option("--key", metavar="VKEY", help="Of a bundle: a key of its log that you trust.")
]


def replay(
    names: Names = None, *, known: Known = None, into: Into = None, keys: Keys = None, json: Json = False
) -> None:
    """Build registers as they were KNOWN then INTO a schema of their own; the live registers are not touched.

    The role rigsbog_audit may read the tables. Drop the schema when the audit is done.

    Or ask a bundle again: FILE.zip is verified, its records are loaded into a throw-away server, and its registers
    answer from them. Each answer must be as the bundle has it; else, or when it is not valid, the exit code is 1. It
    is 65 when the file or a key cannot be read. A bundle needs no database.
    """
    if names and names[0].endswith(BUNDLE):
        if into is not None:
            raise typer.BadParameter("a bundle is replayed into a server of its own, which is gone at the end")
        _replay_bundle(Path(names[0]), names[1:], known, keys or [], json=json)
    elif names and ("." in names[0] or "/" in names[0]):
        raise typer.BadParameter(f"a bundle is a file whose name ends in {BUNDLE}; registers have plain names")
    elif known is None or into is None:
        raise typer.BadParameter("name the position or time by --known, and a schema by --into")
    else:
        _replay_registers(names or [], known, into, json=json)


def _replay_registers(names: list[str], known: str, into: str, *, json: bool) -> None:
    if into in OURS or into.startswith("pg_") or not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", into):
        raise typer.BadParameter("a schema's name is lower-case letters, digits and _, and is none of Rigsbog's own")
    chosen = [read_register(name) for name in names] if names else list(REGISTERS)
    with open_application() as application, application.database.owner.begin() as connection:
        # A role that creates schemas would need a right on the database that a restored copy does not have.
        connection.execute(text(f"create schema if not exists {into} authorization rigsbog_project"))
        connection.execute(text("set local role rigsbog_project"))
        at = read_known(connection, known)
        position = at.position
        built = ReplayRegisters(into=into, position=position, registers=tuple(one.name for one in chosen))
        record(application, built)
        counts = {}
        for register in chosen:
            counts[register.name] = _built(connection, register, position, into)
            output.say(f"{into}.{register.name}: {counts[register.name]:,} rows")
        connection.execute(text(f"grant usage on schema {into} to rigsbog_audit"))
        connection.execute(text(f"grant select on all tables in schema {into} to rigsbog_audit"))
    if json:
        output.print_json({"known": position, "asked": at.asked, "schema": into, "registers": counts})
    else:
        tell_note(at)
        output.say(f"Built as known at position {position}. Query them by `rigsbog db psql`.")


def _built(connection: Connection, register: Register, position: int, into: str) -> int:
    try:
        table = build(connection, register, position, into)
    except ProgrammingError as error:
        if not isinstance(error.orig, DuplicateTable):
            raise
        raise typer.BadParameter(f"{into}.{register.name} is there already: name another schema") from error
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _replay_bundle(file: Path, words: list[str], known: str | None, keys: list[str], *, json: bool) -> None:
    if known is not None and not known.isdecimal():
        raise typer.BadParameter("of a bundle, --known is a position")
    bundle = opened(file, keys)
    until = bundle.known if known is None else int(known)
    if until > bundle.known:
        raise typer.BadParameter(f"the bundle tells what was known at position {bundle.known}")
    if words:
        register, about = read_register(words[0]), read_subject(words[1] if len(words) > 1 else bundle.about)
        check_askable(register, about)
        asked = [Asked(register.name, str(about), until)]
    else:
        asked = asked_in(bundle, until)
    if not keys:
        output.say("The bundle is whole under the key that it names itself: whose it is, only --key VKEY can tell.")
    at, answers = replayed(bundle, asked, until)
    if json:
        told = {"file": str(file), "about": bundle.about, "known": at.position, "asked": at.asked}
        output.print_json(
            told
            | {"key_named": bool(keys), "records": len(bundle.records), "answers": [asdict(one) for one in answers]}
        )
    if not json:
        tell_note(at)
    for one in () if json else answers:
        equal = {True: "as the bundle has it", False: "NOT as the bundle has it", None: "not asked in the bundle"}
        output.tell_blocks(f"{one.register} of {one.subject}, at position {one.known}: {equal[one.equal]}", one.rows)
    if any(one.equal is False for one in answers):
        raise typer.Exit(exits.DIFFERENT)
