"""A register's rows in words: what each column is called, and its value as a fact's field would be written."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import LargeBinary

from bin.application.disclosure import PARTIES
from bin.application.evidence.language import PAGE, read_words
from bin.application.evidence.page import Cell
from bin.application.evidence.wording import Writer, is_given
from domain.fact import Event
from domain.subject import subject
from projections.columns import Row
from projections.declare import Register
from projections.portable import row_form
from projections.sources import Field

REGISTERS = read_words("registers")


def cells(register: Register, row: Row, writer: Writer) -> list[Cell]:
    """The columns that hold something."""
    form = row_form(register, row)
    shown = []
    for column in register.table.columns:
        value = row[column.name]
        if is_given(value):
            if isinstance(column.type, LargeBinary):
                text = writer.said(PAGE["sealed_value"], digest=form[column.name])
            else:
                text = _value(register, column.name, value, writer)
            shown.append(Cell(writer.field(column.name), column.name, text))
    return shown


def _value(register: Register, name: str, value: Any, writer: Writer) -> str:
    if isinstance(value, str | list | dict):
        for fact, field in _fields(register, name):
            try:
                return writer.value(_adapter(fact, field).validate_python(value), field)
            except ValidationError:
                continue  # Another fact sets this value.
    if isinstance(value, str) and value in REGISTERS["constants"]:
        return writer.said(REGISTERS["constants"][value])
    if isinstance(value, str) and value.startswith(PARTIES):
        return writer.value(subject(value))
    return writer.value(value, name)


def _fields(register: Register, name: str) -> Iterator[tuple[type[Event], str]]:
    """The fields of facts by which the column is set."""
    for column in register.columns:
        if column.name == name:
            for setter in column.setters:
                if isinstance(setter.source, Field):
                    yield setter.fact, setter.source.name


@lru_cache
def _adapter(fact: type[Event], field: str) -> TypeAdapter[Any]:
    annotation: Any = fact.model_fields[field].annotation
    return TypeAdapter(annotation)
