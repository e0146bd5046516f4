"""Answers and bundles are signed as wholes by the log's key; without it, none is made and nobody's data are read."""

from __future__ import annotations

import base64
import os
import shlex
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest

from adapters.seal.writer.signing import KEY_FILE, SEAL_FOLDER, file_signer
from bin.cli import exits
from tests.bin.terminal import Terminal, company, person
from tests.bin.verifier.stranger import FOR_A_CASE, VALID, VERIFIER, seal, verdict

pytestmark = pytest.mark.slow

STATED = "Stated by the authority, who signed it, and not proved otherwise"
MODULE = """
import base64, pathlib, sys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
seed = base64.b64decode(pathlib.Path(sys.argv[1]).read_bytes())
message = sys.stdin.buffer.read()
pathlib.Path(sys.argv[2]).open("ab").write(message + b"\\x00")
sys.stdout.buffer.write(Ed25519PrivateKey.from_private_bytes(seed).sign(message))
"""
"""A signing command that keeps what it signed."""


@pytest.fixture(scope="module")
def anna(terminal: Terminal) -> str:
    return terminal.register(person(1), company())[0]


def commands(anna: str, folder: Path) -> dict[str, tuple[str, ...]]:
    """Both ways to make signed evidence about Anna, by the file that each writes."""
    answer, bundle = folder / "a.answer.json", folder / "a.zip"
    return {
        answer.name: ("as-of", "persons", anna, "--proof", str(answer)),
        bundle.name: ("bundle", anna, "--out", str(bundle), *FOR_A_CASE),
    }


def test_an_answer_and_a_bundle_are_signed_by_the_key_that_signs_the_log(
    terminal: Terminal, anna: str, tmp_path: Path
) -> None:
    key = seal(terminal)
    for file, command in commands(anna, tmp_path).items():
        terminal.ok(*command)
        said = verdict(tmp_path / file, key)
        _, _, stated = said.out.partition(STATED)
        assert said.code == VALID
        assert "signed it (a key you named)" in stated


@pytest.mark.parametrize("file", ["a.answer.json", "a.zip"])
def test_without_the_key_nothing_is_written_recorded_or_made_and_the_error_says_what_to_do(
    terminal: Terminal, anna: str, tmp_path: Path, file: str
) -> None:
    seal(terminal)
    head, elsewhere = terminal.head(), tmp_path / "home"
    elsewhere.mkdir()
    said = replace(terminal, home=elsewhere).run(*commands(anna, tmp_path)[file])

    assert said.code == exits.CONFIGURATION
    assert "The key that signs the log is not at hand: set RIGSBOG_SEAL_KEY_FILE" in said.err
    assert "have the operator who has the key run the command" in said.err
    assert not (tmp_path / file).exists()
    assert not (elsewhere / SEAL_FOLDER).exists()
    assert terminal.head() == head


@pytest.mark.parametrize("file", ["a.answer.json", "a.zip"])
def test_another_key_than_the_one_that_signs_the_log_signs_no_evidence(
    terminal: Terminal, anna: str, tmp_path: Path, file: str
) -> None:
    seal(terminal)
    head, elsewhere = terminal.head(), tmp_path / "home"
    (elsewhere / SEAL_FOLDER).mkdir(parents=True)
    new_key(elsewhere / SEAL_FOLDER / KEY_FILE)
    said = replace(terminal, home=elsewhere).run(*commands(anna, tmp_path)[file])

    assert said.code == exits.CONFIGURATION
    assert "is not signed by the key at hand" in said.err
    assert "give the key that signs now by RIGSBOG_SEAL_KEY_FILE" in said.err
    assert not (tmp_path / file).exists()
    assert terminal.head() == head


def test_after_a_rotation_the_new_key_signs_for_readers_of_either_and_the_retired_one_signs_no_more(
    terminal: Terminal, anna: str, tmp_path: Path
) -> None:
    first, retired = seal(terminal), (terminal.home / SEAL_FOLDER / KEY_FILE).read_bytes()
    fresh = new_key(tmp_path / f"{uuid4()}.key")
    (rotated,) = terminal.ok("seal", "rotate", "--key-file", str(fresh), "--json").lines
    for command in commands(anna, tmp_path).values():
        assert terminal.run(*command).code == exits.CONFIGURATION, "the settings still name the retired key"
    assert (terminal.home / SEAL_FOLDER / KEY_FILE).read_bytes() == retired
    (terminal.home / SEAL_FOLDER / KEY_FILE).write_bytes(fresh.read_bytes())
    for file, command in commands(anna, tmp_path).items():
        terminal.ok(*command)
        assert [verdict(tmp_path / file, key).code for key in (first, str(rotated["vkey"]))] == [VALID, VALID]


def test_a_signing_command_signs_evidence_and_is_shown_no_text_that_could_be_a_checkpoint(
    terminal: Terminal, anna: str, tmp_path: Path
) -> None:
    key, module, signed = seal(terminal), tmp_path / "module.py", tmp_path / "signed"
    module.write_text(MODULE, encoding="utf-8")
    file = terminal.home / SEAL_FOLDER / KEY_FILE
    public = file_signer(file, key.split("+")[0]).key
    with terminal.monkeypatch.context() as patch:
        patch.setenv("RIGSBOG_SEAL_COMMAND", shlex.join([sys.executable, str(module), str(file), str(signed)]))
        patch.setenv("RIGSBOG_SEAL_PUBLIC_KEY", str(public))
        for name, command in commands(anna, tmp_path).items():
            terminal.ok(*command)
            assert verdict(tmp_path / name, key).code == VALID
    texts = signed.read_bytes().decode().split("\0")[:-1]

    assert {text.split("\n")[0] for text in texts} == {"rigsbog answer/3", "rigsbog bundle/2"}
    assert not [text for text in texts if text.split("\n")[1].isdecimal()]


def test_with_its_keys_the_authority_publishes_the_digest_of_the_verifier_that_bundles_enclose(
    terminal: Terminal, anna: str, tmp_path: Path
) -> None:
    seal(terminal)
    terminal.ok(*commands(anna, tmp_path)["a.zip"])
    (printed,) = terminal.ok("seal", "key", "--json").lines
    digest = sha256(VERIFIER.read_bytes()).hexdigest()

    assert printed["verifier_sha256"] == digest
    assert f"SHA-256 of verify_receipt.py: {digest}" in terminal.ok("seal", "key").out
    assert f"{digest}  verify_receipt.py\n".encode() in (tmp_path / "a.zip").read_bytes()


def new_key(file: Path) -> Path:
    """A new key in a file that only its owner may read."""
    file.touch(mode=0o600)
    file.write_bytes(base64.b64encode(os.urandom(32)))
    return file
