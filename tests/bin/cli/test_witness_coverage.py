"""How far `verify ledger --witness` says that each witness has cosigned; and no policy is dropped unseen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from adapters.postgres.embedded import EmbeddedServer
from bin.cli import exits
from bin.cli.app import app
from tests.adapters.seal.sealing_scene import FIRST
from tests.bin.restoring import backup, published, sign_by, vkey, witnessed
from tests.bin.terminal import Terminal, person
from tests.conftest import fresh_database

pytestmark = pytest.mark.slow


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


def verified(terminal: Terminal, *names: str, needed: int | None = None) -> tuple[int, dict[str, Any], dict[str, Any]]:
    """The exit code of `verify ledger` with these witnesses, what it says of each, and its checks by name."""
    options = [word for name in names for word in ("--witness", vkey(terminal, name))]
    options += [] if needed is None else ["--witnesses-needed", str(needed)]
    said = terminal.run("verify", "ledger", "--key", str(FIRST.key), *options, "--json")
    (document,) = said.lines
    covered = {coverage["witness"].rpartition("/")[2]: coverage["size"] for coverage in document["witnesses"]}
    return said.code, covered, {check["name"]: check for check in document["checks"]}


def policies(terminal: Terminal) -> list[str | None]:
    """The witness policies on record, oldest first."""
    with psycopg.connect(terminal.url) as connection:
        return [
            policy
            for (policy,) in connection.execute(
                "select payload ->> 'policy' from ledger.record join ledger.fact_name using (fact)"
                " where name = 'WitnessPolicySet' order by position"
            ).fetchall()
        ]


def drop_policy(terminal: Terminal) -> None:
    terminal.monkeypatch.delenv("RIGSBOG_WITNESS_POLICY")


def test_it_says_up_to_which_size_each_witness_covers_and_fails_beyond(terminal: Terminal) -> None:
    with witnessed(terminal, "a", "b"):
        terminal.ok("seal", "once")
    first = published(terminal)
    code, covered, checks = verified(terminal, "a", "b")
    assert (code, covered) == (exits.OK, {"a": first, "b": first})
    assert f"witness.example/a covers {first} records" in checks["cosignatures"]["detail"]

    record(terminal, 10)
    with witnessed(terminal, "a"):
        terminal.ok("seal", "once")
    last = published(terminal)
    code, covered, checks = verified(terminal, "a", "b")
    assert (code, covered) == (exits.DIFFERENT, {"a": last, "b": first})
    assert checks["cosignatures"]["differing"] == [
        f"witness.example/b, which you named, has cosigned {first} of the {last} published records"
    ]
    assert verified(terminal, "a")[0] == exits.OK
    assert verified(terminal, "a", "b", needed=1)[0] == exits.OK
    assert terminal.run("verify", "ledger", "--witness", vkey(terminal, "a"), "--witnesses-needed", "2").code == 2


def test_an_export_is_covered_by_the_witnesses_under_its_checkpoint(terminal: Terminal, tmp_path: Path) -> None:
    with witnessed(terminal, "a"):
        terminal.ok("seal", "once")
    terminal.ok("seal", "export", str(tmp_path / "www"))
    for name, code, size in (("a", exits.OK, published(terminal)), ("b", exits.DIFFERENT, 0)):
        words = ["verify", "--export", str(tmp_path / "www"), "--key", str(FIRST.key), "--json"]
        result = CliRunner().invoke(app, [*words, "--witness", vkey(terminal, name)])
        document = json.loads(result.stdout)
        assert (result.exit_code, [one["size"] for one in document["witnesses"]]) == (code, [size])


def test_on_a_fork_that_the_witness_refused_it_fails_though_the_policy_was_dropped(
    terminal: Terminal, postgres_server: EmbeddedServer
) -> None:
    with witnessed(terminal, "a"):
        terminal.ok("seal", "once")
        with backup(terminal, postgres_server) as earlier:
            covered_size = published(terminal)
            record(terminal, 10)
            terminal.ok("seal", "once")
            earlier.restore(with_home=True)
            record(terminal, 20, 21)
            assert terminal.run("seal", "once").code == exits.BROKEN
            drop_policy(terminal)
            terminal.ok("seal", "acknowledge", "--reason", "the witness is wrong")
            assert published(terminal) == terminal.head()

            code, covered, checks = verified(terminal, "a")
            assert (code, covered) == (exits.DIFFERENT, {"a": covered_size})
            assert not checks["cosignatures"]["ok"]
            assert policies(terminal)[-1] is None


def test_another_policy_is_a_fact_and_the_same_one_is_none(terminal: Terminal) -> None:
    terminal.ok("seal", "once")
    assert policies(terminal) == []
    with witnessed(terminal, "a"):
        assert terminal.run("doctor").code == exits.DIFFERENT
        for _ in range(2):
            terminal.ok("seal", "once")
        assert terminal.run("doctor").code == exits.OK
    with witnessed(terminal, "a"):
        terminal.ok("seal", "once")
    one = f"witness a {vkey(terminal, 'a')}\ngroup them 1 a\nquorum them\n"
    assert policies(terminal) == [one], "another URL is no other policy"

    with witnessed(terminal, "a", "b"):
        terminal.ok("seal", "once")
    drop_policy(terminal)
    assert terminal.run("doctor").code == exits.DIFFERENT
    terminal.ok("run", "--once")
    assert terminal.run("doctor").code == exits.OK
    assert [policy is None for policy in policies(terminal)] == [False, False, True]


def test_a_publication_without_the_witnesses_of_the_recorded_policy_is_found(terminal: Terminal) -> None:
    with witnessed(terminal, "a"):
        terminal.ok("seal", "once")
        record(terminal, 10)
        terminal.ok("seal", "once")
    code, _, checks = verified(terminal)
    assert (code, checks["witness policy"]["ok"]) == (exits.OK, True)

    with psycopg.connect(terminal.url) as connection:
        connection.execute("alter table seal.cosignature disable trigger all")
        connection.execute("delete from seal.cosignature where size = (select max(size) from seal.publication)")
        connection.execute("alter table seal.cosignature enable always trigger refuse_change")
    code, _, checks = verified(terminal)
    assert (code, checks["witness policy"]["ok"]) == (exits.DIFFERENT, False)
    assert "by no witness" in checks["witness policy"]["detail"]
