"""What has fallen due and was not executed is reported by status, doctor and verify, and cannot be written away."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.postgres.database import engine
from bin.application.questions.overdue import ERASURE_GRACE, GRACE, LOOK_BACK
from bin.cli import exits
from domain.danish_time import COPENHAGEN
from projections.catalogue import REGISTERS
from projections.engine.follow import follow
from tests.bin.terminal import Terminal, company, cpr, held_until, letter, person
from tests.bin.unguarded import change_unguarded

pytestmark = pytest.mark.slow

BEGIN = datetime(2030, 3, 2, 9, tzinfo=UTC)
RELEASE_DAY = date(2030, 3, 5)
RELEASED_AT = datetime.combine(RELEASE_DAY, time(), COPENHAGEN)
BORN = "2015-06-15"
BIRTHDAY_BEGINS = datetime(2030, 6, 14, 22, tzinfo=UTC)
WRITTEN_AWAY = "update reaction.progress set due_until = %s"


@pytest.fixture
def terminal(simulated: Terminal) -> Terminal:
    """The clock of these tests is simulated."""
    return simulated


def held(terminal: Terminal, folder: Path) -> str:
    """A letter that is held back until RELEASE_DAY, and known to the registers."""
    terminal.register(person(1), company())
    (line,) = terminal.submit(letter(folder, cpr(1), **held_until(RELEASE_DAY)))
    terminal.ok("run", "--once")
    return f"message:{line['message_uuid']}"


def reported(terminal: Terminal) -> tuple[list[Any], str, list[str]]:
    """What status, doctor and verify say of due times; their exit codes must agree."""
    status = terminal.run("status", "--json")
    late = status.lines[0]["overdue"]
    doctor, verify = terminal.run("doctor", "--json"), terminal.run("verify", "ledger", "--json")
    (looked,) = [each for each in doctor.lines[0]["findings"] if each["name"] == "due times"]
    (check,) = [each for each in verify.lines[0]["checks"] if each["name"] == "due times"]
    assert status.code == (exits.DIFFERENT if late or status.lines[0]["stuck"]["letters"] else exits.OK), status
    assert looked["ok"] or doctor.code == exits.DIFFERENT, doctor
    assert verify.code == (exits.OK if check["ok"] else exits.DIFFERENT), verify
    return late, "" if looked["ok"] else looked["detail"], check["differing"]


def test_a_release_that_nobody_executes_is_overdue_until_it_is_executed(terminal: Terminal, tmp_path: Path) -> None:
    held(terminal, tmp_path)
    terminal.set_clock(RELEASED_AT + GRACE - timedelta(seconds=1))
    assert reported(terminal) == ([], "", [])

    terminal.set_clock(RELEASED_AT + GRACE)
    late, doctor, verify = reported(terminal)
    assert [(each["kind"], each["acts"], datetime.fromisoformat(each["since"])) for each in late] == [
        ("release", 1, RELEASED_AT)
    ]
    (since,) = verify
    assert since.startswith("release: 1, the first since 2030-03-0")
    assert doctor == f"1 acts are overdue: start `rigsbog run`, and find out who stopped it; {since}"
    assert f"Overdue, {since}. Start `rigsbog run`." in terminal.run("status").out

    terminal.ok("run", "--once")
    assert reported(terminal) == ([], "", [])


def test_what_no_register_includes_yet_is_overdue_too(terminal: Terminal, tmp_path: Path) -> None:
    terminal.register(person(1), company())
    terminal.submit(letter(tmp_path, cpr(1), **held_until(RELEASE_DAY)))
    terminal.set_clock(RELEASED_AT + GRACE)
    assert [each["kind"] for each in reported(terminal)[0]] == ["release"]


def test_what_has_been_overdue_for_long_is_reported_by_verify(terminal: Terminal, tmp_path: Path) -> None:
    held(terminal, tmp_path)
    terminal.set_clock(RELEASED_AT.astimezone(UTC) + LOOK_BACK)
    late, _, verify = reported(terminal)
    assert late == []
    assert [each.partition(":")[0] for each in verify] == ["release", "registration"], "that of the sender is personal"


def test_what_was_recalled_is_not_overdue(terminal: Terminal, tmp_path: Path) -> None:
    message = held(terminal, tmp_path)
    (firm,) = terminal.register(company())
    terminal.ok("recall", message, "--sender", firm, stdin="Sent in error.")
    terminal.set_clock(RELEASED_AT + GRACE)
    assert reported(terminal) == ([], "", [])


def test_a_registration_on_a_birthday_that_nobody_executes_is_reported_by_verify(terminal: Terminal) -> None:
    terminal.register(person(1, birth_date=BORN))
    terminal.ok("run", "--once")
    terminal.set_clock(BIRTHDAY_BEGINS - timedelta(days=1))
    terminal.ok("run", "--once")
    terminal.set_clock(BIRTHDAY_BEGINS + timedelta(hours=1))
    late, doctor, verify = reported(terminal)
    assert (late, doctor) == ([], ""), "the day is a child's birthday, which only verify looks at"
    assert [each.partition(":")[0] for each in verify] == ["registration"]
    terminal.ok("run", "--once")
    assert reported(terminal) == ([], "", [])


def test_who_is_exempt_on_the_day_of_the_registration_owes_nothing(terminal: Terminal) -> None:
    (child,) = terminal.register(person(1, birth_date=BORN))
    terminal.ok("citizen", "exempt", child)
    terminal.set_clock(BIRTHDAY_BEGINS + timedelta(days=1))
    terminal.ok("run", "--once")
    assert "MailRegistered" not in terminal.facts(child)
    assert reported(terminal) == ([], "", [])


def test_a_reminder_whose_time_is_over_was_missed_and_is_overdue_until_then(terminal: Terminal) -> None:
    (anna,) = terminal.register(person(1))
    terminal.ok("citizen", "protect", anna)
    terminal.ok("run", "--once")
    terminal.set_clock(datetime(2031, 3, 1, 12, tzinfo=UTC))
    assert [(each["kind"], each["acts"]) for each in reported(terminal)[0]] == [("protection_reminder", 1)]

    terminal.set_clock(datetime(2031, 3, 2, 12, tzinfo=UTC))
    terminal.ok("run", "--once")

    assert "ProtectionReminderOrdered" not in terminal.facts(anna)
    assert reported(terminal) == ([], "", [])
    (missed,) = terminal.run("status", "--json").lines[0]["missed"]
    assert (missed["kind"], missed["acts"]) == ("protection_reminder", 1)
    assert "missed, and not asked for any more, protection_reminder: 1, the first since" in terminal.run("doctor").out


def test_a_reminder_that_was_given_in_time_was_not_missed(terminal: Terminal) -> None:
    (anna,) = terminal.register(person(1))
    terminal.ok("citizen", "protect", anna)
    for day in (datetime(2031, 3, 1, 12, tzinfo=UTC), datetime(2031, 3, 2, 12, tzinfo=UTC)):
        terminal.set_clock(day)
        terminal.ok("run", "--once")
    status = terminal.ok("status", "--json").lines[0]
    assert (status["overdue"], status["missed"]) == ([], [])


def test_without_the_key_that_the_law_needs_nobody_says_that_nothing_is_overdue(
    terminal: Terminal, tmp_path: Path
) -> None:
    held(terminal, tmp_path)
    terminal.set_clock(RELEASED_AT + GRACE)
    with terminal.monkeypatch.context() as patch:
        patch.setenv("RIGSBOG_KEK", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
        status = terminal.run("status", "--json")
        (check,) = [
            each
            for each in terminal.run("verify", "ledger", "--json").lines[0]["checks"]
            if each["name"] == "due times"
        ]
    assert status.lines[0]["overdue"] is None
    assert check["detail"].startswith("not looked at")


def test_what_fell_due_to_be_deleted_and_is_not_deleted_is_overdue(terminal: Terminal) -> None:
    (dead,) = terminal.register(person(1))
    terminal.ok("citizen", "died", dead, "--on", "2030-03-02")
    later = datetime(2035, 3, 2, 12, tzinfo=UTC)
    terminal.set_clock(later)
    terminal.ok("citizen", "died", dead, "--on", "2030-03-02")  # A repeat: it executes what has fallen due.
    assert terminal.facts(dead)["DeletionFellDue"] == 1
    terminal.set_clock(later + ERASURE_GRACE)
    with_registers(terminal)
    assert [(each["kind"], each["acts"]) for each in reported(terminal)[0]] == [("erasure", 1)]
    terminal.ok("retention", "apply")
    with_registers(terminal)
    assert reported(terminal) == ([], "", [])


def with_registers(terminal: Terminal) -> None:
    """Bring the registers to the head, and execute nothing."""
    project = engine(terminal.url, "rigsbog_project")
    with project.connect() as connection:
        follow(connection, REGISTERS)
    project.dispose()


@pytest.mark.parametrize("until", ["2040-01-01", "20000-01-01", "infinity"])
def test_drill_due_times_written_away_by_a_superuser_are_executed_all_the_same(
    terminal: Terminal, tmp_path: Path, until: str
) -> None:
    message = held(terminal, tmp_path)
    assert change_unguarded(terminal.url, "reaction.progress", WRITTEN_AWAY, until) == 1
    terminal.set_clock(RELEASED_AT + GRACE)
    assert [each["kind"] for each in reported(terminal)[0]] == ["release"]

    said = terminal.ok("run", "--once")

    assert "reactions_claim_the_future" in said.err
    assert terminal.facts(message)["MessageMadeAvailable"] == 1
    assert reported(terminal) == ([], "", [])
