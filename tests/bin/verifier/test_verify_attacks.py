"""Attacks with crafted files and without a key: to be believed, or to mislead the reader."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from bin.verify_receipt import leads_to_root
from projections.catalogue import register
from projections.portable import portable
from tests.bin.verifier.test_verify_answer import letters_answer, rows
from tests.bin.verifier.verifying import changed, letters_log, letters_proof, verified
from tests.synthetic_log import ANNA, FIRST, LETTER, ORIGIN, FixedSigner, SyntheticLog, base64_of

MESSAGES = portable(register("messages"))
TIMES_MAX = 33


def signed(text: str, signer: FixedSigner = FIRST) -> str:
    """A note of any text, signed by the log."""
    key_id = bytes.fromhex(str(signer.key).split("+")[1])
    return f"{text}\n\N{EM DASH} {ORIGIN} {base64_of(key_id + signer.sign(text.encode()))}\n"


@pytest.mark.parametrize("root", ["", "AAAA", base64_of(bytes(31)), base64_of(bytes(33))])
def test_a_root_of_another_length_is_no_root(root: str) -> None:
    """A path that leads nowhere once gave an empty root, and an empty root is what a checkpoint might name."""
    log, note = letters_log(), signed(f"{ORIGIN}\n13\n{root}\n")
    head, _, _ = log.proof(0).partition("\n\n")
    header, extra, index, *path = head.split("\n")
    for given in ([], path, [*path, path[0]]):
        proof = "\n".join([header, extra, index, *given, "", note])
        assert verified(proof).word == "wrong-form"


@pytest.mark.parametrize("size", range(1, TIMES_MAX))
def test_a_path_leads_to_the_root_from_its_own_place_only(size: int) -> None:
    log = SyntheticLog()
    for _ in range(size):
        log.add("PersonRegistered", ANNA, person=ANNA)
    root = base64.b64decode(log.checkpoint().split("\n")[2])
    leaves = [log.node(0, index) for index in range(size)]
    for index, leaf in enumerate(leaves):
        path = log.path(index)
        places = [place for place in range(size) if leads_to_root(leaf, place, path, size, root)]
        assert places == [index]
        assert not leads_to_root(leaf, index, [*path, bytes(32)], size, root)
        assert not path or not leads_to_root(leaf, index, path[:-1], size, root)
        assert not path or not leads_to_root(leaf, index, path[1:], size, root)
        assert not leads_to_root(leaf, index, path, size, bytes(32))


@pytest.mark.parametrize("message", ["", 5, True, False, 0, [], {}, [LETTER]])
def test_a_message_is_a_text(message: Any) -> None:
    nothing = dict.fromkeys(json.loads(base64.b64decode(letters_proof().split("\n")[1][6:]))["clock"])
    for clock in (None, nothing):
        assert verified(changed(letters_proof(), message=message, clock=clock)).word == "wrong-form"


def altered(**more: Any) -> str:
    """The letter's answer by another declaration, with the rows that this declaration makes or none."""
    log, declaration = letters_log(), json.loads(json.dumps(MESSAGES)) | more
    return log.answer(declaration, LETTER, [])


def with_first_column(**more: Any) -> list[dict[str, Any]]:
    columns: list[dict[str, Any]] = json.loads(json.dumps(MESSAGES["columns"]))
    columns[0] |= more
    return columns


SUBMITTED: dict[str, Any] = next(
    setter for column in MESSAGES["columns"] for setter in column["setters"] if setter["fact"] == "MessageSubmitted"
)
"""A setter of a fact that is in the log."""


@pytest.mark.parametrize(
    "declaration",
    [
        {"columns": with_first_column(law="newest")},
        {"columns": with_first_column(name=MESSAGES["key"][0])},
        {"columns": with_first_column(name=MESSAGES["columns"][1]["name"])},
        {"columns": with_first_column(setters=[SUBMITTED | {"source": {"file": "stage"}}])},
        {"columns": with_first_column(setters=[SUBMITTED | {"source": {}}])},
        {"begins": "MessageSubmitted MessageMadeAvailable"},
        {"begins": None},
    ],
)
def test_a_declaration_has_the_form_of_the_page(declaration: dict[str, Any]) -> None:
    verdict = verified(altered(**declaration))
    assert (verdict.code, verdict.word) == (2, "wrong-form")


def test_a_time_without_a_zone_is_not_read_by_the_clock_of_the_reader() -> None:
    log = SyntheticLog()
    index = log.add("MessageScheduled", LETTER, message=LETTER, recipient=ANNA, release_at="2026-03-12T00:00:00")
    clock = dict.fromkeys(json.loads(base64.b64decode(letters_proof().split("\n")[1][6:]))["clock"])
    clock |= {"scheduled_for": "2026-03-12T00:00:00.000000Z"}
    assert verified(log.proof(index, message=LETTER, clock=clock)).word == "wrong-form"


@pytest.mark.parametrize("attestation", [{}, [], "", 0, False])
def test_no_attestation_is_null_and_nothing_else(attestation: Any) -> None:
    assert verified(letters_answer()).code == 0
    assert verified(letters_answer(attestation=attestation)).code == 2


def test_a_register_is_not_named_like_something_that_is_proved() -> None:
    name = 'position 1 of ledger.example/trial: {"fact":"ServiceEffected"}'
    declaration = MESSAGES | {"register": name}
    log = letters_log()
    assert verified(log.answer(declaration, LETTER, rows(log, MESSAGES))).word == "wrong-form"


@pytest.mark.parametrize("subject", ["", "Anna", f"{LETTER} was served on 1 January", f"{LETTER}\n", LETTER.upper()])
def test_a_subject_is_not_named_like_something_that_is_proved(subject: str) -> None:
    answer = letters_log().answer(MESSAGES, subject, [], facts=[letters_log().entry(2)])
    assert verified(answer).word == "wrong-form"


@pytest.mark.parametrize("vkey", ["odd", str(FIRST.key).replace("+", "+0", 1), "a+00000000+\N{EM DASH}"])
def test_a_wrong_key_argument_is_answered_with_what_a_key_is(vkey: str) -> None:
    verdict = verified(letters_proof(), given=("--key", vkey))
    assert verdict.code == 2
    assert "bad-key: a key is written name+id+base64" in verdict.said
