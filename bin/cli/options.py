"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bin.application.contexts import Mandate, OnBehalf
from bin.cli.start import usage_errors
from domain.identity.cvr import CvrNumber, NotACvrNumber, parse_cvr

Open = Annotated[bool, typer.Option("--open", help="Open personal data; needs --authority and --basis; is recorded.")]
Authority = Annotated[str | None, typer.Option(help="CVR number of the authority that reads.")]
Basis = Annotated[str | None, typer.Option(help="The legal basis of the reading, e.g. 'forvaltningsloven § 29'.")]
ForAuthority = Annotated[
    str | None, typer.Option("--authority", help="CVR number of the authority that answers for it.")
]
InCase = Annotated[str | None, typer.Option("--case", help="The case it belongs to.")]
Case = Annotated[str | None, typer.Option(help="The case in which it is read.")]
WAIT_SECONDS_MAX = 3_600
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write it; an older file is replaced.")]
Wait = Annotated[
    float,
    typer.Option("--wait", metavar="SECONDS", min=0, max=WAIT_SECONDS_MAX, help="How long to wait for the seal."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Reactions = Annotated[bool, typer.Option(help="Execute reactions at the end; otherwise `rigsbog run` does.")]


def mandate(
    *, opened: bool, authority: str | None, basis: str | None, case: str | None, option: str = "--open"
) -> Mandate | None:
    """The mandate of a reading; None when nothing is opened. A usage error when an option is missing or wrong."""
    if not opened:
        return None
    if authority is None or basis is None:
        raise typer.BadParameter(f"{option} needs --authority and --basis: every reading is recorded")
    with usage_errors():
        return Mandate(read_authority(authority), basis, case)


def on_behalf(authority: str | None, case: str | None) -> OnBehalf:
    """For whom an act is recorded; a usage error when the authority is not a CVR number."""
    return OnBehalf(None if authority is None else read_authority(authority).value, case)


def read_authority(text: str) -> CvrNumber:
    """The CVR number of an authority; a usage error when the text is none."""
    try:
        return parse_cvr(text)
    except NotACvrNumber as error:
        raise typer.BadParameter("--authority is the CVR number of an authority") from error
