"""Every tool under its name; each is a module of its own beside this one."""

from __future__ import annotations

from typing import Annotated

import typer

from bin import (
    acknowledge,
    as_of,
    bench,
    bundle,
    citizen,
    db,
    demo,
    diff,
    doctor,
    erase,
    explain,
    find,
    history,
    migrate,
    nemkonto,
    open_message,
    rebuild,
    recall,
    receipt,
    receipts,
    register,
    replay,
    run,
    seal,
    status,
    submit,
    verify,
    witness,
)
from bin.desk import exits

BEGIN = "Begin"
INTEGRATOR = "Letters, people and accounts"
AUDITOR = "What was known, and its proof"
ADMIN = "Keep it running"
"""The parts of `rigsbog --help`, in its order."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    epilog=exits.EPILOG,
)


def _tell_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"rigsbog {version('rigsbog')}")
        raise typer.Exit


@app.callback()
def begin(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """A state's records about its people, as facts that are never changed. Start with `rigsbog demo`."""


app.command("demo", rich_help_panel=BEGIN)(demo.demo)
app.command("migrate", rich_help_panel=BEGIN)(migrate.migrate_tool)
app.command("register", rich_help_panel=INTEGRATOR)(register.register)
app.command("submit", rich_help_panel=INTEGRATOR)(submit.submit)
app.command("receipts", rich_help_panel=INTEGRATOR)(receipts.receipts)
app.command("recall", rich_help_panel=INTEGRATOR)(recall.recall)
app.command("open", rich_help_panel=INTEGRATOR)(open_message.open_message)
app.add_typer(nemkonto.app, name="nemkonto", rich_help_panel=INTEGRATOR)
app.command("citizen", rich_help_panel=INTEGRATOR)(citizen.citizen)
app.command("find", rich_help_panel=INTEGRATOR)(find.find)
app.command("history", rich_help_panel=AUDITOR)(history.history)
app.command("as-of", rich_help_panel=AUDITOR)(as_of.as_of)
app.command("explain", rich_help_panel=AUDITOR)(explain.explain)
app.command("diff", rich_help_panel=AUDITOR)(diff.diff)
app.command("replay", rich_help_panel=AUDITOR)(replay.replay)
app.command("verify", rich_help_panel=AUDITOR)(verify.verify)
app.command("receipt", rich_help_panel=AUDITOR)(receipt.receipt)
app.command("bundle", rich_help_panel=AUDITOR)(bundle.bundle)
app.command("run", rich_help_panel=ADMIN)(run.run)
app.command("status", rich_help_panel=ADMIN)(status.status)
app.command("doctor", rich_help_panel=ADMIN)(doctor.doctor)
app.add_typer(seal.app, name="seal", rich_help_panel=ADMIN)
app.command("witness", rich_help_panel=ADMIN)(witness.witness)
app.command("rebuild", rich_help_panel=ADMIN, epilog=exits.EPILOG)(rebuild.rebuild)
app.command("acknowledge", rich_help_panel=ADMIN)(acknowledge.acknowledge)
app.command("erase", rich_help_panel=ADMIN)(erase.erase)
app.add_typer(db.app, name="db", rich_help_panel=ADMIN)
app.command("bench", rich_help_panel=ADMIN)(bench.bench)
