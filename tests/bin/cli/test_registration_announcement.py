"""Before a registration for Digital Post by the terminal: the plan, the notice on paper, and what nobody can read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from tests.bin.terminal import Terminal, company, person

BEGIN = datetime(2030, 3, 2, 9, tzinfo=UTC)
HOME = {"street": "Prøvevej 9", "postal_code": "2100", "city": "København Ø"}
BORN = "2015-06-15"
BIRTHDAY_BEGINS = datetime(2030, 6, 14, 22, tzinfo=UTC)
"""The first instant of 15 June 2030 in Copenhagen."""
NOTICE_BEGINS = datetime(2030, 5, 24, 22, tzinfo=UTC)
BIRTHDAYS = ("2015-06-15", "2030-06-15", "2030-06-14")
"""The birth date and the 15th birthday, also as it begins in UTC."""
DAYS = (*BIRTHDAYS, "2030-05-25", "2030-05-24")
"""Those, and the day of the notice until it has come."""
ERASURE = ("--basis", "GDPR art. 17", "--authority", "34051178")
TABLES = """
    select format('%I.%I', table_schema, table_name) from information_schema.tables
    where table_schema in ('ledger', 'register') and table_type = 'BASE TABLE'
"""


@pytest.fixture
def terminal(simulated: Terminal) -> Terminal:
    """The clock of these tests is simulated."""
    return simulated


@pytest.fixture
def child(terminal: Terminal) -> str:
    """A child who turns 15 on 15 June 2030, with an address."""
    (who,) = terminal.register(person(1, birth_date=BORN, address=HOME))
    return who


def at(terminal: Terminal, now: datetime) -> None:
    """Let the reactions run at that time."""
    terminal.set_clock(now)
    terminal.ok("run", "--once")


def registration(terminal: Terminal, who: str) -> dict[str, Any]:
    (row,) = terminal.ok("as-of", "mail_registrations", who, "--json").lines[0]["rows"]
    return dict(row)


def test_three_weeks_before_the_birthday_the_child_is_notified_on_paper_once(terminal: Terminal, child: str) -> None:
    at(terminal, NOTICE_BEGINS.replace(minute=0, hour=21))
    assert registration(terminal, child)["announced_at"] is None
    for _ in range(2):
        at(terminal, NOTICE_BEGINS)
    assert terminal.facts(child)["RegistrationAnnounced"] == 1
    (waiting,) = terminal.ok("paper", "list", "--json").lines[0]["letters"]
    row = registration(terminal, child)
    assert (f"paper_letter:{row['announcement_letter']}", row["mode"]) == (waiting["letter"], None)
    prints = ("--authority", "34051178", "--basis", "forvaltningsloven § 28", "--json")
    (shown,) = terminal.ok("paper", "print", waiting["letter"], *prints).lines
    del terminal.heard[-2:]
    assert "15. juni 2030" in shown["text"]
    assert shown["address"]["address"]["street"] == HOME["street"]
    for _ in range(2):
        at(terminal, BIRTHDAY_BEGINS)
    assert registration(terminal, child)["mode"] == "automatic"
    assert terminal.facts(child)["RegistrationAnnounced"] == terminal.facts(child)["MailRegistered"] == 1


def test_that_nobody_could_be_notified_is_recorded_and_no_letter_is_kept(terminal: Terminal) -> None:
    (who,) = terminal.register(person(2, birth_date=BORN))
    before = terminal.documents()
    at(terminal, NOTICE_BEGINS)
    assert registration(terminal, who)["announcement_omitted_at"] is not None
    assert terminal.documents() == before
    assert terminal.ok("paper", "list", "--json").lines[0]["letters"] == []


def test_a_new_company_is_notified_at_once_at_its_cvr_address(terminal: Terminal) -> None:
    (firm,) = terminal.register(company("90000004") | {"address": HOME})
    (waiting,) = terminal.ok("paper", "list", "--json").lines[0]["letters"]
    row = registration(terminal, firm)
    assert (f"paper_letter:{row['announcement_letter']}", row["waits_until"]) == (waiting["letter"], "2030-03-14")


def stored(terminal: Terminal) -> dict[str, str]:
    """Every row of the ledger and the registers, as text by its table."""
    with psycopg.connect(terminal.url) as connection:
        names = [name for (name,) in connection.execute(TABLES)]
        return {
            name: "\n".join(row for (row,) in connection.execute(f"select t::text from {name} t".encode()))
            for name in names
        }


def test_access_09_a_childs_birthday_is_in_no_open_field_of_the_ledger_and_the_registers(
    terminal: Terminal, child: str
) -> None:
    terminal.ok("citizen", "correct-birth", child, stdin="2015-06-14")
    terminal.ok("citizen", "correct-birth", child, stdin=BORN)
    terminal.ok("run", "--once")
    tables = stored(terminal)
    assert "turning_15" in tables["ledger.record"]
    assert "registration_announcement" in tables["register.due_times"]
    assert child in tables["register.mail_registrations"]
    assert {(name, day) for name, rows in tables.items() for day in DAYS if day in rows} == set()
    at(terminal, NOTICE_BEGINS)
    assert terminal.facts(child)["RegistrationAnnounced"] == 1
    assert {(name, day) for name, rows in stored(terminal).items() for day in BIRTHDAYS if day in rows} == set()


def test_after_the_erasure_of_a_child_nobody_is_registered_nor_notified(terminal: Terminal, child: str) -> None:
    terminal.ok("erase", child, "--class", "identity", *ERASURE)
    before = terminal.facts(child)
    for now in (NOTICE_BEGINS, BIRTHDAY_BEGINS):
        at(terminal, now)
    assert terminal.facts(child) == before


def test_w12_no_false_date_registers_a_child(terminal: Terminal, child: str) -> None:
    for arguments in (("join", child), ("join", child, "--on", "1990-01-01")):
        assert terminal.run("citizen", *arguments).code != 0
    terminal.ok("run", "--once")
    assert registration(terminal, child)["mode"] is None


def test_registration_11_an_immigrant_whose_birth_date_is_corrected_waits_30_days_all_the_same(
    terminal: Terminal,
) -> None:
    line = person(3, cause="immigration", resident_since="2030-03-02", address=HOME)
    (late, soon) = terminal.register(line, person(4, **{k: line[k] for k in ("cause", "resident_since", "address")}))
    terminal.ok("citizen", "correct-birth", late, stdin="1989-05-07")
    terminal.ok("citizen", "correct-birth", soon, "--no-reactions", stdin="1989-05-07")
    at(terminal, datetime(2030, 3, 31, 21, 59, tzinfo=UTC))
    assert [registration(terminal, who)["mode"] for who in (late, soon)] == [None, None]
    at(terminal, datetime(2030, 3, 31, 22, tzinfo=UTC))
    assert [registration(terminal, who)["mode"] for who in (late, soon)] == ["automatic", "automatic"]
    assert [terminal.facts(who)["RegistrationAnnounced"] for who in (late, soon)] == [1, 1]
