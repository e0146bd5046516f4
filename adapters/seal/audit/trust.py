"""Which keys a log's checkpoints may be signed by: those that the auditor trusts, and those that the log adopted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

from adapters.seal.formats.checkpoint import Checkpoint
from adapters.seal.formats.note import BadSignature, Key, NotAKey, Note
from domain.check import Check

NAME = "keys"
LOGS = "select log::text, coalesce(origin, ''), begins from seal.log order by begins, origin"
ADOPTED = """
select r.position, n.name, r.payload->>'vkey', l.begins,
       l.log is null or coalesce(r.payload->>'origin', l.origin) is distinct from l.origin
  from ledger.record r join ledger.fact_name n on n.fact = r.fact
  left join seal.log l on r.payload->>'log' = 'log:' || l.log
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
class LogPeriod:
    """A log, and from which size of the tree on its checkpoints are: until the next log begins."""

    log: str
    origin: str
    begins: int = 0


@dataclass(frozen=True, slots=True)
class Trust:
    """The auditor's own keys, and what the ledger says about its logs and their keys."""

    given: tuple[Key, ...] = ()
    adopted: tuple[KeyPeriod, ...] = ()
    logs: tuple[LogPeriod, ...] = ()

    @property
    def origins(self) -> frozenset[str]:
        """The names of all logs of this ledger."""
        return frozenset(period.origin for period in self.logs)

    def origin(self, size: int) -> str:
        """The name of the log whose checkpoint of that size it is; of the first log before all of them."""
        return next((period.origin for period in reversed(self.logs) if period.begins <= size), self.logs[0].origin)

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


def logs(connection: psycopg.Connection[Any]) -> tuple[LogPeriod, ...]:
    """The logs of the ledger, the first one first."""
    return tuple(LogPeriod(*row) for row in connection.execute(LOGS).fetchall())


def adopted(connection: psycopg.Connection[Any]) -> tuple[list[KeyPeriod], list[str]]:
    """The keys that the ledger adopted, by its facts; and the facts that cannot be read or are of another log."""
    rows = connection.execute(ADOPTED).fetchall()
    retired = {vkey: position for position, name, vkey, *_ in reversed(rows) if name == "SealingKeyRetired"}
    periods: list[KeyPeriod] = []
    unfit = [f"position {position}: the fact is of another log" for position, *_, strange in rows if strange]
    signed: set[int | None] = set()
    for position, name, vkey, log_begins, _ in rows:
        try:
            if name == "SealingKeyAdopted":
                # The first key of a log signs from its first checkpoint on: a ledger that was long before its seal is
                # sealed in steps, and the fact is in the last of them.
                begins = position if log_begins in signed else log_begins or 0
                signed.add(log_begins)
                periods.append(KeyPeriod(Key.read(vkey or ""), begins, retired.get(vkey)))
        except NotAKey:
            unfit.append(f"position {position}: the adopted key cannot be read")
    return periods, unfit
