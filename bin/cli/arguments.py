"""What an auditor asks with: subject, register, moment of knowing, day of validity; read, or told what is wrong."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer
from sqlalchemy import Connection

from bin.cli import output
from domain.danish_time import COPENHAGEN, end_of_day, start_of_day
from domain.subject import (
    KINDS,
    THIS_LOG,
    CompanyId,
    DesignationId,
    MessageId,
    PartyId,
    PersonId,
    SubjectId,
    register_id,
    subject,
)
from projections.catalogue import REGISTERS, register
from projections.declare import Register
from projections.engine.position import Known, clock, head, known_at, position_at
from projections.engine.subjects import askable

RegisterName = Annotated[
    str, typer.Argument(metavar="REGISTER", help="One of the registers that `rigsbog status` lists.")
]
RegisterNames = Annotated[
    list[str] | None, typer.Argument(metavar="[REGISTER]...", help="Which; all when none is named.")
]
SubjectText = Annotated[str, typer.Argument(metavar="SUBJECT", help="kind:uuid, e.g. person:... or message:...")]
NUMBERED = ("cpr", "cvr", "person", "company")
"""The kinds that people know by a number."""
KNOWN_HELP = "What was known then: a position, a time with zone (2026-04-15T12:00+02:00), or a Danish day (its end)."


def read_register(name: str) -> Register:
    """The register of that name; a usage error that lists them."""
    try:
        return register(name)
    except KeyError as error:
        raise typer.BadParameter(str(error.args[0])) from error


def read_subject(text: str) -> SubjectId:
    """The subject; a usage error that says how one is written, and never what was given: it may be a number.

    What operators act upon has a name too: `register:messages`, and `log:this` for the ledger as a whole.
    """
    kind, _, name = text.partition(":")
    if text == "log:this":
        return THIS_LOG
    if kind == "register" and name in {one.name for one in REGISTERS}:
        return register_id(name)
    try:
        return subject(text)
    except ValueError as error:
        if kind not in KINDS:
            raise typer.BadParameter(str(error)) from None
        found = "; `rigsbog find` tells whose a number is" if kind in NUMBERED else ""
        raise typer.BadParameter(f"a {kind} is written {kind}:<uuid>{found}") from None


def read_party(text: str) -> PartyId:
    """A person or a company; a usage error for anything else."""
    party = read_subject(text)
    if not isinstance(party, (PersonId, CompanyId)):
        raise typer.BadParameter("a person:<uuid> or a company:<uuid> is needed; `rigsbog find` finds it by a number")
    return party


def read_message(text: str) -> MessageId:
    """A message; a usage error for anything else."""
    message = read_subject(text)
    if not isinstance(message, MessageId):
        raise typer.BadParameter("a message:<uuid> is needed")
    return message


def read_designation(text: str) -> DesignationId:
    """A designation of a NemKonto; a usage error for anything else."""
    designation = read_subject(text)
    if not isinstance(designation, DesignationId):
        raise typer.BadParameter("a designation:<uuid> is needed")
    return designation


def check_askable(register: Register, about: SubjectId) -> None:
    """A usage error that names the kinds that can be asked about, when the register's facts never name this one."""
    kinds = askable(register)
    if about.kind not in kinds:
        raise typer.BadParameter(f"{register.name} says nothing of a {about.kind}; ask about a {', '.join(kinds)}")


def read_day(text: str) -> date:
    """A Danish day, written as a day or as a time with zone."""
    try:
        return date.fromisoformat(text) if len(text) == len("2026-01-01") else _time(text).astimezone(COPENHAGEN).date()
    except ValueError as error:
        raise typer.BadParameter(f"{text} is neither a day (2026-04-15) nor a time with zone") from error


def read_known(connection: Connection, text: str | None) -> Known:
    """The position that was known then, cut to whole commands; without a text, the head.

    A usage error when it cannot be read, or lies in the future of the ledger's clock: nobody knows what will be known.
    A day may be asked about from its beginning.
    """
    newest = head(connection)
    if text is None:
        return Known(newest, newest)
    if text.isdecimal():
        if int(text) > newest:
            raise typer.BadParameter(f"the newest position is {newest}")
        return known_at(connection, int(text))
    try:
        day = date.fromisoformat(text) if len(text) == len("2026-01-01") else None
        begins = start_of_day(day) if day else _time(text)
        until = end_of_day(day) if day else begins
    except ValueError as error:
        raise typer.BadParameter(f"{text} is neither a position, a time with zone, nor a day") from error
    now = clock(connection)
    if begins > now:
        raise typer.BadParameter(f"{text} is in the future: the ledger's clock is at {now.isoformat('T', 'seconds')}")
    return known_at(connection, position_at(connection, until))


def tell_note(known: Known) -> None:
    """Say on standard output when another position than the one asked for was used."""
    if known.note is not None:
        output.tell(known.note)


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError("a time needs its zone")
    return time
