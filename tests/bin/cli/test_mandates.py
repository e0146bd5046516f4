"""Mandates by the terminal: an estate let in, accesses with their periods, a wrong death, and a wrong access."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from adapters.memo import LetterParty
from bin.cli import exits
from domain.danish_time import day_of
from tests.bin.terminal import AUTHORITY, Terminal, company, cpr, letter, person

TODAY = day_of(datetime.now(UTC))
LOADED = ("--source", "register_load")
"""A register that is taken over states days of the past; nobody else gives a mandate for them."""
CERTIFICATE = "skifteretten 2026-17\n"


@pytest.fixture(autouse=True, scope="module")
def sender(terminal: Terminal) -> None:
    """The authority that writes the letters."""
    terminal.register(company())


def message(line: dict[str, Any]) -> str:
    """The subject of a letter that was submitted."""
    return f"message:{line['message_uuid']}"


def mandates(terminal: Terminal, who: str, *options: str) -> list[dict[str, Any]]:
    """The mandates that name somebody, by their first day."""
    rows = terminal.ok("as-of", "mandates", who, "--json", *options).lines[0]["rows"]
    return sorted(rows, key=lambda row: (row["valid_from"], row["entered_at"]))


def grant(terminal: Terminal, giver: str, holder: str, *options: str, stdin: str = "") -> str:
    """Grant a mandate, to read if no kind is named; its entry."""
    options = options if "--kind" in options else ("--kind", "read", *options)
    before = {row["entry"] for row in mandates(terminal, giver)}
    terminal.ok("citizen", "grant-mandate", giver, "--holder", holder, *options, stdin=stdin)
    (new,) = (row["entry"] for row in mandates(terminal, giver) if row["entry"] not in before)
    return f"entry:{new}"


def test_w34_an_executor_is_let_into_the_mailbox_of_the_dead_and_serves_nobody(
    terminal: Terminal, tmp_path: Path
) -> None:
    owner, executor = terminal.register(person(80), person(81))
    (line,) = terminal.submit(letter(tmp_path, cpr(80), legal_notification=True))
    appointed = ("citizen", "grant-mandate", owner, "--holder", executor, "--kind", "estate", "--source", "court")
    assert "lives, or exists" in terminal.run(*appointed, stdin=CERTIFICATE).err
    terminal.ok("citizen", "died", owner, "--on", str(TODAY))
    assert terminal.run("open", message(line), "--reader", executor).code == exits.REFUSED
    assert "appointed by a document" in terminal.run(*appointed, stdin="\n").err

    entry = grant(terminal, owner, executor, "--kind", "estate", "--source", "court", stdin=CERTIFICATE)
    assert "Kom til tiden." in terminal.ok("open", message(line), "--reader", executor).out
    facts = terminal.facts(message(line))
    assert (facts["ItemOpened"], "ServiceEffected" in facts) == (1, False)
    (row,) = mandates(terminal, executor, "--valid", str(TODAY), "--open")
    assert (f"entry:{row['entry']}", row["kind"], row["source"]) == (entry, "estate", "court")
    assert row["sealed"] == {"document": CERTIFICATE.strip()}


def test_w34_a_liquidator_is_let_into_the_mailbox_of_a_company_that_ceased(terminal: Terminal, tmp_path: Path) -> None:
    firm, liquidator = terminal.register(company("90000012"), person(82))
    terminal.ok("citizen", "break-grace", firm)
    (line,) = terminal.submit(letter(tmp_path, "90000012", id_type="CVR"))
    terminal.ok("citizen", "cease", firm, "--on", str(TODAY))
    grant(terminal, firm, liquidator, "--kind", "liquidator", "--source", "authority", stdin=CERTIFICATE)
    assert terminal.ok("open", message(line), "--reader", liquidator).out


def test_w35_a_wrong_death_ends_every_mandate_on_its_day_and_its_correction_restores_each(terminal: Terminal) -> None:
    owner, reader = terminal.register(person(83), person(84))
    until = TODAY + timedelta(days=30)
    given = grant(terminal, owner, reader, "--on", str(TODAY - timedelta(days=9)), "--until", str(until), *LOADED)
    held = grant(terminal, reader, owner, "--on", str(TODAY - timedelta(days=9)), *LOADED)
    died_on = TODAY - timedelta(days=2)
    terminal.ok("citizen", "died", owner, "--on", str(died_on))
    assert {(row["valid_to"], row["end_cause"]) for row in mandates(terminal, owner)} == {(str(died_on), "death")}
    assert mandates(terminal, owner, "--valid", str(TODAY)) == []

    terminal.ok("citizen", "correct-death", owner)
    ends = {f"entry:{row['entry']}": (row["valid_to"], row["end_cause"]) for row in mandates(terminal, owner)}
    assert ends == {given: (str(until), None), held: (None, None)}
    assert len(mandates(terminal, reader, "--valid", str(TODAY))) == 2
    for who in (owner, reader):
        facts = terminal.facts(who)
        assert [facts[name] for name in ("MandateGranted", "MandateEnded", "MandateEndCorrected")] == [2, 2, 2]


def test_w36_two_grants_after_each_other_are_two_rows_with_their_periods(terminal: Terminal) -> None:
    owner, reader = terminal.register(person(85), person(86))
    days = [TODAY - timedelta(days=days) for days in (20, 10, 5)]
    first = grant(terminal, owner, reader, "--on", str(days[0]), *LOADED)
    terminal.ok("citizen", "end-entry", reader, "--entry", first, "--on", str(days[1]))
    second = grant(terminal, owner, reader, "--on", str(days[2]), *LOADED)

    rows = [(f"entry:{row['entry']}", row["valid_from"], row["valid_to"]) for row in mandates(terminal, owner)]
    assert rows == [(first, str(days[0]), str(days[1])), (second, str(days[2]), None)]
    assert mandates(terminal, owner)[0]["end_cause"] == "holder"
    assert mandates(terminal, owner, "--valid", str(days[1])) == []


def test_edge_30_of_a_wrong_access_it_is_listed_who_read_what_by_it_and_when(
    terminal: Terminal, tmp_path: Path
) -> None:
    owner, reader = terminal.register(person(87), person(88))
    by_mandate, by_owner = (message(terminal.submit(letter(tmp_path, cpr(87)))[0]) for _ in range(2))
    summons = message(terminal.submit(letter(tmp_path, cpr(87), legal_notification=True))[0])
    wrong = grant(terminal, owner, reader)
    for read in (by_mandate, summons):
        terminal.ok("open", read, "--reader", reader)
    terminal.ok("open", by_owner, "--reader", owner)
    terminal.ok("citizen", "annul-entry", owner, "--entry", wrong)
    assert terminal.run("open", by_mandate, "--reader", reader).code == exits.REFUSED

    before = terminal.facts(owner).get("DataDisclosed", 0)
    (answer,) = terminal.ok("readings", wrong, "--json").lines
    assert terminal.facts(owner)["DataDisclosed"] == before + 1
    assert (answer["giver"], answer["held_by"], answer["annulled"]) == (owner, reader, True)
    listed = [(act["act"], act["message"], act["reader"], act["served"]) for act in answer["acts"]]
    assert listed == [
        ("ItemOpened", by_mandate, reader, False),
        ("ServiceEffected", summons, reader, True),
        ("ItemOpened", summons, reader, False),
    ]
    assert all(act["recorded_at"] for act in answer["acts"])
    shown = terminal.ok("readings", wrong).out
    assert "annulled: it never held. Acts: 3." in shown
    assert "it served a summons" in shown


def test_a_mandate_nobody_read_by_lists_nothing_and_an_unknown_one_is_a_sentence(terminal: Terminal) -> None:
    owner, reader = terminal.register(person(89), person(90))
    assert "not annulled. Acts: none." in terminal.ok("readings", grant(terminal, owner, reader)).out
    unknown = terminal.run("readings", "entry:00000000-0000-4000-8000-000000000001")
    assert (unknown.code, "no such entry" in unknown.err) == (exits.REFUSED, True)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--kind", "guardian"), "does not come from that source"),
        (("--kind", "read", "--scope", "nemkonto"), "does not cover that"),
        (("--kind", "friend"), "one of read, read_write"),
    ],
)
def test_a_mandate_that_does_not_fit_is_refused_with_what_fits(
    terminal: Terminal, options: tuple[str, ...], words: str
) -> None:
    owner, reader = terminal.register(person(91), person(92))
    said = terminal.run("citizen", "grant-mandate", owner, "--holder", reader, *options)
    assert said.code in {exits.REFUSED, exits.USAGE}
    assert words in " ".join(said.err.split())


def to_authority(folder: Path, writer: int, representative: int | None) -> Path:
    """A letter of a person to the authority, written by another if one is named."""
    return letter(
        folder,
        AUTHORITY,
        id_type="CVR",
        sender=LetterParty(id=cpr(writer), id_type="CPR", label="Anna Prøvehansen"),
        representative=None
        if representative is None
        else LetterParty(id=cpr(representative), id_type="CPR", label="Bo Prøvehansen"),
    )


def test_write_access_lets_its_holder_write_in_the_owners_name_and_read_access_does_not(
    terminal: Terminal, tmp_path: Path
) -> None:
    owner, writer = terminal.register(person(93), person(94))
    terminal.run("citizen", "break-grace", terminal.ok("find", "--json", stdin=AUTHORITY).lines[0]["subject"])
    barred = {"representative.not.allowed"}
    grant(terminal, owner, writer)
    for representative in (94, 95):
        (line,) = terminal.submit(to_authority(tmp_path, 93, representative))
        assert (line["status"], {error["code"] for error in line["errors"]}) == ("NOT_ALLOWED", barred)

    entry = grant(terminal, owner, writer, "--kind", "read_write")
    (line,) = terminal.submit(to_authority(tmp_path, 93, 94))
    assert line["status"] == "COMPLETED"
    (submitted,) = (
        record
        for record in terminal.ok("history", message(line), "--json").lines[0]["records"]
        if record["fact"] == "MessageSubmitted"
    )
    fields = submitted["fields"]
    assert (fields["sender"], fields["representative"], fields["mandate"]) == (owner, writer, entry)
    assert submitted["actor"] == writer
    terminal.ok("citizen", "end-entry", owner, "--entry", entry, "--on", str(TODAY))
    assert terminal.submit(to_authority(tmp_path, 93, 94))[0]["status"] == "NOT_ALLOWED"
    assert terminal.submit(to_authority(tmp_path, 93, None))[0]["status"] == "COMPLETED"


def test_parents_custody_and_guardians_are_registered_with_their_days(terminal: Terminal) -> None:
    child, mother, father = terminal.register(person(96, birth_date="2015-05-07"), person(97), person(98))
    terminal.ok("citizen", "enter-parent", child, "--holder", mother, "--kind", "mother")
    terminal.ok("citizen", "enter-parent", child, "--holder", father, "--kind", "father", "--on", "2016-01-01")
    rows = terminal.ok("as-of", "parents", father, "--valid", "2018-01-01", "--json").lines[0]["rows"]
    assert [(row["party"], row["parent"], row["kind"]) for row in rows] == [(child, father, "father")]
    assert len(terminal.ok("as-of", "parents", child, "--valid", str(TODAY), "--json").lines[0]["rows"]) == 2

    ended = ("--on", "2016-01-01", "--until", "2019-01-01", "--source", "court")
    grant(terminal, child, mother, "--kind", "custody", "--scope", "all", *ended)
    grant(terminal, child, father, "--kind", "guardian", "--scope", "nemkonto", "--source", "authority")
    then = [row["kind"] for row in mandates(terminal, child, "--valid", "2018-01-01")]
    now = [(row["kind"], row["scope"], row["held_by"]) for row in mandates(terminal, child, "--valid", str(TODAY))]
    assert (then, now) == (["custody"], [("guardian", "nemkonto", father)])


def test_no_row_of_the_ledger_says_the_birth_date_of_a_child_in_the_open(terminal: Terminal) -> None:
    born = f"2015-{(TODAY.month + 5) % 12 + 1:02}-07"
    child, mother = terminal.register(person(110, birth_date=born), person(111))
    custody = ("--kind", "custody", "--scope", "all", "--source", "court")
    for act in (("enter-parent", "--kind", "mother"), ("grant-mandate", *custody)):
        refused = terminal.run("citizen", act[0], child, "--holder", mother, *act[1:], "--on", born)
        assert refused.code == exits.REFUSED
        terminal.ok("citizen", act[0], child, "--holder", mother, *act[1:])
    with psycopg.connect(terminal.url) as connection:
        stored = connection.execute("select payload::text from ledger.record").fetchall()
    assert len(stored) > 1
    birthday = re.compile(r"\d{4}" + born[4:])
    assert not any(birthday.search(payload) for (payload,) in stored)


def test_custody_lets_a_parent_read_and_be_served_for_a_child_and_not_for_who_is_of_age(
    terminal: Terminal, tmp_path: Path
) -> None:
    grown, child, parent = terminal.register(
        person(112, birth_date=str(TODAY.replace(year=TODAY.year - 18, day=1))),
        person(113, birth_date=str(TODAY.replace(year=TODAY.year - 17, day=1))),
        person(114),
    )
    custody = ("--kind", "custody", "--scope", "all", "--source", "court")
    grant(terminal, child, parent, *custody)
    refused = terminal.run("citizen", "grant-mandate", grown, "--holder", parent, *custody)
    assert refused.code == exits.REFUSED
    (summons,) = (message(line) for line in terminal.submit(letter(tmp_path, cpr(113), legal_notification=True)))
    terminal.ok("open", summons, "--reader", parent)
    terminal.ok("citizen", "correct-birth", child, stdin=str(TODAY.replace(year=TODAY.year - 18, day=1)))
    assert terminal.run("open", summons, "--reader", parent).code == exits.REFUSED
