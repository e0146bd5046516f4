"""A leaf of the form record/2 does not say whom its record concerns; the salt of a subject shows that subject only."""

from __future__ import annotations

import base64
import json
from copy import deepcopy
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.seal.formats.blinding import TEXTS, blind, commitment, named, salts_of, subject_salt
from adapters.seal.formats.canonical import NotCanonical, of_row
from tests.adapters.seal.formats.plain_form import plain_content
from tests.sources import ROOT

ANNA = "person:a11a0000-0000-4000-8000-000000000001"
CLINIC = "company:5ca70000-0000-4000-8000-000000000003"
LETTER = "message:1e77e400-0000-4000-8000-000000000001"
SALT, OTHER_SALT = bytes(range(16)), bytes(range(1, 17))
RECORD: dict[str, Any] = {
    "fact": "MessageSubmitted",
    "subject": LETTER,
    "subjects": [CLINIC, LETTER, ANNA],
    "actor": CLINIC,
    "payload": {"message": LETTER, "recipient": ANNA, "sender": CLINIC, "copies": [ANNA], "size": 5},
}
ROW_FIELDS = dict.fromkeys([*TEXTS, "subjects"])
VECTORS = json.loads((ROOT / "tests" / "golden" / "record" / "2.json").read_bytes())


def blinded(fields: dict[str, Any], salt: bytes) -> dict[str, Any]:
    """The given fields, as they are in a blinded record."""
    record = ROW_FIELDS | deepcopy(fields)
    blind(record, salt)
    return {name: record[name] for name in fields}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["blinded"])
def test_a_subject_is_blinded_as_the_golden_vectors_say(vector: dict[str, str]) -> None:
    salt = subject_salt(bytes.fromhex(vector["salt"]), vector["subject"])
    assert base64.b64encode(salt).decode() == vector["subject_salt"]
    assert commitment(vector["subject"], salt) == vector["blinded"]


def test_no_subject_is_left_in_a_record_and_equal_ones_stay_equal_within_it() -> None:
    hidden = blinded(RECORD, SALT)
    assert not [who for who in (ANNA, CLINIC, LETTER) if who.partition(":")[2] in json.dumps(hidden)]
    assert hidden["subject"] == hidden["payload"]["message"]
    assert hidden["payload"]["copies"] == [hidden["payload"]["recipient"]]
    assert hidden["actor"] == hidden["payload"]["sender"]
    assert hidden["subjects"] == sorted(hidden["subjects"])
    assert (hidden["fact"], hidden["payload"]["size"]) == ("MessageSubmitted", 5)


def test_two_records_about_one_subject_do_not_show_that_it_is_the_same() -> None:
    assert blinded(RECORD, SALT)["subject"] != blinded(RECORD, OTHER_SALT)["subject"]


def test_every_salt_shows_its_own_subject_and_no_other() -> None:
    hidden, salts = blinded(RECORD, SALT), salts_of(RECORD, SALT)
    shown = named(hidden, salts)
    assert shown | {"subjects": sorted(shown["subjects"])} == RECORD | {"subjects": sorted(RECORD["subjects"])}
    one = named(hidden, {ANNA: salts[ANNA]})
    assert one["payload"]["recipient"] == ANNA
    assert one["payload"]["sender"] == hidden["payload"]["sender"]


def test_a_log_and_a_register_are_not_blinded() -> None:
    record = {
        "subject": "log:5ca70000-0000-4000-8000-000000000003",
        "subjects": ["register:5ca70000-0000-4000-8000-000000000003"],
    }
    assert blinded(record, SALT) == record


def test_a_text_that_looks_like_a_commitment_is_blinded_so_that_it_passes_for_none() -> None:
    forged = commitment(ANNA, b"x" * 32)
    hidden = blinded({"subjects": [], "payload": {"reason": forged}}, SALT)
    assert named(hidden, {ANNA: base64.b64encode(b"x" * 32).decode()}) == hidden


@given(st.text())
def test_other_texts_stay_as_they_are(text: str) -> None:
    record = {"payload": {"reason": f" {text}"}}
    assert blinded(record, SALT) == record


TEXTS_OF_ALL_KINDS = st.one_of(
    st.text(),
    st.sampled_from([ANNA, CLINIC, f'x"{ANNA}', f'{ANNA}"', f"\\{ANNA}", f'"{ANNA}"', f"log:{ANNA.partition(':')[2]}"]),
    st.from_regex(r"[a-z_]{1,5}:[A-Za-z0-9_-]{42,44}", fullmatch=True),
)
VALUES = st.recursive(
    TEXTS_OF_ALL_KINDS | st.integers(-(2**60), 2**60) | st.none() | st.booleans() | st.just(0.5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS_OF_ALL_KINDS, inner, max_size=3),
    max_leaves=9,
)
SUBJECTS = st.builds(
    "{}:{}".format,
    st.sampled_from(["person", "company", "log", "register", "a", "", "Person", "two words", "log_", "æ"]),
    st.sampled_from([UUID(ANNA[-36:]), UUID(CLINIC[-36:])]) | st.uuids(),
)
INSTANTS = st.sampled_from(["2026-04-15T12:00:00.000000Z", "infinity", "-infinity", "0044-03-15T00:00:00.000000Z BC"])
PAYLOADS = VALUES | st.dictionaries(TEXTS_OF_ALL_KINDS, VALUES, max_size=5)
ROWS = st.tuples(
    st.integers(1, 2**53),
    INSTANTS,
    st.none() | TEXTS_OF_ALL_KINDS,
    st.none() | SUBJECTS,
    st.none() | st.lists(SUBJECTS, min_size=1, max_size=4).map(",".join),
    st.integers(0, 9),
    st.uuids().map(str),
    st.uuids().map(str),
    st.none() | st.integers(1, 9),
    st.none() | INSTANTS,
    *[st.none() | TEXTS_OF_ALL_KINDS] * 4,
    PAYLOADS.map(json.dumps) | st.sampled_from(["{", "", None]),
    st.none() | st.binary(min_size=32, max_size=32).map(bytes.hex),
    st.none() | TEXTS_OF_ALL_KINDS,
    st.binary(min_size=16, max_size=16),
)


@settings(max_examples=500)
@given(ROWS)
def test_the_canonical_bytes_of_every_row_also_a_damaged_one_are_those_of_the_plain_definition(
    row: tuple[Any, ...],
) -> None:
    assert canonical_bytes(row) == plain_content(row)


@pytest.mark.parametrize("depth", [1, 251, 252, 253, 254, 255, 1_000, 1_030])
def test_a_payload_is_as_deep_as_the_plain_definition_writes_it_or_has_no_canonical_form(depth: int) -> None:
    instant, who = "2026-04-15T12:00:00.000000Z", str(UUID(int=1))
    payload = f'{{"a":{"[" * depth}"{ANNA}"{"]" * depth}}}'
    row = (1, instant, "Fact", ANNA, ANNA, 0, who, who, None, None, "a", "b", "l", None, payload, None, "login", SALT)
    assert canonical_bytes(row) == plain_content(row)


def canonical_bytes(row: tuple[Any, ...]) -> bytes | None:
    try:
        return of_row(row)
    except NotCanonical:
        return None
