"""The auditor's tools on a small history: what was known, what was valid, who did it, and whether it still holds."""

from __future__ import annotations

import json

import psycopg
import pytest
from typer.testing import CliRunner

from adapters.settings import load_settings
from bin.application.application import Application
from bin.cli import exits
from bin.cli.app import app
from domain.command import AnyCommand
from domain.identity.authority import AuthorityKind
from domain.identity.authority_commands import EnterAuthority
from domain.identity.company import ChangeCompanyAddress
from domain.identity.firm_owner import EnterFirmOwner
from domain.identity.names import Address
from domain.identity.protection_commands import ProtectPerson
from projections.catalogue import REGISTERS
from tests.bin.auditing import ANNA, FIRM, FIRMS_NUMBER, FOR_A_CASE, TODAY, Scene, act


def test_as_of_shows_the_name_that_was_known_then(scene: Scene) -> None:
    """Registration time: the register before a change is the register as it was."""
    asked = ("as-of", "person_names", str(ANNA), "--valid", str(TODAY), *FOR_A_CASE)
    (then,) = scene.run(*asked, "--known", str(scene.before_renaming))["rows"]
    (now,) = scene.run(*asked)["rows"]

    assert then["sealed"]["name"]["family"] == "Bech"
    assert now["sealed"]["name"]["family"] == "Kjær"


def test_before_the_first_fact_nothing_was_known(scene: Scene) -> None:
    """A subject that was not yet recorded has no row."""
    assert scene.run("as-of", "persons", str(ANNA), "--known", "2020-01-01")["rows"] == []


def test_what_is_not_opened_stays_sealed(scene: Scene) -> None:
    (row,) = scene.run("as-of", "person_names", str(ANNA), "--valid", str(TODAY))["rows"]

    assert set(row["sealed"].values()) == {"SEALED"}


def test_opening_without_a_legal_basis_is_a_usage_error(scene: Scene) -> None:
    """Every reading is shown to its subject, so it must have a legal basis."""
    environment = scene.environment | {"RIGSBOG_BASIS": None}
    result = CliRunner().invoke(app, ["as-of", "persons", str(ANNA), "--open"], env=environment)

    assert result.exit_code == exits.USAGE
    assert "--basis" in result.stderr


@pytest.mark.parametrize("blank", ["", "  "])
@pytest.mark.parametrize("asked", [("history", str(ANNA)), ("as-of", "persons", str(ANNA))], ids=["history", "as-of"])
def test_a_blank_legal_basis_opens_nothing(scene: Scene, asked: tuple[str, ...], blank: str) -> None:
    head = scene.run("status")["head"]
    words = [*asked, "--open", "--authority", "34051178", "--basis", blank]

    result = CliRunner().invoke(app, words, env=scene.environment)

    assert result.exit_code == exits.USAGE
    assert "legal basis is empty" in " ".join(result.stderr.split())
    assert scene.run("status")["head"] == head


def test_valid_asks_in_effective_time_which_designation_held(scene: Scene) -> None:
    """Both designations are known; which one held depends on the day asked for."""
    first, second = scene.designations
    begins = scene.run("as-of", "nemkonto", str(second))["rows"][0]["valid_from"]

    assert scene.run("as-of", "nemkonto", str(first), "--valid", begins)["rows"] == []
    assert len(scene.run("as-of", "nemkonto", str(second), "--valid", begins)["rows"]) == 1


def test_inside_a_command_there_is_never_more_than_one_active_account(scene: Scene) -> None:
    """The second designation replaces the first by one command of several facts."""
    records = scene.run("history", str(ANNA))["records"]
    ends = {one["command"]: one["position"] for one in records}
    inside = [one["position"] for one in records if one["position"] != ends[one["command"]]]
    active = {}
    for position in inside:
        document = scene.run("as-of", "nemkonto", str(ANNA), "--known", str(position))
        active[position] = [row["status"] for row in document["rows"]].count("active")
        assert (document["asked"], document["known"] < position) == (position, True)

    assert inside
    assert max(active.values()) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("as-of", "nemkonto", str(ANNA), "--known"),
        ("explain", "nemkonto", str(ANNA), "status", "--known"),
        ("diff", "nemkonto", "--to", "{head}", "--from"),
        ("diff", "nemkonto", "--from", "1", "--to"),
        ("history", str(ANNA), "--until"),
        ("replay", "nemkonto", "--into", "inside_a_command", "--known"),
    ],
    ids=lambda words: f"{words[0]} {words[-1]}",
)
def test_an_answer_says_that_the_position_asked_for_is_inside_a_command(scene: Scene, words: tuple[str, ...]) -> None:
    records = scene.run("history", str(ANNA))["records"]
    head = str(records[-1]["position"])
    ends = {one["command"]: one["position"] for one in records}
    inside = max(one["position"] for one in records if one["position"] != ends[one["command"]])

    said = scene.shown(*(word.format(head=head) for word in words), str(inside))

    assert f"Position {inside} is inside a command" in said.replace("\n", " ")


def test_explain_names_the_fact_behind_a_cell(scene: Scene) -> None:
    """Who did it, for which authority, on what legal basis."""
    (row,) = scene.run("as-of", "person_names", str(ANNA), "--valid", str(TODAY))["rows"]
    (cause,) = scene.run("explain", "person_names", f"entry:{row['entry']}", "sealed")["causes"]

    assert (cause["fact"], cause["actor"], cause["case"]) == ("NameEntered", "employee:k7", "2026-1")
    assert cause["position"] > scene.before_renaming


def test_explain_says_when_nothing_set_the_cell(scene: Scene) -> None:
    """An empty cell has no cause, and the exit code says so."""
    document = scene.run("explain", "persons", str(ANNA), "died_on", code=exits.DIFFERENT)

    assert document["causes"] == []


def test_diff_shows_what_changed_between_two_positions(scene: Scene) -> None:
    """Only the changed columns of the changed rows."""
    rows = scene.run("diff", "person_names", "--from", str(scene.before_renaming))["rows"]

    (changed,) = (row for row in rows if row["change"] == "changed")
    assert list(changed["columns"]) == ["annulled_at"]


def test_replay_builds_the_registers_as_they_were_for_sql(scene: Scene) -> None:
    """An auditor queries the past as ordinary tables, as rigsbog_audit."""
    document = scene.run("replay", "persons", "nemkonto", "--known", str(scene.before_renaming), "--into", "spring")

    assert document["registers"] == {"persons": 1, "nemkonto": 0}
    with psycopg.connect(scene.url) as connection:
        connection.execute("set role rigsbog_audit")
        assert connection.execute("select count(*) from spring.persons").fetchone() == (1,)


def test_replay_never_touches_what_is_there(scene: Scene) -> None:
    """A schema that holds the table already, or that is Rigsbog's own, is refused."""
    scene.run("replay", "companies", "--known", "1", "--into", "once")
    with psycopg.connect(scene.url) as owner:
        others = owner.execute("select nspname from pg_namespace where nspowner <> 'rigsbog_project'::regrole")
        reserved = [name for (name,) in others]
    assert {"ledger", "seal"} < set(reserved)
    for schema in ("once", "register", *reserved, "Bad Name"):
        words = ["replay", "companies", "--known", "1", "--into", schema]

        assert CliRunner().invoke(app, words, env=scene.environment).exit_code == exits.USAGE, schema


def test_status_and_verify_say_that_all_is_well(scene: Scene) -> None:
    """Every register at the head of what it has followed, and equal to the ledger."""
    status = scene.run("status")
    verified = scene.run("verify")

    assert [one["name"] for one in status["registers"]] == [register.name for register in REGISTERS]
    assert {one["state"] for one in status["registers"]} == {"following"}
    assert verified["ok"]
    assert all(check["ok"] for check in verified["checks"])


def test_verify_names_a_tampered_row_and_fails(scene: Scene) -> None:
    """A cell changed behind the ledger's back is found, and its value is not shown."""
    with psycopg.connect(scene.url) as connection:
        connection.execute("update register.persons set registered_as_resident = false")
    try:
        document = scene.run("verify", "persons", code=exits.DIFFERENT)
    finally:
        with psycopg.connect(scene.url) as connection:
            connection.execute("update register.persons set registered_as_resident = true")

    (wrong,) = [check for check in document["checks"] if not check["ok"]]
    assert wrong["name"] == "register persons"
    assert str(ANNA.uuid) in wrong["differing"][0]
    assert "registered_as_resident" in wrong["differing"][0]


def protect(scene: Scene, *more: AnyCommand) -> None:
    """Protect Anna, and let a company be an authority."""
    application = Application(load_settings(scene.environment), scene.url)
    try:
        act(application, ProtectPerson(person=ANNA))
        act(application, EnterAuthority(company=FIRM, kind=AuthorityKind.MUNICIPALITY))
        for command in more:
            act(application, command)
    finally:
        application.close()


def test_w8_an_authority_sees_a_protected_name_and_address_and_its_reading_is_recorded(scene: Scene) -> None:
    """CPR act § 28: protection is against private parties. A municipality must be able to write to her on paper."""
    protect(scene)
    reading = ("--open", "--authority", FIRMS_NUMBER, "--basis", "forvaltningsloven § 29")

    (row,) = scene.run("as-of", "person_addresses", str(ANNA), *reading)["rows"]
    (named,) = scene.run("as-of", "person_names", str(ANNA), "--valid", str(TODAY), *reading)["rows"]

    assert row["sealed"]["address"]["street"] == "Bøgevej 7"
    assert named["sealed"]["name"]["family"] == "Kjær"
    last = scene.run("history", str(ANNA))["records"][-1]
    assert (last["fact"], last["authority"]) == ("DataDisclosed", FIRMS_NUMBER)


def test_a_protected_name_and_address_are_masked_for_a_private_reader(scene: Scene) -> None:
    """CPR act § 28: to somebody who is no authority, no command shows a protected name."""
    protect(scene)

    (row,) = scene.run("as-of", "person_addresses", str(ANNA), *FOR_A_CASE)["rows"]
    text = json.dumps(scene.run("history", str(ANNA), *FOR_A_CASE), ensure_ascii=False)
    (named,) = scene.run("as-of", "person_names", str(ANNA), "--valid", str(TODAY), *FOR_A_CASE)["rows"]
    assert set(named["sealed"].values()) == set(row["sealed"].values()) == {"PROTECTED"}
    assert "Kjær" not in text
    assert "Bøgevej" not in text


def test_a_private_reader_sees_the_firm_of_a_protected_owner_and_by_way_of_it_nothing_of_the_owner(
    scene: Scene,
) -> None:
    """CVR act § 18: a firm's name and address are public, also where they are the home; its owner's own are not."""
    home = Address(street="Bøgevej 7", postal_code="8000", city="Aarhus C")
    protect(scene, ChangeCompanyAddress(company=FIRM, address=home), EnterFirmOwner(company=FIRM, owner=ANNA))

    (name,) = scene.run("as-of", "company_names", str(FIRM), "--valid", str(TODAY), *FOR_A_CASE)["rows"]
    (address,) = scene.run("as-of", "company_addresses", str(FIRM), "--valid", str(TODAY), *FOR_A_CASE)["rows"]
    assert (name["sealed"]["name"], address["sealed"]["address"]["street"]) == ("Bechs Bageri ApS", "Bøgevej 7")

    (owner,) = scene.run("as-of", "firm_owners", str(FIRM), *FOR_A_CASE)["rows"]
    for register in ("person_names", "person_addresses"):
        rows = scene.run("as-of", register, owner["owner"], "--valid", str(TODAY), *FOR_A_CASE)["rows"]
        assert {value for row in rows for value in row["sealed"].values()} == {"PROTECTED"}
    assert "Kjær" not in json.dumps(scene.run("history", str(FIRM), *FOR_A_CASE), ensure_ascii=False)
