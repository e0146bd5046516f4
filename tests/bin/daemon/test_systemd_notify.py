"""Tests of the messages to a supervisor."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from adapters.settings import load_settings
from bin.daemon.systemd_notify import Notifier, notifier


def test_the_watchdog_message_is_sent_at_half_of_the_supervisors_time_limit(tmp_path: Path) -> None:
    now = 100.0
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(str(tmp_path / "notify"))
        supervisor.setblocking(False)
        ours = Notifier(str(tmp_path / "notify"), watchdog_seconds=10, clock=lambda: now)
        sent_at = []
        for now in (100.0, 101.0, 104.9, 105.0, 105.1, 109.9, 110.0):
            ours.alive()
            try:
                sent_at.append((now, supervisor.recv(100)))
            except BlockingIOError:
                continue
    assert sent_at == [(at, b"WATCHDOG=1") for at in (100.0, 105.0, 110.0)]


def test_without_a_time_limit_no_watchdog_message_is_sent(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(str(tmp_path / "notify"))
        supervisor.setblocking(False)
        ours = notifier(load_settings({"NOTIFY_SOCKET": str(tmp_path / "notify")}))
        ours.ready()
        ours.alive()
        ours.stopping()
        assert [supervisor.recv(100), supervisor.recv(100)] == [b"READY=1", b"STOPPING=1"]
        with pytest.raises(BlockingIOError):
            supervisor.recv(100)


def test_a_socket_in_the_abstract_namespace_is_written_with_an_at_sign() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind("")  # Linux chooses an abstract name.
        name = supervisor.getsockname().decode()
        notifier(load_settings({"NOTIFY_SOCKET": f"@{name[1:]}"})).ready()
        supervisor.setblocking(False)
        assert supervisor.recv(100) == b"READY=1"


def test_a_supervisor_that_is_gone_is_no_reason_to_fail(tmp_path: Path) -> None:
    ours = notifier(load_settings({"NOTIFY_SOCKET": str(tmp_path / "gone"), "WATCHDOG_USEC": "2000000"}))
    ours.ready()
    ours.alive()
    ours.stopping()
    assert ours.interval_seconds == 1.0
