"""Proves what the verifier proves of a record's proof, and that each fault is refused with its own reason."""

from __future__ import annotations

import ast
import base64
import dataclasses
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from adapters.keys.vault import Vault
from bin import verify_receipt
from domain.entities import NAMES
from domain.post.legal_times import LEGAL_TIMES
from domain.post.service import SERVING
from tests.adapters.keys.memory_keys import MemoryKeys
from tests.bin.verifier.verifying import BEHIND, CLOCK, KEY, OPENED, changed, letters_log, letters_proof, ran, verified
from tests.controls import letter, submitted
from tests.synthetic_log import (
    ANNA,
    COMMAND,
    ELSEWHERE,
    FIRST,
    LETTER,
    OTHER_WITNESS,
    SECOND,
    STRANGER,
    WITNESS,
    Disclosed,
    SyntheticLog,
    base64_of,
    disclosed,
)

PROGRAM = Path(verify_receipt.__file__)


def extra_of(proof: str) -> dict[str, Any]:
    extra: dict[str, Any] = json.loads(base64.b64decode(proof.split("\n", 2)[1].removeprefix("extra ")))
    return extra


def test_a_proof_shows_the_record_the_opened_fields_and_the_legal_clock() -> None:
    code, said = verified(letters_proof())
    assert code == 0
    assert said.startswith("VALID (gyldig): ")
    proved, _, unproved = said.partition("Not proved (ikke bevist):")
    for words in (
        '"fact":"MessageMadeAvailable"',
        "Afgørelse",
        "available_at (kommet frem) 2026-03-10T09:00:03.000000Z",
    ):
        assert words in proved
    assert "13 records" in proved
    for words in ("true in the world", "nothing more", "witnesses", "openssl ts -verify"):
        assert words in unproved


def test_what_is_sealed_and_not_shown_is_said_not_to_be_proved() -> None:
    assert "its encrypted fields, for they are not shown" in verified(letters_log().proof(0)).said
    assert "its encrypted fields, for they are not shown" not in verified(letters_log().proof(0, opened=OPENED)).said


def test_what_the_vault_opens_is_what_a_proof_may_show() -> None:
    vault, fact = Vault(MemoryKeys(), bytes(32)), submitted(letter())
    part = vault.encrypt(fact, "MessageSubmitted", COMMAND, 0)
    assert part is not None
    opened = vault.decrypt(part, fact.message)
    assert opened is not None
    assert opened.salt is not None
    assert opened.json_bytes is not None
    log = SyntheticLog()
    index = log.add("MessageSubmitted", str(fact.message), sealed=part)
    assert verified(log.proof(index, opened=Disclosed(part, opened.salt, opened.json_bytes))).code == 0
    assert verified(log.proof(index, opened=Disclosed(part, bytes(32), opened.json_bytes))).word == "wrong-fields"


def test_without_a_key_nothing_is_verified_and_the_error_says_where_to_get_one() -> None:
    verdict = verified(letters_proof(), given=())
    assert verdict.code == 2
    assert "no-key: name the log's key by --key, as the authority publishes it" in verdict.said


@pytest.mark.parametrize(
    "given",
    [
        ("--witnesses-needed", "-1", *KEY),
        ("--key", "odd"),
        ("--key", f"{FIRST.key}A"),
        ("--key", str(WITNESS.key)),
        ("--odd",),
        ("--key", "+"),
    ],
)
def test_wrong_arguments_end_with_2(given: tuple[str, ...]) -> None:
    assert verified(letters_proof(), given=given).code == 2


def test_a_file_that_is_not_there_ends_with_2_and_a_bad_one_among_good_ones_decides() -> None:
    good, bad = letters_proof(), letters_proof(note=letters_log().checkpoint(STRANGER))
    assert ran(["/no/such/file", *KEY]).code == 2
    assert verified(good, good).code == 0
    assert verified(good, "nothing\n").code == 2
    assert verified(good, "nothing\n", bad).code == 1


def test_each_thing_that_is_wrong_has_its_own_reason() -> None:
    log, good = letters_log(), letters_proof()
    extra = extra_of(good)
    later = letters_log()
    later.add("PersonRegistered", ANNA)
    other = disclosed("MessageSubmitted", {"title": "Another"})
    moved = disclosed("MessageSubmitted", {"title": "x"}, ordinal=1)
    moving = SyntheticLog()
    moving.add("MessageSubmitted", LETTER, sealed=moved.sealed)
    cases = {
        "wrong-key": letters_proof(note=log.checkpoint(STRANGER)),
        "wrong-origin": letters_proof(note=log.checkpoint(ELSEWHERE)),
        "bad-signature": good.replace("\n13\n", "\n14\n"),
        "future-size": log.proof(3, note=log.checkpoint(size=3)),
        "wrong-path": letters_proof(note=later.checkpoint()),
        "wrong-position": log.proof(3, record=base64_of(log.leaves[4])),
        "wrong-clock": changed(good, clock=CLOCK | {"available_at": CLOCK["submitted_at"]}),
        "reordered": changed(good, facts=list(reversed(extra["facts"]))),
        "wrong-seal": log.proof(0, opened=other),
        "wrong-fields": log.proof(0, opened=dataclasses.replace(OPENED, fields=other.fields)),
        "moved-part": moving.proof(0, opened=moved),
        "non-canonical": good.replace("index 3", "index 03"),
        "wrong-adoption": changed(good, keys=[log.proof(2)]),
    }
    verdicts = {word: verified(content) for word, content in cases.items()}
    assert {word: verdict.word for word, verdict in verdicts.items()} == {word: word for word in cases}
    assert {verdict.code for verdict in verdicts.values()} == {1}


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("", "truncated"),
        ("hello\n", "not-a-receipt"),
        (letters_proof()[:-1], "truncated"),
        (letters_proof()[:400] + "\n", "wrong-form"),
        (changed(letters_proof(), rigsbog="receipt/3"), "unknown-form"),
        (changed(letters_proof(), more=1), "wrong-form"),
        (letters_proof().replace("extra ", "extra  "), "wrong-form"),
        ("\udcff\n".encode(errors="surrogateescape"), "wrong-form"),
        (changed(letters_proof(), facts=[{"index": 1}]), "wrong-form"),
    ],
)
def test_what_cannot_be_read_ends_with_2(content: str | bytes, word: str) -> None:
    verdict = verified(content)
    assert (verdict.code, verdict.word) == (2, word)


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify_receipt, "FILE_BYTES_MAX", 1_000)
    verdict = verified(letters_proof())
    assert (verdict.code, verdict.word) == (2, "oversized")


def test_a_record_that_is_not_canonical_is_refused_although_it_is_in_the_tree() -> None:
    log = letters_log()
    log.leaves[3] = log.leaves[3].replace(b":", b": ", 1)
    assert verified(log.proof(3)).word == "non-canonical"


def test_a_clock_needs_its_message_and_a_message_its_clock() -> None:
    assert verified(changed(letters_proof(), message=None)).word == "wrong-clock"
    assert verified(changed(letters_proof(), clock=None)).word == "wrong-clock"
    assert verified(changed(letters_proof(), message="message:another")).word == "wrong-clock"


def test_the_clock_has_the_times_of_the_law() -> None:
    times = {time.name: (time.danish.lower(), {NAMES[fact] for fact in time.facts}) for time in LEGAL_TIMES}
    repeated = {name: (danish, set(facts.split())) for name, (danish, facts) in verify_receipt.LEGAL_TIMES.items()}
    assert repeated == times
    assert verify_receipt.SERVING.split() == [NAMES[fact] for fact in SERVING]


@pytest.mark.parametrize("service", verify_receipt.SERVING.split())
def test_a_service_that_the_court_annulled_is_not_said_to_hold_whatever_its_method(service: str) -> None:
    log = SyntheticLog()
    for fact in (service, "ServiceAnnulled", service):
        log.add(fact, LETTER, message=LETTER)
    at = [json.loads(leaf)["recorded_at"] for leaf in log.leaves]
    by_handling = dict.fromkeys(("served_at", "first_handled_at"), at[0]) if service == "ServiceEffected" else {}
    for last in (0, 1, 2):
        facts = [log.entry(index) for index in range(last)]
        said = verified(log.proof(last, clock=dict.fromkeys(CLOCK) | by_handling, message=LETTER, facts=facts)).said
        assert (f"service recorded at {at[0]} ({service}) does not hold" in said) == (last > 0)
        assert (f"served again (forkyndt): recorded at {at[2]} ({service})" in said) == (last == 2)


def adopting(log: SyntheticLog, signer: Any = SECOND, **more: Any) -> int:
    payload = {"log": "log:1", "origin": FIRST.name, "vkey": str(signer.key), "replaces": str(FIRST.key)} | more
    return log.add("SealingKeyAdopted", "log:00000000-0000-4000-8000-000000000001", **payload)


def test_a_key_that_a_trusted_key_adopted_is_trusted_and_no_other() -> None:
    log = letters_log()
    adopted = adopting(log)
    history = log.proof(adopted, note=log.checkpoint(FIRST, SECOND))
    log.add("PersonRegistered", ANNA)
    third = adopting(log, STRANGER)
    second_history = log.proof(third, note=log.checkpoint(SECOND))
    log.add("PersonRegistered", ANNA)

    late = log.proof(3, note=log.checkpoint(STRANGER), keys=[history, second_history])
    assert verified(late).code == 0
    assert f"adopted at position {third + 1}" in verified(late).said
    assert verified(log.proof(3, note=log.checkpoint(STRANGER), keys=[second_history])).word == "wrong-key"
    assert verified(log.proof(3, note=log.checkpoint(STRANGER))).word == "wrong-key"


def test_nobody_is_let_off_the_signature_by_asking_for_less_than_no_witness() -> None:
    forged = letters_proof(note=letters_log().checkpoint(STRANGER))
    assert verified(forged, given=(*KEY, "--witnesses-needed", "0")).word == "wrong-key"
    assert verified(forged, given=(*KEY, "--witnesses-needed", "-1")).code == 2


def test_a_key_history_is_short_and_holds_no_history_of_its_own() -> None:
    log = letters_log()
    adopted = adopting(log)
    history = log.proof(adopted, note=log.checkpoint(FIRST, SECOND))
    nested = log.proof(adopted, note=log.checkpoint(FIRST, SECOND), keys=[history])
    for keys, code in (([history] * 64, 0), ([history] * 65, 2), ([nested], 2)):
        assert verified(log.proof(3, note=log.checkpoint(FIRST), keys=keys)).code == code


def test_a_clock_is_said_to_be_that_of_the_facts_in_the_file() -> None:
    """A file without the first opening shows a later one. A reader must not take that for the first."""
    proved, _, unproved = verified(letters_proof()).said.partition("Not proved (ikke bevist):")
    assert f"{LETTER}, by the facts in this file: first_opened_at" in proved
    assert "that there is nothing more (to change a clock or a row)" in unproved


def test_a_key_is_adopted_for_its_own_log_only() -> None:
    log = letters_log()
    elsewhere = log.proof(adopting(log, origin=ELSEWHERE.name), note=log.checkpoint())
    foreign = log.proof(adopting(log, ELSEWHERE), note=log.checkpoint())
    for history in (elsewhere, foreign):
        verdict = verified(log.proof(3, note=log.checkpoint(SECOND), keys=[history]))
        assert (verdict.code, verdict.word) == (1, "wrong-adoption")


def test_witnesses_are_counted_once_each_and_only_those_that_the_caller_names() -> None:
    log = letters_log()
    both = log.proof(3, note=log.checkpoint(witnesses=[WITNESS, WITNESS, OTHER_WITNESS]))
    proof = log.proof(3, note=log.checkpoint(witnesses=[WITNESS, WITNESS]))
    named = (*KEY, "--witness", str(WITNESS.key), "--witness", str(OTHER_WITNESS.key))

    assert verified(both, given=named).code == 0
    assert "on 28 May 2026 at " in verified(both, given=named).said
    assert verified(proof, given=named).word == "too-few-witnesses"
    assert verified(proof, given=(*named, "--witnesses-needed", "1")).code == 0
    assert verified(both, given=(*KEY, "--witnesses-needed", "1")).word == "too-few-witnesses"
    assert verified(proof).code == 0, "without --witness no witness is needed"


def test_a_cosignature_at_another_time_or_of_another_checkpoint_is_refused() -> None:
    log = letters_log()
    named = (*KEY, "--witness", str(WITNESS.key))
    *lines, cosignature, _ = log.proof(3, note=log.checkpoint(witnesses=[WITNESS])).split("\n")
    dash, name, encoded = cosignature.split(" ")
    value = bytearray(base64.b64decode(encoded))
    value[11] ^= 1
    altered = "\n".join([*lines, f"{dash} {name} {base64_of(bytes(value))}", ""])
    assert verified(altered, given=named).word == "bad-signature"


@pytest.mark.parametrize("cryptography", ["there", "blocked"])
def test_the_verifier_works_alone_in_an_empty_folder(tmp_path: Path, cryptography: str) -> None:
    shutil.copy(PROGRAM, tmp_path / "verify_receipt.py")
    (tmp_path / "a.tlog-proof").write_text(letters_proof(), encoding="utf-8")
    (tmp_path / "b.tlog-proof").write_text(letters_proof(note=letters_log().checkpoint(STRANGER)), encoding="utf-8")
    alone = [sys.executable, "-I", *(["-S"] if cryptography == "blocked" else []), "verify_receipt.py"]

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*alone, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False, env={})

    good, bad = run("a.tlog-proof", *KEY), run("b.tlog-proof", *KEY)
    assert (good.returncode, bad.returncode) == (0, 1), good.stderr + bad.stderr
    assert good.stdout.startswith("VALID (gyldig): a.tlog-proof")
    assert bad.stdout.startswith("wrong-key: ")
    assert run("a.tlog-proof").returncode == 2
    assert good.stderr + bad.stderr == ""
    check = subprocess.run([*alone[:-1], "-c", "import cryptography"], check=False, capture_output=True)
    assert (check.returncode == 0) == (cryptography == "there")


def test_the_verifier_is_one_formatted_file_that_imports_the_standard_library_only() -> None:
    lines = PROGRAM.read_text(encoding="utf-8").splitlines()
    imported = {line.split()[1].split(".")[0] for line in lines if line.strip().startswith(("import ", "from "))}
    assert "fmt: off" not in PROGRAM.read_text(encoding="utf-8")
    assert imported <= sys.stdlib_module_names


def test_nothing_in_a_file_can_steer_the_screen() -> None:
    log = SyntheticLog()
    index = log.add("Happened", ANNA, words="\x1b[2J\u202e\x9b")
    said = verified(log.proof(index)).said
    assert not {"\x1b", "\u202e", "\x9b"} & set(said)


def test_the_facts_behind_a_clock_are_named_by_their_places() -> None:
    said = verified(letters_proof()).said
    assert [f"position {index + 1} of" in said for index in BEHIND] == [True] * len(BEHIND)


def test_the_page_explains_every_reason_and_no_other() -> None:
    page = (PROGRAM.parents[1] / "docs" / "proofs.md").read_text(encoding="utf-8").partition("## 7.")[2]
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| `")]
    explained = {word: int(code) for words, code, _ in rows for word in re.findall(r"`([a-z-]+)`", words)}
    assert explained.keys() == reasons_in(PROGRAM)
    assert {word for word, code in explained.items() if code == 2} == verify_receipt.UNREADABLE_REASONS.keys()
    assert {word for word, code in explained.items() if code == 1} == verify_receipt.INVALID_REASONS.keys()


def reasons_in(program: Path) -> set[str]:
    """The words by which the program refuses a file or an argument."""
    place = {"Refused": 0, "require": 1}
    reasons = set()
    for node in ast.walk(ast.parse(program.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in place:
            reason = node.args[place[node.func.id]]
            if isinstance(reason, ast.Constant):
                reasons.add(str(reason.value))
    return reasons
