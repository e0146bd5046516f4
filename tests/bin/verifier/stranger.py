"""A stranger: has a file, a public key and a copy of the verifier, and nothing else of the product."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from adapters.seal.writer.store import SealStore
from tests.bin.terminal import ROOT, Terminal

VERIFIER = ROOT / "bin" / "verify_receipt.py"
DEADLINE_SECONDS = 60
VALID, INVALID, UNREADABLE = 0, 1, 2
FOR_A_CASE = ("--open", "--authority", "34051178", "--basis", "retsplejeloven § 298")


@dataclass(frozen=True)
class Verdict:
    """How the verifier ended, and what it said."""

    code: int
    out: str


def verdict(file: Path, *vkeys: str) -> Verdict:
    """What the copied verifier says of a file, in an isolated Python and an empty environment."""
    with tempfile.TemporaryDirectory() as folder:
        copied = shutil.copy(VERIFIER, folder)
        named = [part for key in vkeys for part in ("--key", key)]
        ran = subprocess.run(
            [sys.executable, "-I", copied, *named, str(file)],
            cwd=folder,
            env={},
            capture_output=True,
            text=True,
            timeout=DEADLINE_SECONDS,
            check=False,
        )
    return Verdict(ran.returncode, ran.stdout + ran.stderr)


def seal(terminal: Terminal) -> str:
    """Seal and publish everything; the newest key of the log, as the authority would publish it."""
    terminal.ok("seal", "once")
    return vkey(terminal.url)


def vkey(url: str) -> str:
    """The log's newest key."""
    with psycopg.connect(url) as connection:
        return str(SealStore(connection).keys()[-1])


def prove(terminal: Terminal, of: str | int, file: Path, *options: str) -> Any:
    """Write a proof; what the command printed about it."""
    (answer,) = terminal.ok("prove", str(of), "--out", str(file), "--json", *options).lines
    return answer
