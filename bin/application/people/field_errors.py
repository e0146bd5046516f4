"""Says what is wrong with an input: the field, and a sentence of our own, never the value, which may be personal.

pydantic checks the input. Its messages are for programmers, so each type of its errors has a sentence here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bin.application.errors import BadInput

T = TypeVar("T")

NAMES_OF_FIELDS = frozenset(
    (
        "kind",
        "number",
        "name",
        "given",
        "family",
        "middle",
        "addressing",
        "address",
        "street",
        "postal_code",
        "city",
        "country",
        "care_of",
        "dar",
    )
) | {
    *("birth_date", "cause", "protected", "resident", "resident_since"),
    *("message", "sender", "recipient", "available_at", "evidence_sha256"),
    *("contact_point", "code", "default"),
}
"""The field names that an error may show. Any other name could be personal data, and is not repeated."""
OBJECT = "An object in braces is needed here, with the fields that docs/formats.md names."
UUID_NEEDED = "A UUID is needed here, such as the message's messageUUID."
INSTANT = "A time with its zone is needed here, such as 2021-03-01T10:00:00Z."
DAY = "A day that exists is needed here, written YYYY-MM-DD."
KIND = 'A kind is needed: "person" or "company".'
TWICE = "This field is written twice. Leave the right one."
ANYTHING = "This does not have the right form: see docs/formats.md."
"""The sentence for a type of error that has none of its own; no form here has one today."""

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "json_invalid": "This is not JSON: write one object in braces, in UTF-8, every name in quotation marks.",
        "dict_type": OBJECT,
        "model_type": OBJECT,
        "missing": "This field is needed and is not there.",
        "extra_forbidden": "The format has no field of this name. It is not shown, because it could be personal data.",
        "string_type": "A text in quotation marks is needed here.",
        "string_unicode": "This is not UTF-8.",
        "string_too_short": "This is empty and must not be.",
        "string_too_long": "This is too long: it has at most {max_length} characters.",
        "string_pattern_mismatch": "One line is needed here, without line breaks and other control characters.",
        "enum": "One of these is needed here: {expected}.",
        "uuid_type": UUID_NEEDED,
        "uuid_parsing": UUID_NEEDED,
        "datetime_type": INSTANT,
        "datetime_parsing": INSTANT,
        "datetime_from_date_parsing": INSTANT,
        "timezone_aware": INSTANT,
        "date_type": DAY,
        "date_parsing": DAY,
        "bool_type": "true or false is needed here, without quotation marks.",
        "union_tag_invalid": KIND,
        "union_tag_not_found": KIND,
        "value_error": "{error}",
    }
)
"""By pydantic's type of error; the details that it gives are filled in."""
OF_FIELDS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("string_pattern_mismatch", "country"): "A country is two capital letters, such as DK (ISO 3166-1).",
        ("string_pattern_mismatch", "evidence_sha256"): "A SHA-256 is 64 digits of 0 to 9 and a to f.",
    }
)
"""Sentences for one field only."""


@dataclass(frozen=True, slots=True)
class FieldFault:
    field: str
    message: str


class Misread(BadInput):
    """The input has the wrong form: correct the fields that the faults name."""

    def __init__(self, *faults: FieldFault) -> None:
        super().__init__("; ".join(f"{fault.field}: {fault.message}" for fault in faults))
        self.faults = faults


def read_json(form: TypeAdapter[T], text: str | bytes, whole: str) -> T:
    """Read JSON of that form. `whole` names it where no field is at fault. Raises Misread with all faults together."""
    read = _read(form.validate_json, text, whole)
    # pydantic could read it, so it is JSON. Of a field that is written twice pydantic took the last.
    pairs = json.loads(text, object_pairs_hook=_Pairs, parse_int=str, parse_float=str)
    twice = [FieldFault(_named(path) or whole, TWICE) for path in _repeated(pairs)]
    if twice:
        raise Misread(*twice)
    return read


def read_text(form: TypeAdapter[T], text: str, whole: str) -> T:
    """Read a text of that form, as read_json does."""
    return _read(form.validate_python, text, whole)


def _read(validate: Callable[[Any], T], given: str | bytes, whole: str) -> T:
    try:
        return validate(given)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        raise Misread(*(_fault(detail, whole) for detail in details)) from None


def _fault(error: ErrorDetails, whole: str) -> FieldFault:
    path = error["loc"][1:] if error["loc"][:1] in {("person",), ("company",)} else error["loc"]
    field = "kind" if error["type"].startswith("union_tag") else _named(path) or whole
    sentence = OF_FIELDS.get((error["type"], field.rpartition(".")[2]), SENTENCES.get(error["type"], ANYTHING))
    return FieldFault(field, sentence.format_map(error.get("ctx", {})))


def _named(path: tuple[int | str, ...]) -> str:
    """A field's path, in words that cannot be personal data."""
    return ".".join(str(step) if step in NAMES_OF_FIELDS else "(unknown)" for step in path)


class _Pairs(list[tuple[str, Any]]):
    """An object with all its fields, in order, also those written twice."""


def _repeated(pairs: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if not isinstance(pairs, _Pairs):
        return
    seen: set[str] = set()
    for name, value in pairs:
        if name in seen:
            yield (*path, name)
        seen.add(name)
        yield from _repeated(value, (*path, name))
