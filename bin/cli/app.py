"""Every command under its name; a command's module is imported when the command is called, so `--help` is quick."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version as version_of
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from bin.cli import exits

BEGIN = "Begin"
INTEGRATOR = "Letters, people and accounts"
AUDITOR = "What was known, and its proof"
ADMIN = "Keep it running"
"""The parts of `rigsbog --help`, in its order."""


class Listed(NamedTuple):
    """A command as `rigsbog --help` lists it."""

    panel: str
    help: str
    """The first sentence of its own help, which its docstring continues."""
    where: str = ""
    """Its function or Typer application; by default the function of its name in the module of its name."""
    hidden: bool = False


COMMANDS = {
    "demo": Listed(
        BEGIN,
        "Play half a year of a made-up state: registration, letters with legal effect, a summons, a NemKonto, a death.",
        "bin.dev.demo.command:demo",
    ),
    "migrate": Listed(BEGIN, "Bring the database to this version of Rigsbog: schema, roles, and the names of facts."),
    "register": Listed(
        INTEGRATOR, "Register people and companies, one JSON object a line; the same file again changes nothing."
    ),
    "submit": Listed(
        INTEGRATOR,
        "Submit letters in the MeMo format (1.1 and 1.2); each gets its receipts and, if it is accepted, arrives.",
    ),
    "receipts": Listed(
        INTEGRATOR,
        "List the receipts that await acknowledgement, oldest first; --ack acknowledges them once they are printed.",
    ),
    "recall": Listed(
        INTEGRATOR,
        "Recall MESSAGE before its value date; the reason is read from standard input, because it may be personal.",
    ),
    "open": Listed(
        INTEGRATOR,
        "Handle MESSAGE as its reader, and show the facts that were recorded and the legal times.",
        "bin.cli.open_message:open_message",
    ),
    "nemkonto": Listed(INTEGRATOR, "Designate, activate, end and show a payee's NemKonto.", "bin.cli.nemkonto:app"),
    "citizen": Listed(
        INTEGRATOR, "Record what happened to a person or a company, and show the facts that were recorded."
    ),
    "find": Listed(
        INTEGRATOR, "Find the person or company that holds the CPR or CVR number on standard input, now or before."
    ),
    "history": Listed(
        AUDITOR,
        "Show every fact about SUBJECT: when it was recorded, who did it, for which authority, on what legal basis.",
    ),
    "as-of": Listed(AUDITOR, "Show REGISTER's rows about SUBJECT as they were KNOWN at a time, and VALID on a day."),
    "explain": Listed(
        AUDITOR,
        "Show the fact behind one cell of REGISTER: time, actor, authority, legal basis; exit 1 if none set it.",
    ),
    "diff": Listed(
        AUDITOR,
        "Show which rows of REGISTER came, went or changed between two times, by column; personal data stay SEALED.",
    ),
    "replay": Listed(
        AUDITOR,
        "Build registers as they were KNOWN then INTO a schema of their own; the live registers are not touched.",
    ),
    "verify": Listed(AUDITOR, "Check the ledger, its seal, and every register against the ledger."),
    "prove": Listed(
        AUDITOR, "Write a proof: the record, its place in the sealed ledger, and the signed checkpoint that covers it."
    ),
    "receipt": Listed(
        AUDITOR,
        "The former name of `rigsbog prove`; it works for one more release.",
        "bin.cli.prove:receipt",
        hidden=True,
    ),
    "bundle": Listed(
        AUDITOR,
        "Write evidence to a zip file: every fact about SUBJECT, CASE or MESSAGE KNOWN then, each with its proof.",
    ),
    "run": Listed(ADMIN, "Run the daemon: seal the ledger, update the registers, release letters, execute reactions."),
    "status": Listed(
        ADMIN,
        "Show the newest position, how far it is sealed, and each register's position, lag, state, and why it stopped.",
    ),
    "doctor": Listed(
        ADMIN,
        "Check the database, its settings and roles, the ledger's guards and the keys; exit 1 if something is wrong.",
    ),
    "seal": Listed(ADMIN, "The seal over the ledger: a Merkle tree in open formats, and its keys.", "bin.cli.seal:app"),
    "witness": Listed(
        ADMIN, "Cosign checkpoints of the logs named by --log (C2SP tlog-witness), for as long as each only grows."
    ),
    "rebuild": Listed(
        ADMIN, "Build registers again from the ledger while writers write and readers read; by default all of them."
    ),
    "acknowledge": Listed(ADMIN, "Acknowledge that REGISTER stopped at a record it cannot apply, and give the reason."),
    "erase": Listed(ADMIN, "Erase SUBJECT's personal data permanently, by destroying the keys that encrypt it."),
    "db": Listed(ADMIN, "The embedded PostgreSQL of this home folder.", "bin.cli.db:app"),
    "bench": Listed(
        ADMIN,
        "Measure appends, following, rebuilds, questions and the seal, in databases of its own, which it drops.",
        "bin.dev.bench.command:bench",
    ),
}


class LazyGroup(TyperGroup):
    """Lists commands from the table, and imports the one that is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | None:
        listed = COMMANDS.get(cmd_name)
        if listed is None:
            return None
        return TyperCommand(cmd_name, help=listed.help, hidden=listed.hidden, rich_help_panel=listed.panel)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        return name, None if command is None else loaded(str(name)), rest


def place_of(name: str) -> str:
    """The module and the function, or Typer application, of the command that is listed under the name."""
    function_name = name.replace("-", "_")
    return COMMANDS[name].where or f"bin.cli.{function_name}:{function_name}"


def loaded(name: str) -> Any:
    """The command or group of commands that is listed under the name."""
    module, _, attribute = place_of(name).partition(":")
    program = getattr(import_module(module), attribute)
    if not isinstance(program, typer.Typer):
        function, program = program, typer.Typer(add_completion=False)
        program.command(name, epilog=exits.EPILOG)(function)
    command = typer.main.get_command(program)
    command.help = "\n\n".join(filter(None, (COMMANDS[name].help, command.help)))
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
