"""A superuser alters a record that was sealed long ago: no command goes on over it, and each names its position."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from adapters.postgres.embedded import EmbeddedServer
from adapters.seal.formats.tiles import WIDTH
from bin.cli import exits
from tests.bin.daemon.test_run import daemon, until
from tests.bin.terminal import Terminal, company, cpr, letter, person
from tests.conftest import fresh_database

PEOPLE_LATER = 90
"""They are registered after the summons, so that its records lie deep under the last tile."""
FAST = {"RIGSBOG_RECORD_CHECK_RATE": "1000000", "RIGSBOG_RECORD_CHECK_PAUSE_SECONDS": "0"}
HALTS = 30.0


@dataclass(frozen=True)
class Served:
    """A summons that was served, and the position of the fact that says so."""

    message: str
    recipient: str
    position: int


ALTERATIONS = {
    "payload": 'update ledger.record set payload = payload || \'{{"channel": "e-boks.dk"}}\' where position = {at}',
    "time, and the register with it": (
        "update ledger.record set recorded_at = recorded_at + interval '1 day' where position = {at};"
        " update register.messages set served_at = served_at + interval '1 day' where served_at is not null"
    ),
    "actor": "update ledger.record set actor = 'system:other' where position = {at}",
    "record": "delete from ledger.record where position = {at}",
    "subject": "delete from ledger.subject where position = {at} and subject = '{recipient}'",
    "tile": (
        "update seal.tile set hashes = set_byte(hashes, {byte}, get_byte(hashes, {byte}) # 1)"
        " where level = 0 and index = {tile}"
    ),
}
QUESTIONS = {
    "as-of": ("as-of", "messages", "{message}"),
    "as-of all": ("as-of", "all", "{message}"),
    "explain": ("explain", "messages", "{message}", "served_at"),
    "history": ("history", "{message}"),
}


def alter(url: str, statement: str, served: Served) -> None:
    """Alter it as a superuser, for whom no guard is in force; every guard is there again afterwards."""
    byte = (served.position - 1) % WIDTH * 32
    written = statement.format(
        at=served.position,
        recipient=served.recipient.partition(":")[2],
        byte=byte,
        tile=(served.position - 1) // WIDTH,
    )
    with psycopg.connect(url) as connection:
        connection.execute("set session_replication_role = replica")
        triggers = connection.execute(
            "select t.tgrelid::regclass::text, t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid"
            " where c.relnamespace in ('ledger'::regnamespace, 'seal'::regnamespace) and not t.tgisinternal"
        ).fetchall()
        for table, trigger in triggers:
            connection.execute(f"alter table {table} disable trigger {trigger}")
        connection.execute(written)
        for table, trigger in triggers:
            connection.execute(f"alter table {table} enable always trigger {trigger}")


@pytest.fixture(scope="module")
def sealed(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path, Served]]:
    """The name of a database in which a summons was served and sealed more than a tile ago, its home, the summons."""
    home, letters = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("letters")
    with pytest.MonkeyPatch.context() as monkeypatch:
        terminal = Terminal(database_url, home, monkeypatch)
        _, anna = terminal.register(company(), person(1), options=("--no-reactions",))
        terminal.ok("run", "--once")
        (line,) = terminal.submit(letter(letters, cpr(1), legal_notification=True))
        message = f"message:{line['message_uuid']}"
        terminal.ok("open", message, "--reader", anna, "--channel", "mit.dk")
        terminal.register(*(person(serial) for serial in range(2, PEOPLE_LATER)), options=("--no-reactions",))
        terminal.ok("run", "--once")
        with psycopg.connect(database_url) as connection:
            ((position,),) = connection.execute(
                "select position from ledger.record join ledger.fact_name using (fact) where name = 'ServiceEffected'"
            ).fetchall()
            ((size,),) = connection.execute("select max(size) from seal.checkpoint").fetchall()
        assert position // WIDTH < (size - 1) // WIDTH
        yield str(conninfo_to_dict(database_url)["dbname"]), home, Served(message, anna, position)


@pytest.fixture
def served(sealed: tuple[str, Path, Served]) -> Served:
    return sealed[2]


@pytest.fixture
def terminal(
    postgres_server: EmbeddedServer,
    sealed: tuple[str, Path, Served],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Terminal]:
    """A terminal with a copy of that database and of its home, for one test."""
    name, home, _ = sealed
    copied = shutil.copytree(home, tmp_path / "home")
    with fresh_database(postgres_server, name) as url:
        yield Terminal(url, copied, monkeypatch)


@pytest.mark.parametrize("alteration", ALTERATIONS)
@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_is_answered_from_an_altered_record(
    terminal: Terminal, served: Served, question: str, alteration: str
) -> None:
    words = [word.format(message=served.message) for word in QUESTIONS[question]]
    answer = terminal.ok(*words).out
    head = terminal.head()
    alter(terminal.url, ALTERATIONS[alteration], served)

    said = terminal.run(*words)

    assert (said.code, said.out) == (exits.BROKEN, "")
    assert f"records and seal differ at position {served.position}" in said.err
    assert "rigsbog verify ledger" in said.err
    assert answer
    assert terminal.head() == head, "nothing was read, so no reading is recorded"


@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_no_register_is_attested_or_swapped_over_an_altered_record(
    terminal: Terminal, served: Served, alteration: str
) -> None:
    alter(terminal.url, ALTERATIONS[alteration], served)
    live = live_table(terminal)

    said = terminal.run("rebuild", "messages", "persons")

    assert said.code == exits.BROKEN
    assert f"records and seal differ at position {served.position}" in said.err
    assert "rigsbog verify ledger" in said.err
    assert not {"RebuildAttested", "RegisterSwapped"} & set(terminal.facts())
    assert live_table(terminal) == live


@pytest.mark.slow
@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_run_halts_when_its_round_comes_to_an_altered_record(
    terminal: Terminal, served: Served, alteration: str
) -> None:
    alter(terminal.url, ALTERATIONS[alteration], served)

    with daemon(terminal, **FAST) as process:
        assert process.wait(HALTS) == exits.BROKEN

    assert f"records and seal differ at position {served.position}" in terminal.heard[-1]
    (status,) = terminal.run("seal", "status", "--json").lines
    assert f"records and seal differ at position {served.position}" in status["halt"]


@pytest.mark.slow
def test_an_acknowledged_halt_comes_back_at_once_while_the_record_is_altered(
    terminal: Terminal, served: Served
) -> None:
    alter(terminal.url, "update ledger.record set actor = actor || 'x' where position = {at}", served)
    for _ in range(2):
        with daemon(terminal, **FAST) as process:
            assert process.wait(HALTS) == exits.BROKEN
        terminal.ok("seal", "acknowledge", "--reason", "a test")
    assert terminal.facts()["SealHaltAcknowledged"] == 2
    alter(terminal.url, "update ledger.record set actor = rtrim(actor, 'x') where position = {at}", served)

    with daemon(terminal, **FAST) as process:
        until(lambda: terminal.ok("status", "--json").lines[0]["record_check"]["last_ended_at"] is not None)
        assert process.poll() is None


def test_a_rebuild_that_was_refused_is_begun_from_nothing_when_the_record_is_repaired(
    terminal: Terminal, served: Served
) -> None:
    repair = "update ledger.record set recorded_at = recorded_at - interval '1 day' where position = {at}"
    alter(terminal.url, ALTERATIONS["time, and the register with it"], served)
    assert terminal.run("rebuild", "messages").code == exits.BROKEN
    alter(terminal.url, repair, served)

    (document,) = terminal.ok("rebuild", "messages", "--plan", "--json").lines
    said = terminal.run("rebuild", "messages")

    assert (document["plan"][0]["phase"], document["plan"][0]["position"]) == (None, 0)
    assert said.code == exits.DIFFERENT
    assert f"served_at: ServiceEffected at position {served.position}" in said.out


def test_nothing_is_rolled_back_over_an_altered_record(terminal: Terminal, served: Served) -> None:
    terminal.ok("rebuild", "messages")
    alter(terminal.url, ALTERATIONS["actor"], served)
    live = live_table(terminal)

    said = terminal.run("rebuild", "messages", "--rollback", "--despite-differences")

    assert said.code == exits.BROKEN
    assert f"records and seal differ at position {served.position}" in said.err
    assert live_table(terminal) == live
    assert "RegisterPutBack" not in terminal.facts()


def live_table(terminal: Terminal) -> int:
    """The identity of the register of messages that readers see."""
    with psycopg.connect(terminal.url) as connection:
        ((oid,),) = connection.execute("select 'register.messages'::regclass::oid").fetchall()
    return int(oid)
