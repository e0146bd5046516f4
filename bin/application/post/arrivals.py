"""Takes over arrivals from another system, one JSON object a line (the format: docs/formats.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from adapters.keys.number_lookup import NumberKey
from bin.application.application import Application
from bin.application.contexts import OnBehalf
from bin.application.errors import BadInput
from bin.application.operations.record import operator_request
from bin.application.outcomes import NewlyRecorded, Outcome, Recorded, RefusedBy
from bin.application.people.field_errors import FieldFault, Misread
from bin.application.people.find import holders, key_of, kind_of_number, not_registered
from bin.application.people.lines import NumberedLine, in_batches, read_line
from domain.identity.cvr import CvrNumber
from domain.post.imported_arrival_commands import AnnulImportedArrival, ImportArrival
from domain.record import Record
from domain.subject import MessageId

ACTOR = "system:import"


class ArrivalStatus(StrEnum):
    IMPORTED = "IMPORTED"
    UNCHANGED = "UNCHANGED"
    """It was taken over before."""
    REFUSED = "REFUSED"
    INVALID = "INVALID"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalLine:
    """What became of one line."""

    line: int
    message: MessageId | None = None
    status: ArrivalStatus
    position: int | None = None
    errors: tuple[FieldFault, ...] = ()


class _Arrival(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    message: UUID
    sender: str | None = Field(default=None, repr=False)
    recipient: str = Field(repr=False)
    available_at: Annotated[AwareDatetime, Field(strict=True)]
    evidence_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


ARRIVAL = TypeAdapter(_Arrival)


@dataclass(frozen=True, slots=True)
class _Looked:
    """A line, and by what the numbers in it are looked up."""

    arrival: _Arrival
    recipient: NumberKey
    sender: NumberKey | None


@dataclass(frozen=True, slots=True)
class ArrivalImport:
    """One import, from one system."""

    application: Application
    system: str
    on_behalf: OnBehalf

    def take_over(self, lines: Iterable[bytes]) -> Iterator[ArrivalLine]:
        """Take lines over in batches, and yield the outcome of each in order; blank lines are skipped.

        Raises what CommandHandler.execute_many raises; after any error the same lines may be imported again.
        """
        for batch in in_batches(lines):
            yield from self._take_over(batch)

    def _take_over(self, batch: Sequence[NumberedLine]) -> Iterator[ArrivalLine]:
        valid: dict[int, _Looked] = {}
        done: dict[int, ArrivalLine] = {}
        for number, line in batch:
            try:
                valid[number] = self._read(line)
            except Misread as error:
                done[number] = ArrivalLine(line=number, status=ArrivalStatus.INVALID, errors=error.faults)
        keys = [key for each in valid.values() for key in (each.recipient, each.sender) if key is not None]
        known = holders(self.application, keys)
        commands: dict[int, ImportArrival] = {}
        for number, each in valid.items():
            arrival, recipient = each.arrival, known.get(each.recipient)
            if recipient is None:
                fault = FieldFault("recipient", not_registered(kind_of_number(arrival.recipient)))
                done[number] = ArrivalLine(line=number, status=ArrivalStatus.REFUSED, errors=(fault,))
                continue
            commands[number] = ImportArrival(
                message=MessageId(arrival.message),
                sender=known.get(each.sender) if each.sender else None,
                recipient=recipient,
                available_at=arrival.available_at.astimezone(UTC),
                system=self.system,
                evidence_sha256=arrival.evidence_sha256,
            )
        done |= self._executed(commands)
        yield from (done[number] for number, _ in batch)

    def _executed(self, commands: dict[int, ImportArrival]) -> dict[int, ArrivalLine]:
        behalf = self.on_behalf
        requests = [
            (command, self.application.request(ACTOR, authority=behalf.authority, case=behalf.case))
            for command in commands.values()
        ]
        outcomes = self.application.handler.execute_many(requests)
        return {
            number: _line(number, command.message, outcome)
            for (number, command), outcome in zip(commands.items(), outcomes, strict=True)
        }

    def _read(self, content: bytes) -> _Looked:
        """Raises Misread."""
        arrival = read_line(ARRIVAL, content)
        sender = None if arrival.sender is None else self._key("sender", arrival.sender)
        return _Looked(arrival, self._key("recipient", arrival.recipient), sender)

    def _key(self, field: str, number: str) -> NumberKey:
        try:
            return key_of(self.application, kind_of_number(number), number)
        except (BadInput, ValueError) as error:
            raise Misread(FieldFault(field, str(error))) from None


def annul_import(
    application: Application, message: MessageId, *, authority: CvrNumber, case: str | None
) -> tuple[Record, ...]:
    """Annul an arrival that was taken over by mistake. Raises NothingTakenOver."""
    request = operator_request(application, authority=authority.value, case=case)
    handler = application.keyless_handler
    return handler.records_of(handler.execute(AnnulImportedArrival(message=message), request))


def _line(number: int, message: MessageId, outcome: Outcome) -> ArrivalLine:
    if isinstance(outcome, RefusedBy):
        fault = FieldFault("line", str(outcome.refusal))
        return ArrivalLine(line=number, message=message, status=ArrivalStatus.REFUSED, errors=(fault,))
    status = ArrivalStatus.IMPORTED if isinstance(outcome, NewlyRecorded) else ArrivalStatus.UNCHANGED
    position = outcome.last if isinstance(outcome, Recorded) else None
    return ArrivalLine(line=number, message=message, status=status, position=position)
