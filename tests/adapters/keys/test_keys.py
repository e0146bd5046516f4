"""Proves where the key-encryption key comes from, that others cannot read it, and that first users agree on one."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.keys.key_file import NoKey
from adapters.keys.key_store import KEK_FILE, key_encryption_key
from adapters.settings import load_settings

ROOT = Path(__file__).parents[3]
KEY = bytes(range(32))
TEXT = base64.b64encode(KEY).decode()


def key_file(folder: Path, text: str = TEXT, mode: int = 0o600) -> Path:
    path = folder / "key"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_the_variable_comes_before_the_file_and_the_file_before_the_home(tmp_path: Path) -> None:
    other = base64.b64encode(bytes(32)).decode()
    named = {"RIGSBOG_KEK_FILE": str(key_file(tmp_path, other))}

    assert key_encryption_key(load_settings({"RIGSBOG_KEK": TEXT, **named})) == KEY
    assert key_encryption_key(load_settings(named)) == bytes(32)
    assert not (tmp_path / KEK_FILE).exists()


def test_the_embedded_default_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    first = key_encryption_key(load_settings({"RIGSBOG_HOME": str(home)}))

    assert len(first) == 32
    assert (home / KEK_FILE).stat().st_mode & 0o777 == 0o600
    assert key_encryption_key(load_settings({"RIGSBOG_HOME": str(home)})) == first
    assert [path.name for path in home.iterdir()] == [KEK_FILE]


@pytest.mark.slow
def test_processes_that_come_first_together_agree_on_one_key(tmp_path: Path) -> None:
    script = (
        "import sys; from adapters.keys.key_store import key_encryption_key;"
        "from adapters.settings import load_settings;"
        "print(key_encryption_key(load_settings({'RIGSBOG_HOME': sys.argv[1]})).hex())"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    assert len({process.communicate(timeout=60)[0] for process in processes}) == 1
    assert [path.name for path in tmp_path.iterdir()] == [KEK_FILE]


def test_without_a_key_in_production_it_says_what_to_do(tmp_path: Path) -> None:
    settings = load_settings({"RIGSBOG_ENV": "production", "RIGSBOG_HOME": str(tmp_path)})
    with pytest.raises(NoKey, match=r"set RIGSBOG_KEK_FILE to a file with mode 0600 made by `head -c 32"):
        key_encryption_key(settings)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(NoKey, match="chmod 600"):
        key_encryption_key(load_settings({"RIGSBOG_KEK_FILE": str(key_file(tmp_path, mode=mode))}))


@pytest.mark.parametrize("text", ["", "not base64!", "nøgle", TEXT[:-8], TEXT + TEXT])
def test_a_key_of_another_form_is_refused_without_being_shown(tmp_path: Path, text: str) -> None:
    for environment in ({"RIGSBOG_KEK_FILE": str(key_file(tmp_path, text))}, {"RIGSBOG_KEK": text or " "}):
        with pytest.raises(NoKey) as refused:
            key_encryption_key(load_settings(environment))
        assert not text or text not in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoKey, match="nowhere"):
        key_encryption_key(load_settings({"RIGSBOG_KEK_FILE": str(tmp_path / "nowhere")}))


def test_a_key_may_end_with_a_line_break(tmp_path: Path) -> None:
    assert (
        key_encryption_key(load_settings({"RIGSBOG_KEK_FILE": str(key_file(tmp_path, f"{TEXT}{os.linesep}"))})) == KEY
    )


def test_a_binary_file_is_refused_and_none_of_its_bytes_is_shown(tmp_path: Path) -> None:
    file = tmp_path / "binary"
    file.touch(mode=0o600)
    file.write_bytes(bytes(range(128, 160)))
    with pytest.raises(NoKey, match="does not hold base64") as refused:
        key_encryption_key(load_settings({"RIGSBOG_KEK_FILE": str(file)}))
    assert "0x" not in str(refused.value)
