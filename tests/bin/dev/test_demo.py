"""The demo: a small state from nothing to proved, deterministic, and with no personal data in clear text."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from adapters.postgres.embedded import EmbeddedServer
from bin.application.errors import BadInput
from bin.cli import exits
from bin.cli.app import app
from bin.dev.demo import synthetic
from bin.dev.demo.scenario import SEED, scenario_uuid
from bin.dev.demo.scenes import FIRST_ACCOUNT, SECOND_ACCOUNT
from domain.identity.cpr import parse_cpr
from domain.identity.cvr import parse_cvr
from projections.catalogue import REGISTERS
from tests.clear_text import clear_text_found
from tests.conftest import remove_server

pytestmark = pytest.mark.slow

AUTHORITY_OF_SETTINGS = "34051178"
SMALL = ["demo", "--people", "60", "--companies", "20", "--letters", "80", "--json"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home of the demo's own, whose server is removed at the end."""
    folder = tmp_path_factory.mktemp("demo")
    yield folder
    remove_server(folder / "demo")


def environment(home: Path) -> dict[str, str | None]:
    """The demo ignores DATABASE_URL: it runs on the embedded server."""
    return {"RIGSBOG_HOME": str(home), "DATABASE_URL": None, "PATH": os.environ["PATH"]}


def played(home: Path) -> dict[str, Any]:
    """Play the demo and read what it came to."""
    result = CliRunner().invoke(app, SMALL, env=environment(home))

    assert result.exit_code == exits.OK, (result.output, result.exception)
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def test_the_demo_plays_the_scenario_twice_with_the_same_result(home: Path) -> None:
    """The second run begins from nothing again and comes to the same, but for the time it took."""
    first, second = played(home), played(home)

    assert first["verified"]
    assert first["registered"] == {"person": 60, "company": 20}
    assert sum(first["letters"].values()) == 80
    assert (first["known_last_spring"], first["known_now"]) == ("awaiting_activation", "active")
    assert first["moved"] == ["2026-01-05", "2026-03-01"]
    assert first["misdirected"] == [f"message:{scenario_uuid('to the wrong bearer')}"]
    assert first["executor"] == ["MessageOpened", "ItemOpened"], "and nothing is served"
    assert first["rebuilt"] == len(REGISTERS)
    assert {"monotone", "register messages"} <= set(first["tampering_found"])
    assert first["citizen"].startswith("person:")
    for document in (first, second):
        assert document.pop("seconds") > 0
    assert first == second


def test_nothing_personal_is_in_clear_text_in_the_demos_database(home: Path) -> None:
    """Tables, indexes, the write-ahead log and the server's log: no CPR number, name, address, account or title."""
    played(home)
    made = synthetic.state(60, 20, SEED)
    people = [value for one in made.people for value in (one["number"], one["address"]["street"])]
    names = [one["name"]["name"] for one in made.companies] + ["Nørgaard", "Østergaard", "Christensen", "Rasmussen"]
    titles = [title for _, titles in synthetic.SENDERS for title in titles]
    accounts = [account.replace(" ", "") for account in (FIRST_ACCOUNT, SECOND_ACCOUNT)] + ["0000123456", "0000654321"]

    with EmbeddedServer(home / "demo") as server:
        assert clear_text_found(server, "rigsbog", [*people, *names, *titles, *accounts, "Ny NemKonto"]) == []
        assert clear_text_found(server, "rigsbog", ["MessageSubmitted"]) != [], "the search finds what is there"


def test_the_demos_people_and_numbers_are_fictitious(home: Path) -> None:
    """Replacement numbers only, valid in form, and company numbers that are not in use."""
    made = synthetic.state(500, 50, SEED)

    assert made == synthetic.state(500, 50, SEED)
    assert all(parse_cpr(person["number"]).is_replacement for person in made.people)
    assert len({person["number"] for person in made.people}) == 500
    assert all(int(parse_cvr(company["number"]).value) >= 90_000_000 for company in made.companies)


def test_the_authority_that_reads_in_the_demo_is_entered_as_an_authority(home: Path) -> None:
    played(home)
    of_demo = environment(home / "demo") | {"RIGSBOG_BASIS": "rigsrevisorloven § 10"}

    found = CliRunner().invoke(app, ["find"], input=AUTHORITY_OF_SETTINGS, env=of_demo)
    asked = CliRunner().invoke(app, ["as-of", "authorities", found.stdout.split()[0], "--json"], env=of_demo)

    (row,) = json.loads(asked.stdout)["rows"]
    assert (row["kind"], row["valid_to"]) == ("state", None)


def test_without_a_demo_there_are_no_names_to_print(tmp_path: Path) -> None:
    """The error says what to do first."""
    result = CliRunner().invoke(app, ["demo", "--env"], env=environment(tmp_path))

    assert isinstance(result.exception, BadInput)
    assert "rigsbog demo" in str(result.exception)


def test_every_letter_of_the_demo_is_in_a_case_of_its_sender(home: Path) -> None:
    played(home)

    with EmbeddedServer(home / "demo") as server, psycopg.connect(server.url("rigsbog")) as connection:
        found = connection.execute(
            "select count(*), count(case_id) from ledger.record join ledger.fact_name using (fact)"
            " where name = 'MessageSubmitted' and authority ~ '^[0-9]{8}$'"
        ).fetchone()
    assert found is not None
    assert found[0] >= 280
    assert found[1] == found[0], "only the notices of the NemKonto system are in no case"
