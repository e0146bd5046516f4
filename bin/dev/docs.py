"""Writes the pages that follow from the code: docs/facts.md, docs/registers.md, docs/settings.md and docs/law.md."""

from __future__ import annotations

import ast
import inspect
import json
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from pydantic_core import PydanticUndefined
from sqlalchemy.dialects import postgresql

from adapters.settings import Settings
from bin.cli import exits
from bin.dev.golden import Form, stored_form
from bin.dev.law.page import OPENING, law_page
from domain.command import Entity
from domain.entities import ENTITIES
from domain.fact import Event
from domain.record import HEADER
from projections.catalogue import REGISTERS
from projections.columns import Column, Setter
from projections.declare import Register, Trail
from projections.sources import SUBJECT, Constant, Field, Header, Source, StartOfDay
from projections.trails import TRAILS

FOLDER: Final = Path(__file__).parents[2] / "docs"
COMMAND: Final = "python -m bin.dev.docs"
NOTE: Final = "<!-- Written by `{command}` from the code; edit {sources}, not this page. -->"
MEANINGS: Final = {Header(column.name): column.meaning for column in HEADER if column.meaning is not None}
NOTHING: Final = "nothing"
WORDS: Final = {
    "null": NOTHING,
    "string": "text",
    "boolean": "true or false",
    "integer": "whole number",
    "date-time": "instant (UTC)",
    "date": "day",
    "uuid": "uuid",
}


def docs(
    *, check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 when a page differs.")] = False
) -> None:
    """Write the pages; with --check, exit 1 and name those that are not as the code is."""
    stale = stale_pages()
    for path, page in stale.items():
        if check:
            typer.echo(f"{path.relative_to(FOLDER.parent)} is not as the code is: run {COMMAND}", err=True)
        else:
            path.write_text(page, encoding="utf-8")
    if check and stale:
        sys.exit(exits.DIFFERENT)


def stale_pages() -> dict[Path, str]:
    """The pages that are missing or differ, with the text that they should have."""
    pages = {
        FOLDER / "facts.md": facts_page(),
        FOLDER / "registers.md": registers_page(),
        FOLDER / "settings.md": settings_page(),
        FOLDER / "law.md": _page("The law, rule by rule", OPENING, law_page(), sources="the rules in bin/dev/law"),
    }
    return {path: page for path, page in pages.items() if not path.exists() or path.read_text(encoding="utf-8") != page}


def facts_page() -> str:
    """Every stored fact: its entity, its name, its legal meaning, its fields, and which of them are personal."""
    opening = (
        "Each fact is stored permanently under its stored name. *Once* says that it happens to its own subject at most "
        "once. A personal field is sealed under a key of the person named as holder before it reaches the ledger."
    )
    return _page("Stored facts", opening, [part for entity in ENTITIES for part in _entity(entity)])


def registers_page() -> str:
    """Every register and trail: the question it answers, its columns, and the facts that set them."""
    opening = (
        "A register holds one row a key, as things are now. A column follows one of three laws: the *last* value that "
        "a fact gave, the *first*, or the *total* of all. A trail holds one row a record."
    )
    parts = [part for register in REGISTERS for part in _register(register)]
    return _page("Registers and trails", opening, [*parts, *(part for trail in TRAILS for part in _trail(trail))])


def settings_page() -> str:
    """Every environment variable that Rigsbog reads, what it is without being set, and what it means."""
    opening = "Rigsbog reads these environment variables. `rigsbog doctor` shows their values; secrets are masked."
    rows = []
    for field in Settings.model_fields.values():
        default = "" if field.default in (None, PydanticUndefined) else f"`{field.default}`"
        rows.append((f"`{field.alias}`", default, field.description or ""))
    return _page("Settings", opening, [_table(("variable", "default", "meaning"), rows)])


def _page(title: str, opening: str, parts: Iterable[str], *, sources: str = "the docstrings") -> str:
    return "\n\n".join([f"# {title}", NOTE.format(command=COMMAND, sources=sources), opening, *parts]) + "\n"


def _entity(entity: Entity[Any]) -> Iterator[str]:
    module = inspect.getmodule(type(entity.opening))
    assert module is not None, "a state is written in a module"
    yield f"## {entity.name}"
    if entity.contract:
        yield inspect.getdoc(module) or ""
    else:
        yield "It has no facts of its own."
    if entity.follows:
        yield f"Its state also follows {', '.join(f'`{fact.__name__}`' for fact in entity.follows)}."
    for name, fact in entity.contract.items():
        yield f"### {name}"
        yield inspect.getdoc(fact) or ""
        if words := _kept(fact):
            yield words
        yield _fields(fact)


def _kept(fact: type[Event]) -> str:
    """Whether it happens once, and who holds the key of what is personal."""
    once = "Once. " if fact.once else ""
    holder = fact.holder or next(iter(fact.model_fields))
    sealed = f"Sealed under the key of `{holder}`, retention class {fact.retention}." if fact.personal else ""
    if fact.retention_of_own_key is not None:
        own = next(iter(fact.model_fields))
        sealed += f" Where that is empty, under the key of `{own}`, retention class {fact.retention_of_own_key}."
    return (once + sealed).strip()


def _fields(fact: type[Event]) -> str:
    form = stored_form(fact)
    meanings = field_meanings(fact)
    forms: Form = form["open"] | form["personal"]
    rows = [
        (
            f"`{name}`",
            _shape(forms[name], form["shapes"]),
            "yes" if name in fact.personal else "",
            meanings.get(name, ""),
        )
        for name in fact.model_fields
    ]
    return _table(("field", "holds", "personal", "meaning"), rows)


def field_meanings(fact: type[Event]) -> dict[str, str]:
    """The sentence under each field, as the class and those above it have them."""
    meanings: dict[str, str] = {}
    for cls in (base for base in reversed(fact.__mro__) if issubclass(base, Event) and base is not Event):
        written = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
        assert isinstance(written, ast.ClassDef)
        for field, after in zip(written.body, written.body[1:], strict=False):
            match field, after:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(meaning))):
                    meanings[name] = " ".join(meaning.split())
                case _:
                    pass
    return meanings


def _shape(form: Form, shapes: Form) -> str:
    match form:
        case {"$ref": str(reference)}:
            return _shape(shapes[reference.rsplit("/", 1)[-1]], shapes)
        case {"anyOf": choices} | {"oneOf": choices}:
            return " or ".join(
                sorted((_shape(choice, shapes) for choice in choices), key=lambda words: words == NOTHING)
            )
        case {"enum": values}:
            return ", ".join(f"`{value}`" for value in values)
        case {"type": "array", "items": item}:
            return f"list of ({_shape(item, shapes)})"
        case {"type": "object", "properties": _}:
            return _object(form, shapes)
        case _:
            return _value(form)


def _value(form: Form) -> str:
    match form:
        case {"const": value}:
            return f"`{value}`"
        case {"kind": kind}:
            return f"{kind} id"
        case {"format": str(known)} | {"type": str(known)} if known in WORDS:
            return WORDS[known]
        case _:
            raise ValueError(f"no words for the form {form}: add them to {__name__}.WORDS")


def _object(form: Form, shapes: Form) -> str:
    return "{" + "; ".join(f"{name}: {_shape(field, shapes)}" for name, field in form["properties"].items()) + "}"


def _register(register: Register) -> Iterator[str]:
    yield f"## {register.name}"
    yield register.answers
    key = ", ".join(f"`{name}`" for name in register.key)
    begins = ", ".join(sorted(f"`{fact.__name__}`" for fact in register.begins))
    yield f"Key: {key}." + (f" A row begins by {begins}." if begins else "")
    rows = [
        (
            f"`{column.name}`",
            register.table.c[column.name].type.compile(postgresql.dialect()).lower(),  # type: ignore[no-untyped-call]
            column.law.value,
            "<br>".join(_setters(register, column)),
        )
        for column in register.columns
    ]
    yield _table(("column", "type", "law", "set by"), rows)


def _setters(register: Register, column: Column) -> Iterator[str]:
    for setter in column.setters:
        yield f"`{setter.fact.__name__}`: {_source(setter.source)}{_keyed(register, setter)}"


def _keyed(register: Register, setter: Setter) -> str:
    """Which row the fact sets, where that is not its own subject's."""
    parts = [
        f"`{name}` is {_source(part)}"
        for name, part in zip(register.key, setter.key, strict=True)
        if part is not SUBJECT
    ]
    return f", where {' and '.join(parts)}" if parts else ""


def _source(source: Source) -> str:
    match source:
        case Field(name=name):
            return f"its `{name}`"
        case StartOfDay(name=name):
            return f"the first instant of its `{name}`"
        case Constant(value=value):
            return "empty" if value is None else f"`{json.dumps(value)}`"
        case Header():
            return MEANINGS[source]


def _trail(trail: Trail) -> Iterator[str]:
    yield f"## {trail.name} (trail)"
    yield trail.answers
    yield "Columns: " + ", ".join(f"`{column.name}`" for column in trail.rows.selected_columns) + "."


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    exits.run(lambda: typer.run(docs))
