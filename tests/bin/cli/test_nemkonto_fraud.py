"""`rigsbog nemkonto freeze`, `void` and `rested-on` on a real ledger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.bin.terminal import Terminal, person

pytestmark = pytest.mark.slow

ACCOUNT, OTHER = "0040 0440116243", "5051 0001234567"
BANK = ("--channel", "bank", "--institution", "0040", "--consent", "c-1")
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
BASIS = ("--basis", "forvaltningsloven § 29")


@pytest.fixture(scope="module")
def clock(terminal: Terminal) -> Terminal:
    terminal.set_clock(MONDAY)
    return terminal


def changed_by_a_stranger(terminal: Terminal, who: str) -> tuple[str, str]:
    """The payee's own designation, and the stranger's that took its place."""
    (own,) = terminal.ok("nemkonto", "designate", who, *BANK, "--json", stdin=ACCOUNT).lines
    (fraud,) = terminal.ok("nemkonto", "designate", who, "--json", stdin=OTHER).lines
    terminal.ok("nemkonto", "activate", fraud["designation"], stdin=fraud["activation_code"])
    return own["designation"], fraud["designation"]


def test_a_void_designation_never_held_and_what_rested_on_it_is_listed(clock: Terminal) -> None:
    terminal = clock
    who, other = terminal.register(person(1), person(2))
    own, fraud = changed_by_a_stranger(terminal, who)
    changed_by_a_stranger(terminal, other)
    terminal.ok("nemkonto", "show", other)
    terminal.set_clock(MONDAY + timedelta(days=90))
    terminal.ok("as-of", "nemkonto", who, *BASIS)
    terminal.ok("as-of", "persons", who, *BASIS)
    terminal.ok("nemkonto", "void", fraud, stdin="0700-12345")
    terminal.ok("as-of", "nemkonto", who, *BASIS)

    (held,) = terminal.ok("as-of", "nemkonto", who, "--valid", "2026-04-01", "--json", *BASIS).lines[0]["rows"]
    assert f"designation:{held['designation']}" == own
    listed = terminal.ok("nemkonto", "rested-on", fraud, "--json", *BASIS).lines[0]["rested_on"]
    assert [row["fact"] for row in listed] == [
        "ChangeNoticeGiven",
        "NemkontoSuperseded",
        "ChangeNoticeGiven",
        "DataDisclosed",
    ]
    shown = terminal.ok("nemkonto", "show", who, "--json").lines[0]["designations"]
    assert [(row["status"], row["valid_from"], row["valid_to"]) for row in shown] == [
        ("active", "2026-03-09", None),
        ("voided", None, None),
    ]
    assert not [said for said in terminal.heard if "0700-12345" in said]


def test_a_frozen_nemkonto_is_changed_only_after_the_freeze_is_lifted(clock: Terminal) -> None:
    (who,) = clock.register(person(3))
    clock.ok("nemkonto", "freeze", who)
    assert "Ask the payee to lift the freeze first." in clock.run("nemkonto", "designate", who, stdin=ACCOUNT).err
    (row,) = clock.ok("as-of", "nemkonto_freezes", who, "--json", *BASIS).lines[0]["rows"]
    assert (row["set_at"] is None, row["lifted_at"]) == (False, None)
    clock.ok("nemkonto", "freeze", who, "--lift")
    assert clock.ok("nemkonto", "designate", who, stdin=ACCOUNT).out
    notices = clock.ok("as-of", "nemkonto_notices", who, "--json", *BASIS).lines[0]["rows"]
    assert {notice["occasion"] for notice in notices} == {"freeze_set", "freeze_lifted", "letter_ordered"}
