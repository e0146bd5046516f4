"""What is testified of checkpoints: where an old key vouches for a new one, and which an authority has stamped.

Whoever trusts an earlier key of the log follows the hand-overs to the key of today, and takes none on our word.
"""

from __future__ import annotations

from collections.abc import Iterator

from adapters.connections import Connections, ask
from adapters.seal.forms.note import Key, Note, Signature
from adapters.seal.store import Sealed, SealStore

COVERING = """
select size, note from seal.publication join seal.checkpoint using (size) where size >= %s order by size limit %s
"""
STAMPED = """
select c.size, c.note, array(select x.line from seal.cosignature x where x.size = c.size order by x.witness)
  from seal.publication p join seal.checkpoint c using (size)
 where p.size >= %s and exists (select from seal.time_stamp t where t.size = p.size) order by p.size desc limit 1
"""
CHECKPOINTS_LOOKED_AT_MAX = 64
"""The old key signs beside the new one from its adoption on, so it is the very first or near it."""


def handovers(connections: Connections, store: SealStore) -> Iterator[tuple[int, Sealed]]:
    """For each adopted key that replaced another, oldest first: its position and a checkpoint that the old one signed.

    A hand-over that no published checkpoint covers yet is left out: until then the old key signs.
    """
    for one in store.adopted():
        if one.replaces is None:
            continue
        old = Key.read(one.replaces)
        rows = ask(connections, COVERING, [one.position, CHECKPOINTS_LOOKED_AT_MAX])
        vouched = next((Sealed(size, note) for size, note in rows if Note.read(note).times(old)), None)
        if vouched is not None:
            yield one.position, vouched


def stamped(connections: Connections, at_least: int) -> Sealed | None:
    """The newest published checkpoint of so many records that has a time-stamp; None when there is none."""
    rows = ask(connections, STAMPED, [at_least])
    if not rows:
        return None
    ((size, note, lines),) = rows
    cosignatures = [Signature.read(line.removesuffix("\n")) for line in lines]
    return Sealed(size, str(Note.read(note).with_signatures(cosignatures)))
