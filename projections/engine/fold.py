"""Folds the values of one column: for each law the cheapest correct aggregate, and how the results of two ranges merge.

The results of a column's aggregates are its `raws`, and `value` decodes them.
- Registration times and positions rise with the position: their last is the greatest, their first the least.
- A constant is packed after the position into one number; the greatest is the last.
- Every other value is packed after the position into an array, which PostgreSQL compares from the left. It never
  compares two values, because no two positions are equal; an empty value stays empty inside the array.
- A fact that happens once in a row, or sets a registration time or a position, needs no packing. Where one of the facts
  that set a column is such a fact, each has aggregates of its own, and the column is that of the fact whose position is
  the last. Columns share them: the payload of a fact is aggregated once for all the columns that it sets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    LargeBinary,
    Text,
    case,
    cast,
    func,
    literal,
    literal_column,
    null,
    or_,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, array
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.sql.elements import KeyedColumnElement
from sqlalchemy.types import TypeEngine

from projections.columns import Column, Law, Setter
from projections.engine.expressions import Expression, as_json, as_number, field_value, from_text
from projections.sources import Constant, Field, Header

RISING = (Header.RECORDED_AT, Header.POSITION)
CONSTANTS_MAX = 64
"""How many facts may set a column of constants; the position packed before them may then reach 2^57."""


class Form(Enum):
    TOTAL = auto()
    RISING = auto()
    CONSTANTS = auto()
    BY_FACT = auto()
    PACKED = auto()


Raws = ReadOnlyColumnCollection[str, KeyedColumnElement[Any]]
"""The result of each aggregate by its name."""


@dataclass(frozen=True, slots=True)
class ColumnFold:
    """The fold of one column over a relation of records; `when` selects each setter's records."""

    column: Column
    type: TypeEngine[Any]
    records: FromClause
    when: Sequence[ColumnElement[bool]]
    branches: Sequence[int]
    """Which of the keys of its fact each setter sets its row under."""

    @property
    def raws(self) -> dict[str, Expression]:
        """The aggregates, each under FILTER for the facts that it reads: columns share those of one name."""
        if self.form is not Form.BY_FACT:
            return {self.column.name: self._aggregate.filter(or_(*self.when))}
        aggregates = [(self._valued(nth), self.when[nth]) for nth in range(len(self.when))]
        if len(self.when) > 1:
            aggregates += [(self._placed(nth), self.when[nth]) for nth in range(len(self.when))]
        return {named[0]: named[1].filter(when) for named, when in aggregates if named is not None}

    def value(self, raws: Raws) -> Expression:
        """What the raws mean, in the column's own type."""
        if self.form is Form.BY_FACT:
            return self._by_fact(raws)
        raw = raws[self.column.name]
        match self.form:
            case Form.TOTAL:
                return cast(func.coalesce(raw, 0), self.type)
            case Form.RISING:
                return raw
            case Form.CONSTANTS:
                return self._constant(raw % CONSTANTS_MAX)
            case _:
                return self._unpack(raw)

    def merged(self, raws: Raws, before: Expression) -> Expression:
        """The value after a range that came to `raws`, when it was `before` until then."""
        match self.column.law:
            case Law.TOTAL:
                return func.coalesce(before, 0) + self.value(raws)
            case Law.FIRST:
                return func.coalesce(before, self.value(raws))
            case Law.LAST:
                return case(
                    (or_(*(raws[name].is_not(None) for name in self._deciding)), self.value(raws)), else_=before
                )

    @property
    def form(self) -> Form:
        setters = self.column.setters
        sources = {setter.source for setter in setters}
        if self.column.law is Law.TOTAL:
            return Form.TOTAL
        if len(setters) > 1 and sources in ({Header.RECORDED_AT}, {Header.POSITION}):
            return Form.RISING
        if all(isinstance(source, Constant) for source in sources):
            return Form.CONSTANTS
        return Form.BY_FACT if any(map(_unpacked, setters)) else Form.PACKED

    @property
    def _deciding(self) -> list[str]:
        """The names of the raws of which one is not empty if a fact of the range set the column."""
        if self.form is not Form.BY_FACT:
            return [self.column.name]
        decide = self._valued if len(self.when) == 1 else self._placed
        return [named[0] for nth in range(len(self.when)) if (named := decide(nth)) is not None]

    @property
    def _extreme(self) -> Callable[..., Any]:
        return func.min if self.column.law is Law.FIRST else func.max

    def _valued(self, nth: int) -> tuple[str, Any] | None:
        """The aggregate that holds the value of the nth setter, with its name; a constant needs none."""
        setter = self.column.setters[nth]
        match setter.source:
            case Constant():
                return None
            case _ if not _unpacked(setter):
                return f"{self.column.name} {nth}", self._packed([nth])
            case Header.SEALED:
                return self._named("sealed", nth), func.register.sole(self.records.c.sealed, type_=LargeBinary())
            case Header.RECORDED_AT | Header.POSITION as header:
                name = self._named(f"{self.column.law} {header.value}", nth)
                return name, self._extreme(self.records.c[header.value])
            case _:
                return self._named("payload", nth), func.register.sole(self.records.c.payload, type_=JSONB())

    def _placed(self, nth: int) -> tuple[str, Any]:
        """The aggregate that holds the position at which the nth setter set the column, with its name."""
        return self._named(f"{self.column.law} {Header.POSITION.value}", nth), self._extreme(self.records.c.position)

    def _named(self, what: str, nth: int) -> str:
        return f"{what} of {self.column.setters[nth].fact.__name__} {self.branches[nth]}"

    def _by_fact(self, raws: Raws) -> Expression:
        values = [self._of_fact(nth, raws) for nth in range(len(self.when))]
        if len(values) == 1:
            return values[0]
        positions = [raws[self._placed(nth)[0]] for nth in range(len(self.when))]
        decides = func.least(*positions) if self.column.law is Law.FIRST else func.greatest(*positions)
        return case(*((place == decides, value) for place, value in zip(positions, values, strict=True)))

    def _of_fact(self, nth: int, raws: Raws) -> Expression:
        """The value that the nth setter gives the column."""
        setter, named = self.column.setters[nth], self._valued(nth)
        if isinstance(setter.source, Constant):
            return self._written(setter.source.value)
        assert named is not None, "only a constant needs no aggregate"
        raw = raws[named[0]]
        if not _unpacked(setter):
            return self._unpack(raw)
        if isinstance(setter.source, Field):
            return field_value(raw, setter.fact, setter.source.name, self.type)
        return raw

    @property
    def _aggregate(self) -> Any:
        position = self.records.c.position
        match self.form:
            case Form.TOTAL:
                setters = enumerate(self.column.setters)
                return func.sum(self._by_setter({nth: as_number(self.records, s.fact, s.source) for nth, s in setters}))
            case Form.RISING:
                return self._extreme(self.records.c[Header(self.column.setters[0].source).value])
            case Form.CONSTANTS:
                number = self._by_setter({nth: literal(nth, BigInteger()) for nth in range(len(self.when))})
                return self._extreme(position * CONSTANTS_MAX + number)
            case _:
                return self._packed(range(len(self.when)))

    def _packed(self, chosen: Sequence[int]) -> Any:
        """The aggregate of the values of those setters, each packed after its position."""
        position, setters = self.records.c.position, {nth: self.column.setters[nth] for nth in chosen}
        if isinstance(self.type, LargeBinary):
            sealed = self._by_setter({nth: self._sealed(setter) for nth, setter in setters.items()})
            return self._extreme(_pair(func.int8send(position), sealed, LargeBinary()), type_=ARRAY(LargeBinary()))
        value = self._by_setter({nth: as_json(self.records, s.fact, s.source) for nth, s in setters.items()})
        return self._extreme(_pair(func.to_jsonb(position), value, JSONB()), type_=ARRAY(JSONB()))

    def _unpack(self, raw: Expression) -> Expression:
        if isinstance(self.type, LargeBinary):
            return raw[2]
        return from_text(raw[2].op("#>>", return_type=Text())(literal_column("'{}'")), self.type)

    def _sealed(self, setter: Setter) -> Expression:
        """The ciphertext, or nothing for a constant that empties the column."""
        return self.records.c.sealed if setter.source is Header.SEALED else cast(null(), LargeBinary)

    def _by_setter(self, values: Mapping[int, Expression]) -> Expression:
        """The value for the setter of the current record, of the values of some setters."""
        if len({str(value.compile(compile_kwargs={"literal_binds": True})) for value in values.values()}) == 1:
            return next(iter(values.values()))
        return case(*((self.when[nth], value) for nth, value in values.items()))

    def _constant(self, number: Expression) -> Expression:
        values = [s.source.value for s in self.column.setters if isinstance(s.source, Constant)]
        assert len(values) <= CONSTANTS_MAX, f"{self.column.name} is set by more than {CONSTANTS_MAX} facts"
        return case(*((number == n, self._written(value)) for n, value in enumerate(values)))

    def _written(self, value: str | bool | int | None) -> Expression:  # noqa: FBT001 - the value of a column
        return cast(null() if value is None else literal(value), self.type)


def _unpacked(setter: Setter) -> bool:
    """Whether the value of one fact can be aggregated without its position."""
    kept = setter.once and (isinstance(setter.source, Field) or setter.source is Header.SEALED)
    return kept or setter.source in RISING


def _pair(position: Expression, value: Expression, kind: TypeEngine[Any]) -> Expression:
    both: Expression = array([position, value], type_=kind)
    return both
