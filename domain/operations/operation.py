"""Operators' acts: who operates the system answers for it in the ledger, in facts recorded before the act.

GDPR art. 5(2) (accountability) and art. 32(1); NIS2 art. 21(2); ISO/IEC 27001 A.8.15 (logging of operators). Who acted
is in the record's context, as `operator:<name>`. None of these facts holds personal data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self
from uuid import UUID

from domain.command import Entity, State
from domain.fact import Event, Retention
from domain.subject import LogId, MessageId, PartyId, RegisterId


class OperatorsFact(Event):
    """An operator's act that no rule restricts, and the paragraph that allows it."""

    legal_basis: ClassVar[str] = "GDPR art. 32(1)"


class RebuildBegun(OperatorsFact):
    """An operator had a register rebuilt from the ledger, in a shadow table (operator's act). GDPR art. 32(1)."""

    subject: RegisterId
    name: str
    declaration: str
    """The digest of the declaration that the rows follow."""


class RebuildAttested(OperatorsFact):
    """The live register and one made anew of the whole ledger were found equal (operator's act). GDPR art. 5(1)(d).

    At `position` both had so many rows of this digest: with the ledger anybody can make the register and compare.
    """

    subject: RegisterId
    name: str
    declaration: str
    """The digest of the declaration that the rows follow."""
    software_version: str
    position: int
    rows: int
    digest: str
    """SHA-256 over all rows in their canonical form, in hexadecimal."""


class RegisterSwapped(Event):
    """The rebuilt register was allowed to replace the live one (operator's act). GDPR art. 32(1).

    It was attested, or its comparison found differences that the operator passed over, or there was nothing to compare.
    """

    subject: RegisterId
    name: str
    position: int
    """The position of the rebuilt rows."""
    attested: int | None
    """The position of the attestation; None when the two were not equal."""
    not_compared: str | None = None
    """Why the live register could not be compared; None when it was."""
    despite_differences: bool = False


class RegisterPutBack(OperatorsFact):
    """The register of before the last swap was allowed to be the live one again (operator's act). GDPR art. 32(1).

    Its rows were compared with the ledger, unless an older version of the software recorded it.
    """

    subject: RegisterId
    name: str
    despite_differences: bool = False
    """Whether they differed, and the operator passed over it."""


class RebuildGivenUp(OperatorsFact):
    """A rebuild was aborted; the live register stayed unchanged (operator's act). GDPR art. 32(1)."""

    subject: RegisterId
    name: str


class RegisterStopAcknowledged(Event):
    """An operator acknowledged that the register stopped before a record, with the reason (operator's act).

    GDPR art. 5(2). It repairs nothing: a stopped register continues when the cause is gone.
    """

    subject: RegisterId
    name: str
    position: int
    """The last position that the register holds."""
    reason: str


class SealHaltAcknowledged(Event):
    """An operator acknowledged that sealing halted, with the reason (operator's act). GDPR art. 5(2), art. 32(1)."""

    log: LogId
    position: int
    """The last sealed position when it halted."""
    cause: str
    """The sealer's message when it halted."""
    reason: str


class ErasureOrdered(Event):
    """Someone's personal data were to be erased (*sletning*), by destroying their keys (operator's act).

    GDPR art. 17 and art. 5(1)(e). The record's legal basis is the paragraph by which they had to go. The facts stay,
    encrypted; their proofs remain valid. The subject holds the keys: a person, a company, or a letter whose recipient
    is not registered.
    """

    subject: PartyId | MessageId
    retention_class: Retention | None
    """The class of the data; None for all of them."""
    keys: tuple[UUID, ...] = ()
    """The ids of the keys there were; an encrypted part names its key."""


class KeysDestroyed(Event):
    """The ordered erasure was done: nobody can decrypt what the keys encrypted (operator's act). GDPR art. 17.

    Recorded when the keys are gone, so never for a key that still exists.
    """

    subject: PartyId | MessageId
    retention_class: Retention | None
    keys: tuple[UUID, ...]
    """The ids of the destroyed keys."""


class RegistersReplayed(OperatorsFact):
    """Registers were built as they were at a position, for an auditor (operator's act). GDPR art. 5(2)."""

    legal_basis = "GDPR art. 5(2)"

    log: LogId
    into: str
    """The schema of the database in which the copy lies."""
    position: int
    registers: tuple[str, ...]


class EntriesExported(Event):
    """The open parts of all records up to a size were exported for an auditor (operator's act). GDPR art. 5(2).

    They are pseudonymous personal data: who wrote to whom, who died. The record's context says for which authority.
    """

    log: LogId
    size: int
    """How many records, from the first on."""


class SchemaMigrated(Event):
    """A database that held records was brought to another revision, or got new names (operator's act). GDPR art. 32(1).

    ISO/IEC 27001 A.8.32 (changes are under control). A stored name that this version does not know, and that no such
    fact names, was added by nobody who answers for it.
    """

    log: LogId
    from_revision: str
    to_revision: str
    facts_added: tuple[str, ...] = ()
    """The stored names of facts that got a number."""
    kinds_added: tuple[str, ...] = ()
    """The kinds of subject that got a number."""


class DocumentCheckBegun(OperatorsFact):
    """Documents were to be compared, by machine, with the facts that name them (operator's act). GDPR art. 32(1).

    Letter d: the security of processing is tested regularly. Nothing of a document is shown to anybody.
    """

    log: LogId
    after_position: int
    """The facts beyond this position, and up to `until_position`, name the documents."""
    until_position: int


class DocumentsChecked(OperatorsFact):
    """What a check of documents found, by their number (operator's act). GDPR art. 32(1).

    Without it, the check that begun before was interrupted; the next one may go on from a later position.
    """

    log: LogId
    after_position: int
    until_position: int
    whole: int
    erased: int
    """Their key was destroyed, as that of their fact was."""
    deleted: int
    """Their owner deleted them for good."""
    missing: int
    altered: int
    unreadable: int
    left: int
    """Erased or deleted, and still to be read."""
    unnamed: int
    """Files in the store that no fact names."""


class DatabaseOpenedByHand(OperatorsFact):
    """An operator opened the database with all rights of its owner (operator's act). GDPR art. 32(1).

    ISO/IEC 27001 A.8.2 (privileged access is allotted and logged).
    What was done there is in no fact: the seal and `rigsbog verify` show whether the ledger was changed.
    """

    log: LogId


@dataclass(frozen=True, slots=True)
class Operation(State):
    """What a decision must know of earlier acts upon one register, one log or one party."""

    acknowledged: tuple[int, str] | None = None
    """The position and reason of the last acknowledgement."""
    ordered: tuple[ErasureOrdered, ...] = ()
    """Erasures that were ordered and are not done."""

    def evolve(self, event: Event) -> Self:
        """The last acknowledgement, and the erasures that are not done."""
        match event:
            case RegisterStopAcknowledged() | SealHaltAcknowledged():
                return self.but(acknowledged=(event.position, event.reason))
            case ErasureOrdered():
                return self.but(ordered=(*self.ordered, event))
            case KeysDestroyed():
                done = event.retention_class
                return self.but(ordered=tuple(order for order in self.ordered if order.retention_class != done))
            case _:
                return self

    def keys_ordered(self, retention_class: Retention | None) -> Iterator[UUID]:
        """The keys that are to be destroyed by an order of just that class."""
        return (key for order in self.ordered if order.retention_class == retention_class for key in order.keys)


OPERATION = Entity(
    "operation",
    Operation(),
    {
        "RebuildBegun": RebuildBegun,
        "RebuildAttested": RebuildAttested,
        "RegisterSwapped": RegisterSwapped,
        "RegisterPutBack": RegisterPutBack,
        "RebuildGivenUp": RebuildGivenUp,
        "RegisterStopAcknowledged": RegisterStopAcknowledged,
        "SealHaltAcknowledged": SealHaltAcknowledged,
        "ErasureOrdered": ErasureOrdered,
        "KeysDestroyed": KeysDestroyed,
        "RegistersReplayed": RegistersReplayed,
        "EntriesExported": EntriesExported,
        "SchemaMigrated": SchemaMigrated,
        "DocumentCheckBegun": DocumentCheckBegun,
        "DocumentsChecked": DocumentsChecked,
        "DatabaseOpenedByHand": DatabaseOpenedByHand,
    },
)
