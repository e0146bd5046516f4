"""An answer is whole: no row about its subject is left out, and what no fact proves is stated by a signature."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.seal.formats.note import signed
from adapters.seal.formats.statement import answer_statement
from projections.catalogue import register
from projections.portable import portable
from tests.bin.verifier.test_verify_answer import NEMKONTO, attested, letters_answer, rows
from tests.bin.verifier.verifying import KEY, Verdict, letters_log, letters_proof, verified
from tests.synthetic_log import (
    ANNA,
    ELSEWHERE,
    FIRST,
    SECOND,
    STRANGER,
    WITNESS,
    SyntheticLog,
    canonical,
    signed_answer,
)

IDENTIFIERS, PERSONS = portable(register("identifiers")), portable(register("persons"))
STATED = "Stated by the authority, who signed it, and not proved otherwise (på myndighedens ord):"
DESIGNATIONS = [f"designation:de500000-0000-4000-8000-00000000000{number}" for number in (1, 2)]
OLD_NUMBER, NEW_NUMBER = (f"cpr:c0000000-0000-4000-8000-00000000000{number}" for number in (1, 2))


def twice_designated() -> SyntheticLog:
    """Anna has two accounts, one after the other."""
    log = SyntheticLog()
    for designation in DESIGNATIONS:
        log.add("NemkontoDesignated", designation, ANNA, designation=designation, payee=ANNA, channel="bank")
    return log


@pytest.mark.parametrize("kept", [[], [0], [1]])
def test_a_row_about_the_subject_under_another_key_is_not_left_out(kept: list[int]) -> None:
    log = twice_designated()
    made = rows(log, NEMKONTO)
    assert verified(log.answer(NEMKONTO, ANNA, made)).code == 0
    for form in (str, signed_answer):
        verdict = verified(form(log.answer(NEMKONTO, ANNA, [made[number] for number in kept])))
        assert (verdict.code, verdict.word) == (1, "row-left-out")


def test_a_row_that_a_shared_fact_begins_about_another_number_is_no_row_about_this_one() -> None:
    """The fact of a change of number sets the rows of both numbers; the answer about one holds the row of that one."""
    log = SyntheticLog()
    log.add("CprAssigned", ANNA, OLD_NUMBER, person=ANNA, index=OLD_NUMBER)
    log.add("CprChanged", ANNA, OLD_NUMBER, NEW_NUMBER, person=ANNA, index=NEW_NUMBER, previous=OLD_NUMBER)
    (old,) = [row for row in rows(log, IDENTIFIERS) if row["identifier"] == OLD_NUMBER]
    assert verified(log.answer(IDENTIFIERS, OLD_NUMBER, [old])).code == 0
    assert verified(log.answer(IDENTIFIERS, OLD_NUMBER, rows(log, IDENTIFIERS))).word == "wrong-subject"
    assert verified(log.answer(IDENTIFIERS, ANNA, [old])).word == "row-left-out"
    assert verified(log.answer(IDENTIFIERS, ANNA, rows(log, IDENTIFIERS))).code == 0


def test_an_unsigned_answer_says_that_what_was_known_is_not_proved_and_names_its_last_fact() -> None:
    proved, _, unproved = verified(letters_answer(known=13)).said.partition("Not proved (ikke bevist):")
    assert "that they are all rows known at 13: the last fact in this file is at 13" in unproved
    assert "at 13" not in proved
    assert STATED not in proved


def test_a_signed_answer_says_which_sentence_is_proved_and_which_is_the_authoritys_word() -> None:
    said = verified(signed_answer(letters_answer(valid=None))).said
    proved, _, rest = said.partition(STATED)
    stated, _, unproved = rest.partition("Not proved (ikke bevist):")
    assert '"stage":"available"' in proved
    assert stated.strip().startswith("these are all rows of messages of message:")
    assert f"known at 13, valid on any day: {FIRST.name} signed it (a key you named)" in stated
    assert "all rows" not in proved + unproved


def test_the_first_line_says_when_nobody_has_signed_the_answer_as_a_whole() -> None:
    unsigned = "VALID (gyldig), but nobody has signed it as a whole (ikke underskrevet som helhed): "
    assert verified(letters_answer()).said.startswith(unsigned)
    assert verified(signed_answer(letters_answer())).said.startswith("VALID (gyldig): ")
    assert verified(letters_proof()).said.startswith("VALID (gyldig): ")


def resigned(answer: str, text: str | None = None, *signers: Any) -> Verdict:
    """What is said of a signed answer with another signature."""
    form = json.loads(signed_answer(answer))
    unsigned = canonical({name: value for name, value in form.items() if name != "signature"})
    note = signed(text or answer_statement("answer/3", unsigned), *(signers or (FIRST,)))
    return verified(canonical(form | {"signature": str(note)}) + b"\n")


def test_only_the_logs_own_key_states_that_an_answer_is_whole() -> None:
    answer = letters_answer()
    assert resigned(answer).code == 0
    assert resigned(answer, None, SECOND, FIRST).code == 0
    assert resigned(answer, None, STRANGER).word == "wrong-key"
    assert resigned(answer, None, ELSEWHERE).word == "wrong-key"
    assert resigned(answer, None, WITNESS).word == "wrong-key"
    assert resigned(answer, answer_statement("answer/3", b"another answer")).word == "wrong-statement"
    assert resigned(answer, answer_statement("answer/4", b"another answer")).word == "wrong-statement"


def test_no_signature_of_one_kind_passes_for_another() -> None:
    log = letters_log()
    answer = json.loads(signed_answer(letters_answer()))
    for note in (log.checkpoint(), log.checkpoint(size=12)):
        assert verified(canonical(answer | {"signature": note}) + b"\n").word == "wrong-statement"
    for proof in (letters_proof(note=answer["signature"]), log.proof(0, note=answer["signature"])):
        assert verified(proof).code == 2
    as_checkpoint = canonical(answer | {"checkpoint": answer["signature"]}) + b"\n"
    assert verified(as_checkpoint).code == 2


@pytest.mark.parametrize(
    "altering",
    [
        {"known": 12},
        {"valid": "2026-03-10"},
        {"rows": []},
        {"facts": []},
        {"rows": [], "facts": []},
        {"attestation": None},
        {"subject": ANNA},
        {"keys": [letters_log().proof(2)]},
    ],
    ids="-".join,
)
def test_whatever_is_altered_in_a_signed_answer_it_is_refused(altering: dict[str, Any]) -> None:
    answer = json.loads(signed_answer(attested()))
    assert verified(canonical(answer | altering) + b"\n").code in (1, 2)


def test_a_signed_answer_is_not_taken_for_an_earlier_form_with_its_signature() -> None:
    answer = json.loads(signed_answer(letters_answer()))
    assert verified(canonical(answer | {"rigsbog": "answer/2"}) + b"\n").word == "wrong-form"
    del answer["signature"]
    assert verified(canonical(answer) + b"\n").word == "wrong-form"
    assert verified(canonical(answer | {"rigsbog": "answer/4"}) + b"\n").word == "unknown-form"


def test_an_answer_of_nothing_proves_nothing_unless_the_authority_signed_it() -> None:
    log = SyntheticLog()
    log.add("PersonRegistered", ANNA, person=ANNA)
    empty = log.answer(PERSONS, ANNA, [], facts=[])
    assert (verified(empty).code, verified(empty).word) == (1, "empty-answer")
    said = verified(signed_answer(empty)).said
    assert f"no row of persons about {ANNA} was valid on any day, by the facts in this file" in said
    assert f"these are all rows of persons of {ANNA} by this declaration, known at 1, valid on any day" in said


def test_a_key_that_the_log_adopted_signs_answers_for_a_reader_of_the_older_one() -> None:
    log = letters_log()
    payload: dict[str, Any] = {"origin": FIRST.name, "vkey": str(SECOND.key), "replaces": str(FIRST.key)}
    adopted = log.add("SealingKeyAdopted", "log:00000000-0000-4000-8000-000000000001", **payload)
    history = log.proof(adopted, note=log.checkpoint(SECOND, FIRST))
    answer = log.answer(PERSONS, ANNA, [], facts=[], checkpoint=log.checkpoint(SECOND), keys=[history])
    assert verified(signed_answer(answer, SECOND), given=KEY).code == 0
    assert f"signed it (adopted at position {adopted + 1})" in verified(signed_answer(answer, SECOND)).said
    without = log.answer(PERSONS, ANNA, [], facts=[], checkpoint=log.checkpoint(SECOND, FIRST))
    assert verified(signed_answer(without, SECOND)).word == "wrong-key"


@pytest.mark.parametrize("day", ["2026-W11-2", "20260310", "2026-3-10", "2026-03-10T00:00", "", "10.03.2026"])
@pytest.mark.parametrize("form", [str, signed_answer], ids=["unsigned", "signed"])
def test_a_day_is_written_in_one_way(day: str, form: Any) -> None:
    assert verified(form(letters_answer(valid=day))).code in (1, 2)
