"""What an auditor asks with: subject, register, moment of knowing, day of validity; read, or told what is wrong."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from domain.danish_time import COPENHAGEN, end_of_day

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from domain.subject import SubjectId
    from projections.declare import Register

RegisterName = Annotated[
    str, typer.Argument(metavar="REGISTER", help="One of the registers that `rigsbog status` lists.")
]
RegisterNames = Annotated[
    list[str] | None, typer.Argument(metavar="[REGISTER]...", help="Which; all when none is named.")
]
SubjectText = Annotated[str, typer.Argument(metavar="SUBJECT", help="kind:uuid, e.g. person:... or message:...")]
KNOWN_HELP = "What was known then: a position, a time with zone (2026-04-15T12:00+02:00), or a Danish day (its end)."


def read_register(name: str) -> Register:
    """The register of that name; a usage error that lists them."""
    from projections.catalogue import register

    try:
        return register(name)
    except KeyError as error:
        raise typer.BadParameter(str(error.args[0])) from error


def read_subject(text: str) -> SubjectId:
    """The subject; a usage error that says how one is written."""
    from domain.subject import subject

    try:
        return subject(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def read_day(text: str) -> date:
    """A Danish day, written as a day or as a time with zone."""
    try:
        return date.fromisoformat(text) if len(text) == len("2026-01-01") else _time(text).astimezone(COPENHAGEN).date()
    except ValueError as error:
        raise typer.BadParameter(f"{text} is neither a day (2026-04-15) nor a time with zone") from error


def read_known(connection: Connection, text: str | None) -> int:
    """The position that was known then; without a text, the head. A usage error when it cannot be read."""
    from projections.engine.as_of import position_at
    from projections.engine.build import head

    newest = head(connection)
    if text is None:
        return newest
    if text.isdecimal():
        if int(text) > newest:
            raise typer.BadParameter(f"the newest position is {newest}")
        return int(text)
    try:
        time = end_of_day(date.fromisoformat(text)) if len(text) == len("2026-01-01") else _time(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text} is neither a position, a time with zone, nor a day") from error
    return position_at(connection, time)


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError("a time needs its zone")
    return time
