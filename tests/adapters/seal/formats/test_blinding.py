"""A leaf of the form record/2 does not say whom its record concerns; the salt of a subject shows that subject only."""

from __future__ import annotations

import base64
import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.seal.formats.blinding import blinded, blinded_json, commitment, named, salts_of, subject_salt
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
VECTORS = json.loads((ROOT / "tests" / "golden" / "record" / "2.json").read_bytes())


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


TEXTS = st.one_of(
    st.text(),
    st.sampled_from([ANNA, CLINIC, f'x"{ANNA}', f'{ANNA}"', f"\\{ANNA}", f'"{ANNA}"', f"log:{ANNA.partition(':')[2]}"]),
    st.from_regex(r"[a-z_]{1,5}:[A-Za-z0-9_-]{42,44}", fullmatch=True),
)
VALUES = st.recursive(
    TEXTS | st.integers(-9, 9) | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(TEXTS.filter(lambda text: ":" not in text), inner, max_size=3)
    ),
    max_leaves=9,
)


@given(st.dictionaries(st.sampled_from(["actor", "case", "payload"]), VALUES), st.none() | st.lists(TEXTS, max_size=4))
def test_the_quick_way_blinds_as_the_plain_one(fields: dict[str, Any], subjects: list[str] | None) -> None:
    written = orjson.dumps({"rigsbog": "", **fields}, option=orjson.OPT_SORT_KEYS)
    plain = blinded({"rigsbog": "", **fields, "subjects": subjects}, SALT)
    assert blinded_json(written, subjects, SALT) == orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)
