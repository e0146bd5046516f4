"""Composes receipts: a record, or a message's whole legal life, in one file that proves itself (docs/proofs.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from adapters.ledger.entry import Entry, record_of
from bin.application.disclosure import Reader
from bin.application.evidence.inclusion import Proven, Prover, text
from domain.entities import FACTS, NAMES
from domain.post.legal_times import legal_times
from domain.post.message import (
    MessageMadeAvailable,
    MessageRecalled,
    MessageRejected,
    MessageSubmitted,
    ReleaseRefused,
    ServiceEffected,
)
from domain.subject import MessageId
from projections.portable import canonical_json, instant

FORM = "receipt/1"
WEIGHT = (ServiceEffected, MessageMadeAvailable, MessageRejected, ReleaseRefused, MessageRecalled, MessageSubmitted)
"""The facts that a message's receipt may be of, the one with the most legal effect first."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as it leaves the house."""

    written: str
    position: int
    facts: int
    opened: int
    """How many facts show their personal fields."""


def key_history(prover: Prover) -> list[str]:
    """The receipts of the facts by which each key of the log replaced another, oldest first."""
    return [str(then.proof(one, canonical_json(_extra(one, None, ())))) for one, then in prover.handovers()]


def of_record(prover: Prover, reader: Reader, proven: Proven, entry: Entry, keys: Sequence[str]) -> Receipt:
    """The receipt of one record; its reading has been allowed by the reader before."""
    opened = opened_part(reader, entry)
    return _written(prover, proven, _extra(proven, opened, keys), int(opened is not None))


def of_message(
    prover: Prover, reader: Reader, message: MessageId, entries: Sequence[Entry], keys: Sequence[str]
) -> Receipt:
    """The receipt of a message: of its weightiest fact, with its clock and all the other facts behind it."""
    main = main_position(entries)
    proven = prover.proven(entry.position for entry in entries)
    opened = {entry.position: opened_part(reader, entry) for entry in entries}
    (own,) = (one for one in proven if one.position == main)
    others = [fact_part(one) | {"opened": opened[one.position]} for one in proven if one is not own]
    extra = _extra(own, opened[main], keys) | {
        "clock": clock_of(entries),
        "message": str(message),
        "facts": others,
    }
    return _written(prover, own, extra, sum(one is not None for one in opened.values()), 1 + len(others))


def main_position(entries: Sequence[Entry]) -> int:
    """Where the fact of a message stands that carries the most legal effect."""
    places = {entry.name: entry.position for entry in reversed(entries)}
    return next(places[NAMES[fact]] for fact in WEIGHT if NAMES[fact] in places)


def clock_of(entries: Sequence[Entry]) -> dict[str, str | None]:
    """The message's legal clock, each hand an instant in the canonical form, or nothing."""
    clock = legal_times(record_of(entry, FACTS) for entry in entries)
    return {hand: None if at is None else instant(at) for hand, at in asdict(clock).items()}


def opened_part(reader: Reader, entry: Entry) -> Mapping[str, str] | None:
    """The personal fields of a record with what binds them to it, when this reader may have them."""
    opened = reader.opened(entry)
    if opened is None or entry.sealed is None or opened.salt is None or opened.json_bytes is None:
        return None
    return {"sealed": text(entry.sealed), "salt": text(opened.salt), "fields": text(opened.json_bytes)}


def fact_part(proven: Proven) -> dict[str, Any]:
    """A further fact, with its own place in the tree."""
    return {"index": proven.index, "record": text(proven.record), "path": [text(one) for one in proven.path]}


def _extra(proven: Proven, opened: Mapping[str, str] | None, keys: Sequence[str]) -> dict[str, Any]:
    return {
        "rigsbog": FORM,
        "record": text(proven.record),
        "opened": opened,
        "clock": None,
        "message": None,
        "facts": [],
        "keys": list(keys),
    }


def _written(prover: Prover, proven: Proven, extra: Mapping[str, Any], opened: int, facts: int = 1) -> Receipt:
    return Receipt(str(prover.proof(proven, canonical_json(extra))), proven.position, facts, opened)
