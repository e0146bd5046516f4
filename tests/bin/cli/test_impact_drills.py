"""Three drills of `rigsbog impact`: a wrong death with 40 letters, a wrong number, a wrong access.

Each list is compared with a plain search of the ledger's records, which knows nothing of what commands consulted.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.bin.terminal import DEADLINE_SECONDS, ROOT, Said, Terminal, company, cpr, held_until, letter, person

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""A Monday."""
RELEASE = date(2026, 3, 4)
ANNA, BO, FINN, GRO = 1, 2, 3, 4
HOME = {"street": "Prøvevej 1", "postal_code": "2100", "city": "København Ø"}
PRINTS = ("--authority", "34051178", "--basis", "forvaltningsloven § 28", "--json")
REFUSED_LETTERS, HELD_LETTERS, PAPER_LETTERS = 33, 6, 1
LETTERS = REFUSED_LETTERS + HELD_LETTERS + PAPER_LETTERS


def in_a_process(terminal: Terminal, *arguments: str) -> Said:
    """Run a command as the auditor does, in a process of its own."""
    ended = subprocess.run(
        [sys.executable, "-m", "bin.rigsbog", *arguments],
        cwd=ROOT,
        env=os.environ | terminal.environment,
        capture_output=True,
        text=True,
        timeout=DEADLINE_SECONDS,
        check=False,
    )
    terminal.heard += [ended.stdout, ended.stderr]
    return Said(ended.returncode, ended.stdout, ended.stderr)


def impact_of(terminal: Terminal, fact: str) -> dict[str, Any]:
    """The impact of the last correction of a name."""
    ((position,),) = search(terminal, "select max(r.position) from records r where r.name = %s", fact)
    said = in_a_process(terminal, "impact", str(position), "--json")
    assert said.code == 0, said
    answer: dict[str, Any] = said.lines[0]
    return answer


def search(terminal: Terminal, query: str, *arguments: object) -> list[Any]:
    """A plain search of the records: `records` has each record's position, name and payload."""
    records = "with records as (select r.position, f.name, r.payload from ledger.record r join ledger.fact_name f"
    with psycopg.connect(terminal.url) as connection:
        return connection.execute(f"{records} using (fact)) {query}", arguments).fetchall()


def meanwhile(terminal: Terminal, answer: dict[str, Any], condition: str, *arguments: object) -> list[Any]:
    """Position, name and message of the records between the wrong fact and its correction that meet a condition."""
    between = (answer["corrected"][0]["position"], answer["correction"]["position"])
    query = "select r.position, r.name, r.payload ->> 'message' from records r where r.position > %s"
    return search(terminal, f"{query} and r.position < %s and ({condition}) order by 1", *between, *arguments)


def submitted(terminal: Terminal, folder: Path, number: str, many: int, **more: Any) -> list[str]:
    folder.mkdir(exist_ok=True)
    lines = terminal.submit(*(letter(folder, number, **more) for _ in range(many)))
    return [f"message:{line['message_uuid']}" for line in lines]


def letters(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["message"]: each for each in answer["letters"]}


@pytest.fixture(scope="module")
def sender(terminal: Terminal) -> str:
    terminal.set_clock(BEGIN)
    (authority,) = terminal.register(company())
    return authority


@dataclass(frozen=True)
class WrongDeath:
    """The letters to one who was recorded as dead by mistake, by what became of each."""

    refused: list[str]
    held: list[str]
    paper: list[str]
    untouched: list[str]

    @property
    def affected(self) -> set[str]:
        return {*self.refused, *self.held, *self.paper}


@pytest.fixture(scope="module")
def wrong_death(terminal: Terminal, sender: str, tmp_path_factory: pytest.TempPathFactory) -> WrongDeath:
    folder = tmp_path_factory.mktemp("letters")
    anna, bo = terminal.register(person(ANNA, address=HOME), person(BO))
    untouched = submitted(terminal, folder, cpr(ANNA), 3)
    held = submitted(terminal, folder, cpr(ANNA), HELD_LETTERS, **held_until(RELEASE))
    untouched += submitted(terminal, folder, cpr(ANNA), 1, **held_until(RELEASE + timedelta(days=9)))
    paper, order, address = ordered_on_paper(terminal, sender, anna, folder)
    terminal.ok("as-of", "persons", anna)

    terminal.ok("citizen", "died", anna, "--on", "2026-03-02")
    refused = submitted(terminal, folder, cpr(ANNA), 20)
    terminal.ok("paper", "posted", order, "--address", address, "--on", "2026-03-02")
    terminal.set_clock(BEGIN + timedelta(days=2, hours=12))
    terminal.ok("run", "--once")
    terminal.ok("citizen", "died", anna, "--on", "2026-03-03")
    refused += submitted(terminal, folder, cpr(ANNA), REFUSED_LETTERS - 20)
    untouched += submitted(terminal, folder, cpr(BO), 2)
    assert terminal.run("open", untouched[0], "--reader", anna).code != 0
    terminal.ok("as-of", "persons", anna)
    terminal.ok("as-of", "persons", bo)

    terminal.ok("citizen", "correct-death", anna)
    untouched += submitted(terminal, folder, cpr(ANNA), 3)
    terminal.ok("as-of", "persons", anna)
    terminal.ok("open", untouched[0], "--reader", anna)
    return WrongDeath(refused, held, paper, untouched)


def ordered_on_paper(terminal: Terminal, sender: str, who: str, folder: Path) -> tuple[list[str], str, str]:
    """A letter that went to paper before: the message, the letter on paper, and the address."""
    terminal.ok("citizen", "exempt", who)
    paper = submitted(terminal, folder, cpr(ANNA), PAPER_LETTERS)
    terminal.ok("paper", "send", paper[0], "--sender", sender)
    (exemption,) = terminal.ok("as-of", "exemptions", who, "--json").lines[0]["rows"]
    terminal.ok("citizen", "annul-entry", who, "--entry", f"entry:{exemption['entry']}")
    (listed,) = terminal.ok("paper", "list", "--json").lines
    (order,) = (each["letter"] for each in listed["letters"] if each["message"] == paper[0])
    (shown,) = terminal.ok("paper", "print", order, *PRINTS).lines
    del terminal.heard[-2:]
    return paper, order, shown["address_entry"]


def test_drill_of_a_wrong_death_lists_its_40_letters_and_no_others(terminal: Terminal, wrong_death: WrongDeath) -> None:
    """The day of the death was moved before it was taken back: what rested on either day is listed."""
    answer = impact_of(terminal, "DeathCorrected")
    (anna,) = {each["fields"]["person"] for each in answer["corrected"]}
    told = meanwhile(terminal, answer, "r.payload ->> 'recipient' = %s", anna)

    assert [each["fields"]["died_on"] for each in answer["corrected"]] == ["2026-03-02", "2026-03-03"]
    assert len(wrong_death.affected) == LETTERS
    assert letters(answer).keys() == wrong_death.affected == {message for _, _, message in told if message}
    assert not wrong_death.affected & set(wrong_death.untouched)


def test_drill_of_a_wrong_death_says_what_became_of_each_letter(terminal: Terminal, wrong_death: WrongDeath) -> None:
    answer = impact_of(terminal, "DeathCorrected")
    names = {
        message: [fact["name"] for command in answer["commands"] for fact in command["facts"] if about(fact, message)]
        for message in wrong_death.affected
    }

    for message in wrong_death.refused:
        assert names[message] == ["MessageSubmitted", "ReceiptIssued", "MessageRejected", "ReceiptIssued"]
    for message in wrong_death.held:
        assert names[message] == ["ReleaseRefused", "ReceiptIssued"]
    assert [names[message] for message in wrong_death.paper] == [["PaperLetterPosted"]]


def about(fact: dict[str, Any], message: str) -> bool:
    return bool(fact["payload"].get("message") == message)


def test_drill_of_a_wrong_death_lists_who_read_and_who_was_refused_meanwhile_only(
    terminal: Terminal, wrong_death: WrongDeath
) -> None:
    answer = impact_of(terminal, "DeathCorrected")
    (anna,) = {each["fields"]["person"] for each in answer["corrected"]}
    read = meanwhile(terminal, answer, "r.name = 'DataDisclosed' and r.payload -> 'parties' ? %s", anna)
    refused = meanwhile(terminal, answer, "r.name = 'ActRefused' and r.payload ->> 'by' = %s", anna)

    assert [each["position"] for each in answer["readings"]] == [position for position, _, _ in read]
    assert [each["fields"]["register_name"] for each in answer["readings"]] == ["persons"]
    assert [each["position"] for each in answer["refusals"]] == [position for position, _, _ in refused]
    assert [each["fields"]["because"] for each in answer["refusals"]] == ["MailboxClosed"]


def test_drill_of_a_wrong_number_lists_the_letters_to_it_and_who_read_them(
    terminal: Terminal, sender: str, tmp_path: Path
) -> None:
    (gro,) = terminal.register(person(GRO))
    before = submitted(terminal, tmp_path / "before", cpr(GRO), 1)
    terminal.ok("citizen", "renumber", gro, stdin=cpr(FINN))
    to_finn = submitted(terminal, tmp_path / "finn", cpr(FINN), 3)
    summons = submitted(terminal, tmp_path / "summons", cpr(FINN), 1, legal_notification=True)
    own = submitted(terminal, tmp_path / "own", cpr(GRO), 1)
    for message in (to_finn[0], *summons, *own, *before):
        terminal.ok("open", message, "--reader", gro)
    terminal.ok("citizen", "renumber", gro, stdin=cpr(GRO))
    late = submitted(terminal, tmp_path / "late", cpr(FINN), 1)
    terminal.ok("citizen", "withdraw-number", gro, stdin=cpr(FINN))
    terminal.register(person(FINN))
    submitted(terminal, tmp_path / "after", cpr(FINN), 1)
    terminal.ok("open", to_finn[1], "--reader", gro)

    answer = impact_of(terminal, "CprWithdrawn")
    arrived = meanwhile(terminal, answer, "r.name = 'MessageSubmitted' and r.payload ->> 'recipient' = %s", gro)
    affected = letters(answer)

    assert affected.keys() == {*to_finn, *summons, *late}
    assert affected.keys() == {message for _, _, message in arrived} - {*own}
    assert {message for message, each in affected.items() if each["opened"]} == {*to_finn[:2], *summons}
    assert {message for message, each in affected.items() if each["served"]} == {*summons}
    readers = {
        fact["fields"]["reader"] for each in affected.values() for fact in each["later"] if "reader" in fact["fields"]
    }
    assert readers == {gro}


SOURCES = {"read": (), "guardian": ("--source", "court"), "custody": ("--source", "authority")}


@pytest.mark.parametrize("kind", SOURCES)
def test_drill_of_a_wrong_access_lists_what_was_read_and_served_by_it(
    terminal: Terminal, sender: str, tmp_path: Path, kind: str
) -> None:
    nth = 10 + 2 * list(SOURCES).index(kind)
    born = {"birth_date": f"{datetime.now(UTC).year - 16}-01-01"} if kind == "custody" else {}
    owner, reader = terminal.register(person(nth, **born), person(nth + 1))
    number = cpr(nth)
    read, unread, own, early = submitted(terminal, tmp_path, number, 4)
    (summons,) = submitted(terminal, tmp_path, number, 1, legal_notification=True)
    terminal.ok("open", early, "--reader", owner)
    terminal.ok("citizen", "grant-mandate", owner, "--holder", reader, "--kind", kind, *SOURCES[kind])
    ((wrong,),) = search(
        terminal, "select payload ->> 'entry' from records where name = 'MandateGranted' order by position desc limit 1"
    )
    for message in (read, summons):
        terminal.ok("open", message, "--reader", reader)
    terminal.ok("open", own, "--reader", owner)
    terminal.ok("as-of", "mandates", owner)
    terminal.ok("citizen", "annul-entry", owner, "--entry", wrong)
    assert terminal.run("open", unread, "--reader", reader).code != 0

    answer = impact_of(terminal, "MandateAnnulled")
    by_it = meanwhile(terminal, answer, "r.payload ->> 'mandate' = %s", wrong)
    acts = [(each["position"], each["fact"], each["fields"]["message"]) for each in answer["acts"]]

    assert acts == by_it
    assert [(name, message) for _, name, message in acts] == [
        ("MessageOpened", read),
        ("ItemOpened", read),
        ("ServiceEffected", summons),
        ("MessageOpened", summons),
        ("ItemOpened", summons),
    ]
    assert {each["fields"]["reader"] for each in answer["acts"]} == {reader}
    assert letters(answer).keys() == {read, summons, own}
    assert [message for message, each in letters(answer).items() if each["served"]] == [summons]
    assert [each["fields"]["register_name"] for each in answer["readings"]] == ["mandates"]
