"""`rigsbog nemkonto claim-compensation` and the commands after it, on a real ledger."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from adapters.settings import load_settings
from bin.application.application import open_application
from bin.application.compensation import pay
from domain.nemkonto.compensation_commands import MoreThanGranted
from domain.subject import DesignationId
from tests.bin.cli.test_nemkonto_fraud import BASIS, MONDAY, changed_by_a_stranger
from tests.bin.terminal import Terminal, company, person

pytestmark = pytest.mark.slow

AUTHORITY = "company:00000000-0000-4000-8000-000000000001"


@pytest.fixture(scope="module")
def clock(terminal: Terminal) -> Terminal:
    terminal.set_clock(MONDAY)
    return terminal


def rows(terminal: Terminal, register: str, who: str, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = terminal.ok("as-of", register, who, *options, "--json", *BASIS).lines[0]["rows"]
    return found


def granted(terminal: Terminal, who: str, authority: str, oere: str) -> str:
    """A fraudulent designation for which compensation is claimed and granted."""
    _, fraud = changed_by_a_stranger(terminal, who)
    terminal.ok("nemkonto", "void", fraud, stdin="0700-12345")
    terminal.ok("nemkonto", "claim-compensation", fraud, stdin=oere)
    terminal.ok("nemkonto", "decide-compensation", fraud, "--decided-by", authority, stdin=oere)
    return fraud


def test_compensation_is_recorded_step_by_step_and_its_amounts_are_encrypted(clock: Terminal) -> None:
    who, authority = clock.register(person(4), company())
    _, fraud = changed_by_a_stranger(clock, who)
    assert clock.run("nemkonto", "claim-compensation", fraud, stdin="125000").code == 3
    clock.ok("nemkonto", "void", fraud, stdin="0700-12345")
    clock.ok("nemkonto", "claim-compensation", fraud, stdin="125000")
    decide = ("nemkonto", "decide-compensation", fraud, "--decided-by", authority)
    clock.ok(*decide, "--outcome", "own_negligence")
    assert clock.run("nemkonto", "pay-compensation", fraud, stdin="125000\norder 7").code == 3
    assert clock.run(*decide, stdin="125001").code == 3
    clock.ok(*decide, "--reasons", stdin="100000\nReported at once.")
    clock.ok("nemkonto", "pay-compensation", fraud, "--on", "2026-03-01", stdin="100000\norder 7")
    said = clock.run("nemkonto", "pay-compensation", fraud, stdin="1\norder 8")
    assert (said.code, "No more is paid in all than is granted." in said.err) == (3, True)
    (row,) = rows(clock, "compensations", who)
    assert (row["outcome"], row["decided_by"]) == ("granted", authority)
    (paid,) = rows(clock, "compensation_payments", who)
    assert (paid["paid_on"], paid["designation"]) == ("2026-03-01", fraud)
    assert "125000" not in f"{row} {paid}"
    (opened,) = rows(clock, "compensations", who, "--open")
    assert [opened[part] for part in ("claim_sealed", "decision_sealed")] == [
        {"claimed_oere": 125000},
        {"granted_oere": 100000, "ground": "Reported at once."},
    ]
    (opened,) = rows(clock, "compensation_payments", who, "--open")
    assert opened["payment_sealed"] == {"paid_oere": 100000, "reference": "order 7"}


def test_a_payment_is_recorded_once_and_one_typed_wrongly_is_corrected_or_annulled(clock: Terminal) -> None:
    who, authority = clock.register(person(6), company())
    fraud = granted(clock, who, authority, "100000")
    pays = ("nemkonto", "pay-compensation", fraud, "--json")
    (paid,) = clock.ok(*pays, stdin="100000\norder 7").lines
    (again,) = clock.ok(*pays, stdin="100000\norder 7").lines
    assert (again["payment"], again["recorded"]) == (None, [])
    assert "correct that payment" in clock.run(*pays, stdin="10000\norder 7").err
    clock.ok("nemkonto", "correct-payment", paid["payment"], stdin="10000")
    (later,) = clock.ok(*pays, stdin="90000\norder 8").lines
    clock.ok("nemkonto", "annul-payment", later["payment"])
    found = {row["payment"]: row for row in rows(clock, "compensation_payments", who, "--open")}
    first, second = (found[line["payment"].partition(":")[2]] for line in (paid, later))
    assert first["payment_sealed"] == {"paid_oere": 10000, "reference": "order 7"}
    assert [bool(row[column]) for row in (first, second) for column in ("corrected_at", "annulled_at")] == [
        True,
        False,
        False,
        True,
    ]
    unknown = "payment:00000000-0000-4000-8000-000000000001"
    assert clock.run("nemkonto", "annul-payment", unknown).code == 3


@pytest.mark.parametrize(
    ("words", "stdin"),
    [
        (("claim-compensation",), "12,50"),
        (("claim-compensation",), "125000\nand more"),
        (("claim-compensation", "--on", "2026-03-01"), "125000"),
        (("decide-compensation",), "125000"),
        (("decide-compensation", "--decided-by", AUTHORITY), "125000\nwithout --reasons"),
        (("pay-compensation", "--reasons"), "125000\norder 7"),
    ],
)
def test_what_a_step_does_not_record_is_a_usage_error(clock: Terminal, words: tuple[str, ...], stdin: str) -> None:
    named = "designation:00000000-0000-4000-8000-000000000001"
    said = clock.run("nemkonto", words[0], named, *words[1:], stdin=stdin)
    assert said.code == 2, said.err


def test_of_payments_at_the_same_time_no_more_is_recorded_than_is_granted(clock: Terminal) -> None:
    who, authority = clock.register(person(5), company())
    fraud = granted(clock, who, authority, "100")
    with open_application(load_settings(clock.environment)) as application, ThreadPoolExecutor(4) as pool:
        named = DesignationId(UUID(fraud.partition(":")[2]))
        paid = [pool.submit(pay, application, named, 40, f"order {nth}") for nth in range(6)]
        errors = [each.exception() for each in paid]
    assert errors.count(None) == clock.facts(fraud)["CompensationPaid"] == 2
    assert all(isinstance(error, MoreThanGranted) for error in errors if error)
