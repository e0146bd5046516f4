"""The auditor's tools on a small history: what was known, what was valid, who did it, and whether it still holds."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from typer.testing import CliRunner

from adapters.connections import Pool
from adapters.keys import PostgresKeys
from adapters.vault import Vault
from bin.desk import exits
from bin.desk.house import House, acting
from bin.tools import app
from domain.account import parse_account
from domain.activation_code import activation_code_hash
from domain.company import RegisterCompany
from domain.cpr import parse_cpr
from domain.cvr import parse_cvr
from domain.danish_time import COPENHAGEN
from domain.fact import Retention
from domain.names import Address, PersonName
from domain.nemkonto import DesignationChannel
from domain.nemkonto_commands import DesignateNemkonto
from domain.person_commands import ChangeName, ProtectNameAndAddress, RegisterPerson
from domain.subject import AccountIndex, CompanyId, DesignationId, PersonId
from projections.catalogue import REGISTERS
from projections.engine.follow import follow

ANNA = PersonId(UUID("a11a0000-0000-4000-8000-000000000001"))
FIRM = CompanyId(UUID("f1f10000-0000-4000-8000-000000000004"))
NUMBER = "6101901234"
KEY = base64.b64encode(b"k" * 32).decode()
FOR_A_CASE = ("--open", "--authority", "34051178", "--basis", "forvaltningsloven § 29", "--case", "2026-17")


@dataclass
class Scene:
    """A book in which Anna is registered, renamed, and twice points out a NemKonto."""

    environment: dict[str, str]
    url: str
    before_renaming: int
    designations: tuple[DesignationId, DesignationId]

    def run(self, *words: str, code: int = exits.OK) -> Any:
        """Run a tool with --json and read its document."""
        result = CliRunner().invoke(app, [*words, "--json"], env=self.environment)

        assert result.exit_code == code, (result.output, result.exception)
        return json.loads(result.stdout)

    def shown(self, *words: str, code: int = exits.OK) -> str:
        """Run a tool for a person at a terminal of 60 columns."""
        result = CliRunner().invoke(app, words, env=self.environment | {"COLUMNS": "60"})

        assert result.exit_code == code, (result.output, result.exception)
        return result.stdout


@pytest.fixture(scope="module")
def scene(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The history, recorded through the book and followed by the registers."""
    home = tmp_path_factory.mktemp("home")
    environment = {"DATABASE_URL": database_url, "RIGSBOG_HOME": str(home), "RIGSBOG_KEK": KEY}
    house = House(database_url, Path(home), environment)
    try:
        register_anna(house)
        before = house.ledger.head()
        act(house, ChangeName(person=ANNA, name=PersonName(given="Anna", family="Kjær")))
        designations = (DesignationId(uuid4()), DesignationId(uuid4()))
        for designation, account in zip(designations, ("5001 1234567890", "5001 9876543210"), strict=True):
            designate(house, designation, account)
        with house.projecting.connect() as connection:
            follow(connection, REGISTERS)
        yield Scene(environment, database_url, before, designations)
    finally:
        house.close()


def act(house: House, command: Any) -> None:
    """Carry out a command as a case worker would."""
    house.book.execute(command, acting("employee:k7", "CPR act § 3", case="2026-1"))


def register_anna(house: House) -> None:
    """Enter Anna and a firm."""
    act(
        house,
        RegisterPerson(
            person=ANNA,
            index=house.cpr(NUMBER),
            number=parse_cpr(NUMBER),
            name=PersonName(given="Anna", family="Bech"),
            address=Address(street="Bøgevej 7", postal_code="5000", city="Odense C"),
        ),
    )
    number = "90000004"
    act(
        house, RegisterCompany(company=FIRM, index=house.cvr(number), number=parse_cvr(number), name="Bechs Bageri ApS")
    )


def designate(house: House, designation: DesignationId, account: str) -> None:
    """A bank reports an account as Anna's NemKonto."""
    read = parse_account(account)
    act(
        house,
        DesignateNemkonto(
            designation=designation,
            payee=ANNA,
            account_index=AccountIndex(house.vault.index("account", read.canonical)),
            account=read,
            channel=DesignationChannel.BANK,
            institution="5001",
            consent="customer order 1",
        ),
    )


def point_out(house: House, designation: DesignationId, account: str) -> None:
    """The firm points out an account by itself, and is sent a code."""
    read = parse_account(account)
    act(
        house,
        DesignateNemkonto(
            designation=designation,
            payee=FIRM,
            account_index=AccountIndex(house.vault.index("account", read.canonical)),
            account=read,
            channel=DesignationChannel.SELF_SERVICE,
            code_hash=activation_code_hash(designation, "12345678"),
        ),
    )


def test_as_of_shows_the_name_that_was_known_then(scene: Scene) -> None:
    """Registration time: the register before a change is the register as it was."""
    (then,) = scene.run("as-of", "persons", str(ANNA), "--known", str(scene.before_renaming), *FOR_A_CASE)["rows"]
    (now,) = scene.run("as-of", "persons", str(ANNA), *FOR_A_CASE)["rows"]

    assert then["name_sealed"]["name"]["family"] == "Bech"
    assert now["name_sealed"]["name"]["family"] == "Kjær"


def test_before_the_first_fact_nothing_was_known(scene: Scene) -> None:
    """A subject that was not yet recorded has no row."""
    assert scene.run("as-of", "persons", str(ANNA), "--known", "2020-01-01")["rows"] == []


def test_without_a_mandate_personal_data_stay_sealed(scene: Scene) -> None:
    """No authority and no legal basis: no name."""
    (row,) = scene.run("as-of", "persons", str(ANNA))["rows"]

    assert set(row["name_sealed"].values()) == {"SEALED"}


def test_opening_without_a_legal_basis_is_a_usage_error(scene: Scene) -> None:
    """Every reading is shown to its subject, so it must have a ground."""
    result = CliRunner().invoke(app, ["as-of", "persons", str(ANNA), "--open"], env=scene.environment)

    assert result.exit_code == exits.USAGE
    assert "--basis" in result.stderr


def test_every_opening_is_recorded_where_its_subject_can_see_it(scene: Scene) -> None:
    """CJEU C-579/21: when, by which authority and why."""
    scene.run("as-of", "persons", str(ANNA), *FOR_A_CASE)

    last = scene.run("history", str(ANNA))["records"][-1]
    assert (last["fact"], last["authority"], last["case"]) == ("PersonalDataRead", "34051178", "2026-17")
    assert last["legal_basis"] == "forvaltningsloven § 29"


def test_valid_asks_in_effective_time_which_designation_held(scene: Scene) -> None:
    """Both designations are known; which one held depends on the day asked for."""
    first, second = scene.designations
    begins = scene.run("as-of", "nemkonto", str(second))["rows"][0]["valid_from"]

    assert scene.run("as-of", "nemkonto", str(first), "--valid", begins)["rows"] == []
    assert len(scene.run("as-of", "nemkonto", str(second), "--valid", begins)["rows"]) == 1


def test_a_payee_is_answered_by_the_nemkonto_that_the_payee_had_on_the_day(scene: Scene) -> None:
    """Not the payee is the register's key but the designation; its rows are found by the facts that name the payee."""
    first, second = scene.designations
    both = scene.run("as-of", "nemkonto", str(ANNA))
    begins = next(row["valid_from"] for row in both["rows"] if row["designation"] == str(second.uuid))

    (held,) = scene.run("as-of", "nemkonto", str(ANNA), "--valid", begins)["rows"]

    assert {row["designation"] for row in both["rows"]} == {str(first.uuid), str(second.uuid)}
    assert not both["cut"]
    assert held["designation"] == str(second.uuid)
    assert scene.run("as-of", "nemkonto", str(ANNA), "--known", str(scene.before_renaming))["rows"] == []


def test_more_rows_than_the_limit_are_cut_and_it_is_said(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that is not whole never looks whole."""
    monkeypatch.setattr("projections.engine.as_of.ROWS_MAX", 1)

    cut = scene.run("as-of", "nemkonto", str(ANNA))

    assert (len(cut["rows"]), cut["cut"]) == (1, True)
    assert "only 1 rows" in scene.shown("as-of", "nemkonto", str(ANNA))


def test_explain_takes_the_subject_of_one_row_and_asks_which_of_several(scene: Scene) -> None:
    """By the payee's number one row is meant, or the tool names the rows to choose from."""
    (cause,) = scene.run("explain", "identifiers", str(ANNA), "bearer")["causes"]
    result = CliRunner().invoke(app, ["explain", "nemkonto", str(ANNA), "valid_from"], env=scene.environment)

    assert cause["fact"] == "CprAssigned"
    assert result.exit_code == exits.USAGE
    assert all(str(one.uuid) in result.stderr for one in scene.designations)


def test_explain_takes_one_of_several_rows_by_a_part_of_its_key(scene: Scene) -> None:
    """The firm waits for two activation codes, and each has its own due time."""
    one, other = DesignationId(uuid4()), DesignationId(uuid4())
    house = House(scene.url, Path(scene.environment["RIGSBOG_HOME"]), scene.environment)
    try:
        for designation, account in ((one, "5001 1111111111"), (other, "5001 2222222222")):
            point_out(house, designation, account)
    finally:
        house.close()

    result = CliRunner().invoke(app, ["explain", "due_times", str(FIRM), "due_at"], env=scene.environment)
    (cause,) = scene.run("explain", "due_times", str(FIRM), "due_at", "--row", str(one))["causes"]

    assert result.exit_code == exits.USAGE
    assert "--row" in result.stderr
    assert cause["fact"] == "ActivationLetterOrdered"


def test_no_id_is_cut_on_a_narrow_terminal(scene: Scene) -> None:
    """An id that is cut cannot be asked about."""
    designation = str(scene.designations[0].uuid)
    (cause,) = scene.run("explain", "nemkonto", f"designation:{designation}", "valid_from")["causes"]

    assert cause["command"] in scene.shown("explain", "nemkonto", f"designation:{designation}", "valid_from")
    assert designation in scene.shown("nemkonto", "show", str(ANNA))
    assert designation in scene.shown("diff", "nemkonto", "--from", "0")
    assert designation in scene.shown("as-of", "nemkonto", str(ANNA))


def test_a_difference_is_told_in_words_and_not_in_json(scene: Scene) -> None:
    """Each column with its value before and after."""
    told = scene.shown("diff", "nemkonto", "--from", "0")

    assert "status" in told
    assert "empty -> active" in told
    assert "{" not in told


def test_nothing_is_told_as_nothing(scene: Scene) -> None:
    """An empty answer is a sentence, not an empty table."""
    told = scene.shown("explain", "persons", str(ANNA), "died_on", code=exits.DIFFERENT)

    assert told.strip().endswith("nothing.")


def test_explain_names_the_fact_behind_a_cell(scene: Scene) -> None:
    """Who did it, for which authority, on what legal basis."""
    (cause,) = scene.run("explain", "persons", str(ANNA), "name_sealed")["causes"]

    assert (cause["fact"], cause["actor"], cause["case"]) == ("NameRegistered", "employee:k7", "2026-1")
    assert cause["position"] > scene.before_renaming


def test_explain_says_when_nothing_set_the_cell(scene: Scene) -> None:
    """An empty cell has no cause, and the exit code says so."""
    document = scene.run("explain", "persons", str(ANNA), "died_on", code=exits.DIFFERENT)

    assert document["causes"] == []


def test_diff_shows_what_changed_between_two_positions(scene: Scene) -> None:
    """Only the changed columns of the changed rows."""
    rows = scene.run("diff", "persons", "--from", str(scene.before_renaming))["rows"]

    assert [row["key"]["person"] for row in rows] == [str(ANNA.uuid)]
    assert list(rows[0]["columns"]) == ["name_sealed"]


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
    for schema in ("once", "register", "ledger", "pg_catalog", "Bad Name"):
        words = ["replay", "companies", "--known", "1", "--into", schema]

        assert CliRunner().invoke(app, words, env=scene.environment).exit_code == exits.USAGE


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
        connection.execute("update register.persons set resident = false")
    try:
        document = scene.run("verify", "persons", code=exits.DIFFERENT)
    finally:
        with psycopg.connect(scene.url) as connection:
            connection.execute("update register.persons set resident = true")

    (wrong,) = [check for check in document["checks"] if not check["ok"]]
    assert wrong["name"] == "register persons"
    assert str(ANNA.uuid) in wrong["differing"][0]
    assert "resident" in wrong["differing"][0]


def test_a_protected_name_and_address_are_masked_for_every_reader(scene: Scene) -> None:
    """CPR act § 28, the core's own rule: the tools show no protected name, whoever asks."""
    house = House(scene.url, Path(scene.environment["RIGSBOG_HOME"]), scene.environment)
    try:
        act(house, ProtectNameAndAddress(person=ANNA))
    finally:
        house.close()

    (row,) = scene.run("as-of", "persons", str(ANNA), *FOR_A_CASE)["rows"]
    told = json.dumps(scene.run("history", str(ANNA), *FOR_A_CASE), ensure_ascii=False)
    assert set(row["name_sealed"].values()) == set(row["address_sealed"].values()) == {"PROTECTED"}
    assert "Kjær" not in told
    assert "Bøgevej" not in told


def test_an_erased_person_shows_as_erased_and_breaks_nothing(scene: Scene) -> None:
    """Destroying the keys erases the person's data everywhere; the facts and the proofs of equality stand."""
    owner = Pool(scene.url, "rigsbog_owner")
    try:
        assert Vault(PostgresKeys(owner), b"k" * 32).destroy(ANNA, Retention.PAYMENTS) == 1
    finally:
        owner.close()
    designation = str(scene.designations[0])

    (row,) = scene.run("as-of", "nemkonto", designation, *FOR_A_CASE)["rows"]
    assert set(row["account_sealed"].values()) == {"ERASED"}
    assert scene.run("verify")["ok"]


@pytest.mark.parametrize(
    "words",
    [
        ["as-of", "nothing", str(ANNA)],
        ["as-of", "persons", "person:unknown"],
        ["as-of", "persons", str(ANNA), "--known", "yesterday"],
        ["as-of", "persons", str(ANNA), "--known", "999999999"],
        ["as-of", "persons", str(ANNA), "--known", "2026-04-15T12:00"],
        ["explain", "persons", str(ANNA), "shoe_size"],
        ["as-of", "persons", str(ANNA), "--known", "2999-01-01"],
        ["diff", "persons", "--from", "2999-01-01T00:00+00:00"],
        ["as-of", "persons", str(ANNA), "--valid", "2026-05-01"],
        ["as-of", "persons", "account:a11a0000-0000-4000-8000-000000000001"],
        ["explain", "persons", "account:a11a0000-0000-4000-8000-000000000001", "died_on"],
        ["history", "cpr:nothing"],
    ],
)
def test_a_question_that_cannot_be_read_is_told_what_is_wrong(scene: Scene, words: list[str]) -> None:
    """A usage error with a sentence, never a stack trace."""
    result = CliRunner().invoke(app, words, env=scene.environment)

    assert result.exit_code == exits.USAGE, result.output
    assert "Invalid value" in result.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["as-of", "receipts", "account:a11a0000-0000-4000-8000-000000000001"], "company, message, person, receipt"),
        (["as-of", "messages", str(ANNA), "--valid", "2026-05-01"], "--valid is for nemkonto"),
        (["as-of", "persons", str(ANNA), "--known", "2999-01-01"], "the ledger's clock is at"),
        (["history", f"cpr:{NUMBER}"], "a cpr is written cpr:<uuid>"),
    ],
)
def test_a_usage_error_says_what_can_be_asked_and_never_repeats_a_number(
    scene: Scene, words: list[str], told: str
) -> None:
    """Whoever asks wrongly learns how to ask."""
    result = CliRunner().invoke(app, words, env=scene.environment | {"COLUMNS": "200"})

    assert result.exit_code == exits.USAGE
    assert told in result.stderr
    assert NUMBER not in result.stderr


def test_today_may_be_asked_about_before_it_is_over(scene: Scene) -> None:
    """What is known today is what is known so far."""
    today = datetime.now(COPENHAGEN).date().isoformat()

    assert len(scene.run("as-of", "persons", str(ANNA), "--known", today)["rows"]) == 1
