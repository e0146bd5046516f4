"""Proves that the verifier makes an answer's rows again, and what it refuses in answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bin import verify_receipt
from bin.verify_receipt import read_record, rows_of
from projections.catalogue import register
from projections.portable import portable
from tests.bin.verifier.verifying import letters_log, verified
from tests.synthetic_log import ANNA, LETTER, SyntheticLog, canonical

MESSAGES, NEMKONTO = portable(register("messages")), portable(register("nemkonto"))
REGISTER = "register:00000000-0000-4000-8000-000000000001"
DESIGNATION = "designation:de500000-0000-4000-8000-000000000001"


def rows(log: SyntheticLog, declaration: dict[str, Any]) -> list[dict[str, Any]]:
    records = [read_record(leaf, salts) for leaf, salts in zip(log.leaves, log.salts, strict=True)]
    return list(rows_of(declaration, records).values())


def letters_answer(*, salted: bool = False, **more: Any) -> str:
    """What the register of messages said of the letter."""
    log = letters_log(salted=salted)
    return log.answer(**{"declaration": MESSAGES, "subject": LETTER, "rows": rows(log, MESSAGES)} | more)


def designated() -> SyntheticLog:
    """A designation that is active for half a year."""
    log = SyntheticLog()
    log.add("NemkontoDesignated", DESIGNATION, ANNA, designation=DESIGNATION, payee=ANNA, channel="bank")
    log.add("NemkontoActivated", DESIGNATION, ANNA, designation=DESIGNATION, payee=ANNA, effective_on="2026-01-01")
    log.add("ActivationRefused", DESIGNATION, ANNA, designation=DESIGNATION, payee=ANNA, attempt=1)
    log.add(
        "NemkontoEnded", DESIGNATION, ANNA, designation=DESIGNATION, payee=ANNA, valid_to="2026-07-01", cause="wish"
    )
    return log


def test_an_answer_proves_its_rows_by_its_facts_and_says_what_it_leaves_open() -> None:
    verdict = verified(letters_answer())
    assert verdict.code == 0
    proved, _, unproved = verdict.said.partition("Not proved (ikke bevist):")
    assert f"messages of {LETTER}, valid on any day, by the facts in this file: " in proved
    assert '"stage":"available"' in proved
    assert "that there is nothing more" in unproved
    assert (
        f"that messages is declared so ({register('messages').declaration}), unless a record above attests it"
        in unproved
    )


def test_an_answer_without_rows_is_valid_when_its_facts_make_none() -> None:
    log = SyntheticLog()
    log.add("PersonRegistered", ANNA, person=ANNA)
    verdict = verified(log.answer(MESSAGES, LETTER, []))
    assert verdict.code == 0
    assert f"no row of messages about {LETTER} was valid on any day, by the facts in this file" in verdict.said


@pytest.mark.parametrize(("day", "holds"), [("2025-12-31", False), ("2026-01-01", True), ("2026-07-01", False)])
def test_a_row_is_in_the_answer_for_a_day_on_which_it_held(day: str, holds: bool) -> None:
    log = designated()
    (row,) = rows(log, NEMKONTO)
    assert row["wrong_attempts"] == 1
    with_row, without_row = (verified(log.answer(NEMKONTO, DESIGNATION, found, valid=day)) for found in ([row], []))
    assert (with_row.code, without_row.code) == ((0, 1) if holds else (1, 0))
    assert (without_row if holds else with_row).word == ("row-left-out" if holds else "wrong-row")


def test_each_thing_that_is_wrong_has_its_own_reason() -> None:
    log = letters_log()
    (row,) = rows(log, MESSAGES)
    facts = [log.entry(index) for index in range(len(log.leaves))]
    altered = json.loads(json.dumps(MESSAGES))
    altered["register"] = "persons"
    cases = {
        "wrong-row": letters_answer(rows=[row | {"stage": "rejected"}]),
        "row-left-out": letters_answer(rows=[]),
        "later-fact": letters_answer(known=12),
        "future-size": letters_answer(known=14),
        "reordered": letters_answer(facts=[*facts[1:], facts[0]]),
        "wrong-subject": letters_answer(subject=f"{ANNA[:-2]}10"),
        "wrong-declaration": letters_answer(declaration=altered, register="messages"),
        "wrong-attestation": letters_answer(attestation=facts[2]),
        "non-canonical": letters_answer().replace(":", ": ", 1),
    }
    verdicts = {word: verified(content) for word, content in cases.items()}
    assert {word: verdict.word for word, verdict in verdicts.items()} == {word: word for word in cases}
    assert {verdict.code for verdict in verdicts.values()} == {1}
    assert verified(letters_answer(rows=[row, row])).word == "wrong-row"
    assert verified(letters_answer(facts=[facts[1], facts[1]])).word == "reordered"
    assert verified(letters_answer()[:-1]).word == "truncated"
    assert verified(letters_answer(rigsbog="answer/4")).word == "unknown-form"


def attested(**more: Any) -> str:
    log = letters_log()
    payload = {
        "name": "messages",
        "declaration": register("messages").declaration,
        "position": 13,
        "digest": "00",
    } | more
    index = log.add("RebuildAttested", REGISTER, sealed=None, **payload)
    return log.answer(MESSAGES, LETTER, rows(log, MESSAGES), attestation=log.entry(index))


def test_an_attestation_binds_the_declaration_and_is_of_the_whole_register_only() -> None:
    verdict = verified(attested())
    assert verdict.code == 0
    assert '"fact":"RebuildAttested"' in verdict.said
    assert "an attestation is of the whole register, and of no single row" in verdict.said
    assert verified(attested(name="persons")).word == "wrong-attestation"
    assert verified(attested(declaration="00")).word == "wrong-attestation"


def test_an_altered_declaration_is_found_by_its_attestation() -> None:
    said = json.loads(attested())
    said["declaration"]["begins"] = ["Nothing"]
    assert verified(canonical(said | {"rows": []}) + b"\n").word == "wrong-attestation"


def test_a_declaration_made_to_keep_a_reader_waiting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify_receipt, "WORK_MAX", 13 * len(str(MESSAGES["columns"])))
    log = letters_log()
    more = [column | {"name": f"another_{column['name']}"} for column in MESSAGES["columns"]]
    types = MESSAGES["types"] | {column["name"]: "text" for column in more}
    endless = MESSAGES | {"types": types, "columns": [*MESSAGES["columns"], *more]}
    assert verified(letters_answer()).code == 0
    verdict = verified(log.answer(endless, LETTER, []))
    assert (verdict.code, verdict.word) == (2, "oversized")
