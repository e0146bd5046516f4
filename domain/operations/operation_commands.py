"""What operators may do: each command yields the fact of its act, which is recorded before the act is done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from pydantic import PlainSerializer

from domain.command import Command, Consulted, Refused
from domain.context import Context
from domain.fact import Event, Retention
from domain.operations.operation import (
    OPERATION,
    EntriesExported,
    ErasureOrdered,
    KeysDestroyed,
    Operation,
    OperatorsFact,
    RegisterStopAcknowledged,
    RegisterSwapped,
    SchemaMigrated,
    SealHaltAcknowledged,
)
from domain.subject import THIS_LOG, LogId, MessageId, PartyId, register_id


class NoReasonGiven(Refused):
    """An acknowledgement needs a reason. Give it in a few words, without personal data."""


class NotAttested(Refused):
    """A compared register is swapped when it is attested, or despite its differences. Rebuild it again."""


def _named(fact: OperatorsFact) -> dict[str, Any]:
    """A fact in the digest of its command, by which a reused command id is known."""
    return {type(fact).__name__: fact.open_fields()}


class OperatorsCommand(Command[()]):
    """An operator's act that depends on no earlier fact."""

    legal_basis = "GDPR art. 32(1)"

    def consults(self) -> tuple[Consulted[Any], ...]:
        return ()


class RecordAct(OperatorsCommand):
    """Record an act that no rule restricts."""

    fact: Annotated[OperatorsFact, PlainSerializer(_named)]

    def basis(self) -> str:
        return self.fact.legal_basis

    def decide(self, context: Context) -> Iterator[Event]:
        yield self.fact


class SwapRegister(OperatorsCommand):
    """Replace the live register by the rebuilt one."""

    name: str
    position: int
    attested: int | None
    not_compared: str | None = None
    despite_differences: bool = False

    def decide(self, context: Context) -> Iterator[Event]:
        """Allow the swap; raises NotAttested."""
        if self.attested is None and self.not_compared is None and not self.despite_differences:
            raise NotAttested
        yield RegisterSwapped(
            subject=register_id(self.name),
            name=self.name,
            position=self.position,
            attested=self.attested,
            not_compared=self.not_compared,
            despite_differences=self.despite_differences,
        )


class MigrateSchema(OperatorsCommand):
    """Bring a database that holds records to another revision, and give new names their numbers."""

    from_revision: str
    to_revision: str
    facts_added: tuple[str, ...] = ()
    kinds_added: tuple[str, ...] = ()

    def decide(self, context: Context) -> Iterator[Event]:
        """From a revision to itself, without new names, nothing is recorded."""
        if self.from_revision != self.to_revision or self.facts_added or self.kinds_added:
            yield SchemaMigrated(
                log=THIS_LOG,
                from_revision=self.from_revision,
                to_revision=self.to_revision,
                facts_added=self.facts_added,
                kinds_added=self.kinds_added,
            )


class ExportEntries(Command[()]):
    """Export the open parts of all records up to a size for an auditor. Every export is recorded."""

    size: int
    legal_basis: str
    """The paragraph by which the auditor receives them."""

    def consults(self) -> tuple[Consulted[Any], ...]:
        return ()

    def decide(self, context: Context) -> Iterator[Event]:
        yield EntriesExported(log=THIS_LOG, size=self.size)


class AcknowledgeRegisterStop(Command[Operation]):
    """Acknowledge that a register stopped, and give the reason. A repeat changes nothing."""

    legal_basis = "GDPR art. 5(2)"

    name: str
    position: int
    reason: str

    def consults(self) -> tuple[Consulted[Operation]]:
        return (OPERATION.of(register_id(self.name)),)

    def decide(self, context: Context, earlier: Operation) -> Iterator[Event]:
        """Acknowledge it once; raises NoReasonGiven."""
        reason = given_reason(self.reason)
        if earlier.acknowledged != (self.position, reason):
            yield RegisterStopAcknowledged(
                subject=register_id(self.name), name=self.name, position=self.position, reason=reason
            )


class AcknowledgeSealHalt(Command[Operation]):
    """Acknowledge that sealing halted, and give the reason. A repeat changes nothing."""

    legal_basis = "GDPR art. 5(2)"

    position: int
    cause: str
    reason: str
    log: LogId = THIS_LOG

    def consults(self) -> tuple[Consulted[Operation]]:
        return (OPERATION.of(self.log),)

    def decide(self, context: Context, earlier: Operation) -> Iterator[Event]:
        """Acknowledge it once; raises NoReasonGiven."""
        reason = given_reason(self.reason)
        if earlier.acknowledged != (self.position, reason):
            yield SealHaltAcknowledged(log=self.log, position=self.position, cause=self.cause, reason=reason)


class ErasureCommand(Command[Operation]):
    """A command about the erasure of the data under somebody's keys, or a letter's own, of one class or of all."""

    subject: PartyId | MessageId
    retention_class: Retention | None
    legal_basis: str
    """The paragraph by which they must go."""
    keys: tuple[UUID, ...]

    def consults(self) -> tuple[Consulted[Operation]]:
        return (OPERATION.of(self.subject),)


class OrderErasure(ErasureCommand):
    """Order that the keys, all that exist, be destroyed."""

    def decide(self, context: Context, earlier: Operation) -> Iterator[Event]:
        """Order it, unless there are no keys or all of them are ordered."""
        if set(self.keys) - set(earlier.keys_ordered(self.retention_class)):
            yield ErasureOrdered(subject=self.subject, retention_class=self.retention_class, keys=self.keys)


class RecordDestroyedKeys(ErasureCommand):
    """Record that the keys of an ordered erasure are destroyed. It is recorded once for each order."""

    def decide(self, context: Context, earlier: Operation) -> Iterator[Event]:
        if any(order.retention_class == self.retention_class for order in earlier.ordered):
            yield KeysDestroyed(subject=self.subject, retention_class=self.retention_class, keys=self.keys)


def given_reason(text: str) -> str:
    """The reason without blanks around it; raises NoReasonGiven for an empty one."""
    reason = text.strip()
    if not reason:
        raise NoReasonGiven
    return reason
