"""Every wrong input of a command ends with a sentence and a documented code, never a traceback."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bin.cli import exits
from tests.bin.terminal import Terminal, company, cpr, letter, person

NOBODY = "person:00000000-0000-4000-8000-000000000000"
NO_MESSAGE = "message:00000000-0000-4000-8000-000000000000"
NO_DESIGNATION = "designation:00000000-0000-4000-8000-000000000000"
ANSWERED = (exits.OK, exits.DIFFERENT)
"""The input was understood, and the answer that there is nothing is on standard output."""
SENTENCE = re.compile(r"[A-Z][^.:?]+ [^.:?]+[.:?]")
BY_BANK = "--channel bank --institution 5001 --consent c-1"


@pytest.fixture(scope="module")
def names(terminal: Terminal, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Subjects that a call may name."""
    anna, firm = terminal.register(person(1), company())
    (line,) = terminal.submit(letter(tmp_path_factory.mktemp("letters"), cpr(1)))
    (designated,) = terminal.ok(
        "nemkonto", "designate", anna, *BY_BANK.split(), "--json", stdin="5001 1234567890"
    ).lines
    terminal.ok("run", "--once")
    return {
        "anna": anna,
        "firm": firm,
        "message": f"message:{line['message_uuid']}",
        "designation": designated["designation"],
    }


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("as-of persons {anna} --known 1492-10-12", exits.BAD_INPUT),
        ("as-of persons {anna} --known 9999-12-31", exits.BAD_INPUT),
        ("as-of persons {anna} --known 2026-03-29T02:30", exits.USAGE),
        ("as-of persons {anna} --known 99999999999999999999", exits.USAGE),
        ("as-of persons {anna} --known -1", exits.USAGE),
        ("as-of persons {anna} --known yesterday", exits.USAGE),
        ("as-of persons {anna} --valid yesterday", exits.USAGE),
        ("as-of nemkonto {anna} --valid 0001-01-01", exits.OK),
        ("as-of nemkonto {anna} --valid 9999-12-31", exits.OK),
        ("as-of persons {anna} --valid 2026-01-01", exits.USAGE),
        ("as-of nobody {anna}", exits.USAGE),
        ("as-of persons nobody", exits.USAGE),
        ("as-of persons " + NOBODY, exits.OK),
        ("explain persons {anna} nothing", exits.USAGE),
        ("explain persons " + NOBODY + " registered_as_resident", exits.DIFFERENT),
        ("diff persons --from 0001-01-01", exits.BAD_INPUT),
        ("diff persons --from 9", exits.OK),
        ("replay persons --known 3 --into register", exits.USAGE),
        ("history " + NOBODY, exits.OK),
        ("history cat:1", exits.USAGE),
        ("bundle " + NO_MESSAGE + " --out {out}", exits.BAD_INPUT),
        ("prove " + NO_MESSAGE + " --out {out}", exits.BAD_INPUT),
        ("prove 0 --out {out}", exits.USAGE),
        ("prove 999999 --out {out}", exits.USAGE),
        ("citizen died {anna}", exits.USAGE),
        ("citizen dance {anna}", exits.USAGE),
        ("citizen move {anna}", exits.BAD_INPUT),
        ("citizen died {anna} --on 9999-12-31", exits.REFUSED),
        ("citizen protect {anna} --until 0001-01-01", exits.REFUSED),
        ("citizen died " + NOBODY + " --on 2026-01-01", exits.REFUSED),
        ("recall {message} --sender {firm}", exits.REFUSED),
        ("recall " + NO_MESSAGE + " --sender {firm}", exits.REFUSED),
        ("open " + NO_MESSAGE + " --reader {anna}", exits.REFUSED),
        ("nemkonto end {designation} --cause death_plus_3y --on 9999-12-31", exits.REFUSED),
        ("nemkonto end {designation} --cause ceased_plus_360d --on 9999-12-31", exits.REFUSED),
        ("nemkonto end " + NO_DESIGNATION, exits.BAD_INPUT),
        ("nemkonto activate " + NO_DESIGNATION, exits.BAD_INPUT),
        ("nemkonto activate {designation}", exits.BAD_INPUT),
        ("nemkonto designate {anna} --channel bank", exits.BAD_INPUT),
        ("nemkonto designate " + NOBODY, exits.BAD_INPUT),
        ("erase {anna} --class post --basis x --authority 1", exits.USAGE),
        ("history {anna} --open --basis x --authority 1", exits.USAGE),
        ("as-of persons {anna} --open --basis x --authority 1", exits.USAGE),
        ("acknowledge persons --reason none", exits.REFUSED),
        ("acknowledge nothing --reason none", exits.USAGE),
        ("seal limit 0h", exits.USAGE),
        ("seal limit 99999999999h", exits.USAGE),
        ("seal acknowledge --reason none", exits.REFUSED),
        ("seal rotate --key-file {out}", exits.CONFIGURATION),
        ("seal export /dev/null", exits.CANNOT_WRITE),
        ("submit /nowhere", exits.BAD_INPUT),
        ("register /nowhere", exits.BAD_INPUT),
        ("find", exits.BAD_INPUT),
        ("verify --known x", exits.USAGE),
        ("rebuild nothing", exits.USAGE),
    ],
)
def test_it_ends_with_a_sentence_and_a_code(
    terminal: Terminal, names: dict[str, str], tmp_path: Path, words: str, code: int
) -> None:
    said = terminal.run(*(word.format(**names, out=tmp_path / "file") for word in words.split()), stdin="nonsense")

    assert said.code == code, said
    assert SENTENCE.search(said.out if code in ANSWERED else said.err), said
    assert "Traceback" not in said.err


def test_w12_the_age_of_who_joins_is_the_registers_whatever_the_caller_says(terminal: Terminal) -> None:
    (child,) = terminal.register(person(2) | {"birth_date": "2016-05-01"}, options=("--no-reactions",))

    stated, said = (terminal.run("citizen", "join", child, *day) for day in (("--on", "1990-01-01"), ()))

    assert (stated.code, "this act does not record it" in stated.err) == (exits.USAGE, True)
    assert (said.code, said.err.count("\n")) == (exits.REFUSED, 1)
    assert "MailRegistered" not in terminal.facts(child)


@pytest.mark.parametrize(
    "changed",
    [
        {"number": "0000000000"},
        {"number": "3213991234"},
        {"number": "12"},
        {"number": None},
        {"kind": "cat"},
        {"name": 7},
        {"birth_date": "1400-02-30"},
        {"death_date": "9999-12-31"},
        {"on": "0001-01-01"},
    ],
    ids=json.dumps,
)
def test_a_wrong_line_of_people_is_reported_with_its_errors(terminal: Terminal, changed: dict[str, Any]) -> None:
    said = terminal.run("register", "-", "--json", stdin=json.dumps(person(7) | changed))

    assert said.code == exits.BAD_INPUT, said
    assert said.lines[0]["errors"]
