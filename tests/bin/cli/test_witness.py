"""`rigsbog witness` as a process: it remembers every answer after any kill, and two never share a folder."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
from asyncio import StreamWriter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from adapters.atomic_file import write_atomically
from adapters.seal.formats.note import Key, Kind, Note, cosigned
from adapters.seal.witness import cosigning
from adapters.seal.witness.client import Witnesses
from adapters.seal.witness.key import NoWitnessKey, WitnessKey
from tests.adapters.seal.formats.test_note import TestKey
from tests.adapters.seal.scenes import HONEST, LOG, NumberedLog, ask, policy_of
from tests.adapters.seal.sealing_scene import FIRST
from tests.bin.killed import WHENS, Kill
from tests.bin.terminal import Terminal, person

pytestmark = pytest.mark.slow

NAME = "witness.example/w1"
STEPS = (
    Kill(cosigned, 1, module=cosigning),
    Kill(write_atomically, 1, module=cosigning),
    Kill(os.fdopen, 1, module=os),
    Kill(os.fsync, 1, module=os),
    Kill(os.replace, 1, module=os),
    Kill(os.fsync, 2, module=os),
    Kill(StreamWriter.write, 2),
    Kill(StreamWriter.drain, 2),
)
"""What a witness does between a request and its answer; the first answer is to the question what it remembers."""


def rigsbog(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bin.rigsbog", "witness", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def new_witness(folder: Path) -> Key:
    made = rigsbog("--state", str(folder), "--name", NAME, "--key")
    assert made.returncode == 0, made.stderr
    return Key.read(made.stdout)


@contextmanager
def running(folder: Path, kill: Kill | None = None, log: Key = LOG.key) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The process and its port; with a kill it dies there."""
    tool = ["-m", "bin.rigsbog"] if kill is None else ["-m", "tests.bin.killed", kill.plan]
    words = ["witness", "--state", str(folder), "--listen", "127.0.0.1:0", "--log", str(log)]
    with subprocess.Popen([sys.executable, *tool, *words], stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            port = next((json.loads(line)["port"] for line in process.stderr if '"witness_listens"' in line), 0)
            yield process, port
        finally:
            process.kill()


def post(port: int, body: bytes) -> tuple[int, str]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as line:
        line.request("POST", "/add-checkpoint", body)
        answer = line.getresponse()
        return answer.status, answer.read().decode()


def test_a_new_witness_prints_its_vkey_and_never_its_private_key(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    key = new_witness(folder)

    assert (key.name, key.kind) == (NAME, Kind.WITNESS)
    assert (folder / "key").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert json.loads(rigsbog("--state", str(folder), "--key", "--json").stdout) == {"name": NAME, "vkey": str(key)}


def test_the_tools_own_client_and_witness_agree_across_processes(tmp_path: Path) -> None:
    key = new_witness(tmp_path)
    with running(tmp_path) as (_, port):
        witnesses = Witnesses(policy_of("all", w=(key, f"http://127.0.0.1:{port}")))
        for size in (3, 300):
            cosignatures = ask(witnesses, HONEST, size)
            assert HONEST.note(size).with_signatures(cosignatures).times(key)
        witnesses.close()


def remembered(port: int) -> int:
    """The size that the witness has cosigned, as it answers a request that would fork."""
    status, said = post(port, NumberedLog(forked_at=0).request(0, 99))
    assert status == 409
    return int(said)


@pytest.mark.kills
def test_killed_at_any_step_a_witness_remembers_what_it_answered(tmp_path: Path) -> None:
    """Each process proves what the one before it answered, and then dies at the next step."""
    key = new_witness(tmp_path)
    with running(tmp_path) as (_, port):
        answered = 1
        assert post(port, HONEST.request(0, answered))[0] == 200
    for kill in (replace(step, when=when) for step in STEPS for when in WHENS):
        with running(tmp_path, kill) as (process, port):
            remembered_size = remembered(port)
            # Only what was being answered may be remembered beyond what was.
            assert remembered_size in (answered, answered + 1)
            with suppress(OSError, HTTPException):
                status, said = post(port, HONEST.request(remembered_size, remembered_size + 1))
                assert status == 200
                assert Note.read(f"{HONEST.checkpoint(remembered_size + 1).text}\n{said}").times(key)
                remembered_size += 1
            answered = remembered_size
            assert process.wait(10) == -signal.SIGKILL, kill
    with running(tmp_path) as (_, port):
        assert remembered(port) in (answered, answered + 1)
    assert answered >= len(STEPS)


def test_a_stopped_witness_ends_cleanly_and_goes_on_where_it_was(tmp_path: Path) -> None:
    new_witness(tmp_path)
    for earlier, later in ((0, 3), (3, 9), (9, 600)):
        with running(tmp_path) as (process, port):
            assert post(port, HONEST.request(earlier, later))[0] == 200
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0


def test_two_processes_cannot_have_one_folder_and_the_lock_dies_with_its_holder(tmp_path: Path) -> None:
    new_witness(tmp_path)
    with running(tmp_path) as (process, _):
        second = rigsbog("--state", str(tmp_path), "--log", str(LOG.key), "--listen", "127.0.0.1:0")
        assert second.returncode == 75
        assert second.stderr.strip().endswith("stop that one first.")
        os.kill(process.pid, signal.SIGKILL)
    assert rigsbog("--state", str(tmp_path), "--key").returncode == 0


WITNESS_KEY = str(TestKey("w", 3, Kind.WITNESS).key)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--key"], 78, "holds no key yet: give the new witness its name with --name."),
        (["--name", "two words", "--key"], 65, "--name: a key's name is not empty"),
        (["--name", NAME], 65, "Name with --log the vkey of each log"),
        (["--name", NAME, "--log", "nonsense"], 65, "--log: a vkey is written name+id+base64"),
        (["--name", NAME, "--log", WITNESS_KEY], 65, "Name with --log the vkey of each log"),
        (["--name", NAME, "--log", str(LOG.key), "--listen", "nowhere"], 65, "--listen is written HOST:PORT"),
        (["--name", NAME, "--log", str(LOG.key), "--listen", "1.2.3.4:99999"], 65, "--listen is written HOST:PORT"),
        (["--name", NAME, "--log", str(LOG.key), "--listen", "192.0.2.1:0"], 65, "cannot listen on 192.0.2.1:0 ("),
    ],
)
def test_missing_or_wrong_arguments_are_reported_in_a_sentence(
    tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    ran = rigsbog("--state", str(tmp_path / "w"), *words)

    assert (ran.returncode, said in ran.stderr, ran.stderr.count("\n")) == (code, True, 1)


def test_a_key_that_others_may_read_or_that_is_damaged_is_not_used(tmp_path: Path) -> None:
    new_witness(tmp_path)
    key = tmp_path / "key"
    key.chmod(0o640)
    assert "chmod 600" in rigsbog("--state", str(tmp_path), "--key").stderr
    key.chmod(0o600)
    key_text = key.read_text()
    for wrong in ("", "x", key_text.replace("+", " "), key_text[:-9], key_text.replace(NAME, "witness.example/w2")):
        key.write_text(wrong)
        with pytest.raises(NoWitnessKey):
            WitnessKey.at(tmp_path)


def test_a_witness_whose_memory_is_lost_does_not_start(tmp_path: Path) -> None:
    new_witness(tmp_path)
    (tmp_path / "memory.json").unlink()
    ran = rigsbog("--state", str(tmp_path), "--log", str(LOG.key), "--listen", "127.0.0.1:0")

    assert ran.returncode == 70
    assert "begin one with a new key in a new folder" in ran.stderr


@pytest.fixture
def sealing_terminal(terminal: Terminal, tmp_path: Path) -> Terminal:
    """A terminal whose ledger has a name and a key that a witness can be given."""
    key_file = tmp_path / "seal.key"
    key_file.write_bytes(base64.b64encode(FIRST.seed))
    key_file.chmod(0o600)
    terminal.monkeypatch.setenv("RIGSBOG_ORIGIN", FIRST.name)
    terminal.monkeypatch.setenv("RIGSBOG_SEAL_KEY_FILE", str(key_file))
    terminal.monkeypatch.setenv("RIGSBOG_WITNESS_POLICY", str(tmp_path / "policy"))
    terminal.register(person(1))
    return terminal


def test_sealing_asks_the_witnesses_that_the_policy_names(sealing_terminal: Terminal, tmp_path: Path) -> None:
    key = new_witness(tmp_path / "w")
    with running(tmp_path / "w", log=FIRST.key) as (_, port):
        (tmp_path / "policy").write_text(f"witness w {key} http://127.0.0.1:{port}\nquorum w\n")
        (sealed,) = sealing_terminal.ok("seal", "once", "--json").lines
        assert sealed["published"] == sealed["size"] > 1
    sealing_terminal.register(person(2))
    said = sealing_terminal.run("seal", "once")
    assert said.code == 75
    assert said.err == (
        "rigsbog: Too few witnesses have cosigned (w: the connection was refused): nothing is signed until they do.\n"
    )


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (None, "cannot be read: No such file or directory. Correct RIGSBOG_WITNESS_POLICY.\n"),
        (b"quorum w\n", "rigsbog: Line 1 of the policy: w is named on no earlier line.\n"),
        (
            f"witness w {WITNESS_KEY}\nquorum w\n".encode(),
            "rigsbog: The witness policy's quorum cannot be reached: give a URL to each witness that is to be asked.\n",
        ),
    ],
)
def test_a_wrong_policy_is_reported_in_a_sentence_and_nothing_is_sealed(
    sealing_terminal: Terminal, tmp_path: Path, policy: bytes | None, said: str
) -> None:
    if policy is not None:
        (tmp_path / "policy").write_bytes(policy)
    ran = sealing_terminal.run("seal", "once")

    assert (ran.code, ran.err.endswith(said)) == (78, True), ran
