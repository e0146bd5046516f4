"""Which keys a log's checkpoints may be signed by: those that the auditor trusts, and those that the log adopted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

from adapters.seal.formats.checkpoint import Checkpoint
from adapters.seal.formats.note import BadSignature, Key, NotAKey, Note
from domain.check import Check

NAME = "keys"
ADOPTED = """
select r.position, n.name, r.payload->>'vkey',
       (r.payload->>'log', coalesce(r.payload->>'origin', l.origin)) is distinct from ('log:' || l.log, l.origin)
  from ledger.record r join ledger.fact_name n on n.fact = r.fact left join seal.log l on true
 where n.name in ('SealingKeyAdopted', 'SealingKeyRetired')
 order by r.position
"""


@dataclass(frozen=True, slots=True)
class KeyPeriod:
    """A key, and from which size of the tree until before which it signs."""

    key: Key
    begins: int
    ends: int | None = None


@dataclass(frozen=True, slots=True)
class Trust:
    """The auditor's own keys, and what the ledger says about its keys."""

    given: tuple[Key, ...] = ()
    adopted: tuple[KeyPeriod, ...] = ()

    def at(self, size: int) -> list[Key]:
        """The keys that may have signed a checkpoint of that size.

        An adopted key is recorded, and so sealed under whatever newer checkpoint the auditor's own key has signed.
        """
        own = (
            period.key
            for period in self.adopted
            if period.begins <= size and (period.ends is None or size < period.ends)
        )
        return list(dict.fromkeys((*self.given, *own)))

    def check(self, unfit: list[str], newest: Checkpoint | None, note: str | None) -> Check:
        """Whose word was taken for the keys; the newest checkpoint must be by the auditor's own, when there are any."""
        if not self.given:
            detail = "by the ledger's own word, because you gave no key"
            return Check(NAME, not unfit, detail if not unfit else "not all can be believed", tuple(unfit))
        named = ", ".join(one.id.hex() for one in self.given)
        try:
            signed = newest is not None and note is not None and Note.read(note).signed_by(self.given)
        except BadSignature:
            signed = False
        if not signed:
            return Check(NAME, ok=False, detail=f"the newest checkpoint is not signed by a key that you gave ({named})")
        return Check(NAME, not unfit, f"the newest checkpoint is signed by a key that you gave ({named})", tuple(unfit))


def adopted(connection: psycopg.Connection[Any]) -> tuple[list[KeyPeriod], list[str]]:
    """The keys that the ledger adopted, by its facts; and the facts that cannot be read or are of another log."""
    rows = connection.execute(ADOPTED).fetchall()
    retired = {vkey: position for position, name, vkey, _ in reversed(rows) if name == "SealingKeyRetired"}
    periods: list[KeyPeriod] = []
    unfit = [f"position {position}: the fact is of another log" for position, _, _, strange in rows if strange]
    for position, name, vkey, _ in rows:
        try:
            if name == "SealingKeyAdopted":
                # The first key signs from the first checkpoint on: a ledger that was long before its seal is sealed in
                # steps, and the fact is in the last of them.
                periods.append(KeyPeriod(Key.read(vkey or ""), position if periods else 0, retired.get(vkey)))
        except NotAKey:
            unfit.append(f"position {position}: the adopted key cannot be read")
    return periods, unfit
