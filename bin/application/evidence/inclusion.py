"""Proves records: their canonical bytes as sealed, compared with the tables, and their paths under one checkpoint."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import text as sql

from adapters.seal.formats import canonical
from adapters.seal.formats.note import Note
from adapters.seal.formats.proof import Proof
from adapters.seal.formats.tree import ProofFails, check_inclusion, inclusion_path, leaf_hash
from adapters.seal.witness.time_stamps import Stamp, stamps
from adapters.seal.writer.store import NotSealed, SealStore, SignedCheckpoint
from bin.application.application import Application
from bin.application.errors import RecordAltered
from bin.application.evidence.scope import runs
from domain.entities import FACTS
from domain.operations.disclosure import DisclosureFact
from projections.engine.position import head, known_at

POLL_SECONDS = 0.2
DISCLOSURES = [name for name, fact in FACTS.items() if issubclass(fact, DisclosureFact)]
LAST_BUT_DISCLOSURES = sql(
    "select position from ledger.record join ledger.fact_name using (fact) where name <> all (:names)"
    " order by position desc limit 1"
)


@dataclass(frozen=True, slots=True)
class Proven:
    position: int
    record: bytes
    """Its canonical bytes."""
    path: tuple[bytes, ...]
    salts: Mapping[str, str]
    """By which its blinded subjects are shown."""

    @property
    def index(self) -> int:
        return self.position - 1


class Prover:
    """Proves records of one ledger, all under the same published checkpoint."""

    def __init__(self, application: Application, store: SealStore, sealed: SignedCheckpoint) -> None:
        self.application, self.sealed, self.checkpoint = application, sealed, sealed.checkpoint
        self._store, self._log = store, store.log_at(sealed.size)
        self._node = store.node(sealed.size)

    def proven(self, positions: Iterable[int]) -> list[Proven]:
        """The records at these positions, in order, each with its path.

        Raises NotSealed for one beyond the checkpoint, and RecordAltered when the tables hold another record than
        the seal, or the seal's tiles another tree than its checkpoint.
        """
        wanted = sorted(set(positions))
        if wanted and wanted[-1] > self.checkpoint.size:
            raise NotSealed(_not_yet(wanted[-1]))
        records = []
        for first, last in runs(wanted):
            sealed = self._store.entries(first - 1, last - 1)
            stored = self._stored(first, last)
            for position, entry in zip(range(first, last + 1), sealed, strict=True):
                content, salts = stored.get(position, (None, {}))
                if content != entry:
                    raise RecordAltered(_altered(position))
                records.append(self._proven(position, entry, salts))
        return records

    def handovers(self) -> Iterator[tuple[Proven, Prover]]:
        """The facts by which each key of the log replaced another, oldest first, each where the old key signed."""
        for position, sealed in self._store.handovers(self._log):
            then = Prover(self.application, self._store, sealed)
            (proven,) = then.proven((position,))
            yield proven, then

    def vkeys(self) -> list[str]:
        """The log's public keys, oldest first, as the ledger states them."""
        return list(map(str, self._store.keys(self._log)))

    def witnesses(self) -> list[str]:
        return sorted(
            {signature.name for signature in Note.read(self.sealed.note).signatures} - {self.checkpoint.origin}
        )

    def time_stamps(self) -> list[Stamp]:
        with self.application.database.append.connection() as connection:
            return [stamp for stamp in stamps(connection) if stamp.size == self.sealed.size]

    def proof(self, proven: Proven, extra: bytes | None = None) -> Proof:
        return Proof(proven.index, proven.path, self.sealed.note, extra)

    def _proven(self, position: int, entry: bytes, salts: Mapping[str, str]) -> Proven:
        index, size = position - 1, self.checkpoint.size
        path = inclusion_path(index, size, self._node)
        try:
            check_inclusion(index, size, leaf_hash(entry), path, self.checkpoint.root)
        except ProofFails as error:
            raise RecordAltered(_altered(position)) from error
        return Proven(position, entry, tuple(path), salts)

    def _stored(self, first: int, last: int) -> dict[int, tuple[bytes, Mapping[str, str]]]:
        with self.application.database.append.connection() as connection, connection.transaction():
            rows = canonical.rows(connection, first - 1, last)
            return {row[0]: (canonical.of_row(row), canonical.salts(row)) for row in rows}


def prover_of(application: Application, position: int, wait_seconds: float = 0, *, with_stamp: bool = False) -> Prover:
    """A prover whose checkpoint covers the position; raises NotSealed when there is none even after the wait.

    It is the newest checkpoint; `with_stamp`, the newest that has a time-stamp, if one of the same log has.
    """
    store, until = SealStore(application.database.append), time.monotonic() + wait_seconds
    while (newest := store.published(position)) is None:
        if time.monotonic() >= until:
            raise NotSealed(_not_yet(position))
        time.sleep(POLL_SECONDS)
    stamped = store.published(position, stamped=True) if with_stamp else None
    # The key of a log that ended signs no statement about the evidence.
    is_of_same_log = stamped is not None and stamped.checkpoint.origin == newest.checkpoint.origin
    return Prover(application, store, stamped if stamped is not None and is_of_same_log else newest)


def newest_provable(application: Application) -> int:
    """The head; or, when nothing but answers to readers was recorded since, the end of what is sealed.

    So a reader who asks for evidence need not wait for the seal of the record of an earlier question.
    """
    newest = SealStore(application.database.append).published(1)
    with application.database.audit.connect() as connection:
        other = connection.execute(LAST_BUT_DISCLOSURES, {"names": list(DISCLOSURES)}).scalar_one_or_none() or 0
        if newest is not None and other <= newest.size:
            return known_at(connection, newest.size).position
        return head(connection)


def text(content: bytes) -> str:
    """Bytes in base64, as JSON holds them."""
    return base64.b64encode(content).decode()


def from_text(written: str) -> bytes:
    """The bytes of a text in base64."""
    return base64.b64decode(written, validate=True)


def _not_yet(position: int) -> str:
    return (
        f"The record at position {position} is not sealed and published yet: run `rigsbog seal once`, "
        "or start `rigsbog run` and wait longer."
    )


def _altered(position: int) -> str:
    return (
        f"The record at position {position} is not what was sealed, so no evidence is made of it: "
        "run `rigsbog verify ledger`."
    )
