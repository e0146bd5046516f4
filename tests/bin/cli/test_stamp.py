"""`rigsbog seal stamp` says what is missing or wrong in a sentence; with an authority: tests/checkers."""

from __future__ import annotations

import pytest

from tests.bin.terminal import Terminal, person
from tests.sources import ROOT

ROOT_FILE = str(ROOT / "tests" / "golden" / "stamp" / "root.pem")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--tsa", "ftp://tsa/", "--root", ROOT_FILE], 65, "authority's URL cannot be used: a URL is http or https"),
        (
            ["--tsa", "http://tsa:0x/", "--root", ROOT_FILE],
            65,
            "authority's URL cannot be used: the URL cannot be read",
        ),
        (["--tsa", "http://127.0.0.1:1", "--root", "nothing.pem"], 78, "nothing.pem holds no certificates"),
        (["--tsa", "http://127.0.0.1:1", "--root", ROOT_FILE], 75, "No checkpoint is published yet"),
    ],
)
def test_missing_or_wrong_arguments_are_reported_in_a_sentence(
    terminal: Terminal, words: list[str], code: int, said: str
) -> None:
    ran = terminal.run("seal", "stamp", *words)

    assert (ran.code, said in ran.err, ran.err.count("\n")) == (code, True, 1), ran


def test_an_unreachable_time_stamp_authority_is_reported_and_no_stamp_is_stored(terminal: Terminal) -> None:
    terminal.register(person(1))
    terminal.ok("seal", "once")
    ran = terminal.run("seal", "stamp", "--tsa", "http://127.0.0.1:1", "--root", ROOT_FILE)

    assert ran.code == 69
    assert ran.err.startswith("rigsbog: No time stamp from http://127.0.0.1:1: the connection was refused. Sealing")
    assert terminal.ok("seal", "stamps", "--root", ROOT_FILE, "--json").lines == [{"ok": True, "stamps": []}]
