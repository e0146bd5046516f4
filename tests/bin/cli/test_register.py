"""Proves that people and companies are registered once, and that a bad line is reported without its values."""

from __future__ import annotations

import json

import pytest

from adapters.ledger.ledger import PostgresLedger
from bin.application.people import lines as read
from bin.application.reactions import executor
from bin.application.reactions.leader_lock import LeaderLock
from tests.bin.answered import disclosed
from tests.bin.killed import Kill, Limit
from tests.bin.terminal import Terminal, company, cpr, person

APPEND = PostgresLedger.append_many
SMALL_BATCHES = (Limit(read, "LINES_A_BATCH_MAX", 2), Limit(executor, "RECORDS_A_BATCH_MAX", 2))
ENTERED = {"PersonRegistered": 1, "CprAssigned": 1, "ResidenceEntered": 1, "NameEntered": 1, "MailRegistered": 1}


def test_each_line_is_one_object_with_these_keys(terminal: Terminal) -> None:
    (line,) = terminal.ok("register", "-", "--json", stdin=json.dumps(person(1))).lines
    assert line == {
        "line": 1,
        "kind": "person",
        "subject": line["subject"],
        "status": "REGISTERED",
        "position": line["position"],
        "errors": [],
    }
    assert line["subject"].startswith("person:")


def test_the_same_file_again_changes_nothing_and_is_recorded_as_a_look_up(terminal: Terminal) -> None:
    lines = "\n".join(json.dumps(one) for one in (person(10), person(11), company()))
    first = terminal.ok("register", "-", "--json", stdin=lines).lines
    facts, head = terminal.facts(), terminal.head()
    again = terminal.ok("register", "-", "--json", stdin=lines).lines
    assert [one["status"] for one in again] == ["UNCHANGED"] * 3
    subjects = [one["subject"] for one in first]
    assert [one["subject"] for one in again] == subjects
    assert terminal.facts() == {**facts, "DataDisclosed": facts.get("DataDisclosed", 0) + 2}
    assert disclosed(terminal.url, head) == set(subjects[:2])  # The company is an authority.


def test_a_number_written_otherwise_is_the_same_subject(terminal: Terminal) -> None:
    (plain,) = terminal.register(person(20))
    (grouped,) = terminal.register(person(20, number=f"{cpr(20)[:6]}-{cpr(20)[6:]}"))
    assert grouped == plain


def test_a_danish_address_may_be_in_one_line(terminal: Terminal) -> None:
    (subject,) = terminal.register(person(22, address="Prøvevej 1, 2. tv, 2100 København Ø"))
    assert terminal.facts(subject)["AddressEntered"] == 1


def test_a_known_number_with_another_name_changes_nothing(terminal: Terminal) -> None:
    (subject,) = terminal.register(person(21))
    said = terminal.ok("register", "-", "--json", stdin=json.dumps(person(21, name={"family": "Prøvehansen-Berg"})))
    assert said.lines[0]["status"] == "UNCHANGED"
    assert terminal.facts(subject)["NameEntered"] == 1


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (json.dumps(person(30, number="6113900001")), "number"),
        (json.dumps(person(30, number="61019")), "number"),
        (json.dumps(person(30, name={"given": "Anna"})), "name.family"),
        (json.dumps(person(30, address={"street": "Vej 1", "postal_code": "21", "city": "By"})), "address"),
        (json.dumps(person(30, address="somewhere in Jutland")), "address"),
        (json.dumps(person(30, birth_date="first of May")), "birth_date"),
        (json.dumps(person(30, **{cpr(30): 1})), "(unknown)"),
        (json.dumps({**company(), "number": "99999994"}), "number"),
        (json.dumps({"kind": "dog"}), "kind"),
        ("not json", "line"),
        (json.dumps(person(30, name={"family": "x" * 70_000})), "line"),
        (json.dumps(person(30, birth_date="2999-01-01")), "birth_date"),
        (json.dumps(person(30, cause="whim")), "cause"),
        (json.dumps(company() | {"cause": "birth"}), "cause"),
        (json.dumps(person(30, resident="no")), "resident"),
        (json.dumps(person(30, number="6101405001")), "number"),
        (json.dumps(person(30))[:-1] + ', "kind": "person"}', "kind"),
        (json.dumps(person(30)).replace('"family"', '"family": "Berg", "family"'), "name.family"),
    ],
)
def test_a_bad_line_is_reported_with_its_number_and_its_field(terminal: Terminal, line: str, field: str) -> None:
    good = json.dumps(person(31))
    said = terminal.run("register", "-", "--json", "--no-reactions", stdin=f"{good}\n\n{line}\n")
    assert said.code == 65
    first, second = said.lines
    assert first["status"] in {"REGISTERED", "UNCHANGED"}
    assert (second["line"], second["status"]) == (3, "INVALID")
    assert [error["field"] for error in second["errors"]] == [field]


def test_a_given_birth_date_wins_over_the_date_in_the_number(terminal: Terminal) -> None:
    (subject,) = terminal.register(person(50, birth_date="2024-05-01"))
    facts = terminal.facts(subject)
    assert facts["PersonRegistered"] == 1
    assert facts["MailRegistrationPlanned"] == 1, "a child, though the number is an adult's"


def test_a_person_without_residence_has_a_number_and_no_duty(terminal: Terminal) -> None:
    (who,) = terminal.register(person(52, cause="administration", resident=False))
    (row,) = terminal.ok("as-of", "residences", who, "--json").lines[0]["rows"]
    (entered,) = terminal.ok("as-of", "persons", who, "--json").lines[0]["rows"]
    assert (row["kind"], entered["entry_cause"], entered["source"]) == ("none", "administration", "municipality")
    assert "MailRegistered" not in terminal.facts(who)
    assert terminal.ok("find", stdin=cpr(52)).out.startswith(who)


def test_a_number_with_a_future_date_is_accepted_with_a_birth_date_in_the_past(terminal: Terminal) -> None:
    (line,) = terminal.ok(
        "register", "-", "--json", stdin=json.dumps(person(51, number="6101405001", birth_date="1990-01-01"))
    ).lines
    assert line["status"] == "REGISTERED"


def test_without_json_a_bad_line_is_reported_on_standard_error(terminal: Terminal) -> None:
    said = terminal.run("register", "-", "--no-reactions", stdin=json.dumps(person(30, number="6113900001")))
    assert said.code == 65
    assert said.out == ""
    assert said.err.startswith("line 1: number: ")


def test_a_file_that_is_not_there_is_bad_input(terminal: Terminal) -> None:
    said = terminal.run("register", "/nowhere.jsonl")
    assert said.code == 65
    assert said.err.startswith("rigsbog: /nowhere.jsonl cannot be read: ")


def test_registering_ends_by_opening_mailboxes(terminal: Terminal) -> None:
    (subject,) = terminal.register(person(40))
    assert terminal.facts(subject)["MailRegistered"] == 1


def test_without_reactions_a_mailbox_opens_later(terminal: Terminal) -> None:
    (subject,) = terminal.register(person(41), options=("--no-reactions",))
    assert "MailRegistered" not in terminal.facts(subject)
    terminal.register(person(42))
    assert terminal.facts(subject)["MailRegistered"] == 1


@pytest.mark.kills
@pytest.mark.parametrize(
    ("serial", "kill"),
    [
        (100, Kill(APPEND, 2, "before")),
        (110, Kill(APPEND, 2, "after")),
        (120, Kill(APPEND, 4, "after")),
        (130, Kill(LeaderLock.note, 1, "before")),
        (140, Kill(LeaderLock.note, 2, "after")),
    ],
    ids=str,
)
def test_killed_anywhere_and_run_again_everybody_is_entered_once(terminal: Terminal, serial: int, kill: Kill) -> None:
    lines = [person(serial + one) for one in range(5)]
    terminal.killed(
        kill.at(kill.when, *SMALL_BATCHES), "register", "-", stdin="\n".join(json.dumps(line) for line in lines)
    )
    subjects = terminal.register(*lines)
    for subject in subjects:
        assert {**terminal.facts(subject), "DataDisclosed": 0} == {**ENTERED, "DataDisclosed": 0}


def test_w4_a_newborn_without_a_name_is_registered_and_named_later(terminal: Terminal) -> None:
    line = person(877)
    del line["name"]
    (child,) = terminal.register(line)
    assert "NameEntered" not in terminal.facts(child)
    terminal.ok("citizen", "rename", child, stdin='{"given": "Liv", "family": "Pr\u00f8ve"}')
    assert terminal.facts(child)["NameEntered"] == 1
