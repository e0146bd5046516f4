"""No fork is ever signed: the witnesses and the home are asked before the first signature after a start."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.postgres.embedded import EmbeddedServer
from adapters.seal.witness.client import Witnesses
from adapters.seal.writer import publisher
from adapters.seal.writer.local_checkpoint import LocalCheckpoints
from adapters.seal.writer.store_writer import SealWriter
from bin.cli import exits
from tests.adapters.seal.scenes import a_witness
from tests.adapters.seal.sealing_scene import FIRST
from tests.adapters.seal.witness.test_witnesses import served_at
from tests.bin.cli.test_seal_kills import assert_sealed_once_without_a_fork
from tests.bin.daemon.test_run import daemon, until
from tests.bin.killed import WHENS, Kill, When
from tests.bin.restoring import backup, checkpoints, home_check, published, sign_by, witnessed, write_policy
from tests.bin.terminal import Terminal, person
from tests.conftest import fresh_database

pytestmark = pytest.mark.slow

NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def terminal(
    postgres_server: EmbeddedServer, template_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Terminal]:
    """A terminal with four people, whose log has a name and a key that a witness can be given."""
    with fresh_database(postgres_server, template_database) as url:
        made = Terminal(url, tmp_path / "home", monkeypatch)
        sign_by(made, FIRST)
        record(made, *range(4))
        yield made


def record(terminal: Terminal, *serials: int) -> None:
    terminal.register(*map(person, serials), options=("--no-reactions",))


def sealing(terminal: Terminal) -> dict[str, object]:
    """What `rigsbog seal status` says."""
    (document,) = terminal.run("seal", "status", "--json").lines
    assert isinstance(document, dict)
    return document


class TestTheWitnessesAreAskedFirst:
    @pytest.mark.parametrize("more", [0, 1, 9])
    def test_a_ledger_and_home_restored_from_a_backup_sign_nothing_beyond_it(
        self, terminal: Terminal, postgres_server: EmbeddedServer, more: int
    ) -> None:
        """Whether it has not grown again, grown less far, or farther than the witness has seen."""
        with witnessed(terminal, "w") as (witness,):
            terminal.ok("seal", "once")
            with backup(terminal, postgres_server) as earlier:
                record(terminal, 10, 11)
                terminal.ok("seal", "once")
                seen = checkpoints(terminal)
                earlier.restore(with_home=True)
                if more:
                    record(terminal, *range(20, 20 + more))
                before = checkpoints(terminal)
                assert before < seen
                for words in (("seal", "once"), ("run", "--once"), ("seal", "acknowledge", "--reason", "is it over?")):
                    said = terminal.run(*words)
                    assert (said.code, "the witness w has cosigned" in said.err) == (exits.BROKEN, True), words
                with daemon(terminal) as process:
                    assert process.wait(30) == exits.BROKEN
                assert checkpoints(terminal) == before
                assert witness.last(FIRST.name).size == seen[-1]
                assert "the witness w has cosigned" in str(sealing(terminal)["halt"])

    def test_a_database_made_anew_under_the_logs_name_signs_nothing(
        self, terminal: Terminal, postgres_server: EmbeddedServer, template_database: str
    ) -> None:
        with witnessed(terminal, "w"):
            terminal.ok("seal", "once")
            shutil.rmtree(terminal.home)
            with fresh_database(postgres_server, template_database) as terminal.url:
                record(terminal, *range(9))
                said = terminal.run("seal", "once")
                assert (said.code, "the witness w has cosigned" in said.err) == (exits.BROKEN, True)
                assert checkpoints(terminal) == []
                assert "SealingKeyAdopted" not in terminal.facts()

    def test_while_a_witness_does_not_answer_nothing_is_signed_and_status_says_since_when_and_recording_goes_on(
        self, terminal: Terminal
    ) -> None:
        with witnessed(terminal, "w"):
            terminal.ok("seal", "once")
        terminal.ok("seal", "limit", "10s")
        before = checkpoints(terminal)
        write_policy(terminal, {"w": NOWHERE})
        said = terminal.run("seal", "once")
        assert (said.code, "nothing is signed until they do" in said.err) == (exits.BUSY, True)
        since = sealing(terminal)["waiting_since"]
        assert since is not None

        record(terminal, 10)
        assert terminal.run("seal", "once").code == exits.BUSY
        assert checkpoints(terminal) == before
        assert (sealing(terminal)["waiting_for"], sealing(terminal)["waiting_since"]) == (
            "w: the connection was refused",
            since,
        )
        for words in (("status",), ("seal", "status")):
            said_at_terminal = " ".join(terminal.run(*words).out.split())
            assert "w: the connection was refused" in said_at_terminal, words
            assert str(since)[:19] in said_at_terminal, words
        until(lambda: terminal.run("seal", "status").code == exits.DIFFERENT)
        said = terminal.run("register", "-", "--no-reactions", stdin=json.dumps(person(11)))
        assert (said.code, "start `rigsbog run`" in said.err) == (exits.BUSY, True)

        with witnessed(terminal, "w"):
            terminal.ok("seal", "once")
            record(terminal, 11)
            assert (sealing(terminal)["waiting_for"], sealing(terminal)["waiting_since"]) == (None, None)

    def test_run_reacts_and_signs_nothing_until_the_witness_answers(self, terminal: Terminal) -> None:
        with witnessed(terminal, "w"):
            terminal.ok("seal", "once")
        with socket.socket() as unused:
            unused.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            unused.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        write_policy(terminal, {"w": url})
        before = checkpoints(terminal)
        with daemon(terminal) as process:
            until(lambda: "MailRegistered" in terminal.facts())
            until(lambda: sealing(terminal)["waiting_for"] is not None)
            assert checkpoints(terminal) == before
            with served_at(a_witness(terminal.home.parent / "w", logs=[FIRST]), url):
                until(lambda: published(terminal) == terminal.head())
            assert process.poll() is None

    @pytest.mark.kills
    @pytest.mark.parametrize("when", WHENS)
    @pytest.mark.parametrize(
        "kill",
        [
            Kill(SealWriter.step),
            Kill(Witnesses.__call__, 2),
            Kill(LocalCheckpoints.save, module=publisher),
            Kill(SealWriter.publication),
        ],
        ids=str,
    )
    def test_killed_between_signing_and_publication_it_is_cosigned_and_published_and_not_halted(
        self, terminal: Terminal, kill: Kill, when: When
    ) -> None:
        with witnessed(terminal, "w") as (witness,):
            for serial in (10, 11):
                record(terminal, serial)
                terminal.killed(kill.at(when), "seal", "once")
            terminal.ok("seal", "once")
            assert sealing(terminal)["halt"] is None
            assert witness.last(FIRST.name).size == published(terminal) == terminal.head()


class TestWhatTheHomeRemembers:
    def test_a_home_that_remembers_nothing_signs_nothing_until_an_operator_acknowledges_it(
        self, terminal: Terminal
    ) -> None:
        terminal.ok("seal", "once")
        shutil.rmtree(terminal.home / "seal")
        record(terminal, 10)
        before = checkpoints(terminal)

        for words in (("seal", "once"), ("run", "--once"), ("run",)):
            said = terminal.run(*words)
            assert (said.code, "remembers no published checkpoint" in said.err) == (exits.CONFIGURATION, True), words
        assert checkpoints(terminal) == before
        assert not home_check(terminal, "verify")["ok"]
        assert not home_check(terminal, "doctor")["ok"]
        for words in (("status",), ("seal", "status")):
            assert "remembers no published checkpoint" in " ".join(terminal.run(*words).out.split()), words

        terminal.ok("seal", "acknowledge", "--reason", "a second server")
        assert terminal.facts()["SealHaltAcknowledged"] == 1
        assert published(terminal) == terminal.head()
        assert home_check(terminal, "verify")["ok"]
        assert home_check(terminal, "doctor")["ok"]
        assert terminal.run("seal", "acknowledge", "--reason", "again").code == exits.REFUSED

    def test_a_home_that_remembers_nothing_goes_on_when_the_witnesses_agree(self, terminal: Terminal) -> None:
        with witnessed(terminal, "w"):
            terminal.ok("seal", "once")
            shutil.rmtree(terminal.home / "seal")
            assert not home_check(terminal, "doctor")["ok"]
            record(terminal, 10)
            terminal.ok("seal", "once")
            assert published(terminal) == terminal.head()
            assert home_check(terminal, "doctor")["ok"]

    def test_without_memory_and_without_an_answer_there_is_nothing_to_compare_with(self, terminal: Terminal) -> None:
        with witnessed(terminal, "w"):
            terminal.ok("seal", "once")
        shutil.rmtree(terminal.home / "seal")
        write_policy(terminal, {"w": NOWHERE})
        said = terminal.run("seal", "once")
        assert (said.code, "w: the connection was refused" in said.err) == (exits.CONFIGURATION, True)

    def test_a_history_that_was_signed_anew_is_found_by_its_root(
        self, terminal: Terminal, postgres_server: EmbeddedServer
    ) -> None:
        """The same key, and as many records or more: only the root is another."""
        terminal.ok("seal", "once")
        with backup(terminal, postgres_server) as earlier:
            record(terminal, 10, 11)
            terminal.ok("seal", "once")
            remembered = shutil.copytree(terminal.home, terminal.home.parent / "remembered")
            earlier.restore(with_home=True)
            record(terminal, 20, 21, 22)
            terminal.ok("seal", "once")
            assert home_check(terminal, "verify")["ok"]

            terminal.home = remembered
            for command in ("verify", "doctor"):
                check = home_check(terminal, command)
                assert (check["ok"], "a fork of the published one" in str(check["detail"])) == (False, True), command
            for words in (("status",), ("seal", "status")):
                said = terminal.run(*words)
                assert (said.code, "a fork of the" in " ".join(said.out.split())) == (exits.DIFFERENT, True), words
            assert terminal.run("run", "--once").code == exits.BROKEN

    @pytest.mark.kills
    @pytest.mark.parametrize("when", WHENS)
    def test_killed_at_the_first_publication_the_home_remembers_it(self, terminal: Terminal, when: When) -> None:
        terminal.killed(Kill(SealWriter.publication, when=when), "seal", "once")
        record(terminal, 10)
        terminal.ok("seal", "once")
        assert_sealed_once_without_a_fork(terminal)
