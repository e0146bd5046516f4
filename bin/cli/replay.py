"""`rigsbog replay`: builds whole registers as they were at an earlier time, or asks a bundle again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bin.application.evidence.bundle_replay import BundleReplay, replay_bundle
from bin.application.operations.replay import replay_registers
from bin.cli import exits, output
from bin.cli.arguments import KnownText, print_position_note, read_moment, read_register, read_registers, read_subject
from bin.cli.options import Json
from bin.cli.start import open_application, usage_errors

BUNDLE = ".zip"
COMPARED = {True: "as the bundle has it", False: "NOT as the bundle has it", None: "not asked in the bundle"}

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[REGISTER]... | FILE.zip [REGISTER SUBJECT]", help="Registers (all), or a bundle."),
]
Into = Annotated[str | None, typer.Option(help="The schema to build them in; made when missing.")]
Keys = Annotated[
    list[str] | None, typer.Option("--key", metavar="VKEY", help="Of a bundle: a key of its log that you trust.")
]


def replay(
    names: Names = None, *, known: KnownText = None, into: Into = None, keys: Keys = None, json: Json = False
) -> None:
    """The role rigsbog_audit may read the tables. Drop the schema when the audit is done. The records are not compared
    with the seal: run `rigsbog verify ledger` first.

    Or ask a bundle again: FILE.zip is verified, its records are loaded into a temporary server, and its registers
    answer from them. Each answer must be as the bundle has it; else, or when it is not valid, the exit code is 1. It
    is 65 when the file or a key cannot be read. A bundle needs no database.
    """
    if names and names[0].endswith(BUNDLE):
        if into is not None:
            raise typer.BadParameter("a bundle is replayed into a temporary server: leave out --into")
        _replay_bundle(Path(names[0]), names[1:], known, keys or [], json=json)
    elif names and ("." in names[0] or "/" in names[0]):
        raise typer.BadParameter(f"a bundle is a file whose name ends in {BUNDLE}; registers have plain names")
    elif known is None or into is None:
        raise typer.BadParameter("name the position or time by --known, and a schema by --into")
    else:
        _replay_registers(names or [], known, into, json=json)


def _replay_registers(names: list[str], known: str, into: str, *, json: bool) -> None:
    registers, moment = read_registers(names), read_moment(known)

    def show(name: str, rows: int) -> None:
        output.print_notice(f"{into}.{name}: {rows:,} rows")

    with open_application() as application:
        replayed = replay_registers(application, registers, moment, into, show)
    position, position_asked = replayed.known.position, replayed.known.asked
    if json:
        output.print_json({"known": position, "asked": position_asked, "schema": into, "registers": replayed.rows})
    else:
        print_position_note(replayed.known)
        output.print_notice(f"Built as known at position {position}. Query them by `rigsbog db psql`.")


def _replay_bundle(file: Path, words: list[str], known: str | None, keys: list[str], *, json: bool) -> None:
    if known is not None and not known.isdecimal():
        raise typer.BadParameter("of a bundle, --known is a position")
    register = read_register(words[0]) if words else None
    subject = read_subject(words[1]) if len(words) > 1 else None
    with usage_errors():
        replayed = replay_bundle(file, keys, None if known is None else int(known), register, subject)
    if not keys:
        output.print_notice(
            "The bundle is whole under the key that it states itself. Only --key VKEY shows whose it is."
        )
    if json:
        _print_bundle(file, replayed, key_named=bool(keys))
    else:
        print_position_note(replayed.known)
        for answer in replayed.answers:
            asked = answer.question
            title = f"{asked.register.name} of {asked.subject}, at position {asked.known}: {COMPARED[answer.equal]}"
            output.print_blocks(title, answer.rows)
    if not replayed.equal:
        raise typer.Exit(exits.DIFFERENT)


def _print_bundle(file: Path, replayed: BundleReplay, *, key_named: bool) -> None:
    bundle, known = replayed.bundle, replayed.known
    answers = [
        answer.question.document()
        | {"rows": answer.rows, "equal": answer.equal, "same_declaration": answer.same_declaration}
        for answer in replayed.answers
    ]
    question = {"file": str(file), "about": bundle.about, "known": known.position, "asked": known.asked}
    output.print_json(question | {"key_named": key_named, "records": len(bundle.records), "answers": answers})
