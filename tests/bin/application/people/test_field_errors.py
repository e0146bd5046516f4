"""Proves that errors in JSON are reported in our own words, by field, and without the values."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import TypeAdapter

from bin.application.people.field_errors import (
    ANYTHING,
    DAY,
    KIND,
    OBJECT,
    SENTENCES,
    TWICE,
    FieldFault,
    Misread,
    read_json,
    read_text,
)
from bin.application.people.imports import LINES
from domain.errors import sentence as sentence_of
from domain.identity.names import CompanyName
from domain.identity.uncertain_day import NotADay
from tests.bin.terminal import company, person

SECRET = "Hemmelig"
ADDRESS = {"street": "Prøvevej 1", "postal_code": "2100", "city": "By"}
PYDANTICS_OWN = ("Input should", "Value error", "Extra inputs", "String should", "Field required", "Invalid JSON")


def faults(line: object) -> list[FieldFault]:
    """The errors in a line of the import file."""
    with pytest.raises(Misread) as reported:
        read_json(LINES, line if isinstance(line, bytes) else json.dumps(line), "line")
    return list(reported.value.faults)


@pytest.mark.parametrize(
    ("line", "field", "sentence"),
    [
        (SECRET.encode(), "line", SENTENCES["json_invalid"]),
        (b"\xff{}", "line", SENTENCES["json_invalid"]),
        (b'{"a":' * 500, "line", SENTENCES["json_invalid"]),
        ([SECRET], "line", OBJECT),
        ({SECRET: 1}, "kind", KIND),
        ({"kind": SECRET}, "kind", KIND),
        (person(1, name=SECRET), "name", OBJECT),
        (person(1, address=3), "address", OBJECT),
        (person(1, name={"given": SECRET}), "name.family", SENTENCES["missing"]),
        (person(1, **{SECRET: 1}), "(unknown)", SENTENCES["extra_forbidden"]),
        (company() | {"name": {"name": "A", SECRET: "B"}}, "name.(unknown)", SENTENCES["extra_forbidden"]),
        (person(1, number=6101901234), "number", SENTENCES["string_type"]),
        (person(1, name={"family": " "}), "name.family", SENTENCES["string_too_short"]),
        (person(1, name={"family": SECRET * 50}), "name.family", "This is too long: it has at most 300 characters."),
        (person(1, name={"family": f"A\n{SECRET}"}), "name.family", SENTENCES["string_pattern_mismatch"]),
        (
            person(1, address=ADDRESS | {"country": SECRET}),
            "address.country",
            "A country is two capital letters, such as DK (ISO 3166-1).",
        ),
        (person(1, address=ADDRESS | {"postal_code": SECRET}), "address", "A Danish postal code has 4 digits."),
        (person(1, birth_date=SECRET), "birth_date", sentence_of(NotADay)),
        (person(1, birth_date="1990-02-30"), "birth_date", sentence_of(NotADay)),
        (person(1, birth_date="1990-01-01T00:00:00"), "birth_date", sentence_of(NotADay)),
        (person(1, birth_date=631152000), "birth_date", sentence_of(NotADay)),
        (person(1, resident_since="1990-02-30"), "resident_since", DAY),
        (person(1, protected="yes"), "protected", SENTENCES["bool_type"]),
        (person(1, protected=None), "protected", SENTENCES["bool_type"]),
    ],
)
def test_each_fault_has_its_field_and_its_sentence(line: Any, field: str, sentence: str) -> None:
    assert faults(line) == [FieldFault(field, sentence)]


def test_every_fault_is_reported_at_once_in_our_words_and_without_the_input() -> None:
    bad = {"family": "", SECRET: SECRET}
    reported = faults(
        person(1, name=bad, birth_date=SECRET, protected=SECRET, address={"street": "", "country": SECRET})
    )
    assert {one.field for one in reported} >= {
        "name.family",
        "birth_date",
        "protected",
        "address.country",
        "address.city",
    }
    assert not [one for one in reported if one.message == ANYTHING or one.message.startswith(PYDANTICS_OWN)]
    assert SECRET not in str(Misread(*reported))


def test_an_address_in_one_line_that_cannot_be_read_says_how_it_is_written() -> None:
    (reported,) = faults(person(1, address=SECRET))
    assert reported.message.startswith("In one line an address is written: ")


def test_a_field_that_occurs_twice_is_reported_at_every_depth() -> None:
    twice = b'{"kind": "person", "number": "1", "name": {"family": "A", "family": "B"}, "number": "2", "number": "3"}'
    assert faults(twice) == [FieldFault(name, TWICE) for name in ("name.family", "number", "number")]


def test_what_a_repeated_field_said_first_is_not_lost_though_it_was_of_another_form() -> None:
    nested = b'{"kind": "person", "number": ' + b"[" * 150 + b"9" * 4_000 + b"]" * 150
    twice = nested + b', "number": "1", "name": {"family": "A"}}'
    assert faults(twice) == [FieldFault("number", TWICE)]


def test_a_text_that_is_no_unicode_is_reported() -> None:
    with pytest.raises(Misread) as reported:
        read_text(TypeAdapter(CompanyName), "\udce6", "name")
    assert reported.value.faults == (FieldFault("name", SENTENCES["string_unicode"]),)
