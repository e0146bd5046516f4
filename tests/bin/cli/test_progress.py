"""Proves what long work shows on a terminal, in a log, and to a program."""

from __future__ import annotations

import io
import json

import pytest

from bin.cli.progress import Reached, counting, reporting

CLOCK = "bin.cli.progress.time.monotonic"


class FakeTerminal(io.StringIO):
    """A standard error that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_a_bar_with_rate_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = FakeTerminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("TERM", "xterm")
    with reporting(as_json=False) as report:
        report(Reached(10, 40, 5.0, "loaded", "messages", "[half]"))
        report(Reached(40, 40, 5.0, "hashed again"))
    shown = terminal.getvalue()
    for text in ("messages", "10/40", "5 facts/s, 6 s left", "loaded: [half]", "ledger", "40/40", "hashed again"):
        assert text in shown


def test_a_program_gets_a_new_kind_of_step_at_once_and_the_same_kind_seldom(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with reporting(as_json=True) as report:
        for seconds, step in (
            (100.0, Reached(1, 9, 2.0, "loaded")),
            (102.0, Reached(2, 9, 2.0, "loaded")),
            (102.5, Reached(3, 9, None, "indexed")),
            (106.0, Reached(4, 9, 2.0, "indexed")),
        ):
            monkeypatch.setattr(CLOCK, lambda now=seconds: now)
            report(step)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["position"] for line in lines] == [1, 3, 4]
    assert lines[0] == {
        "position": 1,
        "total": 9,
        "facts_per_second": 2.0,
        "did": "loaded",
        "register": "ledger",
        "note": "",
        "seconds_left": 4.0,
    }
    assert lines[1]["seconds_left"] is None


def test_the_rate_counts_only_what_was_done_since_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter((100.0, 102.0))
    monkeypatch.setattr(CLOCK, lambda: next(seconds))
    steps: list[object] = []
    counting(steps.append, "sealed", start=1_000)(1_010, 1_030)
    assert steps == [Reached(1_010, 1_030, 5.0, "sealed")]
