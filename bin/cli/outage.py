"""`rigsbog outage`: outages of a view client or of the whole platform, which belong to the evidence of letters."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

import typer

from bin.application.post.outages import record_outage
from bin.cli.arguments import read_id, read_time
from bin.cli.facts import show_facts
from bin.cli.options import InCase, Json, read_authority
from bin.cli.start import open_application
from domain.post.message import Channel
from domain.post.outage_commands import AnnulOutage, EndOutage, OutageCommand, RecordOutage
from domain.subject import OutageId

Client = Annotated[Channel | None, typer.Option(help="The view client; the whole platform when not given.")]
Named = Annotated[str, typer.Argument(metavar="OUTAGE", help="outage:<uuid>, as `outage record` printed it.")]
Authority = Annotated[str, typer.Option(help="CVR number of the authority that reports it.")]

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.command()
def record(
    *,
    begin: Annotated[str, typer.Option("--from", help="When it began: a time with zone.")],
    end: Annotated[str | None, typer.Option("--until", help="When it ended, or is expected to end.")] = None,
    client: Client = None,
    authority: Authority,
    case: InCase = None,
    json: Json = False,
) -> None:
    """Record an outage. While the whole platform is out nothing arrives: letters wait until its expected end, which
    must be given.
    """
    outage = OutageId(uuid4())
    ended_at = None if end is None else read_time(end)
    command = RecordOutage(outage=outage, client=client, began_at=read_time(begin), ended_at=ended_at)
    _record(command, authority, case, json=json)
    if not json:
        typer.echo(str(outage))


@app.command("end")
def end_outage(
    outage: Named,
    *,
    at: Annotated[str, typer.Option(help="When it ended: a time with zone.")],
    client: Client = None,
    authority: Authority,
    case: InCase = None,
    json: Json = False,
) -> None:
    """State the end of an outage, or correct it. Letters that waited for a later end are released."""
    _record(
        EndOutage(outage=read_id(outage, OutageId), client=client, ended_at=read_time(at)), authority, case, json=json
    )


@app.command()
def annul(
    outage: Named,
    *,
    client: Client = None,
    authority: Authority,
    case: InCase = None,
    json: Json = False,
) -> None:
    """Annul an outage that was recorded by mistake."""
    _record(AnnulOutage(outage=read_id(outage, OutageId), client=client), authority, case, json=json)


def _record(command: OutageCommand, authority: str, case: str | None, *, json: bool) -> None:
    reporter = read_authority(authority)
    with open_application() as application:
        recorded = record_outage(application, command, reporter, case)
    show_facts(recorded, json=json, outage=command.outage)
