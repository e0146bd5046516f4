"""Checks what was signed: every checkpoint, and every cosignature under it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from adapters.seal.audit.places import Places
from adapters.seal.audit.tree_sources import Anchor
from adapters.seal.audit.trust import Trust
from adapters.seal.formats.checkpoint import UNFIT, Checkpoint, opened
from adapters.seal.formats.note import BadSignature, Key, NotANote, Note, Signature
from domain.check import Check

POSITION_MAX = 2**62
NEWEST = "select size, coalesce(note, '') from seal.checkpoint where size < %s order by size desc limit 100"
BETWEEN = """
select c.size, coalesce(c.note, ''), c.sealed_at is null or coalesce(c.sealed_at < r.recorded_at, false)
       or c.sealed_at < (select b.sealed_at from seal.checkpoint b where b.size < c.size order by b.size desc limit 1)
  from seal.checkpoint c left join ledger.record r on r.position = c.size
 where c.size > %(after)s and c.size <= %(until)s order by c.size
"""
COSIGNATURES = """
select s.size, s.witness, coalesce(s.line, ''), c.note, coalesce(s.cosigned_at < c.sealed_at, true)
  from seal.cosignature s left join seal.checkpoint c on c.size = s.size
 where s.size > %(after)s and s.size <= %(until)s order by s.size, s.witness
"""
LINES = "select coalesce(line, '') from seal.cosignature where size = %s order by witness"


@dataclass(frozen=True, slots=True)
class WitnessCoverage:
    """One of the auditor's witnesses, and how many records its newest cosignature covers."""

    witness: str
    vkey: str
    size: int


@dataclass(slots=True)
class SignatureAudit:
    """What was found so far of checkpoints and cosignatures."""

    trust: Trust
    witnesses: Sequence[Key]
    witnesses_needed: int
    checkpoints: int = 0
    unfit: Places = field(default_factory=Places)
    cosignatures: int = 0
    verified: int = 0
    covered: dict[Key, int] = field(default_factory=dict)
    """The most records under a cosignature of each of the auditor's witnesses."""
    unknown: set[str] = field(default_factory=set)
    """Witnesses whose key the auditor did not give."""
    uncosigned: Places = field(default_factory=Places)

    def anchors(self, connection: psycopg.Connection[Any], after: int, until: int) -> Iterator[Anchor]:
        """The roots of the checkpoints with sizes in (after, until] that are well signed; what is unfit is noted."""
        bounds = {"after": after, "until": until}
        for size, note, early in connection.execute(BETWEEN, bounds).fetchall():
            self.checkpoints += 1
            if early:
                self.unfit.add(
                    f"size {size:,}: it was sealed before its own records, before the last checkpoint, or never"
                )
            checkpoint = self.fit(size, note)
            if checkpoint is not None:
                yield Anchor(size, checkpoint.root, f"the checkpoint of {size:,}")
        for size, witness, line, note, early in connection.execute(COSIGNATURES, bounds).fetchall():
            self.cosignatures += 1
            self._hold_cosignature(size, witness, line, note, early=early)

    def fit(self, size: int, note: str) -> Checkpoint | None:
        """The checkpoint, when it is of this log and that size and signed by a key of its time."""
        try:
            checkpoint, read = opened(note, self.trust.at(size), self.trust.origin(size))
        except UNFIT as error:
            self.unfit.add(f"size {size:,}: {error}")
            return None
        if str(read) != note:
            self.unfit.add(f"size {size:,}: its note is not written as it was signed")
        if checkpoint.size != size:
            self.unfit.add(f"size {size:,}: its note states {checkpoint.size:,} records")
            return None
        return checkpoint

    def hold_note(self, size: int, note: Note) -> None:
        """Hold the witnesses' lines under a note of that size that came with them."""
        for signature in note.signatures:
            if signature.name in self.trust.origins:
                continue
            self.cosignatures += 1
            keys = [key for key in self.witnesses if signature.is_by(key)]
            try:
                if note.signed_by(keys):
                    self._cover(keys, size)
                else:
                    self.unknown.add(signature.name)
            except BadSignature as error:
                self.uncosigned.add(str(error))

    def _cover(self, keys: Sequence[Key], size: int) -> None:
        self.verified += 1
        for key in keys:
            self.covered[key] = max(size, self.covered.get(key, 0))

    def _hold_cosignature(self, size: int, witness: str, line: str, note: str | None, *, early: bool) -> None:
        place = f"size {size:,}, {witness}"
        try:
            keys = _cosigned_by(witness, line, note, self.witnesses)
        except (NotANote, BadSignature) as error:
            self.uncosigned.add(f"{place}: {error}")
            return
        if early:
            self.uncosigned.add(f"{place}: it was stored before the checkpoint was sealed")
        elif keys:
            self._cover(keys, size)
        else:
            self.unknown.add(witness)

    def cosignature_check(self, published: int) -> Check:
        """Check that the witnesses signed the lines under their names, and that those trusted cover what is published.

        A forger with the log's own key has no cosignatures for a rewritten history, and would leave them out.
        """
        beyond = [key for key in self.witnesses if self.covered.get(key, 0) < published]
        if len(self.witnesses) - len(beyond) < self.witnesses_needed:
            for key in beyond:
                covers = f"{self.covered.get(key, 0):,} of the {published:,} published records"
                self.uncosigned.add(f"{key.name}, which you named, has cosigned {covers}")
        unknown = ", ".join(sorted(self.unknown))
        unchecked = f"; not checked, because you gave no key of these witnesses: {unknown}" if unknown else ""
        return self.uncosigned.check(
            "cosignatures",
            f"{self.verified:,} of {self.cosignatures:,} are by the witnesses they name{self._covering}{unchecked}",
            "what the witnesses should have cosigned is not",
        )

    @property
    def coverage(self) -> tuple[WitnessCoverage, ...]:
        """How far each of the auditor's witnesses has cosigned this history."""
        return tuple(WitnessCoverage(key.name, str(key), self.covered.get(key, 0)) for key in self.witnesses)

    @property
    def _covering(self) -> str:
        return "".join(f"; {one.witness} covers {one.size:,} records" for one in self.coverage)


def _cosigned_by(witness: str, line: str, note: str | None, known: Sequence[Key]) -> list[Key]:
    """The keys of the witness that cosigned; empty when no key of that witness is known.

    Raises NotANote or BadSignature.
    """
    if note is None:
        raise NotANote("it belongs to no checkpoint")
    signature = Signature.read(line.removesuffix("\n"))
    own = [key for key in known if key.name == witness]
    named = [key for key in own if signature.is_by(key)]
    if signature.name != witness or str(signature) != line or (own and not named):
        raise BadSignature("it is not the line of a key of that witness")
    text = Note.read(note).text
    return [key for key in named if Note(text, (signature,)).times(key)]


def sealed_size(
    connection: psycopg.Connection[Any], trust: Trust, head: int
) -> tuple[int, Checkpoint | None, str | None]:
    """How far the ledger is sealed, and the newest checkpoint that is well signed, with its note.

    A checkpoint that is not well signed only says how far the tiles reach, if there are as many records.
    """
    reaches, before = 0, POSITION_MAX
    while rows := connection.execute(NEWEST, [before]).fetchall():
        for size, note in rows:
            checkpoint = SignatureAudit(trust, (), 0).fit(size, note)
            if checkpoint is not None:
                return max(size, reaches), checkpoint, note
            if size <= head and not reaches:
                reaches = size
            before = size
    return reaches or head, None, None


def with_cosignatures(connection: psycopg.Connection[Any], size: int, written: str) -> str:
    """The checkpoint of that size with the lines of its witnesses; as it came when one of them cannot be read."""
    rows = connection.execute(LINES, [size]).fetchall()
    try:
        return str(Note.read(written).with_lines(line for (line,) in rows))
    except NotANote:
        return written


def published_size(connection: psycopg.Connection[Any]) -> int:
    """How many records the newest publication covers."""
    ((size,),) = connection.execute("select coalesce(max(size), 0) from seal.publication").fetchall()
    return int(size)
