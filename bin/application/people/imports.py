"""The roll: enters people and companies that are written one JSON object a line (the format: docs/formats.md).

A subject's uuid and the command's id are keyed indexes, of the number and of the whole line: the same line again is the
same command, and the same number again the same subject, so that a file may be registered any number of times.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator

from bin.application.application import Application
from bin.application.command_handler import Asked, Outcome, Recorded, RefusedBy
from bin.application.people.field_errors import FieldFault, Misread, read_json
from domain.context import Request
from domain.danish_time import day_of
from domain.identity.company import RegisterCompany
from domain.identity.cpr import CprNumber, parse_cpr
from domain.identity.cvr import parse_cvr
from domain.identity.names import Address, CompanyName, PersonName
from domain.identity.person_commands import RegisterPerson
from domain.subject import CompanyId, PersonId, SubjectId

LINES_A_BATCH_MAX = 500
LINE_BYTES_MAX = 64 * 1024
ONE_LINE = re.compile(r"(?P<street>.+?),\s*(?P<postal_code>\d{4})\s+(?P<city>.+)")


class Status(StrEnum):
    """What became of a line."""

    REGISTERED = "REGISTERED"
    UNCHANGED = "UNCHANGED"
    """The number is in the book, for this very subject; the line changes nothing, whatever else it says."""
    REFUSED = "REFUSED"
    INVALID = "INVALID"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What became of one line."""

    line: int
    kind: str | None = None
    subject: SubjectId | None = None
    status: Status
    position: int | None = None
    errors: tuple[FieldFault, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the subject is in the book."""
        return self.status in {Status.REGISTERED, Status.UNCHANGED}


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    number: str = Field(repr=False)
    address: Address | None = None

    @field_validator("address", mode="before")
    @classmethod
    def _of_one_line(cls, given: object) -> object:
        """A Danish address may stand in one line, as on an envelope."""
        if not isinstance(given, str):
            return given
        read = ONE_LINE.fullmatch(given.strip())
        if read is None:
            raise ValueError("In one line an address is written: Prøvevej 1, 2100 København Ø. Or give its parts.")
        return read.groupdict()


class PersonLine(_Line):
    """A person."""

    kind: Literal["person"]
    name: PersonName
    birth_date: date | None = Field(default=None, strict=True, repr=False)
    protected: bool = Field(default=False, strict=True)


class _Name(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: CompanyName = Field(repr=False)


class CompanyLine(_Line):
    """A company."""

    kind: Literal["company"]
    name: _Name


LINES: TypeAdapter[PersonLine | CompanyLine] = TypeAdapter(
    Annotated[PersonLine | CompanyLine, Field(discriminator="kind")]
)


class PeopleImport:
    """Enters lines for one house."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def enter(self, lines: Iterable[bytes]) -> Iterator[Registered]:
        """Enter lines in batches and tell of each, in order; blank lines are passed over.

        Raises what Book.execute_many raises; everything may simply be entered again.
        """
        numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
        while batch := list(islice(numbered, LINES_A_BATCH_MAX)):
            yield from self._enter(batch)

    def _enter(self, batch: list[tuple[int, bytes]]) -> Iterator[Registered]:
        asked: dict[int, tuple[SubjectId, Asked]] = {}
        wrong: dict[int, tuple[FieldFault, ...]] = {}
        today = day_of(self._application.ledger.now())
        for number, line in batch:
            try:
                asked[number] = self._asked(line, today)
            except Misread as error:
                wrong[number] = error.faults
        outcomes = self._application.handler.execute_many([one for _, one in asked.values()])
        became = dict(zip(asked, outcomes, strict=True))
        for number, _ in batch:
            if number in wrong:
                yield Registered(line=number, status=Status.INVALID, errors=wrong[number])
            else:
                yield _registered(number, asked[number][0], became[number])

    def _asked(self, line: bytes, today: date) -> tuple[SubjectId, Asked]:
        """The subject of a line, and the command that enters it."""
        if len(line) > LINE_BYTES_MAX:
            raise Misread(FieldFault("line", f"A line has at most {LINE_BYTES_MAX} bytes."))
        read = read_json(LINES, line, "line")
        entry = read.model_dump_json()
        if isinstance(read, PersonLine):
            return self._person(read, entry, today)
        return self._company(read, entry)

    def _person(self, line: PersonLine, entry: str, today: date) -> tuple[SubjectId, Asked]:
        try:
            number = parse_cpr(line.number)
        except ValueError as error:
            raise Misread(FieldFault("number", str(error))) from None
        _must_be_born(line.birth_date, number, today)
        person = PersonId(self._application.vault.index("entry", f"person {number.value}"))
        command = RegisterPerson(
            person=person,
            index=self._application.cpr(number.value),
            number=number,
            name=line.name,
            address=line.address,
            birth_date=line.birth_date,
            protected=line.protected,
        )
        return person, (command, self._request(entry))

    def _company(self, line: CompanyLine, entry: str) -> tuple[SubjectId, Asked]:
        try:
            number = parse_cvr(line.number)
        except ValueError as error:
            raise Misread(FieldFault("number", str(error))) from None
        company = CompanyId(self._application.vault.index("entry", f"company {number.value}"))
        command = RegisterCompany(
            company=company,
            index=self._application.cvr(number.value),
            number=number,
            name=line.name.name,
            address=line.address,
        )
        return company, (command, self._request(entry))

    def _request(self, entry: str) -> Request:
        return self._application.request(
            "system:register", command=self._application.vault.index("entry", f"register {entry}")
        )


def _registered(number: int, subject: SubjectId, outcome: Outcome) -> Registered:
    if isinstance(outcome, RefusedBy):
        fault = FieldFault("number", str(outcome.refusal))
        return Registered(line=number, kind=subject.kind, status=Status.REFUSED, errors=(fault,))
    fresh = isinstance(outcome, Recorded) and not outcome.repeated
    return Registered(
        line=number,
        kind=subject.kind,
        subject=subject,
        status=Status.REGISTERED if fresh else Status.UNCHANGED,
        position=outcome.last if isinstance(outcome, Recorded) else None,
    )


def _must_be_born(birth_date: date | None, number: CprNumber, today: date) -> None:
    """Refuse a day that has not come; one that is not the number's stands, for the register may know a better one."""
    if birth_date is not None and birth_date > today:
        raise Misread(FieldFault("birth_date", "This day has not come. Check the year."))
    if birth_date is None and number.birth_date > today:
        said = "This number tells a day of birth that has not come. Check it, or give birth_date."
        raise Misread(FieldFault("number", said))
