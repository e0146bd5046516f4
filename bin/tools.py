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


app.command("demo")(demo.demo)
app.command("migrate")(migrate.migrate_tool)
app.command("register")(register.register)
app.command("submit")(submit.submit)
app.command("receipts")(receipts.receipts)
app.command("receipt")(receipt.receipt)
app.command("recall")(recall.recall)
app.command("open")(open_message.open_message)
app.add_typer(nemkonto.app, name="nemkonto")
app.command("citizen")(citizen.citizen)
app.command("find")(find.find)
app.command("run")(run.run)
app.command("history")(history.history)
app.command("as-of")(as_of.as_of)
app.command("bundle")(bundle.bundle)
app.command("rebuild", epilog=exits.EPILOG)(rebuild.rebuild)
app.command("acknowledge")(acknowledge.acknowledge)
app.command("erase")(erase.erase)
app.command("replay")(replay.replay)
app.command("diff")(diff.diff)
app.command("explain")(explain.explain)
app.command("verify")(verify.verify)
app.add_typer(seal.app, name="seal")
app.command("status")(status.status)
app.command("doctor")(doctor.doctor)
app.command("bench")(bench.bench)
app.command("witness")(witness.witness)
app.add_typer(db.app, name="db")
