"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bin.application.application import Application
from bin.application.contexts import OnBehalf, Reading
from bin.application.disclosure import Reader
from bin.cli.start import usage_errors
from domain.identity.cvr import CvrNumber, NotACvrNumber, parse_cvr

Open = Annotated[bool, typer.Option("--open", help="Open encrypted personal data.")]
Authority = Annotated[
    str | None, typer.Option(help="CVR number of the authority that reads; RIGSBOG_AUTHORITY when not given.")
]
Basis = Annotated[
    str | None,
    typer.Option(
        help="The legal basis of the reading, e.g. 'forvaltningsloven § 29'; RIGSBOG_BASIS when not given. Every answer"
        " about people needs one, and is recorded where they see it."
    ),
]
ForAuthority = Annotated[
    str | None,
    typer.Option(
        "--authority", help="CVR number of the authority that answers for it; RIGSBOG_AUTHORITY when not given."
    ),
]
InCase = Annotated[str | None, typer.Option("--case", help="The case it belongs to.")]
ForLettersAuthority = Annotated[
    str | None,
    typer.Option("--authority", help="CVR number of the authority that answers for it; the letter's when not given."),
]
ForSolution = Annotated[
    str | None,
    typer.Option("--authority", help="CVR number of the authority that answers for it; the solution when not given."),
]
InLettersCase = Annotated[
    str | None, typer.Option("--case", help="The case it belongs to; the letter's when not given.")
]
ForPayee = Annotated[
    str | None,
    typer.Option("--by", help="Who acts for the payee by a mandate: person:<uuid>; the payee when not given."),
]
Case = Annotated[str | None, typer.Option(help="The case in which it is read.")]
DecidedBy = Annotated[str | None, typer.Option("--decided-by", help="The authority that decided: company:<uuid>.")]
NeedsDecider = Annotated[str, typer.Option("--decided-by", help="The authority that decided: company:<uuid>.")]
Reasons = Annotated[bool, typer.Option("--reasons", help="The reasons are read from standard input, and encrypted.")]
WAIT_SECONDS_MAX = 3_600
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write it; an older file is replaced.")]
Wait = Annotated[
    float,
    typer.Option("--wait", metavar="SECONDS", min=0, max=WAIT_SECONDS_MAX, help="How long to wait for the seal."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Reactions = Annotated[bool, typer.Option(help="Execute reactions at the end; otherwise `rigsbog run` does.")]


def reader(
    application: Application, *, authority: str | None, basis: str | None, case: str | None, opens: bool = False
) -> Reader:
    """Who reads; a usage error when an option is wrong."""
    settings = application.settings
    stated = settings.basis if basis is None else basis
    with usage_errors():
        by = read_authority(authority or settings.authority)
        return Reader(application, None if stated is None else Reading(by, stated, case), opens)


def on_behalf(authority: str | None, case: str | None) -> OnBehalf:
    """For whom an act is recorded; a usage error when the authority is not a CVR number."""
    return OnBehalf(None if authority is None else read_authority(authority).value, case)


def read_authority(text: str) -> CvrNumber:
    """The CVR number of an authority; a usage error when the text is none."""
    try:
        return parse_cvr(text)
    except NotACvrNumber as error:
        raise typer.BadParameter("--authority is a CVR number: eight digits, the last a check digit") from error
