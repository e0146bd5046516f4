"""Keeps the golden file of stored facts: what the ledger may hold is written down once, and then only added to."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from bin.cli import exits
from domain.entities import ENTITIES
from domain.fact import Event

FILE: Final = Path(__file__).parents[2] / "tests" / "golden" / "facts.json"
COMMAND: Final = "python -m bin.dev.golden"
SEALED: Final = {"const": "sealed"}
GROWING: Final = frozenset({"open", "personal", "shapes", "properties"})
"""Parts of a stored form that map names to forms, where a name may be added."""

Form = dict[str, Any]


def golden(
    *, check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 when it differs.")] = False
) -> None:
    """Add the facts that are new to the golden file; exit 1, and write nothing, when a stored form was changed."""
    now = stored_forms()
    was = read() if FILE.exists() else {}
    faults = [*broken(was, now)] or ([f"{FILE} lacks what is new: run {COMMAND}"] if check and was != now else [])
    for fault in faults:
        typer.echo(fault, err=True)
    if faults:
        sys.exit(exits.DIFFERENT)
    if not check:
        FILE.parent.mkdir(exist_ok=True)
        FILE.write_text(json.dumps(now, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def read() -> dict[str, Form]:
    """The golden file; raises FileNotFoundError without one."""
    forms: dict[str, Form] = json.loads(FILE.read_text(encoding="utf-8"))
    return forms


def stored_forms() -> dict[str, Form]:
    """Stored name -> the form in which the ledger keeps the fact, by this version of the law."""
    return {
        name: {"entity": entity.name, **stored_form(fact)}
        for entity in ENTITIES
        for name, fact in entity.contract.items()
    }


def stored_form(fact: type[Event]) -> Form:
    """The JSON form of one fact: its open fields, its personal fields as they are sealed, and the shapes of both."""
    schema = _bare(fact.model_json_schema(mode="serialization"))
    fields: Mapping[str, Form] = schema["properties"]
    return {
        "subject": next(iter(fact.model_fields)),
        "holder": fact.holder,
        "retention": fact.retention.value,
        "retention_of_own_key": fact.retention_of_own_key,
        "once": fact.once,
        "open": {name: form for name, form in fields.items() if name not in fact.personal},
        "personal": {name: _unsealed(form) for name, form in fields.items() if name in fact.personal},
        "required": sorted(name for name, field in fact.model_fields.items() if field.is_required()),
        "shapes": schema.get("$defs", {}),
    }


def broken(was: Mapping[str, Form], now: Mapping[str, Form]) -> Iterator[str]:
    """A sentence for each stored form that was removed or changed; what is new breaks nothing."""
    for name, form in was.items():
        if name in now:
            yield from _broken(name, form, now[name], "")
        else:
            yield f"{name}: this fact is in the golden file and no entity stores it; a stored name never changes"


def _broken(where: str, was: Any, now: Any, part: str) -> Iterator[str]:
    if isinstance(was, dict) and isinstance(now, dict):
        for key in was.keys() - now.keys():
            yield f"{where}.{key}: removed, and old records hold it"
        for key in () if part in GROWING else sorted(now.keys() - was.keys()):
            yield f"{where}.{key}: added where old records have nothing"
        for key in sorted(was.keys() & now.keys()):
            yield from _broken(f"{where}.{key}", was[key], now[key], key)
    elif part == "enum" and isinstance(now, list):
        for value in set(was) - set(now):
            yield f"{where}: the value {value} was removed, and old records hold it"
    elif was != now:
        yield f"{where}: was {was} and is {now}; old records hold the first"


def _bare(schema: Any) -> Any:
    """The schema without its prose, which may be improved at any time."""
    if isinstance(schema, list):
        return [_bare(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    # A fact may have a field called title; its value is a schema, and only prose is text.
    prose = {key for key in ("title", "description") if isinstance(schema.get(key), str)}
    return {key: _bare(value) for key, value in schema.items() if key not in prose}


def _unsealed(form: Form) -> Form:
    """A personal field as it is sealed: the mark for what cannot be opened is never stored."""
    kinds = [kind for kind in form["anyOf"] if kind != SEALED]
    return kinds[0] if len(kinds) == 1 else {**form, "anyOf": kinds}


if __name__ == "__main__":
    exits.run(lambda: typer.run(golden))
