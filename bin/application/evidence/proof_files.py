"""Makes proofs: a record, or all facts of a message with its legal times, in one file (docs/proofs.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from adapters.keys.vault import Decrypted
from adapters.ledger.entry import Entry, record_of
from bin.application.disclosure import Reader
from bin.application.evidence.inclusion import Proven, Prover, text
from domain.entities import FACTS, NAMES
from domain.post.imported_arrival import ArrivalImportAnnulled, ArrivalImported
from domain.post.legal_times import EFFECT_ORDER, LEGAL_TIMES, legal_times
from domain.post.service import SERVING, ServiceAnnulled
from domain.subject import MessageId
from projections.portable import canonical_json, instant

FORM = "receipt/2"
OF_SERVICE = frozenset({*(NAMES[fact] for fact in SERVING), NAMES[ServiceAnnulled]})
OF_IMPORT = frozenset({NAMES[ArrivalImported], NAMES[ArrivalImportAnnulled]})
TAKEN_OVER = frozenset(time.imported[0] for time in LEGAL_TIMES if time.imported is not None)
ANNULMENTS = frozenset(time.annulled for time in LEGAL_TIMES if time.annulled is not None)
NOT_IN_CLOCK = frozenset(NAMES[fact] for fact in TAKEN_OVER | ANNULMENTS)


POSITION_DIGITS = 12
"""Digits of a position in a file's name, so that names sort as positions do."""


def proof_name(folder: str, position: int) -> str:
    """The name, in a bundle, of the proof of the record at a position."""
    return f"{folder}/{position:0{POSITION_DIGITS}}.tlog-proof"


@dataclass(frozen=True, slots=True)
class ProofFile:
    content: str
    position: int
    facts: int
    opened: int
    """How many facts show their personal fields."""


def key_history(prover: Prover) -> list[str]:
    """The proofs of the facts by which each key of the log replaced another, oldest first."""
    return [
        str(earlier.proof(proven, canonical_json(_extra(proven, None, ())))) for proven, earlier in prover.handovers()
    ]


def record_proof(
    prover: Prover, decrypted: Decrypted | None, proven: Proven, entry: Entry, keys: Sequence[str]
) -> ProofFile:
    """The proof of one record, with its personal fields where its reader may have them."""
    opened = opened_part(decrypted, entry)
    return _written(prover, proven, _extra(proven, opened, keys), int(opened is not None))


def message_proof(
    prover: Prover, reader: Reader, message: MessageId, entries: Sequence[Entry], keys: Sequence[str]
) -> ProofFile:
    """The proof of a message: of its fact with the most legal effect, with its legal times and all its other facts."""
    main = main_position(entries)
    proven = prover.proven(entry.position for entry in entries)
    opened = {entry.position: opened_part(reader.opened(entry), entry) for entry in entries}
    (own,) = (record for record in proven if record.position == main)
    others = [fact_part(record) | {"opened": opened[record.position]} for record in proven if record is not own]
    extra = _extra(own, opened[main], keys) | {
        "clock": clock_of(entries),
        "message": str(message),
        "facts": others,
    }
    return _written(prover, own, extra, sum(part is not None for part in opened.values()), 1 + len(others))


def main_position(entries: Sequence[Entry]) -> int:
    """The position of the message's fact with the most legal effect; of several about its service, of the last.

    Of the arrivals that were taken over, it is the last, unless that was annulled.
    """
    of_service = [entry.position for entry in entries if entry.name in OF_SERVICE]
    if of_service:
        return of_service[-1]
    positions = {entry.name: entry.position for entry in reversed(entries)}
    imports = [entry for entry in entries if entry.name in OF_IMPORT]
    positions |= {entry.name: entry.position for entry in imports}
    if imports and imports[-1].name == NAMES[ArrivalImportAnnulled]:
        del positions[NAMES[ArrivalImported]]
    return next(positions[NAMES[fact]] for fact in EFFECT_ORDER if NAMES[fact] in positions)


def clock_of(entries: Sequence[Entry]) -> dict[str, str | None]:
    """The message's legal times, each an instant in the canonical form, or None.

    The forms of receipts know no arrival in another system, and no service that does not hold: both are in the proof as
    facts, and not in the clock, whose `served_at` is the first handling that was recorded as a service.
    """
    own = (entry for entry in entries if entry.name not in NOT_IN_CLOCK)
    clock = legal_times(record_of(entry, FACTS) for entry in own)
    return {name: None if at is None else instant(at) for name, at in asdict(clock).items()}


def opened_part(opened: Decrypted | None, entry: Entry) -> Mapping[str, str] | None:
    """The personal fields of a record with what binds them to it."""
    if opened is None or entry.sealed is None or opened.salt is None or opened.json_bytes is None:
        return None
    return {"sealed": text(entry.sealed), "salt": text(opened.salt), "fields": text(opened.json_bytes)}


def fact_part(proven: Proven) -> dict[str, Any]:
    """A further fact, with its own inclusion path."""
    path = [text(node) for node in proven.path]
    return {"index": proven.index, "record": text(proven.record), "subjects": dict(proven.salts), "path": path}


def _extra(proven: Proven, opened: Mapping[str, str] | None, keys: Sequence[str]) -> dict[str, Any]:
    return {
        "rigsbog": FORM,
        "record": text(proven.record),
        "subjects": dict(proven.salts),
        "opened": opened,
        "clock": None,
        "message": None,
        "facts": [],
        "keys": list(keys),
    }


def _written(prover: Prover, proven: Proven, extra: Mapping[str, Any], opened: int, facts: int = 1) -> ProofFile:
    return ProofFile(str(prover.proof(proven, canonical_json(extra))), proven.position, facts, opened)
