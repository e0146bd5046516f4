"""`rigsbog nemkonto freeze`, `void`, `rested-on` and `compensation` on a real ledger."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from adapters.settings import load_settings
from bin.application.application import open_application
from bin.application.nemkonto_fraud import CompensationStep, compensate
from domain.nemkonto.compensation import MoreThanGranted
from domain.subject import DesignationId
from tests.bin.terminal import Terminal, company, person

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


def test_compensation_is_recorded_step_by_step_and_its_amounts_are_encrypted(clock: Terminal) -> None:
    who, authority = clock.register(person(4), company())
    _, fraud = changed_by_a_stranger(clock, who)
    assert clock.run("nemkonto", "compensation", fraud, "claim", stdin="125000").code == 3
    clock.ok("nemkonto", "void", fraud, stdin="0700-12345")
    clock.ok("nemkonto", "compensation", fraud, "claim", stdin="125000")
    assert clock.run("nemkonto", "compensation", fraud, "decide", stdin="100000").code == 65
    decided = ("decide", "--decided-by", authority)
    clock.ok("nemkonto", "compensation", fraud, *decided, "--outcome", "own_negligence")
    assert clock.run("nemkonto", "compensation", fraud, "pay", stdin="125000").code == 3
    assert clock.run("nemkonto", "compensation", fraud, *decided, stdin="125001").code == 3
    clock.ok("nemkonto", "compensation", fraud, *decided, "--reasons", stdin="100000\nReported at once.")
    clock.ok("nemkonto", "compensation", fraud, "pay", "--on", "2026-03-01", stdin="100000\norder 7")
    said = clock.run("nemkonto", "compensation", fraud, "pay", stdin="1")
    assert (said.code, "No more is paid in all than is granted." in said.err) == (3, True)
    assert clock.run("nemkonto", "compensation", fraud, "claim", stdin="12,50").code == 2
    (row,) = clock.ok("as-of", "compensations", who, "--json", *BASIS).lines[0]["rows"]
    assert (row["outcome"], row["decided_by"], row["paid_on"]) == ("granted", authority, "2026-03-01")
    assert "125000" not in f"{row}"
    (opened,) = clock.ok("as-of", "compensations", who, "--open", "--json", *BASIS).lines[0]["rows"]
    amounts = [opened[part] for part in ("claim_sealed", "decision_sealed", "payment_sealed")]
    assert amounts == [
        {"claimed_oere": 125000},
        {"granted_oere": 100000, "ground": "Reported at once."},
        {"paid_oere": 100000, "payment": "order 7"},
    ]


def test_of_payments_at_the_same_time_no_more_is_recorded_than_is_granted(clock: Terminal) -> None:
    who, authority = clock.register(person(5), company())
    _, fraud = changed_by_a_stranger(clock, who)
    clock.ok("nemkonto", "void", fraud, stdin="0700-12345")
    clock.ok("nemkonto", "compensation", fraud, "claim", stdin="100")
    clock.ok("nemkonto", "compensation", fraud, "decide", "--decided-by", authority, stdin="100")
    with open_application(load_settings(clock.environment)) as application, ThreadPoolExecutor(4) as pool:
        named = DesignationId(UUID(fraud.partition(":")[2]))
        paid = [pool.submit(compensate, application, named, CompensationStep.PAY, 40) for _ in range(6)]
        errors = [each.exception() for each in paid]
    assert errors.count(None) == clock.facts(fraud)["CompensationPaid"] == 2
    assert all(isinstance(error, MoreThanGranted) for error in errors if error)
