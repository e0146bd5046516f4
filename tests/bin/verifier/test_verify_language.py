"""The verifier speaks Danish and English: the same result, every sentence in both, and the facts in their order."""

from __future__ import annotations

import re
import shutil
import string
import subprocess
import sys
from pathlib import Path

import pytest

from bin import verify_receipt
from bin.verify_receipt import DANISH, FACTS, INVALID_REASONS, UNREADABLE_REASONS, WORDS
from domain.entities import FACTS as STORED
from tests.bin.verifier.golden_proofs import FOLDER, KEY_FILE, made
from tests.bin.verifier.test_verify_answer import letters_answer
from tests.bin.verifier.verifying import KEY, OPENED, letters_log, letters_proof, verified
from tests.synthetic_log import LETTER, bundle, signed_answer

IN_DANISH = (*KEY, "--language", "da")
ENGLISH = UNREADABLE_REASONS | INVALID_REASONS | WORDS
PLACE = re.compile(r"(?:position|nr\.) (\d+) (?:of|i) ledger\.example/trial: ")


def slots(sentence: str) -> set[str]:
    """The values that a sentence names."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_sentence_is_there_in_danish_with_the_same_values() -> None:
    assert {word: slots(sentence) for word, sentence in DANISH.items()} == {
        word: slots(sentence) for word, sentence in ENGLISH.items()
    }


def test_every_fact_that_has_words_is_one_that_a_ledger_stores() -> None:
    assert set(FACTS) <= set(STORED)


def test_a_letters_facts_are_said_in_danish_with_their_danish_time_in_the_order_of_their_positions() -> None:
    code, said = verified(letters_proof(), given=IN_DANISH)
    assert code == 0
    assert re.findall(PLACE, said.partition("Ikke bevist:")[0]) == ["1", "1", "2", "4", "5", "6"]
    for sentence in (
        "nr. 4 i ledger.example/trial: brevet kom frem, den 10. marts 2026 kl. 10.00 (CET): {",
        f"{LETTER}, efter kendsgerningerne i denne fil: kommet frem den 10. marts 2026 kl. 10.00 (CET) (available_at,",
        "Ikke bevist:\nat det, som rigsbogen siger, er sandt i virkeligheden",
    ):
        assert sentence in said


def test_the_same_facts_are_said_in_english() -> None:
    code, said = verified(letters_proof())
    assert code == 0
    assert re.findall(PLACE, said.partition("Not proved")[0]) == ["1", "1", "2", "4", "5", "6"]
    assert "position 4 of ledger.example/trial: the letter arrived, on 10 March 2026 at 10.00 (CET): {" in said


def test_further_facts_that_are_not_in_order_are_refused() -> None:
    log = letters_log()
    proof = log.proof(3, facts=[log.entry(5), log.entry(1)])
    assert verified(proof).word == "reordered"


def test_a_fact_without_words_is_named() -> None:
    said = verified(letters_log().proof(2), given=IN_DANISH).said
    assert "nr. 3 i ledger.example/trial: en kendsgerning med navnet PersonRegistered, den 10. marts 2026" in said


@pytest.mark.parametrize(("language", "answer"), [("en", "messages of"), ("da", "messages om")])
def test_in_a_bundle_the_facts_come_before_the_answers(language: str, answer: str) -> None:
    files = {"a.answer.json": signed_answer(letters_answer()), "b.tlog-proof": letters_proof()}
    said = verified(bundle(files), given=(*KEY, "--language", language)).said
    assert said.index("b.tlog-proof: ") < said.index(answer)


def test_what_one_part_of_a_bundle_shows_is_not_called_unproved_because_another_does_not() -> None:
    log = letters_log()
    files = {"a.tlog-proof": log.proof(0, opened=OPENED), "b.tlog-proof": log.proof(0)}
    assert "for they are not shown" in verified(bundle({"b.tlog-proof": files["b.tlog-proof"]})).said
    assert "for they are not shown" not in verified(bundle(files)).said


@pytest.mark.parametrize(("language", "why"), [("en", "does not lead to the root"), ("da", "fører ikke til den")])
def test_a_refusal_begins_with_the_same_word_and_says_why_in_the_language(language: str, why: str) -> None:
    longer_path = letters_log().proof(3).replace("\n\n", "\n" + "A" * 43 + "=\n\n", 1)
    refused = verified(longer_path, given=(*KEY, "--language", language))
    assert (refused.word, why in refused.said) == ("wrong-path", True)


def test_what_python_could_not_read_is_said_in_danish_too() -> None:
    said = verified('{"a": \n', given=IN_DANISH).said
    assert said.startswith("wrong-form: filen er ikke skrevet, som docs/proofs.md siger (en del af den er ikke JSON): ")


@pytest.mark.parametrize("name", sorted(made()))
def test_a_golden_proof_has_the_same_result_in_both_languages(name: str) -> None:
    key = ("--key", KEY_FILE.read_text(encoding="utf-8").strip())
    danish, english = (
        verified((FOLDER / name).read_bytes(), given=(*key, "--language", each)) for each in ("da", "en")
    )
    assert (danish.code, danish.said.split(" ")[0]) == (english.code, english.said.split(" ")[0]) == (0, "VALID")
    assert len(danish.said.splitlines()) == len(english.said.splitlines())


def test_where_a_computer_has_no_time_zones_the_time_is_said_as_the_ledger_has_it(tmp_path: Path) -> None:
    proof, program = tmp_path / "a.tlog-proof", shutil.copy(Path(verify_receipt.__file__), tmp_path)
    proof.write_text(letters_proof(), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-S", program, *KEY, str(proof)],
        env={"PYTHONTZPATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "position 4 of ledger.example/trial: the letter arrived, 2026-03-10T09:00:03.000000Z: {" in ran.stdout
