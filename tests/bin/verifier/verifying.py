"""Runs the verifier on synthetic files, in this process; the result is its exit code and its output."""

from __future__ import annotations

import base64
import io
import json
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

from bin import verify_receipt
from tests.synthetic_log import FIRST, LETTER, SyntheticLog, base64_of, canonical, disclosed

RELEASE = "2026-03-12T00:00:00+01:00"
KEY = ("--key", str(FIRST.key))
OPENED = disclosed("MessageSubmitted", {"title": "Afgørelse", "sender_reference": None})
CLOCK = {
    "submitted_at": "2026-03-10T09:00:00.000000Z",
    "rejected_at": None,
    "scheduled_for": "2026-03-11T23:00:00.000000Z",
    "recalled_at": None,
    "refused_at": None,
    "available_at": "2026-03-10T09:00:03.000000Z",
    "first_opened_at": "2026-03-10T09:00:05.000000Z",
    "first_handled_at": "2026-03-10T09:00:04.000000Z",
    "served_at": None,
}
BEHIND = (0, 1, 3, 4, 5)
"""The facts of the letter in `letters_log`, by index."""


class Verdict(NamedTuple):
    """How the verifier ended."""

    code: int
    said: str

    @property
    def word(self) -> str:
        """The reason's one word."""
        return self.said.partition(":")[0]


def verified(*files: bytes | str, given: tuple[str, ...] = KEY) -> Verdict:
    """Verify files with these arguments."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, content in enumerate(files):
            paths.append(str(Path(folder, f"file-{number}")))
            Path(paths[-1]).write_bytes(content.encode() if isinstance(content, str) else content)
        return ran([*paths, *given])


def ran(arguments: list[str]) -> Verdict:
    """Run the verifier with these arguments."""
    written, err, before = io.BytesIO(), io.StringIO(), sys.argv
    out = io.TextIOWrapper(written, encoding="utf-8")
    sys.argv = ["verify_receipt.py", *arguments]
    try:
        with redirect_stdout(out), redirect_stderr(err):
            verify_receipt.main()
    except SystemExit as ended:
        out.flush()
        return Verdict(int(ended.code or 0), written.getvalue().decode() + err.getvalue())
    finally:
        sys.argv = before
    raise AssertionError("the verifier always ends with a code")


def letters_log(*, salted: bool = False) -> SyntheticLog:
    """A log that holds one letter's whole life, and something else."""
    log = SyntheticLog(salted=salted)
    person = "person:a11a0000-0000-4000-8000-000000000001"
    log.add("MessageSubmitted", LETTER, person, sealed=OPENED.sealed, message=LETTER, recipient=person, size_bytes=5)
    log.add(
        "MessageScheduled", LETTER, person, message=LETTER, recipient=person, release_at="2026-03-12T00:00:00+01:00"
    )
    log.add("PersonRegistered", person, person=person, resident=True)
    log.add("MessageMadeAvailable", LETTER, person, message=LETTER, recipient=person)
    log.add("ItemMoved", LETTER, person, message=LETTER, owner=person, folder="archive")
    log.add("MessageOpened", LETTER, person, message=LETTER, recipient=person, reader=person, channel="e-Boks")
    for number in range(7):
        log.add("PersonRegistered", f"person:a11a0000-0000-4000-8000-00000000001{number}", resident=True)
    return log


def letters_proof(log: SyntheticLog | None = None, note: str | None = None) -> str:
    """The letter's proof: its arrival, its legal clock, every fact behind it, and the encrypted fields."""
    log = log or letters_log()
    facts = [log.entry(index, OPENED if index == 0 else None) for index in BEHIND if index != 3]
    return log.proof(3, note=note, clock=CLOCK, message=LETTER, facts=facts)


def changed(proof: str, **more: Any) -> str:
    """The proof with other parts in its extra."""
    head, extra, rest = proof.split("\n", 2)
    form = json.loads(base64.b64decode(extra.removeprefix("extra "))) | more
    return f"{head}\nextra {base64_of(canonical(form))}\n{rest}"
