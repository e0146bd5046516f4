"""The language in which registers and trails are declared: which fact sets which column, and by what law.

A column follows one of three laws. `last`: the last fact that sets it wins, and an empty value empties it. `first`: the
first fact wins. `total`: the values are added. All three are associative: let the positions of a range be cut in two
parts. The last setter of the whole is the last of the right part when that part has one, and else of the left; the
first likewise from the left; a sum is the sum of its parts. So the fold of any ledger is the fold of its ranges in
order, however they are cut, and one statement over a range serves to follow, to rebuild and to ask of the past.
`first` takes only sources that are never empty, so that an empty column means that no fact has set it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from sqlalchemy import Select, Table

from domain.entities import NAMES
from domain.fact import Event
from projections.check import NotDeclarable, check_column, check_key
from projections.columns import Column, Law, Setter
from projections.portable import digest
from projections.sources import SEALED, SUBJECT, Source, source

SCHEMA = "register"


Key: TypeAlias = str | Source | Mapping[str, str | Source]
"""The source of a key of one column, or one source for each column of the key."""


@dataclass(frozen=True, slots=True, eq=False)
class Keyed:
    """A fact that sets the row of another key than its own subject; see `by`."""

    fact: type[Event]
    key: Key


Setting: TypeAlias = type[Event] | Keyed


def by(fact: type[Event], field: str | Source | None = None, **parts: str | Source) -> Keyed:
    """The fact sets the row whose key `field` holds; for a key of several columns, give one source for each."""
    return Keyed(fact, parts if field is None else field)


@dataclass(frozen=True, slots=True)
class Declared:
    """What a column is set by, before its register has given the keys."""

    law: Law
    sources: Mapping[Setting, Source]


def last(facts: Setting | Mapping[Setting, str | Source], value: str | Source | None = None) -> Declared:
    """The value that the last of the facts gave; an empty one counts."""
    return _declared(Law.LAST, facts, value)


def first(facts: Setting | Mapping[Setting, str | Source], value: str | Source | None = None) -> Declared:
    """The value that the first of the facts gave."""
    return _declared(Law.FIRST, facts, value)


def total(facts: Setting | Mapping[Setting, str | Source], value: str | Source | None = None) -> Declared:
    """The sum of the values of all the facts, 0 when there are none; an empty value adds nothing."""
    return _declared(Law.TOTAL, facts, value)


def _declared(law: Law, facts: Setting | Mapping[Setting, str | Source], value: str | Source | None) -> Declared:
    if isinstance(facts, Mapping):
        return Declared(law, {setting: source(given) for setting, given in facts.items()})
    assert value is not None, "a single fact needs the source of its value"
    return Declared(law, {facts: source(value)})


class Register:
    """One row for each key, with its present state: a table, and for each of its columns the facts that set it.

    `key` names the key column, or several. A fact's key is its own subject, unless `keys` names another field for it,
    or `by` does for one column. A key column of type Uuid holds the subject's uuid, one of type Text `kind:uuid`.
    With `begins`, only those facts make a row, and other facts about a key without a row count for nothing. Raises
    NotDeclarable when the declaration does not fit the facts or the table.
    """

    def __init__(
        self,
        table: Table,
        *,
        key: str | tuple[str, ...],
        answers: str,
        columns: Mapping[str, Declared],
        keys: Mapping[type[Event], Key] | None = None,
        begins: Iterable[type[Event]] = (),
    ) -> None:
        self.table = table
        self.name = table.name
        self.key = (key,) if isinstance(key, str) else key
        self.answers = answers
        self.begins = frozenset(begins)
        self._keys = {fact: self._parts(parts) for fact, parts in (keys or {}).items()}
        self.columns = tuple(self._column(name, declared) for name, declared in columns.items())
        self._check()

    def __repr__(self) -> str:
        return f"Register({self.name})"

    @cached_property
    def facts(self) -> tuple[type[Event], ...]:
        return tuple(dict.fromkeys(setter.fact for column in self.columns for setter in column.setters))

    def column(self, name: str) -> Column:
        """The column of that name; raises KeyError that lists the columns."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}; it has {', '.join(c.name for c in self.columns)}")

    def keys_of(self, fact: type[Event]) -> tuple[tuple[Source, ...], ...]:
        """The keys under which the fact sets rows, each once."""
        keys = [s.key for column in self.columns for s in column.setters if s.fact is fact]
        return tuple(dict.fromkeys(keys))

    @cached_property
    def declaration(self) -> str:
        """A digest of everything that the rows depend on; when it changes, the register must be rebuilt."""
        return digest(self)

    def _column(self, name: str, declared: Declared) -> Column:
        setters = []
        for setting, value in declared.sources.items():
            if isinstance(setting, Keyed):
                setters.append(Setter(setting.fact, self._parts(setting.key), value))
            else:
                setters.append(Setter(setting, self._keys.get(setting, (SUBJECT,)), value))
        return Column(name, declared.law, tuple(setters))

    def _parts(self, parts: Key) -> tuple[Source, ...]:
        if not isinstance(parts, Mapping):
            return (source(parts),)
        if set(parts) != set(self.key):
            raise NotDeclarable(f"{self.name}: a key needs one source for each of {self.key}, not {sorted(parts)}")
        return tuple(source(parts[name]) for name in self.key)

    def _check(self) -> None:
        if self.table.schema != SCHEMA:
            raise NotDeclarable(f"{self.name}: its table must lie in the schema {SCHEMA}")
        declared = (*self.key, *(column.name for column in self.columns))
        if sorted(declared) != sorted(self.table.columns.keys()):
            odd = sorted(set(declared) ^ set(self.table.columns.keys()))
            raise NotDeclarable(f"{self.name}: each column of the table must be declared once; not so {odd}")
        if tuple(self.table.primary_key.columns.keys()) != self.key:
            raise NotDeclarable(f"{self.name}: the primary key of the table must be {self.key}")
        for column in self.columns:
            for setter in column.setters:
                where = f"{self.name}.{column.name}"
                if setter.fact not in NAMES:
                    raise NotDeclarable(f"{where}: no entity stores {setter.fact.__name__}")
                check_key(where, setter.fact, setter.key, [self.table.c[name] for name in self.key])
                if setter.source is SEALED and setter.key != (SUBJECT,):
                    raise NotDeclarable(f"{where}: an encrypted part is read by its own subject, which must be the key")
                check_column(where, setter.fact, setter.source, self.table.c[column.name], column.law)
        for column in self.columns:
            facts = {setter.fact for setter in column.setters}
            if self.begins and not (column.law is Law.LAST and self.begins <= facts):
                raise NotDeclarable(
                    f"{self.name}.{column.name}: each fact that begins a row must set every column, by last"
                )


@dataclass(frozen=True, slots=True, eq=False)
class Trail:
    """One row a record: a view that the ledger's own indexes answer, so that nothing is copied."""

    name: str
    answers: str
    rows: Select[tuple[object, ...]]
