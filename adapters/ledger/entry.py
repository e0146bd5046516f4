"""Entries and decisions: facts in the form in which a ledger stores them, and the outcomes of appending them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from adapters.keys.number_lookup import NumberRow
from domain.context import Context
from domain.errors import ErrorKind, RigsbogError
from domain.fact import SEALED, Event
from domain.newer import fact_of, newer_fact
from domain.record import Record
from domain.subject import SubjectId


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A fact as the ledger stores it: header, open payload, encrypted part."""

    name: str
    """The fact's stored name."""
    subject: SubjectId
    context: Context
    ordinal: int
    payload: Mapping[str, Any]
    sealed: bytes | None = None
    subjects: tuple[SubjectId, ...] = ()
    """The subjects that the fact concerns; set only for an entry that is to be recorded."""
    position: int = 0
    recorded_at: datetime | None = None
    caller: str | None = None
    """Who was logged in to the database when it was recorded, apart from the actor; None before it is stored."""

    @classmethod
    def of(cls, fact: Event, name: str, context: Context, ordinal: int, sealed: bytes | None) -> Self:
        """The entry of a fact to record, with its personal fields encrypted."""
        return cls(
            name=name,
            subject=fact.own_subject,
            subjects=fact.subjects(),
            context=context,
            ordinal=ordinal,
            payload=fact.open_fields(),
            sealed=sealed,
        )


@dataclass(frozen=True, slots=True)
class Criterion:
    """Matches the entries that concern all of `subjects` and hold one of `facts` (None: any fact)."""

    subjects: tuple[SubjectId, ...] = ()
    facts: tuple[str, ...] | None = None
    or_newer: bool = False
    """Matches also the facts that only a newer version knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The facts of one command, to be recorded together if nothing after `after` matches `unless`."""

    command: UUID
    digest: bytes
    """A keyed digest of the command's content: it distinguishes a repeat from another command with the same id."""
    entries: tuple[Entry, ...]
    unless: tuple[Criterion, ...] | None = None
    after: int = 0
    consulted: tuple[tuple[str, SubjectId], ...] = ()
    """The states that were consulted, each an entity's name and a subject, as they were at `after`."""
    numbers: tuple[NumberRow, ...] = ()
    """The rows by which the numbers in its facts are looked up, inserted with them."""


class Verdict(StrEnum):
    RECORDED = "recorded"
    REPEATED = "repeated"
    """The command was recorded before, with the same content: its first outcome is returned."""
    OTHER = "other"
    """The command's id was used before, with other content."""
    CONFLICT = "conflict"
    """A matching fact was recorded meanwhile: read the ledger and decide again."""
    TAKEN = "taken"
    """A number that it names has another subject: look the number up, and make the command anew."""


@dataclass(frozen=True, slots=True)
class Appended:
    """A decision's outcome, with the positions of its facts when it has any."""

    verdict: Verdict
    first: int = 0
    last: int = 0
    recorded_at: datetime | None = field(default=None, compare=False)
    """When its facts were recorded; None unless the verdict is RECORDED."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """What a decision reads: entries up to `head`, the ledger's clock, earlier outcomes of the same commands."""

    entries: tuple[Entry, ...]
    head: int
    now: datetime
    earlier: Mapping[UUID, tuple[bytes, Appended]]


class Indeterminate(RigsbogError):
    """The connection broke, or replication was cancelled, while a decision was committed: ask for the command again."""

    kind = ErrorKind.BUSY


def record_of(entry: Entry, contract: Mapping[str, type[Event]], opened: Mapping[str, Any] | None = None) -> Record:
    """The record of a stored entry; personal fields are SEALED unless `opened` holds them.

    What only a newer version knows of it is read as it is stored (domain/newer.py).
    """
    fact = contract.get(entry.name)
    assert entry.recorded_at is not None, "only a stored entry is a record"
    if fact is None:
        event: Event = newer_fact(entry.subject, entry.payload)
    else:
        personal: Mapping[str, Any] = dict.fromkeys(fact.personal, SEALED) if opened is None else opened
        event = fact_of(fact, entry.payload, personal)
    return Record(
        position=entry.position,
        recorded_at=entry.recorded_at,
        name=entry.name,
        event=event,
        context=entry.context,
        ordinal=entry.ordinal,
    )


class TooMuchContention(RigsbogError):
    """Other commands recorded facts about the same subjects: try again in a moment, with the same command id."""

    kind = ErrorKind.BUSY


class FactTooLarge(RigsbogError):
    """The fact is too long to be sealed, or holds a number beyond 2^53, and was not recorded: send a shorter one."""

    kind = ErrorKind.BAD_INPUT


class SealTooOld(RigsbogError):
    """The ledger was not sealed for too long, so nothing more is recorded: start `rigsbog run`, and try again."""

    kind = ErrorKind.BUSY


class UnknownFact(RigsbogError):
    """The number of a fact or of a kind of subject has no name: run `rigsbog verify` to see which."""

    kind = ErrorKind.CORRUPT
