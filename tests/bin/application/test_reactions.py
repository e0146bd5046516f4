"""Proves that what follows by itself follows once: after records, at due times, and whatever is killed in between."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bin.application.reactions.executor import waves
from domain.post.mail_registration_commands import CloseMailRegistration, ReopenMailRegistration
from domain.reactions import react
from domain.subject import PersonId
from tests.bin.terminal import Desk, company, cpr, held_until, letter, person

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
ACCOUNT = "0040 0440116243"
ONE_NOTICE = {"NemkontoChangeNotified": 1, "MessageSubmitted": 1, "MessageMadeAvailable": 1}


@pytest.fixture(scope="module", autouse=True)
def clock(desk: Desk) -> Desk:
    """A Monday morning, simulated from before the first record."""
    desk.set_clock(MONDAY)
    desk.register(company())
    return desk


def later(desk: Desk, days: int) -> date:
    """Let days pass on the simulated clock; today's date, in Copenhagen at noon."""
    with psycopg.connect(desk.url) as connection:
        row = connection.execute("select ledger.clock()").fetchone()
    assert row is not None
    now: datetime = row[0] + timedelta(days=days)
    desk.set_clock(now)
    return now.astimezone(UTC).date()


def message(line: dict[str, Any]) -> str:
    """The subject of a letter that was submitted."""
    return f"message:{line['message_uuid']}"


def notices(desk: Desk, who: str) -> dict[str, int]:
    """The facts about a payee that a notice brings."""
    return {name: count for name, count in desk.facts(who).items() if name in ONE_NOTICE}


def test_a_letter_held_back_is_released_on_its_day_and_not_before(desk: Desk, tmp_path: Path) -> None:
    desk.register(person(1))
    today = later(desk, 0)
    (line,) = desk.submit(letter(tmp_path, cpr(1), **held_until(today + timedelta(days=3))))
    desk.ok("run", "--once")
    assert "MessageMadeAvailable" not in desk.facts(message(line))
    later(desk, 3)
    desk.ok("run", "--once")
    desk.ok("run", "--once")
    facts = desk.facts(message(line))
    assert (facts["MessageMadeAvailable"], facts["ReceiptIssued"]) == (1, 2)


def test_who_becomes_exempt_while_a_letter_is_held_back_does_not_receive_it(desk: Desk, tmp_path: Path) -> None:
    (who,) = desk.register(person(2))
    today = later(desk, 0)
    (line,) = desk.submit(letter(tmp_path, cpr(2), **held_until(today + timedelta(days=2))))
    desk.ok("citizen", "exempt", who, "--by", "municipality 0101")
    later(desk, 2)
    desk.ok("run", "--once")
    facts = desk.facts(message(line))
    assert facts["ReleaseRefused"] == 1
    assert "MessageMadeAvailable" not in facts


def test_a_death_closes_the_mailbox_and_its_correction_opens_it(desk: Desk, tmp_path: Path) -> None:
    (who,) = desk.register(person(3))
    desk.ok("citizen", "died", who, "--on", later(desk, 0).isoformat(), "--no-reactions")
    desk.ok("run", "--once")
    (barred,) = desk.submit(letter(tmp_path, cpr(3)))
    assert (barred["status"], barred["errors"][0]["code"]) == ("NOT_ALLOWED", "recipient.is.closed")
    desk.ok("citizen", "correct-death", who, "--no-reactions")
    desk.ok("run", "--once")
    (taken,) = desk.submit(letter(tmp_path, cpr(3)))
    assert taken["status"] == "COMPLETED"


def test_nothing_arrives_at_the_dead_though_no_reaction_has_run(desk: Desk, tmp_path: Path) -> None:
    (who,) = desk.register(person(7))
    desk.ok("citizen", "died", who, "--on", later(desk, 0).isoformat(), "--no-reactions")
    assert "MailRegistrationClosed" not in desk.facts(who)
    (barred,) = desk.submit(letter(tmp_path, cpr(7)))
    assert (barred["status"], barred["errors"][0]["code"]) == ("NOT_ALLOWED", "recipient.is.closed")


def test_a_death_and_its_correction_between_two_runs_leave_the_mailbox_open(desk: Desk) -> None:
    (who,) = desk.register(person(4))
    desk.ok("citizen", "died", who, "--on", later(desk, 0).isoformat(), "--no-reactions")
    desk.ok("citizen", "correct-death", who, "--no-reactions")
    desk.ok("run", "--once")
    facts = desk.facts(who)
    assert (facts["MailRegistrationClosed"], facts["MailRegistrationReopened"]) == (1, 1)


def test_a_new_company_is_registered_when_its_grace_is_over(desk: Desk) -> None:
    (who,) = desk.register(company("90000004"))
    assert "MailRegistered" not in desk.facts(who)
    later(desk, 12)
    desk.ok("run", "--once")
    assert desk.facts(who)["MailRegistered"] == 1


def test_a_protection_lapses_on_its_day(desk: Desk) -> None:
    (who,) = desk.register(person(5, protected=True))
    later(desk, 366)
    desk.ok("run", "--once")
    assert desk.facts(who)["ProtectionLapsed"] == 1


def activate(desk: Desk, who: str) -> str:
    """Designate and activate a NemKonto, without running what follows; the designation."""
    (designated,) = desk.ok("nemkonto", "designate", who, "--no-reactions", "--json", stdin=ACCOUNT).lines
    code = designated["activation_code"]
    desk.ok("nemkonto", "activate", designated["designation"], "--no-reactions", stdin=code)
    return str(designated["designation"])


def test_a_changed_nemkonto_is_told_to_its_payee_by_a_message(desk: Desk) -> None:
    (who,) = desk.register(person(6))
    activate(desk, who)
    desk.ok("run", "--once")
    assert notices(desk, who) == ONE_NOTICE
    with psycopg.connect(desk.url) as connection:
        row = connection.execute(
            "select payload ->> 'message' from ledger.record join ledger.fact_name using (fact)"
            " where name = 'NemkontoChangeNotified' order by position desc limit 1"
        ).fetchone()
    assert row is not None
    shown = desk.ok("open", row[0], "--reader", who)
    assert "Ny NemKonto" in shown.out
    assert "•••• 6243" in shown.out
    assert "0440116243" not in shown.out


@pytest.mark.parametrize(
    ("serial", "at", "nth", "when"),
    [
        (20, "adapters.documents:DocumentStore.put", 1, "before"),
        (21, "adapters.documents:DocumentStore.put", 1, "after"),
        (22, "adapters.ledger.ledger:PostgresLedger.append_many", 1, "after"),
        (23, "adapters.ledger.ledger:PostgresLedger.append_many", 2, "after"),
        (24, "bin.application.reactions.leader_lock:Turn.note", 1, "before"),
        (25, "bin.application.reactions.leader_lock:Turn.note", 1, "after"),
        (26, "projections.engine.follow:advance", 1, "before"),
    ],
)
def test_killed_between_document_command_and_position_the_payee_is_told_once(
    desk: Desk, serial: int, at: str, nth: int, when: str
) -> None:
    (who,) = desk.register(person(serial))
    activate(desk, who)
    desk.killed({"at": at, "nth": nth, "when": when}, "run", "--once")
    desk.ok("run", "--once")
    assert notices(desk, who) == ONE_NOTICE


@pytest.mark.parametrize(
    ("serial", "at", "when"),
    [
        (30, "adapters.ledger.ledger:PostgresLedger.append_many", "before"),
        (31, "adapters.ledger.ledger:PostgresLedger.append_many", "after"),
        (32, "bin.application.reactions.leader_lock:Turn.note", "before"),
    ],
)
def test_killed_at_a_release_the_letter_arrives_once(
    desk: Desk, tmp_path: Path, serial: int, at: str, when: str
) -> None:
    desk.register(person(serial))
    today = later(desk, 0)
    (line,) = desk.submit(letter(tmp_path, cpr(serial), **held_until(today + timedelta(days=1))))
    desk.ok("run", "--once")
    later(desk, 1)
    desk.killed({"at": at, "nth": 1, "when": when}, "run", "--once")
    desk.ok("run", "--once")
    assert desk.facts(message(line))["MessageMadeAvailable"] == 1


def test_what_a_record_sets_for_a_time_long_past_is_remembered_after_a_crash(desk: Desk, tmp_path: Path) -> None:
    desk.register(person(40))
    today = later(desk, 0)
    (line,) = desk.submit(letter(tmp_path, cpr(40), **held_until(today + timedelta(days=1))))
    later(desk, 2)
    # The records are noted first, and the process dies before it asks for what they set a time for.
    desk.killed({"at": "bin.application.reactions.leader_lock:Turn.note", "nth": 1, "when": "after"}, "run", "--once")
    desk.ok("run", "--once")
    assert desk.facts(message(line))["MessageMadeAvailable"] == 1


def test_a_code_that_nobody_redeems_expires(desk: Desk) -> None:
    (who,) = desk.register(person(41))
    (designated,) = desk.ok("nemkonto", "designate", who, "--json", stdin=ACCOUNT).lines
    later(desk, 62)
    desk.ok("run", "--once")
    assert desk.facts(who)["DesignationExpired"] == 1
    assert desk.run("nemkonto", "activate", designated["designation"], stdin=designated["activation_code"]).code == 3


def test_reactions_about_one_subject_come_in_waves_one_after_another(desk: Desk) -> None:
    from bin.application.application import open_house
    from bin.application.command_handler import Book
    from domain.identity.person import DeathCorrected, PersonDied

    with open_house(desk.environment) as house:
        book: Book = house.book
        records = list(book.opened_records(facts=(PersonDied, DeathCorrected)))
    reactions = [reaction for record in records for reaction in react(record)]
    kinds = [{type(one.command) for one in wave} for wave in waves(reactions)]
    assert kinds == [{CloseMailRegistration}, {ReopenMailRegistration}]
    for wave in waves(reactions):
        subjects = [getattr(one.command, "recipient", None) for one in wave]
        assert len(subjects) == len(set(subjects))
        assert all(isinstance(one, PersonId) for one in subjects)
