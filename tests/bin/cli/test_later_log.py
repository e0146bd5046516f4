"""After a real loss a new log begins: it signs what is left, and what the old one signed stays valid."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from adapters.postgres.embedded import EmbeddedServer
from adapters.seal.writer.sealer import Sealer
from adapters.seal.writer.signing import FileSigner
from adapters.seal.writer.store_writer import SealWriter
from bin.application.command_handler import CommandHandler
from bin.application.operations import later_log, seal_acknowledgement
from bin.cli import exits
from domain.subject import THIS_LOG
from tests.adapters.seal.formats.test_note import TestKey
from tests.adapters.seal.scenes import OTHER_LOG
from tests.adapters.seal.sealing_scene import FIRST, SECOND
from tests.bin.daemon.test_run import until
from tests.bin.killed import WHENS, Kill, When
from tests.bin.restoring import NEW_LOG, backup, checkpoints, published, sign_by, vkey, witnessed
from tests.bin.terminal import ROOT, Said, Terminal, person
from tests.conftest import fresh_database

pytestmark = pytest.mark.slow

FIRST_PERSON = """
select subject from ledger.record join ledger.fact_name using (fact) where name = 'PersonRegistered' limit 1
"""
VERIFIER = ROOT / "bin" / "verify_receipt.py"


@dataclass
class Lost:
    """A ledger whose newest records are lost: it is what a backup held, and its log published more."""

    terminal: Terminal
    fork: Path
    """The published checkpoint that the database cannot reach."""
    proof: Path
    """A proof under a checkpoint that the ledger still holds."""
    sealed: int
    """How many records the last checkpoint covers that the ledger still holds."""
    published: int
    """How many records were published."""

    def begin(self, *options: str, fork: Path | None = None) -> Said:
        return self.terminal.run(*self.words(fork or self.fork), *options)

    def kill(self, kill: Kill) -> None:
        self.terminal.killed(kill, *self.words(self.fork))

    @staticmethod
    def words(fork: Path) -> tuple[str, ...]:
        return "seal", "begin", "--after", str(fork), "--reason", "a lost disk"

    def verify(self, *options: str) -> tuple[int, dict[str, Any], dict[str, Any]]:
        """The exit code, the document and its checks by name."""
        said = self.terminal.run("verify", "ledger", *options, "--json")
        (document,) = said.lines
        return said.code, document, {check["name"]: check for check in document["checks"]}


@pytest.fixture
def lost(
    postgres_server: EmbeddedServer, template_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Lost]:
    """A ledger that was restored from a backup, while its home remembers more; sealing has halted."""
    with fresh_database(postgres_server, template_database) as url:
        terminal = Terminal(url, tmp_path / "home", monkeypatch)
        sign_by(terminal, FIRST)
        terminal.register(*map(person, range(4)), options=("--no-reactions",))
        terminal.ok("seal", "once")
        terminal.ok("seal", "limit", "2h")
        terminal.ok("seal", "once")
        sealed, proof = published(terminal), tmp_path / "old.tlog-proof"
        terminal.ok("prove", "2", "--out", str(proof))
        with backup(terminal, postgres_server) as earlier:
            terminal.register(person(10), person(11), options=("--no-reactions",))
            terminal.ok("seal", "once")
            seen = published(terminal)
            (checkpoint,) = (terminal.home / "seal").glob("*/checkpoint")
            fork = Path(shutil.copy(checkpoint, tmp_path / "fork"))
            earlier.restore(with_home=False)
            terminal.register(person(20), options=("--no-reactions",))
            assert terminal.run("seal", "once").code == exits.BROKEN
            yield Lost(terminal, fork, proof, sealed, seen)


def verified(file: Path, *keys: FileSigner) -> int:
    """The exit code of the verifier, alone."""
    options = [word for key in keys for word in ("--key", str(key.key))]
    command = [sys.executable, "-I", str(VERIFIER), str(file), *options]
    return subprocess.run(command, capture_output=True, check=False).returncode


def test_a_new_log_signs_what_is_left_and_what_the_old_one_signed_stays_valid(lost: Lost, tmp_path: Path) -> None:
    terminal = lost.terminal
    sign_by(terminal, NEW_LOG)
    said = lost.begin("--json")
    assert said.code == 0, said
    (begun,) = said.lines
    assert (begun["origin"], begun["after"]) == (NEW_LOG.name, FIRST.name)
    assert begun["published"] == begun["size"] == terminal.head()
    facts = terminal.facts()
    assert [facts[name] for name in ("LogBegun", "SealHaltAcknowledged", "SealingKeyAdopted")] == [1, 1, 2]

    terminal.register(person(30), options=("--no-reactions",))
    terminal.ok("run", "--once")
    for name, position in (("early", 2), ("late", begun["begins_at_position"])):
        terminal.ok("prove", str(position), "--out", str(tmp_path / f"{name}.tlog-proof"))
        assert verified(tmp_path / f"{name}.tlog-proof", NEW_LOG) == 0
        assert verified(tmp_path / f"{name}.tlog-proof", FIRST) == 1
    assert (verified(lost.proof, FIRST), verified(lost.proof, NEW_LOG)) == (0, 1)
    vkeys = [key["vkey"] for key in terminal.ok("seal", "key", "--json").lines[0]["keys"]]
    assert vkeys == [str(FIRST.key), str(NEW_LOG.key)]
    assert terminal.run("doctor").code == 0
    (history,) = terminal.ok("history", str(THIS_LOG), "--json").lines
    assert [entry["fact"] for entry in history["records"]].count("SealingKeyAdopted") == 2


def test_the_new_log_signs_a_bundle_though_only_a_checkpoint_of_the_old_one_has_a_time_stamp(
    lost: Lost, tmp_path: Path
) -> None:
    terminal, file = lost.terminal, tmp_path / "a.zip"
    with psycopg.connect(terminal.url) as owner:
        owner.execute("insert into seal.time_stamp values (%s, 'an authority', '', now())", [lost.sealed])
        ((person_id,),) = owner.execute(FIRST_PERSON)
    sign_by(terminal, NEW_LOG)
    lost.begin()
    terminal.ok("bundle", f"person:{person_id}", "--known", str(lost.sealed), "--out", str(file))

    assert (verified(file, NEW_LOG), verified(file, FIRST)) == (0, 1)


def test_verify_says_where_one_log_ends_and_the_other_begins(lost: Lost) -> None:
    sign_by(lost.terminal, NEW_LOG)
    (begun,) = lost.begin("--json").lines
    code, document, checks = lost.verify("--key", str(NEW_LOG.key))

    assert (code, checks["logs"]["ok"]) == (0, True)
    assert document["logs"] == [
        {"origin": FIRST.name, "begins_at_position": None, "published": lost.sealed},
        {"origin": NEW_LOG.name, "begins_at_position": begun["begins_at_position"], "published": begun["size"]},
    ]
    assert checks["logs"]["detail"] == (
        f"{FIRST.name} is the first; {FIRST.name} ended with {lost.sealed} records, though {lost.published} were "
        f"published, and from position {begun['begins_at_position']} on {NEW_LOG.name} signs in its place: it covers "
        f"all records, and alone those after {lost.sealed}"
    )
    assert lost.verify("--key", str(FIRST.key))[0] == exits.DIFFERENT, "the auditor trusts the ended log alone"


def test_an_auditors_checkpoint_of_the_old_log_holds_as_far_as_it_is_left(lost: Lost) -> None:
    sign_by(lost.terminal, NEW_LOG)
    lost.begin()
    code, _, checks = lost.verify("--since", str(lost.proof))
    assert (code, checks["since"]["ok"]) == (0, True)

    code, _, checks = lost.verify("--since", str(lost.fork))
    assert (code, checks["since"]["ok"]) == (exits.DIFFERENT, False)
    assert f"{FIRST.name} has ended, and {NEW_LOG.name} signs in its place" in str(checks["since"]["differing"])


def test_past_the_age_limit_a_new_log_begins_and_recording_goes_on_under_the_same_limit(lost: Lost) -> None:
    terminal = lost.terminal
    terminal.ok("seal", "limit", "4s")
    until(lambda: terminal.run("seal", "status", "--json").lines[0]["age_seconds"] > 4)
    late = json.dumps(person(30))
    said = terminal.run("register", "-", "--no-reactions", stdin=late)
    assert (said.code, "start `rigsbog run`" in said.err) == (exits.BUSY, True)

    sign_by(terminal, NEW_LOG)
    assert lost.begin().code == 0
    terminal.ok("register", "-", "--no-reactions", stdin=late)
    assert terminal.run("seal", "status", "--json").lines[0]["age_seconds_max"] == 4
    assert terminal.facts()["SealAgeLimitSet"] == 3


def test_under_witnesses_the_new_log_begins_when_they_know_its_key(lost: Lost) -> None:
    terminal = lost.terminal
    sign_by(terminal, NEW_LOG)
    with witnessed(terminal, "w", logs=(FIRST,)):
        assert lost.begin().code == exits.BUSY
        assert checkpoints(terminal)[-1] == lost.sealed
    with witnessed(terminal, "w") as (witness,):
        terminal.ok("run", "--once")
        assert witness.last(NEW_LOG.name).size == published(terminal) > lost.sealed
        assert lost.verify("--witness", vkey(terminal, "w"))[0] == 0


@pytest.mark.parametrize(
    "signer", [FIRST, SECOND, FileSigner("log.example.dk/other", FIRST.seed)], ids=["the same", "a name", "a key"]
)
def test_a_new_log_needs_a_name_and_a_key_of_its_own(lost: Lost, signer: FileSigner) -> None:
    sign_by(lost.terminal, signer)
    head = lost.terminal.head()
    said = lost.begin()
    assert (said.code, "A new log needs a name and a key that no log had" in said.err) == (exits.REFUSED, True)
    assert lost.terminal.head() == head


def test_no_log_ends_whose_checkpoint_the_database_holds(lost: Lost, tmp_path: Path) -> None:
    sign_by(lost.terminal, NEW_LOG)
    with psycopg.connect(lost.terminal.url) as connection:
        ((note,),) = connection.execute("select note from seal.checkpoint order by size desc limit 1").fetchall()
    (tmp_path / "held").write_text(note)
    said = lost.begin(fork=tmp_path / "held")
    assert (said.code, "The database holds all that this checkpoint covers" in said.err) == (exits.REFUSED, True)


def test_what_is_no_checkpoint_of_this_log_ends_none(lost: Lost, tmp_path: Path) -> None:
    sign_by(lost.terminal, NEW_LOG)
    written, head = lost.fork.read_text(), lost.terminal.head()
    forged = TestKey(FIRST.name, 99)
    wrong = {
        "absent": None,
        "altered": written.replace("\n", "\n1", 1),
        "no checkpoint": "nothing\n",
        "another log": str(OTHER_LOG),
        "another key": written.replace(FIRST.name, forged.name[:-1]),
    }
    for name, content in wrong.items():
        if content is not None:
            (tmp_path / name).write_text(content)
        assert lost.begin(fork=tmp_path / name).code == exits.BAD_INPUT, name
    assert lost.terminal.head() == head


def test_while_the_ledger_is_not_what_was_sealed_no_log_begins(lost: Lost) -> None:
    sign_by(lost.terminal, NEW_LOG)
    with psycopg.connect(lost.terminal.url) as connection:
        connection.execute("alter table ledger.record disable trigger refuse_change")
        connection.execute("update ledger.record set actor = 'system:other' where position = 2")
        connection.execute("alter table ledger.record enable always trigger refuse_change")
    said = lost.begin()
    assert (said.code, "position 2 is not what was sealed there" in said.err) == (exits.BROKEN, True)
    assert "LogBegun" not in lost.terminal.facts()


@pytest.mark.kills
@pytest.mark.parametrize("when", WHENS)
@pytest.mark.parametrize(
    "kill",
    [
        Kill(CommandHandler.execute),
        Kill(seal_acknowledgement.close_halt, module=later_log),
        Kill(CommandHandler.execute, 2),
        Kill(SealWriter.log),
        Kill(Sealer.within_lock),
        Kill(SealWriter.step),
        Kill(SealWriter.publication),
    ],
    ids=str,
)
def test_killed_at_any_step_the_same_call_begins_one_log(lost: Lost, kill: Kill, when: When) -> None:
    sign_by(lost.terminal, NEW_LOG)
    lost.kill(kill.at(when))
    assert lost.begin().code == 0
    facts = lost.terminal.facts()
    assert [facts[name] for name in ("LogBegun", "SealHaltAcknowledged", "SealingKeyAdopted")] == [1, 1, 2]
    assert published(lost.terminal) == lost.terminal.head()
    assert lost.verify("--key", str(NEW_LOG.key))[0] == 0
