"""Folds the values of one column: for each law the cheapest correct aggregate, and how the results of two ranges merge.

The aggregate's result is `raw`: empty exactly when no fact of the range set the column. `value` decodes it.
- A fact that happens once in a row needs no order: its payload is aggregated once for all the columns that it sets.
- Registration times and positions rise with the position: their last is the greatest, their first the least.
- A constant is packed after the position into one number; the greatest is the last.
- Every other value is packed after the position into an array, which PostgreSQL compares from the left. It never
  compares two values, because no two positions are equal; an empty value stays empty inside the array.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from sqlalchemy.types import TypeEngine

from projections.columns import Column, Law, Setter
from projections.engine.expressions import Expression, as_json, as_number, field_text, from_text
from projections.sources import Constant, Field, Header

CONSTANTS_MAX = 64
"""How many facts may set a column of constants; the position packed before them may then reach 2^57."""


class Form(Enum):
    TOTAL = auto()
    RISING = auto()
    ONCE = auto()
    ONCE_SEALED = auto()
    CONSTANTS = auto()
    SEALED = auto()
    PACKED = auto()


@dataclass(frozen=True, slots=True)
class ColumnFold:
    """The fold of one column over a relation of records; `when` selects each setter's records."""

    column: Column
    type: TypeEngine[Any]
    records: FromClause
    when: Sequence[ColumnElement[bool]]

    @property
    def raw_name(self) -> str:
        """The aggregate's own name: columns of one name share it."""
        return f"payload of {self._only.fact.__name__}" if self.form is Form.ONCE else self.column.name

    @property
    def raw(self) -> Expression:
        """The aggregate, under FILTER for the facts that set the column."""
        folded: Expression = self._aggregate.filter(or_(*self.when))
        return folded

    def value(self, raw: Expression) -> Expression:
        """What the raw value means, in the column's own type."""
        match self.form:
            case Form.TOTAL:
                return cast(func.coalesce(raw, 0), self.type)
            case Form.RISING | Form.ONCE_SEALED:
                return raw
            case Form.ONCE:
                assert isinstance(self._only.source, Field)
                return from_text(field_text(raw, self._only.fact, self._only.source.name), self.type)
            case Form.CONSTANTS:
                return self._constant(raw % CONSTANTS_MAX)
            case Form.SEALED:
                return raw[2]
            case Form.PACKED:
                return from_text(raw[2].op("#>>", return_type=Text())(literal_column("'{}'")), self.type)

    def merged(self, raw: Expression, before: Expression) -> Expression:
        """The value after a range that came to `raw`, when it was `before` until then."""
        match self.column.law:
            case Law.TOTAL:
                return func.coalesce(before, 0) + self.value(raw)
            case Law.FIRST:
                return func.coalesce(before, self.value(raw))
            case Law.LAST:
                return case((raw.is_not(None), self.value(raw)), else_=before)

    @property
    def form(self) -> Form:
        sources = {setter.source for setter in self.column.setters}
        if self.column.law is Law.TOTAL:
            return Form.TOTAL
        if sources in ({Header.RECORDED_AT}, {Header.POSITION}):
            return Form.RISING
        if sources == {Header.SEALED}:
            return Form.ONCE_SEALED if self.column.once else Form.SEALED
        if all(isinstance(source, Constant) for source in sources):
            return Form.CONSTANTS
        if self.column.once and isinstance(self._only.source, Field):
            return Form.ONCE
        return Form.SEALED if isinstance(self.type, LargeBinary) else Form.PACKED

    @property
    def _only(self) -> Setter:
        return self.column.setters[0]

    @property
    def _aggregate(self) -> Any:  # noqa: PLR0911 - one return a form, and the match is exhaustive
        extreme: Callable[..., Any] = func.min if self.column.law is Law.FIRST else func.max
        position = self.records.c.position
        match self.form:
            case Form.TOTAL:
                return func.sum(
                    self._by_setter([as_number(self.records, s.fact, s.source) for s in self.column.setters])
                )
            case Form.RISING:
                return extreme(self.records.c[Header(self._only.source).value])
            case Form.ONCE:
                return func.register.sole(self.records.c.payload, type_=JSONB())
            case Form.ONCE_SEALED:
                return func.register.sole(self.records.c.sealed, type_=LargeBinary())
            case Form.CONSTANTS:
                number = self._by_setter([literal(n, BigInteger()) for n in range(len(self.when))])
                return extreme(position * CONSTANTS_MAX + number)
            case Form.SEALED:
                sealed = _pair(func.int8send(position), self._by_setter(self._sealed()), LargeBinary())
                return extreme(sealed, type_=ARRAY(LargeBinary()))
            case Form.PACKED:
                values = [as_json(self.records, s.fact, s.source) for s in self.column.setters]
                return extreme(_pair(func.to_jsonb(position), self._by_setter(values), JSONB()), type_=ARRAY(JSONB()))

    def _sealed(self) -> list[Expression]:
        """The ciphertext, or nothing for a constant that empties the column."""
        sealed = (Header.SEALED,)
        return [self.records.c.sealed if s.source in sealed else cast(null(), LargeBinary) for s in self.column.setters]

    def _by_setter(self, values: Sequence[Expression]) -> Expression:
        """The value for the setter of the current record."""
        if len({str(value.compile(compile_kwargs={"literal_binds": True})) for value in values}) == 1:
            return values[0]
        return case(*zip(self.when, values, strict=True))

    def _constant(self, number: Expression) -> Expression:
        values = [s.source.value for s in self.column.setters if isinstance(s.source, Constant)]
        assert len(values) <= CONSTANTS_MAX, f"{self.column.name} is set by more than {CONSTANTS_MAX} facts"
        written = [cast(null() if value is None else literal(value), self.type) for value in values]
        return case(*((number == n, value) for n, value in enumerate(written)))


def _pair(position: Expression, value: Expression, kind: TypeEngine[Any]) -> Expression:
    both: Expression = array([position, value], type_=kind)
    return both
