"""Proves the daemon: it follows and reacts, notifies its supervisor, stops cleanly, runs once, and survives a kill."""

from __future__ import annotations

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from bin.daemon import run as daemon_run
from migrations.advisory_locks import AdvisoryLock
from tests.bin.terminal import ROOT, Terminal, company, cpr, letter, person

pytestmark = pytest.mark.slow

PATIENCE_SECONDS = 30.0
STOP_SECONDS_MAX = 5.0
FILLING = b"unread"
ONE_ARRIVAL = {"MessageSubmitted": 1, "ReceiptIssued": 2, "MessageMadeAvailable": 1}


@pytest.fixture(scope="module", autouse=True)
def authority(terminal: Terminal) -> None:
    """Register the authority that writes the letters."""
    terminal.register(company(), options=("--no-reactions",))


@contextmanager
def daemon(terminal: Terminal, *options: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """`rigsbog run` in a new process, killed at the end if it still runs; its output is recorded."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bin.rigsbog", "run", *options],
        cwd=ROOT,
        env=os.environ | terminal.environment | environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        out, err = process.communicate(timeout=PATIENCE_SECONDS)
        terminal.heard += [out, err]


@contextmanager
def supervised(folder: Path) -> Iterator[tuple[socket.socket, str]]:
    """A supervisor's socket, and its address."""
    address = str(folder / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(address)
        supervisor.settimeout(PATIENCE_SECONDS)
        yield supervisor, address


def fill(address: str) -> int:
    """Send to a socket until its buffer is full; the number of messages in it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        sender.connect(address)
        for count in itertools.count():
            try:
                sender.send(FILLING)
            except BlockingIOError:
                return count
    raise AssertionError("unreachable")


def until(met: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not met():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def registers(terminal: Terminal) -> dict[str, int]:
    """How far each register has come; none if there is no register yet."""
    with psycopg.connect(terminal.url) as connection:
        return dict(connection.execute("select name, position from register.progress").fetchall())


def caught_up(terminal: Terminal) -> bool:
    """Whether every register is at the head."""
    head, found = terminal.head(), registers(terminal)
    return bool(found) and all(position >= head for position in found.values())


def test_it_follows_and_reacts_and_stops_cleanly_when_asked(terminal: Terminal, tmp_path: Path) -> None:
    with supervised(tmp_path) as (supervisor, address):
        with daemon(terminal, NOTIFY_SOCKET=address) as process:
            assert supervisor.recv(100) == b"READY=1"
            (who,) = terminal.register(person(1), options=("--no-reactions",))
            until(lambda: terminal.facts(who).get("MailRegistered") == 1)
            until(lambda: caught_up(terminal))
            asked_at = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_SECONDS) == 0
            assert time.monotonic() - asked_at < STOP_SECONDS_MAX
        assert supervisor.recv(100) == b"STOPPING=1"


def test_a_supervisor_with_a_watchdog_gets_its_message_between_the_others(terminal: Terminal, tmp_path: Path) -> None:
    with (
        supervised(tmp_path) as (supervisor, address),
        daemon(terminal, NOTIFY_SOCKET=address, WATCHDOG_USEC="2000000") as process,
    ):
        messages = [supervisor.recv(100) for _ in range(3)]
        process.send_signal(signal.SIGTERM)
        while messages[-1] != b"STOPPING=1":
            messages.append(supervisor.recv(100))
        assert process.wait(PATIENCE_SECONDS) == 0
    assert messages.count(b"READY=1") == 1
    assert set(messages) == {b"READY=1", b"WATCHDOG=1", b"STOPPING=1"}


def test_a_supervisor_that_reads_nothing_holds_up_neither_the_work_nor_a_stop(
    terminal: Terminal, tmp_path: Path
) -> None:
    with supervised(tmp_path) as (supervisor, address):
        filled = fill(address)
        with daemon(terminal, NOTIFY_SOCKET=address, WATCHDOG_USEC="200000") as process:
            (who,) = terminal.register(person(5), options=("--no-reactions",))
            until(lambda: terminal.facts(who).get("MailRegistered") == 1)
            until(lambda: caught_up(terminal))
            asked_at = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_SECONDS) == 0
            assert time.monotonic() - asked_at < STOP_SECONDS_MAX
        assert {supervisor.recv(100) for _ in range(filled)} == {FILLING}


def test_readiness_is_sent_again_after_a_full_socket(terminal: Terminal, tmp_path: Path) -> None:
    with supervised(tmp_path) as (supervisor, address):
        filled = fill(address)
        with daemon(terminal, NOTIFY_SOCKET=address):
            until(lambda: bool(registers(terminal)) and caught_up(terminal) and held(terminal))
            assert {supervisor.recv(100) for _ in range(filled)} == {FILLING}
            assert supervisor.recv(100) == b"READY=1"


def test_its_log_is_json_about_the_machine(terminal: Terminal) -> None:
    with daemon(terminal) as process:
        until(lambda: held(terminal))
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE_SECONDS) == 0
    lines = [json.loads(line) for line in terminal.heard[-1].splitlines()]
    assert lines
    assert {"event", "level", "timestamp"} <= set(lines[0])
    assert terminal.heard[-2] == ""


def test_a_second_daemon_ends_as_busy(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon_run, "LEADER_WAIT_SECONDS_MAX", 0.2)
    with daemon(terminal) as process:
        until(lambda: held(terminal))
        second = terminal.run("run")
        assert second.code == 75
        assert "wait for its end by --standby" in second.err
        assert process.poll() is None


def test_one_on_standby_takes_over_from_a_killed_one(terminal: Terminal) -> None:
    with daemon(terminal) as first:
        until(lambda: held(terminal))
        with daemon(terminal, "--standby") as second:
            first.kill()
            first.wait(PATIENCE_SECONDS)
            (who,) = terminal.register(person(2), options=("--no-reactions",))
            until(lambda: terminal.facts(who).get("MailRegistered") == 1)
            assert second.poll() is None


def test_killed_again_and_again_while_letters_come_nothing_is_missed_or_done_twice(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.register(person(99))
    subjects, messages = [], []
    for serial in range(100, 112, 3):
        with daemon(terminal) as process:
            subjects += terminal.register(*(person(serial + one) for one in range(3)), options=("--no-reactions",))
            messages += [line["message_uuid"] for line in terminal.submit(letter(tmp_path, cpr(99)))]
            if serial % 2:
                until(lambda: held(terminal))
            process.kill()
            process.wait(PATIENCE_SECONDS)
    terminal.ok("run", "--once")
    assert [terminal.facts(who)["MailRegistered"] for who in subjects] == [1] * len(subjects)
    assert [terminal.facts(f"message:{message}") for message in messages] == [ONE_ARRIVAL] * 4
    assert caught_up(terminal)


def test_registering_while_it_runs_waits_for_the_mailboxes(terminal: Terminal) -> None:
    with daemon(terminal):
        until(lambda: held(terminal))
        (who,) = terminal.register(person(3))
        assert terminal.facts(who)["MailRegistered"] == 1


def test_after_a_broken_connection_it_recovers_automatically(terminal: Terminal) -> None:
    with daemon(terminal) as process:
        until(lambda: held(terminal))
        for serial in (50, 51):
            with psycopg.connect(terminal.url) as connection:
                connection.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where pid <> pg_backend_pid() and datname = current_database()"
                )
            (who,) = terminal.register(person(serial), options=("--no-reactions",))
            until(lambda: terminal.facts(who).get("MailRegistered") == 1)  # noqa: B023 - asked before the next turn
            until(lambda: caught_up(terminal))
        assert process.poll() is None


def held(terminal: Terminal) -> bool:
    """Whether a process has the leader lock."""
    with psycopg.connect(terminal.url) as connection:
        row = connection.execute(
            "select count(*) from pg_locks where locktype = 'advisory' and objid = %s"
            " and database = (select oid from pg_database where datname = current_database())",
            [AdvisoryLock.REACTIONS],
        ).fetchone()
    return row is not None and row[0] > 0
