"""Evidence from end to end as its reader has it: real commands in a shell, the copied verifier, a changed byte."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bin.terminal import ROOT, Terminal, company, cpr, letter, person
from tests.bin.verifier.stranger import VERIFIER, seal

pytestmark = pytest.mark.slow

SCRIPT = """
cd "$FOLDER"
rigsbog prove "$LETTER" --out letter.tlog-proof
rigsbog as-of messages "message:$LETTER" --proof letter.answer.json > /dev/null
rigsbog bundle "$LETTER" --out letter.zip
mkdir court
cp letter.tlog-proof letter.answer.json letter.zip "$VERIFIER" court
cd court
env -i "$PYTHON" -I verify_receipt.py --key "$KEY" letter.tlog-proof letter.answer.json letter.zip
rigsbog replay letter.zip --key "$KEY"
"$PYTHON" -m zipfile -e letter.zip opened
(cd opened && sha256sum --quiet -c MANIFEST && cmp verify_receipt.py ../verify_receipt.py)
tr A B < letter.tlog-proof > changed.tlog-proof
if env -i "$PYTHON" -I verify_receipt.py --key "$KEY" changed.tlog-proof; then exit 9; fi
echo done
"""


@pytest.fixture
def court(terminal: Terminal, tmp_path: Path) -> dict[str, str]:
    """What the shell is given: a sealed letter, the key as the authority publishes it, and the tools on its path."""
    anna, _ = terminal.register(person(1), company())
    (line,) = terminal.submit(letter(tmp_path, cpr(1)))
    terminal.ok("open", line["message_uuid"], "--reader", anna)
    tools = tmp_path / "tools"
    tools.mkdir()
    rigsbog = tools / "rigsbog"
    rigsbog.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m bin.rigsbog "$@"\n')
    rigsbog.chmod(0o755)
    given = {"FOLDER": str(tmp_path), "LETTER": str(line["message_uuid"]), "KEY": seal(terminal)}
    path = {"PATH": f"{tools}:{os.environ['PATH']}", "PYTHON": sys.executable, "VERIFIER": str(VERIFIER)}
    return os.environ | terminal.environment | given | path


def test_a_court_verifies_reads_and_asks_again_what_the_authority_wrote(court: dict[str, str]) -> None:
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", SCRIPT], env=court, capture_output=True, text=True, timeout=120, check=False
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.endswith("done\n")
    assert ran.stdout.count("VALID (gyldig)") == 3
    assert "messages of message:" in ran.stdout
    assert "NOT as the bundle has it" not in ran.stdout
