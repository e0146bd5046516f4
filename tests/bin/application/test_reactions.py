"""Proves that each reaction is executed once: after records, at due times, and after a kill at any moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from adapters.documents import FolderDocuments
from adapters.ledger.ledger import PostgresLedger
from adapters.settings import load_settings
from bin.application.application import open_application
from bin.application.command_handler import CommandHandler
from bin.application.reactions.executor import waves
from bin.application.reactions.leader_lock import LeaderLock
from domain.identity.after_end import FollowDeath
from domain.identity.person import DeathCorrected, PersonDied
from domain.identity.protection_lapse import PlanProtectionReminders
from domain.nemkonto.ending_commands import FollowEndOfPayee
from domain.operations.retention_commands import PlanDeletion
from domain.post.mail_registration_commands import FollowRegistrationPlan
from domain.reactions import react
from domain.subject import PersonId
from projections.engine.follow import advance
from tests.bin.killed import Kill
from tests.bin.terminal import Terminal, company, cpr, held_until, letter, person

pytestmark = pytest.mark.slow

APPEND = PostgresLedger.append_many
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
ACCOUNT = "0040 0440116243"
TWO_NOTICES = {"ChangeNoticeGiven": 2, "MessageSubmitted": 2, "MessageMadeAvailable": 2}
"""Of the letter with the code, and of the activation."""


@pytest.fixture(scope="module", autouse=True)
def clock(terminal: Terminal) -> Terminal:
    """A Monday morning, simulated from before the first record."""
    terminal.set_clock(MONDAY)
    terminal.register(company())
    return terminal


def later(terminal: Terminal, days: int) -> date:
    """Let days pass on the simulated clock; today's date, in Copenhagen at noon."""
    with psycopg.connect(terminal.url) as connection:
        row = connection.execute("select ledger.clock()").fetchone()
    assert row is not None
    now: datetime = row[0] + timedelta(days=days)
    terminal.set_clock(now)
    return now.astimezone(UTC).date()


def message(line: dict[str, Any]) -> str:
    """The subject of a letter that was submitted."""
    return f"message:{line['message_uuid']}"


def notices(terminal: Terminal, who: str) -> dict[str, int]:
    """The facts about a payee that a notice brings."""
    return {name: count for name, count in terminal.facts(who).items() if name in TWO_NOTICES}


def test_a_letter_held_back_is_released_on_its_day_and_not_before(terminal: Terminal, tmp_path: Path) -> None:
    terminal.register(person(1))
    today = later(terminal, 0)
    (line,) = terminal.submit(letter(tmp_path, cpr(1), **held_until(today + timedelta(days=3))))
    terminal.ok("run", "--once")
    assert "MessageMadeAvailable" not in terminal.facts(message(line))
    later(terminal, 3)
    terminal.ok("run", "--once")
    terminal.ok("run", "--once")
    facts = terminal.facts(message(line))
    assert (facts["MessageMadeAvailable"], facts["ReceiptIssued"]) == (1, 2)


def test_who_becomes_exempt_while_a_letter_is_held_back_does_not_receive_it(terminal: Terminal, tmp_path: Path) -> None:
    (who,) = terminal.register(person(2))
    today = later(terminal, 0)
    (line,) = terminal.submit(letter(tmp_path, cpr(2), **held_until(today + timedelta(days=2))))
    terminal.ok("citizen", "exempt", who)
    later(terminal, 2)
    terminal.ok("run", "--once")
    facts = terminal.facts(message(line))
    assert facts["ReleaseRefused"] == 1
    assert "MessageMadeAvailable" not in facts


def test_a_death_closes_the_mailbox_and_its_correction_opens_it(terminal: Terminal, tmp_path: Path) -> None:
    (who,) = terminal.register(person(3))
    terminal.ok("citizen", "died", who, "--on", later(terminal, 0).isoformat(), "--no-reactions")
    terminal.ok("run", "--once")
    (row,) = terminal.ok("as-of", "mail_registrations", who, "--json").lines[0]["rows"]
    assert (row["closed_on"], row["closed_because"]) == (later(terminal, 0).isoformat(), "death")
    assert row["closing_learned_at"] is not None
    (barred,) = terminal.submit(letter(tmp_path, cpr(3)))
    assert (barred["status"], barred["errors"][0]["code"]) == ("NOT_ALLOWED", "recipient.is.closed")
    terminal.ok("citizen", "correct-death", who, "--no-reactions")
    terminal.ok("run", "--once")
    (taken,) = terminal.submit(letter(tmp_path, cpr(3)))
    assert taken["status"] == "COMPLETED"


def test_nothing_arrives_at_the_dead_though_no_reaction_has_run(terminal: Terminal, tmp_path: Path) -> None:
    (who,) = terminal.register(person(7))
    terminal.ok("citizen", "died", who, "--on", later(terminal, 0).isoformat(), "--no-reactions")
    (barred,) = terminal.submit(letter(tmp_path, cpr(7)))
    assert (barred["status"], barred["errors"][0]["code"]) == ("NOT_ALLOWED", "recipient.is.closed")


def test_a_death_and_its_correction_between_two_runs_leave_the_mailbox_open(terminal: Terminal) -> None:
    (who,) = terminal.register(person(4))
    terminal.ok("citizen", "died", who, "--on", later(terminal, 0).isoformat(), "--no-reactions")
    terminal.ok("citizen", "correct-death", who, "--no-reactions")
    terminal.ok("run", "--once")
    facts = terminal.facts(who)
    assert (facts["PersonDied"], facts["DeathCorrected"], facts["MailRegistered"]) == (1, 1, 1)
    (registration,) = terminal.ok("as-of", "mail_registrations", who, "--json").lines[0]["rows"]
    assert (registration["closed_on"], registration["closed_because"]) == (None, None)


def test_a_cessation_closes_the_mailbox_and_its_correction_opens_it(terminal: Terminal, tmp_path: Path) -> None:
    (who,) = terminal.register(company("90000012"))
    later(terminal, 13)
    terminal.ok("run", "--once")
    terminal.ok("citizen", "cease", who, "--on", later(terminal, 0).isoformat())
    (barred,) = terminal.submit(letter(tmp_path, "90000012", id_type="CVR"))
    assert (barred["status"], barred["errors"][0]["code"]) == ("NOT_ALLOWED", "recipient.is.closed")
    terminal.ok("citizen", "correct-cessation", who)
    (taken,) = terminal.submit(letter(tmp_path, "90000012", id_type="CVR"))
    assert taken["status"] == "COMPLETED"


def test_a_new_company_is_registered_when_its_grace_is_over(terminal: Terminal) -> None:
    (who,) = terminal.register(company("90000004"))
    assert "MailRegistered" not in terminal.facts(who)
    later(terminal, 12)
    terminal.ok("run", "--once")
    assert terminal.facts(who)["MailRegistered"] == 1


def test_w11_who_immigrates_waits_30_days_and_what_was_taken_over_waits_for_nothing(terminal: Terminal) -> None:
    immigrant, loaded, firm = terminal.register(
        person(40, cause="immigration", resident_since=later(terminal, 0).isoformat()),
        person(41, cause="register_load"),
        company("90000020") | {"cause": "register_load"},
    )
    assert "MailRegistered" not in terminal.facts(immigrant)
    assert [terminal.facts(each)["MailRegistered"] for each in (loaded, firm)] == [1, 1]
    later(terminal, 29)
    terminal.ok("run", "--once")
    assert "MailRegistered" not in terminal.facts(immigrant)
    later(terminal, 1)
    terminal.ok("run", "--once")
    assert terminal.facts(immigrant)["MailRegistered"] == 1


def test_a_newborn_who_is_not_named_within_six_months_is_reported(terminal: Terminal) -> None:
    born = later(terminal, 0).isoformat()
    unnamed, named = terminal.register(
        *({**person(serial, cause="birth", birth_date=born), "name": None} for serial in (42, 43))
    )
    terminal.ok("citizen", "rename", named, stdin='{"given": "Anna", "family": "Prøvehansen"}')
    assert [naming(terminal, who) for who in (unnamed, named)] == [(None, False), (None, True)]
    later(terminal, 180)
    terminal.ok("run", "--once")
    assert "NamingDeadlinePassed" not in terminal.facts(unnamed)
    later(terminal, 5)
    terminal.ok("run", "--once")
    assert terminal.facts(unnamed)["NamingDeadlinePassed"] == 1
    assert "NamingDeadlinePassed" not in terminal.facts(named)
    assert naming(terminal, unnamed) == (None, True)


def naming(terminal: Terminal, who: str) -> tuple[str | None, bool]:
    """When a name is due by the register, and whether the wait is over."""
    rows = terminal.ok("as-of", "due_times", who, "--json").lines[0]["rows"]
    (row,) = [row for row in rows if row["kind"] == "naming"]
    return row["due_at"], row["settled"]


def test_a_rebuild_executes_no_reaction(terminal: Terminal) -> None:
    (who,) = terminal.register(person(8), options=("--no-reactions",))
    before = terminal.facts(who)
    terminal.ok("rebuild", "mail_registrations")
    assert terminal.facts(who) == before
    terminal.ok("run", "--once")
    assert terminal.facts(who)["MailRegistered"] == 1


def activate(terminal: Terminal, who: str) -> str:
    """Designate and activate a NemKonto, without running what follows; the designation."""
    (designated,) = terminal.ok("nemkonto", "designate", who, "--no-reactions", "--json", stdin=ACCOUNT).lines
    code = designated["activation_code"]
    terminal.ok("nemkonto", "activate", designated["designation"], "--no-reactions", stdin=code)
    return str(designated["designation"])


def test_a_payee_is_notified_of_a_letter_and_of_a_changed_nemkonto_by_messages(terminal: Terminal) -> None:
    (who,) = terminal.register(person(6))
    activate(terminal, who)
    terminal.ok("run", "--once")
    assert notices(terminal, who) == TWO_NOTICES
    with psycopg.connect(terminal.url) as connection:
        row = connection.execute(
            "select payload ->> 'message' from ledger.record join ledger.fact_name using (fact)"
            " where name = 'ChangeNoticeGiven' order by position desc limit 1"
        ).fetchone()
    assert row is not None
    shown = terminal.ok("open", row[0], "--reader", who)
    assert "Ny NemKonto" in shown.out
    assert "•••• 6243" in shown.out
    assert "0440116243" not in shown.out


def test_w31_an_exempt_payee_is_notified_of_each_change_on_paper(terminal: Terminal) -> None:
    (who,) = terminal.register(
        person(9, address={"street": "Prøvevej 9", "postal_code": "2100", "city": "København Ø"})
    )
    terminal.ok("citizen", "exempt", who)
    designation = activate(terminal, who)
    terminal.ok("nemkonto", "end", designation)
    notices = terminal.ok("as-of", "nemkonto_notices", who, "--json").lines[0]["rows"]
    assert {(row["occasion"], row["medium"], row["because"]) for row in notices} == {
        ("letter_ordered", "letter", None),
        ("activated", "letter", None),
        ("cancelled", "letter", None),
    }
    ordered = terminal.ok("as-of", "paper_letters", who, "--json").lines[0]["rows"]
    assert {row["letter"] for row in ordered} == {row["letter"] for row in notices}
    assert "MessageMadeAvailable" not in terminal.facts(who)


def test_the_survivor_of_a_joint_account_is_warned_unless_the_death_was_a_mistake(terminal: Terminal) -> None:
    dead, survivor, alive, other = terminal.register(person(50), person(51), person(52), person(53))
    for who, account in ((dead, "0040 7"), (survivor, "0040 7"), (alive, "0040 8"), (other, "0040 8")):
        bank = ("--channel", "bank", "--institution", "0040", "--consent", "c-1")
        terminal.ok("nemkonto", "designate", who, *bank, stdin=account)
    today = later(terminal, 0).isoformat()
    terminal.ok("citizen", "died", dead, "--on", today)
    terminal.ok("citizen", "died", alive, "--on", today, "--no-reactions")
    terminal.ok("citizen", "correct-death", alive, "--no-reactions")
    terminal.ok("run", "--once")
    warned = {
        who: [
            row["medium"]
            for row in terminal.ok("as-of", "nemkonto_notices", who, "--json").lines[0]["rows"]
            if row["occasion"] == "account_holder_ended"
        ]
        for who in (dead, survivor, alive, other)
    }
    assert warned == {dead: [], survivor: ["digital_post"], alive: [], other: []}


@pytest.mark.kills
@pytest.mark.parametrize(
    ("serial", "kill"),
    [
        (20, Kill(FolderDocuments.put, 1, "before")),
        (21, Kill(FolderDocuments.put, 1, "after")),
        (22, Kill(APPEND, 1, "after")),
        (23, Kill(APPEND, 2, "after")),
        (24, Kill(LeaderLock.note, 1, "before")),
        (25, Kill(LeaderLock.note, 1, "after")),
        (26, Kill(advance, 1, "before")),
    ],
    ids=str,
)
def test_killed_between_document_command_and_position_the_payee_is_notified_once(
    terminal: Terminal, serial: int, kill: Kill
) -> None:
    (who,) = terminal.register(person(serial))
    activate(terminal, who)
    terminal.killed(kill, "run", "--once")
    terminal.ok("run", "--once")
    assert notices(terminal, who) == TWO_NOTICES


@pytest.mark.kills
@pytest.mark.parametrize(
    ("serial", "kill"),
    [(30, Kill(APPEND, 1, "before")), (31, Kill(APPEND, 1, "after")), (32, Kill(LeaderLock.note, 1, "before"))],
    ids=str,
)
def test_killed_at_a_release_the_letter_arrives_once(
    terminal: Terminal, tmp_path: Path, serial: int, kill: Kill
) -> None:
    terminal.register(person(serial))
    today = later(terminal, 0)
    (line,) = terminal.submit(letter(tmp_path, cpr(serial), **held_until(today + timedelta(days=1))))
    terminal.ok("run", "--once")
    later(terminal, 1)
    terminal.killed(kill, "run", "--once")
    terminal.ok("run", "--once")
    assert terminal.facts(message(line))["MessageMadeAvailable"] == 1


def test_what_a_record_sets_for_a_time_long_past_is_remembered_after_a_crash(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.register(person(40))
    today = later(terminal, 0)
    (line,) = terminal.submit(letter(tmp_path, cpr(40), **held_until(today + timedelta(days=1))))
    later(terminal, 2)
    # The records are noted first, and the process dies before it asks for what they set a time for.
    terminal.killed(Kill(LeaderLock.note, 1, "after"), "run", "--once")
    terminal.ok("run", "--once")
    assert terminal.facts(message(line))["MessageMadeAvailable"] == 1


def test_a_code_that_nobody_redeems_expires(terminal: Terminal) -> None:
    (who,) = terminal.register(person(41))
    (designated,) = terminal.ok("nemkonto", "designate", who, "--json", stdin=ACCOUNT).lines
    later(terminal, 62)
    terminal.ok("run", "--once")
    assert terminal.facts(who)["DesignationExpired"] == 1
    assert (
        terminal.run("nemkonto", "activate", designated["designation"], stdin=designated["activation_code"]).code == 3
    )


def test_reactions_about_one_subject_come_in_waves_one_after_another(terminal: Terminal) -> None:
    (who,) = terminal.register(person(42))
    terminal.ok("citizen", "died", who, "--on", later(terminal, 0).isoformat())
    terminal.ok("citizen", "correct-death", who)
    with open_application(load_settings(terminal.environment)) as application:
        handler: CommandHandler = application.handler
        records = list(handler.opened_records(facts=(PersonDied, DeathCorrected)))
    reactions = [reaction for record in records for reaction in react(record)]
    kinds = [{type(one.command) for one in wave} for wave in waves(reactions)]
    after_the_correction = [
        {FollowDeath},
        {FollowRegistrationPlan},
        {PlanProtectionReminders},
        {FollowEndOfPayee},
        {PlanDeletion},
    ]
    assert kinds == [{FollowDeath}, {FollowEndOfPayee}, {PlanDeletion}, *after_the_correction]
    for wave in waves(reactions):
        subjects = [one.command.consults()[0].subject for one in wave]
        assert len(subjects) == len(set(subjects))
        assert all(isinstance(one, PersonId) for one in subjects)
