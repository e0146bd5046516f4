"""The verifier names a blinded subject by its own salt only, and refuses a salt that was altered."""

from __future__ import annotations

import base64

from bin.verify_receipt import VALID
from tests.bin.verifier.test_verify_answer import letters_answer
from tests.bin.verifier.verifying import CLOCK, changed, letters_log, letters_proof, verified
from tests.synthetic_log import ANNA, LETTER, base64_of


def test_a_proof_and_an_answer_of_blinded_records_are_valid_and_name_their_subjects() -> None:
    log = letters_log(salted=True)
    for file in (letters_proof(log), letters_answer(salted=True), log.proof(2)):
        verdict = verified(file)
        assert verdict.code == VALID, verdict
        assert ANNA in verdict.said
    assert '"caller":"clerk"' in verified(log.proof(2)).said


def test_a_record_whose_salts_are_not_shown_names_nobody() -> None:
    log = letters_log(salted=True)
    verdict = verified(log.proof(0, subjects={}))
    assert verdict.code == VALID
    assert ANNA.partition(":")[2] not in verdict.said
    assert LETTER.partition(":")[2] not in verdict.said


def test_one_salt_shows_one_subject() -> None:
    log = letters_log(salted=True)
    said = verified(log.proof(0, subjects={LETTER: log.salts[0][LETTER]})).said
    assert f'"message":"{LETTER}"' in said
    assert ANNA not in said


def test_a_salt_that_is_altered_or_of_another_record_or_subject_is_refused() -> None:
    log = letters_log(salted=True)
    good = log.salts[0]
    for wrong in (
        {ANNA: log.salts[1][ANNA]},
        {ANNA: good[LETTER]},
        {ANNA: base64_of(b"x" * 32)},
        {ANNA: base64_of(base64.b64decode(good[ANNA])[:31])},
        {ANNA.replace("a11a", "b11a"): good[ANNA]},
    ):
        assert verified(log.proof(0, subjects=wrong)).word == "wrong-salt"


def test_a_clock_needs_the_letter_to_be_named() -> None:
    log = letters_log(salted=True)
    proof = log.proof(3, clock=CLOCK, message=LETTER, facts=[], subjects={})
    assert verified(proof).word == "wrong-clock"


def test_a_first_form_names_no_blinded_subject_and_a_second_says_which_are_shown() -> None:
    log = letters_log(salted=True)
    assert ANNA not in verified(changed(log.proof(2), rigsbog="receipt/1")).said
    without = {"rigsbog": "receipt/2"}
    assert verified(changed(letters_log().proof(2), **without)).word == "wrong-form"
    assert verified(letters_answer(rigsbog="answer/2")).word == "wrong-form"


def test_a_salt_of_a_record_without_blinded_subjects_is_refused() -> None:
    log, salted = letters_log(), letters_log(salted=True)
    proof = changed(log.proof(2), rigsbog="receipt/2", subjects=salted.salts[2])
    assert verified(proof).word == "wrong-salt"
