"""A signer signs for the log with the right key, or not at all."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from uuid import UUID

import pytest

from adapters.seal.formats.note import signed
from adapters.seal.writer.signing import (
    CannotSign,
    CommandSigner,
    FileSigner,
    NoSealKey,
    chosen_origin,
    file_signer,
    signer,
)
from adapters.settings import load_settings

ORIGIN = "log.example.dk/ledger"
KEY = FileSigner(ORIGIN, bytes(range(32)))
OTHER = FileSigner(ORIGIN, bytes(range(1, 33)))
LOG = UUID("5ea10000-0000-4000-8000-000000000001")
MODULE = """
import base64, sys, time
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
signature = Ed25519PrivateKey.from_private_bytes(bytes(range(32))).sign(sys.stdin.buffer.read())
"""
ENDS = {
    "raw": "sys.stdout.buffer.write(signature)",
    "base64": "print(base64.b64encode(signature).decode())",
    "nothing": "pass",
    "half": "sys.stdout.buffer.write(signature[:32])",
    "noise": "sys.stdout.buffer.write(bytes(64))",
    "failure": "sys.exit('the module is locked')",
    "sleep": "time.sleep(60)",
}


def module(tmp_path: Path, end: str) -> tuple[str, ...]:
    """A command in place of a security module, with this end."""
    program = tmp_path / "module.py"
    program.write_text(f"{MODULE}{ENDS[end]}\n")
    return (sys.executable, str(program))


def test_the_homes_own_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    first, again = (signer(load_settings({"RIGSBOG_HOME": str(tmp_path)}), ORIGIN) for _ in range(2))
    file = tmp_path / "seal" / "key"

    assert first.key == again.key
    assert file.stat().st_mode & 0o777 == 0o600


def test_no_key_is_made_in_production(tmp_path: Path) -> None:
    with pytest.raises(NoSealKey, match="set RIGSBOG_SEAL_KEY_FILE to a file with mode 0600"):
        signer(load_settings({"RIGSBOG_HOME": str(tmp_path)} | {"RIGSBOG_ENV": "production"}), ORIGIN)
    assert list(tmp_path.iterdir()) == []


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    signer(load_settings({"RIGSBOG_HOME": str(tmp_path)}), ORIGIN)
    file = tmp_path / "seal" / "key"
    file.chmod(0o640)
    with pytest.raises(NoSealKey, match="chmod 600"):
        signer(load_settings({"RIGSBOG_HOME": str(tmp_path)} | {"RIGSBOG_SEAL_KEY_FILE": str(file)}), ORIGIN)


@pytest.mark.parametrize("end", ["raw", "base64"])
def test_a_signing_command_gives_the_same_signature_as_the_key(tmp_path: Path, end: str) -> None:
    command = shlex.join(module(tmp_path, end))
    by_command = signer(
        load_settings(
            {"RIGSBOG_HOME": str(tmp_path)} | {"RIGSBOG_SEAL_COMMAND": command, "RIGSBOG_SEAL_PUBLIC_KEY": str(KEY.key)}
        ),
        ORIGIN,
    )
    assert signed("a text\n", by_command) == signed("a text\n", KEY)


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("nothing", "gave 0 bytes that are no signature"),
        ("half", "gave 32 bytes that are no signature"),
        ("noise", "not by the key"),
        ("failure", "ended with 1 and did not sign: the module is locked"),
    ],
)
def test_what_a_command_gives_is_no_signature_until_it_is_verified(tmp_path: Path, end: str, said: str) -> None:
    with pytest.raises(CannotSign, match=said):
        CommandSigner(KEY.key, module(tmp_path, end)).sign(b"a text\n")


def test_a_command_with_another_key_is_found_out(tmp_path: Path) -> None:
    with pytest.raises(CannotSign, match="not by the key"):
        CommandSigner(OTHER.key, module(tmp_path, "raw")).sign(b"a text\n")


def test_a_command_that_hangs_or_is_missing_is_aborted(tmp_path: Path) -> None:
    with pytest.raises(CannotSign, match=r"did not sign within 0\.5 seconds"):
        CommandSigner(KEY.key, module(tmp_path, "sleep"), seconds_max=0.5).sign(b"")
    with pytest.raises(CannotSign, match="cannot be run: No such file"):
        CommandSigner(KEY.key, ("/nowhere/at/all",)).sign(b"")


@pytest.mark.parametrize("public", ["", "no key", "another.example.dk+00000000+AQ=="])
def test_a_command_without_the_logs_public_key_is_refused(tmp_path: Path, public: str) -> None:
    settings = {"RIGSBOG_SEAL_COMMAND": "true", "RIGSBOG_SEAL_PUBLIC_KEY": public}
    with pytest.raises(NoSealKey, match="RIGSBOG_SEAL_PUBLIC_KEY"):
        signer(load_settings({"RIGSBOG_HOME": str(tmp_path)} | settings), ORIGIN)


def test_a_log_is_named_by_its_operator_and_in_production_by_nobody_else() -> None:
    assert chosen_origin(load_settings({"RIGSBOG_ORIGIN": ORIGIN, "RIGSBOG_ENV": "production"}), LOG) == ORIGIN
    assert chosen_origin(load_settings({}), LOG) == f"rigsbog.local/{LOG}"
    with pytest.raises(NoSealKey, match="set RIGSBOG_ORIGIN"):
        chosen_origin(load_settings({"RIGSBOG_ENV": "production"}), LOG)
    with pytest.raises(NoSealKey, match="neither spaces nor a plus sign"):
        chosen_origin(load_settings({"RIGSBOG_ORIGIN": "a log+key"}), LOG)


def test_settings_that_are_for_another_log_sign_nothing(tmp_path: Path) -> None:
    with pytest.raises(NoSealKey, match="which never changes, but RIGSBOG_ORIGIN is another"):
        signer(load_settings({"RIGSBOG_HOME": str(tmp_path)} | {"RIGSBOG_ORIGIN": "another.example.dk/ledger"}), ORIGIN)
    assert list(tmp_path.iterdir()) == []


def test_a_private_key_is_always_masked(tmp_path: Path) -> None:
    assert "\\x01" not in repr(KEY)
    with pytest.raises(NoSealKey) as refused:
        file_signer(tmp_path / "nowhere", ORIGIN)
    assert "nowhere" in str(refused.value)
