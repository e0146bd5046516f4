"""Golden proofs stay valid under every later verifier."""

from __future__ import annotations

import pytest

from tests.bin.verifier.golden_proofs import FOLDER, KEY_FILE, WITNESS_FILE, made
from tests.bin.verifier.verifying import verified

NAMES = sorted(made())
KEY = ("--key", KEY_FILE.read_text(encoding="utf-8").strip())


@pytest.mark.parametrize("name", NAMES)
def test_a_golden_proof_is_valid(name: str) -> None:
    assert verified((FOLDER / name).read_bytes(), given=KEY).code == 0


def test_no_golden_proof_was_removed() -> None:
    names = {path.name for path in FOLDER.iterdir()} - {KEY_FILE.name, WITNESS_FILE.name}
    assert names == set(NAMES)


def test_the_witnessed_one_is_witnessed_and_the_others_are_not() -> None:
    named = (*KEY, "--witness", WITNESS_FILE.read_text(encoding="utf-8").strip())
    words = {name: verified((FOLDER / name).read_bytes(), given=named).word for name in NAMES}
    assert words.pop("witnessed.tlog-proof") == "VALID (gyldig)"
    assert set(words.values()) == {"too-few-witnesses"}
