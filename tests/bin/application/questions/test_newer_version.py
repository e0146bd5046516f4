"""Software can be rolled back: what a newer version recorded is read as it is stored, and no decision rests on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from adapters.ledger.entry import Decision, Entry
from bin.cli import exits
from domain.fact import Event
from domain.subject import THIS_LOG
from domain.subject import subject as subject_id
from tests.adapters.ledger.ledger_scenes import context, opened_ledger
from tests.bin.terminal import Terminal, company, letter, person
from tests.conftest import fresh_database

NEWER_VALUE, NEWER_FIELD, NEWER_FACT = "embassy", "reported_to", "PersonHonoured"


class Newer:
    """A ledger with one newer enumeration value, one newer field and one newer fact, each about another person."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        terminal.register(company())
        people = terminal.register(*(person(serial) for serial in range(5)))
        self.value, self.field, self.fact, self.other, self.untouched = people
        with psycopg.connect(terminal.url) as owner:
            owner.execute("insert into ledger.fact_name select max(fact) + 1, %s from ledger.fact_name", [NEWER_FACT])
        migrated: dict[str, Any] = {"log": str(THIS_LOG), "from_revision": "0012", "to_revision": "0012"}
        migrated |= {"facts_added": [NEWER_FACT], "kinds_added": []}
        self.record("SchemaMigrated", str(THIS_LOG), migrated, str(THIS_LOG))
        self.address = f"entry:{uuid4()}"
        entered: dict[str, Any] = {
            "entry": self.address,
            "party": self.value,
            "valid_from": "2026-01-02",
            "valid_to": None,
        }
        entered |= {"kind": "none", "source": NEWER_VALUE, "uncertain": False, "decided_by": None, "municipality": None}
        self.record("AddressEntered", self.address, entered, self.value)
        died = {"person": self.field, "died_on": "2026-01-03", NEWER_FIELD: "0101"}
        self.record("PersonDied", self.field, died, self.field)
        self.record(NEWER_FACT, self.fact, {"person": self.fact, "order": "Dannebrog", "by": self.other}, self.other)

    def record(self, name: str, subject: str, payload: dict[str, Any], also: str) -> None:
        """Record a fact as another version would."""
        to, own, other = context(), subject_id(subject), subject_id(also)
        entry = Entry(name=name, subject=own, subjects=(own, other), context=to, ordinal=0, payload=payload)
        with opened_ledger(self.terminal.url) as ledger:
            ledger.append_many([Decision(command=to.command, digest=b"d", entries=(entry,))])


@pytest.fixture(scope="module")
def newer(postgres_server: Any, template_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newer]:
    with fresh_database(postgres_server, template_database) as url, pytest.MonkeyPatch.context() as patch:
        yield Newer(Terminal(url, tmp_path_factory.mktemp("home"), patch))


def fact(newer: Newer, subject: str, name: str) -> dict[str, Any]:
    """The fact of that name in the subject's history."""
    (document,) = newer.terminal.ok("history", subject, "--json").lines
    (found,) = (record for record in document["records"] if record["fact"] == name)
    return dict(found)


def test_a_history_shows_a_newer_value_field_and_fact_as_they_are_stored(newer: Newer) -> None:
    address = fact(newer, newer.address, "AddressEntered")
    assert (address["fields"]["source"], address["newer"]) == (NEWER_VALUE, ["source"])
    died = fact(newer, newer.field, "PersonDied")
    assert (died["fields"][NEWER_FIELD], died["newer"]) == ("0101", [NEWER_FIELD])
    honoured = fact(newer, newer.fact, NEWER_FACT)
    assert honoured["fields"] == {"person": newer.fact, "order": "Dannebrog", "by": newer.other}
    assert sorted(honoured["newer"]) == ["by", "order", "person"]

    said = newer.terminal.ok("history", newer.address).out
    assert f"source: {NEWER_VALUE} (as stored; only a newer version of Rigsbog knows" in " ".join(said.split())


def test_a_reading_of_a_newer_fact_is_in_the_history_of_everybody_it_names(newer: Newer) -> None:
    def readings() -> int:
        (document,) = newer.terminal.ok("history", newer.other, "--json").lines
        return sum(record["fact"] == "DataDisclosed" for record in document["records"])

    before = readings()
    newer.terminal.ok("history", newer.fact, "--json")
    newer.terminal.ok("history", newer.field, "--json")
    assert readings() == before + 2


def test_registers_follow_answer_as_of_explain_and_rebuild_over_newer_facts(newer: Newer) -> None:
    run = newer.terminal.ok
    (answer,) = run("as-of", "person_addresses", newer.value, "--json").lines
    assert NEWER_VALUE in [row["source"] for row in answer["rows"]]
    (explained,) = run("explain", "persons", newer.field, "died_on", "--json").lines
    assert [cause["fact"] for cause in explained["causes"]] == ["PersonDied"]
    run("rebuild")
    run("verify")


def test_the_seal_and_a_bundle_hold_newer_facts_and_the_bundle_is_replayed(newer: Newer, tmp_path: Path) -> None:
    run = newer.terminal.ok
    run("seal", "once")
    file = tmp_path / "bundle.zip"
    run("bundle", newer.fact, "--out", str(file))
    assert "equal" in run("replay", str(file), "--json").out
    run("verify", "ledger")


def test_in_a_batch_only_the_letter_that_depends_on_a_newer_fact_is_refused(newer: Newer, tmp_path: Path) -> None:
    refused, accepted = newer.terminal.submit(letter(tmp_path, "6101900001"), letter(tmp_path, "6101900004"))
    assert [error["code"] for error in refused["errors"]] == ["letter.not.recordable"]
    assert "newer version" in refused["errors"][0]["message"]
    assert [error["fault"] for error in refused["errors"]] == ["solution"]
    assert accepted["position"] is not None


def test_a_decision_that_depends_on_a_newer_fact_is_refused_and_another_is_not(newer: Newer, tmp_path: Path) -> None:
    for who, words, given in (
        (newer.value, ("move",), json.dumps({"street": "Vej 1", "postal_code": "8000", "city": "Aarhus C"})),
        (newer.field, ("died", "--on", "2026-01-04"), ""),
        (newer.fact, ("died", "--on", "2026-01-04"), ""),
    ):
        head = newer.terminal.head()
        said = newer.terminal.run("citizen", words[0], who, *words[1:], stdin=given)
        assert said.code == exits.UNAVAILABLE, said
        assert "newer version of Rigsbog recorded a fact on which this depends" in " ".join(said.err.split())
        assert newer.terminal.head() == head
    newer.terminal.ok("citizen", "died", newer.untouched, "--on", "2026-01-04")


def test_no_reaction_follows_from_a_newer_fact_until_the_upgrade_and_others_go_on(
    newer: Newer, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered, entered = "MailRegistered", f"company:{uuid4()}"
    newer.record("CompanyRegistered", entered, {"company": entered, NEWER_FIELD: "0101"}, entered)
    (late,) = newer.terminal.register(company("90000004") | {"cause": "register_load"})
    assert newer.terminal.facts(late)[registered] == 1
    assert registered not in newer.terminal.facts(entered)

    monkeypatch.setattr(Event, "newer", property(lambda _: {}))
    newer.terminal.register(person(9))
    assert newer.terminal.facts(entered)[registered] == 1
    assert newer.terminal.facts(late)[registered] == 1
