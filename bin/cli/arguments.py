"""Arguments that several commands share: a subject, a register, a moment, a day, the scope of evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, TypeVar, overload

import typer
from pydantic import TypeAdapter, ValidationError

from bin.application.errors import BadInput
from bin.application.evidence.scope import CASE, About, CaseNumber
from bin.application.questions.moments import Moment
from bin.cli import output
from domain.danish_time import COPENHAGEN
from domain.identity.person_address import Municipality
from domain.identity.uncertain_day import NotADay, UncertainDay
from domain.subject import (
    KINDS,
    THIS_LOG,
    CompanyId,
    EntryId,
    MessageId,
    OutageId,
    PaperLetterId,
    PartyId,
    PersonId,
    RequestId,
    SubjectId,
    register_id,
    subject,
)
from projections.catalogue import REGISTERS, register
from projections.declare import Register
from projections.engine.position import Known

MUNICIPALITY: TypeAdapter[str] = TypeAdapter(Municipality)
RegisterName = Annotated[
    str, typer.Argument(metavar="REGISTER", help="One of the registers that `rigsbog status` lists.")
]
RegisterNames = Annotated[
    list[str] | None, typer.Argument(metavar="[REGISTER]...", help="Which; all when none is named.")
]
SubjectText = Annotated[str, typer.Argument(metavar="SUBJECT", help="kind:uuid, e.g. person:... or message:...")]
NUMBERED = ("cpr", "cvr", "person", "company")
"""The kinds that people know by a number."""
FIND = "`rigsbog find` finds the subject of a CPR or CVR number"
KNOWN_HELP = "What was known then: a position, a time with zone (2026-04-15T12:00+02:00), or a Danish day (its end)."
KnownText = Annotated[str | None, typer.Option("--known", help=KNOWN_HELP)]
Id = TypeVar("Id", bound=SubjectId)
SHOWN_BY: Mapping[type[SubjectId], str] = {
    PersonId: "; `rigsbog find` finds it by a number",
    EntryId: "; `rigsbog as-of` shows entries",
    RequestId: "; `rigsbog as-of exemption_requests` shows them",
    PaperLetterId: "; `rigsbog paper list` shows them",
    OutageId: ", as `outage record` printed it",
}
"""Where the ids of a kind are found, as an error says."""
DAY_LENGTH = len("2026-01-01")
UUID_WRITTEN = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""A messageUUID alone names its message."""


def read_register(name: str) -> Register:
    """The register of that name; a usage error that lists them."""
    try:
        return register(name)
    except KeyError as error:
        raise typer.BadParameter(str(error.args[0])) from error


def read_registers(names: list[str] | None) -> list[Register]:
    """Those registers, each once; all when none is named."""
    return [read_register(name) for name in dict.fromkeys(names)] if names else list(REGISTERS)


def read_subject(text: str) -> SubjectId:
    """The subject; a usage error says how one is written, but never repeats the text, which may be a CPR number.

    `register:messages` is a register, and `log:this` the ledger as a whole.
    """
    kind, _, name = text.partition(":")
    if text == "log:this":
        return THIS_LOG
    if kind == "register" and name in {each.name for each in REGISTERS}:
        return register_id(name)
    try:
        return subject(text)
    except ValueError as error:
        if kind not in KINDS:
            raise typer.BadParameter(f"{error}; {FIND}") from None
        advice = f"; {FIND}" if kind in NUMBERED else ""
        raise typer.BadParameter(f"{_article(kind)} {kind} is written {kind}:<uuid>{advice}") from None


def read_party(text: str) -> PartyId:
    """A person or a company; a usage error for anything else."""
    party = read_subject(text)
    if not isinstance(party, (PersonId, CompanyId)):
        raise typer.BadParameter("a person:<uuid> or a company:<uuid> is needed; `rigsbog find` finds it by a number")
    return party


def read_key_holder(text: str) -> PartyId | MessageId:
    """Whose key encrypts personal data: a person's, a company's or a message's."""
    holder = read_subject(text)
    if not isinstance(holder, (PersonId, CompanyId, MessageId)):
        raise typer.BadParameter("a person:<uuid>, a company:<uuid> or a message:<uuid> is needed")
    return holder


def read_id(text: str, kind: type[Id]) -> Id:
    """A subject of that kind; a usage error for one of another kind."""
    named = read_subject(text)
    if not isinstance(named, kind):
        raise typer.BadParameter(f"{_article(kind.kind)} {kind.kind}:<uuid> is needed{SHOWN_BY.get(kind, '')}")
    return named


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" else "a"


@overload
def read_authority_id(text: str) -> CompanyId: ...


@overload
def read_authority_id(text: None) -> None: ...


@overload
def read_authority_id(text: str | None) -> CompanyId | None: ...


def read_authority_id(text: str | None) -> CompanyId | None:
    """The authority that decided, if one is named."""
    party = None if text is None else read_subject(text)
    if party is not None and not isinstance(party, CompanyId):
        raise typer.BadParameter("an authority is a company:<uuid>; `rigsbog find` finds it by its CVR number")
    return party


def read_acting(text: str | None) -> PersonId | None:
    """Who acts for another, if somebody is named."""
    return None if text is None else read_id(text, PersonId)


def read_scope(text: str) -> About:
    """A subject, a message (its messageUUID alone is enough) or a case; a usage error says how each is written."""
    if text.startswith(CASE):
        authority, slash, case = text.removeprefix(CASE).partition("/")
        if not (authority and slash and case):
            raise typer.BadParameter("a case is written case:AUTHORITY/CASE, with the authority's CVR number")
        return CaseNumber(authority, case)
    if ":" not in text and not UUID_WRITTEN.fullmatch(text):
        raise typer.BadParameter(
            "write kind:<uuid>, case:AUTHORITY/CASE, or a messageUUID; `rigsbog find` finds the subject of a number"
        )
    return read_subject(text if ":" in text else f"message:{text}")


def read_day(text: str) -> date:
    """A Danish day, written as a day or as a time with zone."""
    try:
        return date.fromisoformat(text) if len(text) == DAY_LENGTH else _time(text).astimezone(COPENHAGEN).date()
    except ValueError as error:
        raise typer.BadParameter(f"{text} is neither a day (2026-04-15) nor a time with zone") from error


def read_uncertain_day(text: str) -> UncertainDay:
    """A Danish day, of which a part may be unknown; a usage error says how it is written."""
    try:
        return UncertainDay.of(text)
    except NotADay as error:
        raise typer.BadParameter(str(error), param_hint="--on") from None


def read_municipality(text: str) -> str:
    """The code of a municipality; a usage error when it is none."""
    try:
        return MUNICIPALITY.validate_python(text)
    except ValidationError:
        raise typer.BadParameter("a municipality's code has four digits, such as 0101") from None


def read_moment(text: str) -> Moment:
    """A position, a time with zone, or a Danish day."""
    if text.isdecimal():
        return int(text)
    try:
        return date.fromisoformat(text) if len(text) == DAY_LENGTH else _time(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text} is neither a position, a time with zone, nor a day") from error


def print_position_note(known: Known | None) -> None:
    """Say on standard output when another position than the one asked for was used."""
    if known is not None and known.note is not None:
        output.print_line(known.note)


def read_checkpoint(file: Path) -> str:
    """The text of a file that should hold a checkpoint; raises BadInput."""
    try:
        return file.read_bytes().decode()
    except OSError as error:
        raise BadInput(f"The checkpoint in {file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"The checkpoint in {file} cannot be read: it is not text in UTF-8.") from error


def read_time(text: str) -> datetime:
    """An instant; a usage error when it has no zone."""
    try:
        return _time(text)
    except ValueError as error:
        raise typer.BadParameter("a time is written with its zone: 2026-04-15T12:00+02:00") from error


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError("a time needs its zone")
    return time
