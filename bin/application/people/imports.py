"""Registers people and companies that are written one JSON object a line (the format: docs/formats.md).

Every subject is random. A number that is known leads to its subject, so the same file may be imported any number of
times.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, Self
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator, model_validator

from adapters.keys.number_lookup import NumberKey, number_key
from bin.application.application import Application
from bin.application.contexts import OPERATOR, OnBehalf, Reading
from bin.application.disclosure import Reader
from bin.application.outcomes import NewlyRecorded, Outcome, Recorded, RefusedBy
from bin.application.people.field_errors import FieldFault, Misread
from bin.application.people.find import bearers_of
from bin.application.people.lines import NumberedLine, in_batches, read_line
from domain.command import AnyCommand
from domain.context import Request
from domain.danish_time import day_of
from domain.identity.authority import AuthorityKind, SendingRight
from domain.identity.authority_commands import RegisterAuthority
from domain.identity.company import CompanyEntryCause, RegisterCompany
from domain.identity.cpr import CprNumber, parse_cpr
from domain.identity.cvr import CvrNumber, parse_cvr
from domain.identity.names import Address, CompanyName, PersonName
from domain.identity.number import NumberTaken
from domain.identity.person import PersonEntryCause
from domain.identity.person_commands import RegisterPerson
from domain.identity.uncertain_day import UncertainDay
from domain.operations.disclosure import QuestionKind
from domain.subject import CompanyId, CprIndex, CvrIndex, PartyId, PersonId, SubjectId

ONE_LINE = re.compile(r"(?P<street>.+?),\s*(?P<postal_code>\d{4})\s+(?P<city>.+)")


class ImportStatus(StrEnum):
    REGISTERED = "REGISTERED"
    UNCHANGED = "UNCHANGED"
    """This subject is registered under the number already; the line changes nothing, whatever else it says."""
    REFUSED = "REFUSED"
    INVALID = "INVALID"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedLine:
    line: int
    kind: str | None = None
    subject: SubjectId | None = None
    status: ImportStatus
    position: int | None = None
    errors: tuple[FieldFault, ...] = ()

    @property
    def registered(self) -> bool:
        """Whether the subject is registered, now or before."""
        return self.status in {ImportStatus.REGISTERED, ImportStatus.UNCHANGED}


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    number: str = Field(repr=False)
    address: Address | None = None

    @field_validator("address", mode="before")
    @classmethod
    def _of_one_line(cls, given: object) -> object:
        """A Danish address may be written in one line, as on an envelope."""
        if not isinstance(given, str):
            return given
        read = ONE_LINE.fullmatch(given.strip())
        if read is None:
            raise ValueError("In one line an address is written: Prøvevej 1, 2100 København Ø. Or give its parts.")
        return read.groupdict()


class PersonLine(_Line):
    kind: Literal["person"]
    name: PersonName | None = None
    birth_date: UncertainDay | None = Field(default=None, repr=False)
    cause: PersonEntryCause = PersonEntryCause.REGISTER_LOAD
    resident: bool = Field(default=True, strict=True)
    resident_since: date | None = Field(default=None, strict=True, repr=False)
    protected: bool = Field(default=False, strict=True)


class _Name(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: CompanyName = Field(repr=False)


class CompanyLine(_Line):
    kind: Literal["company"]
    name: _Name
    cause: CompanyEntryCause = CompanyEntryCause.FOUNDING
    authority: AuthorityKind | None = None
    sending_rights: tuple[SendingRight, ...] = ()

    @model_validator(mode="after")
    def _rights_of_authorities(self) -> Self:
        if self.sending_rights and self.authority is None:
            raise ValueError("Only an authority has rights to send: say in `authority` what kind it is.")
        return self


LINES: TypeAdapter[PersonLine | CompanyLine] = TypeAdapter(
    Annotated[PersonLine | CompanyLine, Field(discriminator="kind")]
)


@dataclass(frozen=True, slots=True)
class _KeyedLine:
    """A line, its CPR or CVR number, and the key by which the number is looked up."""

    line: PersonLine | CompanyLine
    number: CprNumber | CvrNumber
    key: NumberKey


class PeopleImport:
    def __init__(
        self, application: Application, on_behalf: OnBehalf = OPERATOR, new_uuid: Callable[[], UUID] = uuid4
    ) -> None:
        self._application = application
        self._on_behalf = on_behalf
        self._new_uuid = new_uuid

    def register(self, lines: Iterable[bytes]) -> Iterator[ImportedLine]:
        """Register lines in batches, and yield the outcome of each in order; blank lines are skipped.

        Raises what CommandHandler.execute_many raises; after any error the same lines may be imported again.
        """
        for batch in in_batches(lines):
            yield from self._register(batch)

    def _register(self, batch: Sequence[NumberedLine]) -> Iterator[ImportedLine]:
        valid: dict[int, _KeyedLine] = {}
        invalid: dict[int, tuple[FieldFault, ...]] = {}
        today = day_of(self._application.ledger.now())
        for number, line in batch:
            try:
                valid[number] = self._read(line, today)
            except Misread as error:
                invalid[number] = error.faults
        outcomes = self._executed(valid)
        # Another line or another process gave the number a subject first: now it is known.
        taken = {number: valid[number] for number, (_, outcome) in outcomes.items() if _is_taken(outcome)}
        outcomes |= self._executed(taken)
        lines = [
            ImportedLine(line=number, status=ImportStatus.INVALID, errors=invalid[number])
            if number in invalid
            else _imported(number, *outcomes[number])
            for number, _ in batch
        ]
        self._record_lookup([line.subject for line in lines if line.status is ImportStatus.UNCHANGED])
        yield from lines

    def _record_lookup(self, known: Sequence[SubjectId | None]) -> None:
        """Record to whom known numbers led, as any look-up, on the basis by which they would be registered."""
        authority = parse_cvr(self._on_behalf.authority or self._application.settings.authority)
        for kind, command in ((PersonId, RegisterPerson), (CompanyId, RegisterCompany)):
            parties = [party for party in known if isinstance(party, kind)]
            if parties:
                reader = Reader(self._application, Reading(authority, command.legal_basis, self._on_behalf.case))
                head = self._application.ledger.head()
                reader.disclose(QuestionKind.LOOKUP, head, parties, rows=len(parties))

    def _executed(self, lines: Mapping[int, _KeyedLine]) -> dict[int, tuple[SubjectId, Outcome]]:
        """The subject and the outcome of each line, by its number in the file."""
        known = self._application.numbers.subjects(line.key for line in lines.values())
        bearers = bearers_of(self._application.handler, known.values())
        registrations = []
        for line in lines.values():
            subject = known.get(line.key)
            bearer = None if subject is None else bearers.get(subject)
            registrations.append(self._registration(line, subject, bearer))
        outcomes = self._application.handler.execute_many([(command, self._request()) for _, command in registrations])
        return {
            number: (subject, outcome)
            for number, (subject, _), outcome in zip(lines, registrations, outcomes, strict=True)
        }

    def _read(self, content: bytes, today: date) -> _KeyedLine:
        """Raises Misread."""
        line = read_line(LINES, content)
        try:
            if isinstance(line, CompanyLine):
                number: CprNumber | CvrNumber = parse_cvr(line.number)
                return _KeyedLine(line, number, number_key(self._application.vault, CvrIndex.kind, number.value))
            number = parse_cpr(line.number)
        except ValueError as error:
            raise Misread(FieldFault("number", str(error))) from None
        _check_birth_date(line.birth_date, number, today)
        return _KeyedLine(line, number, number_key(self._application.vault, CprIndex.kind, number.value))

    def _registration(
        self, keyed: _KeyedLine, subject: SubjectId | None, bearer: PartyId | None
    ) -> tuple[SubjectId, AnyCommand]:
        """The command that registers a line, and whom it registers."""
        line, number = keyed.line, keyed.number
        if isinstance(line, PersonLine):
            assert isinstance(number, CprNumber), "a person's line has a CPR number"
            person = bearer if isinstance(bearer, PersonId) else PersonId(self._new_uuid())
            return person, RegisterPerson(
                person=person,
                index=subject if isinstance(subject, CprIndex) else CprIndex(self._new_uuid()),
                number=number,
                name=line.name,
                address=line.address,
                birth_date=line.birth_date,
                cause=line.cause,
                resident=line.resident,
                resident_since=line.resident_since,
                protected=line.protected,
            )
        assert isinstance(number, CvrNumber), "a company's line has a CVR number"
        company = bearer if isinstance(bearer, CompanyId) else CompanyId(self._new_uuid())
        fields: dict[str, Any] = {
            "company": company,
            "index": subject if isinstance(subject, CvrIndex) else CvrIndex(self._new_uuid()),
            "number": number,
            "name": line.name.name,
            "address": line.address,
            "cause": line.cause,
        }
        if line.authority is None:
            return company, RegisterCompany(**fields)
        return company, RegisterAuthority(**fields, kind=line.authority, rights=line.sending_rights)

    def _request(self) -> Request:
        return self._application.request(
            "system:register", authority=self._on_behalf.authority, case=self._on_behalf.case
        )


def _is_taken(outcome: Outcome) -> bool:
    return isinstance(outcome, RefusedBy) and isinstance(outcome.refusal, NumberTaken)


def _imported(number: int, subject: SubjectId, outcome: Outcome) -> ImportedLine:
    if isinstance(outcome, RefusedBy):
        fault = FieldFault("number", str(outcome.refusal))
        return ImportedLine(line=number, kind=subject.kind, status=ImportStatus.REFUSED, errors=(fault,))
    new = isinstance(outcome, NewlyRecorded)
    return ImportedLine(
        line=number,
        kind=subject.kind,
        subject=subject,
        status=ImportStatus.REGISTERED if new else ImportStatus.UNCHANGED,
        position=outcome.last if isinstance(outcome, Recorded) else None,
    )


def _check_birth_date(birth_date: UncertainDay | None, number: CprNumber, today: date) -> None:
    """Refuse a future day. Another day than the number's is accepted: the register may know a better one."""
    if birth_date is not None and birth_date.earliest > today:
        raise Misread(FieldFault("birth_date", "This day is in the future. Check the year."))
    if birth_date is None and number.birth_date > today:
        message = "The birth date in this number is in the future. Check the number, or give birth_date."
        raise Misread(FieldFault("number", message))
