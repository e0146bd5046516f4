"""However a file or its reader ends, the verifier ends by itself, with its exit code and a sentence."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bin.verify_receipt import CAUSES, INVALID_REASONS, UNREADABLE_REASONS
from tests.bin.verifier.stranger import DEADLINE_SECONDS, VERIFIER
from tests.bin.verifier.test_verify_answer import letters_answer
from tests.bin.verifier.verifying import KEY, changed, letters_log, letters_proof, ran, verified
from tests.synthetic_log import bundle, canonical

REASONS = UNREADABLE_REASONS | INVALID_REASONS
PYTHONS_OWN_WORDS = re.compile(r"Error|Traceback|[Ee]xpecting|recursion|NoneType|object is|unpack|codec|'")
ABOUT_LETTERS_MAX = 80
DEEP = base64.b64encode(b"[" * 200_000).decode()
NUMBERS = base64.b64encode(b"9" * 100_000).decode()


def test_a_reader_that_closes_the_pipe_sees_no_trace(tmp_path: Path) -> None:
    for number in range(200):
        (tmp_path / f"{number}.tlog-proof").write_text(letters_proof(), encoding="utf-8")
    command = [sys.executable, "-I", str(VERIFIER), *KEY, *(path.name for path in tmp_path.iterdir())]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(DEADLINE_SECONDS) == -signal.SIGPIPE


@pytest.mark.parametrize("what", ["pipe", "device", "folder", "nothing", "no name"])
def test_what_is_no_regular_file_is_not_waited_for(tmp_path: Path, what: str) -> None:
    names = {"device": "/dev/zero", "folder": str(tmp_path), "no name": "a\0b"}
    file = names.get(what, str(tmp_path / "file"))
    if what == "pipe":
        os.mkfifo(file)
    verdict = ran([file, *KEY])
    assert (verdict.code, verdict.word) == (2, "not-a-file")
    assert verdict.said.startswith(f"not-a-file: {REASONS['not-a-file']}: ")


def declared(**more: object) -> str:
    """The letter's answer by a declaration that is not as the page says."""
    form = json.loads(letters_answer())
    declaration = form["declaration"] | more
    return f"{canonical(form | {'declaration': declaration}).decode()}\n"


HOSTILE: dict[str, str | bytes] = {
    "deep": f"c2sp.org/tlog-proof@v1\nextra {DEEP}\nindex 0\n\n{letters_log().checkpoint()}",
    "long number": f"c2sp.org/tlog-proof@v1\nextra {NUMBERS}\nindex 0\n\n{letters_log().checkpoint()}",
    "no JSON": "{nothing}\n",
    "another kind of JSON": '{"rigsbog":1.5}\n',
    "no text": b"\xff\xfe\n",
    "no archive": b"PK nothing",
    "no base64": letters_proof().replace("extra ", "extra ="),
    "no lines": "c2sp.org/tlog-proof@v1\nextra \n",
    "no facts": changed(letters_proof(), facts=[{"index": 1}]),
    "no entry": changed(letters_proof(), facts=[5]),
    "no salts": changed(letters_proof(), facts=5),
    "a day where none is": letters_answer(rows=[], valid="2026-03-10"),
    "a day of another kind": letters_answer(valid="tomorrow"),
    "no columns": declared(columns=[1]),
    "a column without a type": declared(types={}),
    "no source": declared(columns=[{"name": "a", "law": "last", "setters": [{"fact": "MessageSubmitted"}]}]),
    "a bad archive in a bundle": bundle({"a.tlog-proof": "PK"}),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_reason_is_a_word_and_sentences_of_our_own(what: str) -> None:
    verdict = verified(HOSTILE[what])
    reason, _, _ = verdict.said.rpartition(": ")
    word, _, words = reason.partition(": ")
    sentence, _, about = words.partition(" (")
    assert verdict.code in (1, 2)
    assert sentence == REASONS[word]
    assert not PYTHONS_OWN_WORDS.search(reason)
    assert len(about) < ABOUT_LETTERS_MAX


def test_each_sentence_is_said_of_one_thing_only() -> None:
    sentences = [*REASONS.values(), *CAUSES.values()]
    assert len(set(sentences)) == len(sentences)
    assert all(sentence.isprintable() for sentence in sentences)
