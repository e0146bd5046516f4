"""Every command under its name; a command's module is imported when the command is called, so `--help` is quick."""

from __future__ import annotations

import re
from importlib import import_module
from importlib.metadata import version as version_of
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from bin.cli import exits

PANELS = {
    "Begin": {
        "demo": "Play eight months of a made-up state: registration, letters with legal effect, a summons, "
        "a NemKonto, a death.",
        "migrate": "Bring the database to this version of Rigsbog: schema, roles, and the names of facts.",
    },
    "Letters, people and accounts": {
        "register": "Register people and companies, one JSON object a line; the same file again changes nothing.",
        "submit": "Submit letters in the MeMo format (1.1 and 1.2); each gets its receipts and, if it is accepted, "
        "arrives.",
        "receipts": "List the receipts that await acknowledgement, oldest first; "
        "--ack acknowledges them once they are printed.",
        "recall": "Recall MESSAGE before its value date; the reason is read from standard input, "
        "because it may be personal.",
        "open": "Handle MESSAGE as its reader, and show the facts that were recorded and the legal times.",
        "letter": "What happens to a letter later: a virus, unavailability, notifications, disputes of its arrival; "
        "and arrivals taken over from another system.",
        "outage": "Outages of a view client or of the platform: record one, state its end, annul it.",
        "service": "Service of process: confirm a court's message, give digital service up, record another service.",
        "correction": "Correct a registration for a time of the past, and decide on the letters of that time.",
        "paper": "Send on paper what cannot be delivered: order, list, print, and report it as posted or returned.",
        "nemkonto": "Designate, activate, end and show a payee's NemKonto.",
        "citizen": "Record what happened to a person or a company, and show the facts that were recorded.",
        "find": "Find the person or company that holds the CPR or CVR number on standard input, now or before.",
    },
    "What was known, and its proof": {
        "history": "Show every fact about SUBJECT: when it was recorded, who did it, for which authority, "
        "on what legal basis.",
        "readings": "List what was read by MANDATE, and of whose post: when, by whom, and whether it served a summons.",
        "as-of": "Show the rows of REGISTER, or of all, about SUBJECT as KNOWN at a time and VALID on a day.",
        "explain": "Show the fact behind one cell of REGISTER: time, actor, authority, legal basis; "
        "exit 1 if none set it.",
        "diff": "Show which rows of REGISTER came, went or changed between two times, by column; "
        "personal data stay SEALED.",
        "impact": "Show what rests on the value that the record at POSITION corrected: "
        "who decided, sent, served or read.",
        "replay": "Build registers as they were KNOWN then INTO a schema of their own; "
        "the live registers are not touched.",
        "verify": "Check the ledger, its seal, and every register against the ledger.",
        "prove": "Write a proof: the record, its place in the sealed ledger, and the signed checkpoint that covers it.",
        "bundle": "Write evidence to a zip file: every fact about SUBJECT, CASE or MESSAGE KNOWN then, "
        "each with its proof.",
    },
    "Keep it running": {
        "run": "Run the daemon: seal the ledger, update the registers, release letters, execute reactions.",
        "status": "Show the newest position, how far it is sealed, each register's position, lag, state, "
        "and why it stopped, and how many letters are stuck.",
        "doctor": "Check the database, its settings and roles, the ledger's guards and the keys; "
        "exit 1 if something is wrong.",
        "seal": "The seal over the ledger: a Merkle tree in open formats, and its keys.",
        "witness": "Cosign checkpoints of the logs named by --log (C2SP tlog-witness), for as long as each only grows.",
        "rebuild": "Build registers again from the ledger while writers write and readers read; "
        "by default all of them.",
        "acknowledge": "Acknowledge that REGISTER stopped at a record it cannot apply, and give the reason.",
        "retention": "Deletion by term: show what is to be deleted, keep it longer, delete what has fallen due.",
        "erase": "Erase SUBJECT's personal data permanently, by destroying the keys that encrypt it.",
        "db": "The embedded PostgreSQL of this home folder.",
        "bench": "Measure appends, following, rebuilds, questions and the seal, in databases of its own, "
        "which it drops.",
    },
}
"""The commands as `rigsbog --help` lists them, each with the first sentence of its help; its docstring continues it."""
COMMANDS = {name: help_text for listed in PANELS.values() for name, help_text in listed.items()}
PLACES = {
    "demo": "bin.dev.demo.command:demo",
    "open": "bin.cli.open_message:open_message",
    "nemkonto": "bin.cli.nemkonto:app",
    "paper": "bin.cli.paper:app",
    "correction": "bin.cli.correction:app",
    "letter": "bin.cli.letter:app",
    "outage": "bin.cli.outage:app",
    "retention": "bin.cli.retention:app",
    "service": "bin.cli.service:app",
    "seal": "bin.cli.seal:app",
    "db": "bin.cli.db:app",
    "bench": "bin.dev.bench.command:bench",
}
"""The function or Typer application of a command that is not the function of its name in the module of its name."""

LINE_BREAK = re.compile(r"(?<!\n)\n(?!\n)")
"""One within a paragraph."""


class LazyGroup(TyperGroup):
    """Lists commands from the table, and imports the one that is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | None:
        if cmd_name not in COMMANDS:
            return None
        panel = next(panel for panel, listed in PANELS.items() if cmd_name in listed)
        return TyperCommand(cmd_name, help=COMMANDS[cmd_name], rich_help_panel=panel)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        return name, None if command is None else loaded(str(name)), rest


def place_of(name: str) -> str:
    """The module and the function, or Typer application, of the command that is listed under the name."""
    function_name = name.replace("-", "_")
    return PLACES.get(name, f"bin.cli.{function_name}:{function_name}")


def loaded(name: str) -> Any:
    """The command or group of commands that is listed under the name."""
    module, _, attribute = place_of(name).partition(":")
    program = getattr(import_module(module), attribute)
    if not isinstance(program, typer.Typer):
        function, program = program, typer.Typer(add_completion=False)
        program.command(name, epilog=exits.EPILOG)(function)
    command = typer.main.get_command(program)
    command.help = "\n\n".join(filter(None, (COMMANDS[name], command.help)))
    for each in (command, *getattr(command, "commands", {}).values()):
        # Typer shows the line breaks of a docstring, which are those of the source.
        each.help = LINE_BREAK.sub(" ", each.help or "")
    return command


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    epilog=exits.EPILOG,
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"rigsbog {version_of('rigsbog')}")
        raise typer.Exit


@app.callback()
def begin(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """A state's records about its people, as facts that are never changed. Start with `rigsbog demo`."""
