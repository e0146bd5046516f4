"""Compares what the database calls the numbers of facts and of kinds of subject with what this version and the seal do.

A record holds only the numbers: who changes a name changes what every record with that number says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import psycopg

from adapters.seal.audit.places import Places
from adapters.seal.formats.tiles import WIDTH, NotABundle, entries_in
from domain.check import Check
from domain.entities import FACTS
from domain.subject import KINDS, THIS_LOG

CHECK = "stored names"
FACT, KIND = "fact", "kind of subject"
KNOWN: Mapping[str, frozenset[str]] = {FACT: frozenset(FACTS), KIND: frozenset(KINDS)}
NAMES = f"""
select '{FACT}', fact, textsend(name) from ledger.fact_name
union all select '{KIND}', kind, textsend(name) from ledger.subject_kind order by 1, 2
"""  # noqa: S608 - only literals of this module
FIRST_USES = f"""
with used as materialized (
    select fact, kind, min(position) as first from ledger.record where position > %(after)s group by fact, kind)
select '{FACT}', fact, min(first), true from used group by fact
union all select '{KIND}', kind, min(first), true from used group by kind
union all select '{KIND}', kind, min(position), false from ledger.subject
           where position > %(after)s and kind not in (select kind from used) group by kind
 order by 1, 2
"""  # noqa: S608 - only literals of this module
"""The first position that uses each number, and whether a kind is that of the fact's own subject there."""
ADDED = """
select '{of}', jsonb_array_elements_text(r.payload -> '{field}')
  from ledger.subject s join ledger.fact_name n on n.fact = s.fact and n.name = 'SchemaMigrated'
  join ledger.record r on r.position = s.position
 where s.subject = %(log)s and jsonb_typeof(r.payload -> '{field}') = 'array'
"""
ADDED_BY_MIGRATIONS = (
    f"{ADDED.format(of=FACT, field='facts_added')} union all {ADDED.format(of=KIND, field='kinds_added')}"
)
BUNDLE = "select entries from seal.bundle where index = %s"

Numbered = tuple[str, int]
"""FACT or KIND, and its number."""


@dataclass(frozen=True, slots=True)
class Use:
    """The first position that uses a number; `own` is false of a kind of which no fact's own subject is."""

    position: int
    own: bool


@dataclass(frozen=True, slots=True)
class StoredName:
    """What a number is called, and where it is used first; None where it has no name, or is not used."""

    of: str
    number: int
    name: str | None
    use: Use | None

    @property
    def known(self) -> bool:
        """Whether this version has such a name."""
        return self.name in KNOWN[self.of]

    def __str__(self) -> str:
        use = "" if self.use is None else f", which position {self.use.position} is the first to use,"
        called = "has no name" if self.name is None else f"is called {self.name}"
        return f"{self.of} number {self.number}{use} {called}"


def names_of(connection: psycopg.Connection[Any]) -> dict[Numbered, str]:
    """The name of each number; one that is no text any more is read as far as it is."""
    rows = connection.execute(NAMES)
    return {(of, number): bytes(name or b"").decode(errors="replace") for of, number, name in rows}


def missing_names(names: Mapping[Numbered, str], of: str) -> tuple[str, ...]:
    """The names of this version that have no number."""
    return tuple(sorted(KNOWN[of] - {name for (each, _), name in names.items() if each == of}))


def stored_names(connection: psycopg.Connection[Any], after: int = 0) -> list[StoredName]:
    """Every number that has a name, or that a record beyond `after` uses. Reads all those records."""
    names = names_of(connection)
    uses = {
        (of, number): Use(first, own) for of, number, first, own in connection.execute(FIRST_USES, {"after": after})
    }
    numbered = sorted({*names, *uses})
    return [StoredName(*number, names.get(number), uses.get(number)) for number in numbered]


def altered_names(connection: psycopg.Connection[Any]) -> tuple[str, ...]:
    """The numbers in use that have no name of this version, when a name of this version has no number.

    No older version leaves a database so, and to give the missing name another number would hide what was done. Empty
    also for an older database, whose missing names nothing uses yet. Reads the records only when a name is missing.
    """
    names = names_of(connection)
    if not any(missing_names(names, of) for of in KNOWN):
        return ()
    return tuple(str(each) for each in stored_names(connection) if each.use is not None and not each.known)


def check_names(connection: psycopg.Connection[Any]) -> Check:
    """Check that each number is called what the seal calls it, and has a name that a version of Rigsbog gave it."""
    stored, wrong = stored_names(connection), Places()
    sealed = SealedNames(connection)
    added = set(connection.execute(ADDED_BY_MIGRATIONS, {"log": THIS_LOG.uuid}))
    explained: set[tuple[str, str | None]] = set()
    for each in stored:
        called = sealed.other_name(each)
        if called is not None:
            wrong.add(f"{each}: the seal calls it {called}")
            explained.add((each.of, called))
        elif each.name is None:
            wrong.add(str(each))
        elif not each.known and (each.of, each.name) not in added:
            wrong.add(f"{each}: this version does not know it, and no migration on record added it")
    names = {(each.of, each.number): each.name for each in stored if each.name is not None}
    for of in KNOWN:
        for name in missing_names(names, of):
            if (of, name) not in explained:
                wrong.add(f"{of} {name} has no number")
    newer = sum(not each.known for each in stored)
    holds = f"{len(names)} of facts and kinds of subject, each as it was given" + (
        f"; {newer} of a newer version" if newer else ""
    )
    return wrong.check(CHECK, holds, "these were changed: find out who did it, and bring the right names back")


class SealedNames:
    """What the entries of the log, as they are in its bundles, call the numbers at the positions that use them."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._bundles: dict[int, list[bytes]] = {}

    def other_name(self, stored: StoredName) -> str | None:
        """What the entry at the first use calls the number, if that is another name; None if it is not sealed."""
        if stored.use is None:
            return None
        entry = self._entry(stored.use.position)
        if entry is None:
            return None
        if stored.of == FACT or stored.use.own:
            sealed = str(entry.get("fact") if stored.of == FACT else _kind(entry.get("subject")))
            return None if sealed == stored.name else sealed
        kinds = sorted({_kind(subject) for subject in entry.get("subjects") or ()})
        return None if stored.name in kinds else f"one of {', '.join(kinds)}"

    def _entry(self, position: int) -> Mapping[str, Any] | None:
        index, nth = divmod(position - 1, WIDTH)
        if index not in self._bundles:
            self._bundles[index] = self._bundle(index)
        entries = self._bundles[index]
        try:
            entry = orjson.loads(entries[nth]) if nth < len(entries) else None
        except orjson.JSONDecodeError:
            return None  # The audit names a bundle that is damaged.
        return entry if isinstance(entry, dict) else None

    def _bundle(self, index: int) -> list[bytes]:
        row = self._connection.execute(BUNDLE, [index]).fetchone()
        try:
            return entries_in(bytes(row[0])) if row else []
        except NotABundle:
            return []


def sealed_otherwise(connection: psycopg.Connection[Any], after: int) -> Iterator[str]:
    """The numbers whose names are not those that the seal has for them, by the first uses beyond `after`."""
    sealed = SealedNames(connection)
    for each in stored_names(connection, after):
        called = sealed.other_name(each)
        if called is not None:
            yield f"{each}, and the seal calls it {called}"


def _kind(subject: Any) -> str:
    return str(subject).partition(":")[0]
