"""Operators answer for their acts: named, recorded before the act, once, and without the key to personal data."""

from __future__ import annotations

import json
import uuid
from typing import Any

import psycopg
import pytest

from adapters.keys.key_store import PostgresKeys
from adapters.settings import WrongSetting, load_settings
from bin.application.operations.record import record
from bin.cli import exits
from tests.bin.killed import Kill, When
from tests.bin.terminal import AUTHORITY, Terminal, cpr, person

ORDER = ("--class", "identity", "--basis", "GDPR art. 17(1)(a)", "--authority", AUTHORITY, "--case", "2026-9")


def records(terminal: Terminal, fact: str) -> list[dict[str, Any]]:
    """What was recorded of one fact: payload, and who did it on what basis."""
    with psycopg.connect(terminal.url) as connection:
        rows = connection.execute(
            "select payload, actor, legal_basis, authority, case_id, position from ledger.record"
            " join ledger.fact_name using (fact) where name = %s order by position",
            [fact],
        ).fetchall()
    names = ("actor", "legal_basis", "authority", "case", "position")
    return [{**payload, **dict(zip(names, header, strict=True))} for payload, *header in rows]


def keys(terminal: Terminal, subject: str) -> dict[str, str]:
    """The retention classes of a person's keys, each with the key's id."""
    with psycopg.connect(terminal.url) as connection:
        rows = connection.execute("select retention, key::text from vault.data_key where holder = %s", [subject])
        return dict(rows.fetchall())


def of(terminal: Terminal, fact: str, subject: str) -> list[dict[str, Any]]:
    """What was recorded of one fact about one subject."""
    return [one for one in records(terminal, fact) if one["subject"] == subject]


def test_an_operator_is_who_the_environment_says_and_never_a_user_of_the_machine() -> None:
    assert load_settings({"RIGSBOG_OPERATOR": "vagt-2@drift"}).operator == "vagt-2@drift"
    assert load_settings({"USER": "root", "LOGNAME": "root"}).operator == "unnamed"


@pytest.mark.parametrize("name", [cpr(1), f"x{cpr(1)[:6]}-{cpr(1)[6:]}", "a b", "x" * 65, "\n"])
def test_what_names_no_operator_is_refused_without_being_shown(name: str) -> None:
    with pytest.raises(WrongSetting) as refused:
        load_settings({"RIGSBOG_OPERATOR": name})
    assert name.strip() == "" or name not in str(refused.value)


def test_an_operator_that_is_none_is_exit_78_and_nothing_is_done(terminal: Terminal) -> None:
    head = terminal.head()
    with terminal.monkeypatch.context() as patch:
        patch.setenv("RIGSBOG_OPERATOR", "two words")
        assert terminal.run("rebuild", "messages").code == exits.CONFIGURATION
        assert terminal.run("db", "psql", "-c", "select 1").code == exits.CONFIGURATION
        assert terminal.run("migrate").code == exits.CONFIGURATION
    assert terminal.head() == head


def test_a_rebuild_is_attested_once_and_its_facts_say_what_was_compared(terminal: Terminal) -> None:
    terminal.register(person(1), person(2))
    terminal.ok("run", "--once")
    with terminal.monkeypatch.context() as patch:
        patch.setenv("RIGSBOG_OPERATOR", "vagt-2")
        (document,) = terminal.ok("rebuild", "persons", "--json").lines

    (result,) = document["registers"]
    (begun,), (attested,) = records(terminal, "RebuildBegun"), records(terminal, "RebuildAttested")
    (swapped,) = records(terminal, "RegisterSwapped")
    assert {one["actor"] for one in (begun, attested, swapped)} == {"operator:vagt-2"}
    assert begun["position"] < attested["position"] < swapped["position"]
    assert result["attested"]["sha256"] == attested["digest"]
    assert attested["rows"] == 2
    assert attested["declaration"] == begun["declaration"]
    assert attested["software_version"]


def test_what_was_done_to_a_register_or_to_the_ledger_is_its_history(terminal: Terminal) -> None:
    terminal.ok("replay", "persons", "--known", "1", "--into", "told_in_history")
    of_register = json.loads(terminal.ok("history", "register:persons", "--json").out)["records"]
    of_ledger = json.loads(terminal.ok("history", "log:this", "--json").out)["records"]
    assert [one["fact"] for one in of_register] == ["RebuildBegun", "RebuildAttested", "RegisterSwapped"]
    assert [one["fact"] for one in of_ledger] == ["SealingKeyAdopted", "RegistersReplayed"]
    assert terminal.run("history", "register:nothing").code == exits.USAGE


@pytest.mark.kills
@pytest.mark.parametrize("kill", [Kill(record, 2, "after"), Kill(record, 3, "after")], ids=["attested", "swap allowed"])
def test_a_rebuild_that_is_killed_after_its_attestation_attests_no_second_time(terminal: Terminal, kill: Kill) -> None:
    terminal.ok("run", "--once")
    earlier = len(records(terminal, "RebuildAttested"))

    terminal.killed(kill, "rebuild", "mandates")
    assert len(records(terminal, "RebuildAttested")) - earlier == 1
    terminal.ok("rebuild", "mandates")

    assert len(records(terminal, "RebuildAttested")) - earlier == 1
    assert records(terminal, "RegisterSwapped")[-1]["attested"] == records(terminal, "RebuildAttested")[-1]["position"]


def test_a_register_that_differs_or_cannot_be_compared_is_never_attested(terminal: Terminal) -> None:
    earlier, swaps = len(records(terminal, "RebuildAttested")), len(records(terminal, "RegisterSwapped"))
    with psycopg.connect(terminal.url) as owner:
        owner.execute("update register.persons set registered_as_resident = not registered_as_resident")
    assert terminal.run("rebuild", "persons").code == exits.DIFFERENT
    assert len(records(terminal, "RegisterSwapped")) == swaps
    terminal.ok("rebuild", "persons", "--despite-differences")
    with psycopg.connect(terminal.url) as owner:
        owner.execute("drop table register.persons")
    terminal.ok("rebuild", "persons")

    despite, uncompared = records(terminal, "RegisterSwapped")[-2:]
    assert (despite["despite_differences"], despite["attested"]) == (True, None)
    assert (uncompared["despite_differences"], uncompared["not_compared"]) == (False, "missing")
    assert len(records(terminal, "RebuildAttested")) == earlier


def test_an_erasure_is_ordered_done_and_reported_with_the_ids_of_the_keys(terminal: Terminal) -> None:
    (anna,) = terminal.register(person(11))
    held = keys(terminal, anna)["identity"]

    (document,) = terminal.ok("erase", anna, *ORDER, "--json").lines

    (ordered,), (gone,) = of(terminal, "ErasureOrdered", anna), of(terminal, "KeysDestroyed", anna)
    assert (document["ordered"], document["destroyed"]) == (ordered["position"], gone["position"])
    assert ordered["keys"] == gone["keys"] == [held]
    assert ordered["legal_basis"] == "GDPR art. 17(1)(a)"
    assert (gone["authority"], gone["case"], gone["actor"]) == (AUTHORITY, "2026-9", "operator:unnamed")
    assert "identity" not in keys(terminal, anna)


@pytest.mark.kills
@pytest.mark.parametrize("when", ["before", "after"])
def test_an_erasure_that_is_killed_half_way_is_finished_by_the_same_call(terminal: Terminal, when: When) -> None:
    (bo,) = terminal.register(person(20 + len(when)))
    held = keys(terminal, bo)["identity"]

    terminal.killed(Kill(PostgresKeys.destroy, 1, when), "erase", bo, *ORDER)
    assert (len(of(terminal, "ErasureOrdered", bo)), of(terminal, "KeysDestroyed", bo)) == (1, [])
    assert ("identity" in keys(terminal, bo)) == (when == "before")
    (document,) = terminal.ok("erase", bo, *ORDER, "--json").lines

    assert document["ordered"] is None
    assert [one["keys"] for one in of(terminal, "KeysDestroyed", bo)] == [[held]]
    assert len(of(terminal, "ErasureOrdered", bo)) == 1


def test_an_erasure_that_is_done_is_not_done_again(terminal: Terminal) -> None:
    (eve,) = terminal.register(person(30))
    terminal.ok("erase", eve, *ORDER)
    head = terminal.head()
    (document,) = terminal.ok("erase", eve, *ORDER, "--json").lines
    assert (document["ordered"], document["destroyed"], terminal.head()) == (None, None, head)


def test_to_erase_all_no_key_is_needed_and_the_registers_stay_equal(terminal: Terminal) -> None:
    (kim,) = terminal.register(person(31))
    whole = ("--class", "all", *ORDER[2:])
    with terminal.monkeypatch.context() as patch:
        patch.setenv("RIGSBOG_ENV", "production")
        terminal.ok("erase", kim, *whole)
    terminal.ok("run", "--once")

    assert keys(terminal, kim) == {}
    assert of(terminal, "KeysDestroyed", kim)[0]["retention_class"] is None
    shown = terminal.ok("as-of", "person_names", kim, "--open", *ORDER[2:], "--json")
    assert set(json.loads(shown.out)["rows"][0]["sealed"].values()) == {"ERASED"}
    terminal.ok("verify")


def test_an_erasure_needs_a_holder_of_keys_and_a_real_authority(terminal: Terminal) -> None:
    nobody = f"person:{uuid.uuid4()}"
    assert terminal.run("erase", nobody, *ORDER[:4], "--authority", "12345678").code == exits.USAGE
    assert terminal.run("erase", f"receipt:{uuid.uuid4()}", *ORDER).code == exits.USAGE
    assert terminal.ok("erase", nobody, *ORDER).err.startswith("There is nothing to erase")


def test_an_erasure_without_a_legal_basis_destroys_nothing(terminal: Terminal) -> None:
    (lise,) = terminal.register(person(37))
    held, head = keys(terminal, lise), terminal.head()

    said = terminal.run("erase", lise, "--class", "all", "--basis", " ", "--authority", "34051178")

    assert said.code == exits.USAGE
    assert (keys(terminal, lise), terminal.head()) == (held, head)


def test_only_a_register_that_stopped_can_be_acknowledged_and_once(terminal: Terminal) -> None:
    assert terminal.run("acknowledge", "companies", "--reason", "a wrong fact").code == exits.REFUSED
    with psycopg.connect(terminal.url) as owner:
        owner.execute("update register.progress set state = 'stopped' where name = 'companies'")
    terminal.ok("acknowledge", "companies", "--reason", "a wrong fact")
    (document,) = terminal.ok("acknowledge", "companies", "--reason", "a wrong fact", "--json").lines
    assert document["recorded_at_position"] is None
    (known,) = records(terminal, "RegisterStopAcknowledged")
    assert (known["reason"], known["legal_basis"]) == ("a wrong fact", "GDPR art. 5(2)")
    assert known["position"] > 0


@pytest.mark.parametrize(
    ("option", "code"), [("--authority", exits.USAGE), ("--basis", exits.BAD_INPUT), ("--case", exits.BAD_INPUT)]
)
def test_no_cpr_number_enters_a_fact_by_what_an_operator_says(terminal: Terminal, option: str, code: int) -> None:
    """It would be stored unencrypted and permanently, and the destruction of a key would not erase it."""
    given = {"--authority": AUTHORITY, "--basis": "GDPR art. 15", "--case": "2026-9"} | {option: cpr(1)}
    words = [word for pair in given.items() for word in pair]
    (anna,) = terminal.register(person(21 + len(option)))
    head, acts = terminal.head(), [("as-of", "persons", anna, "--open", *words)]
    if option != "--authority":
        acts.append(("erase", anna, "--class", "identity", *words))
    for act in acts:
        said = terminal.run(*act)
        assert said.code == code
        assert cpr(1) not in said.out + said.err
    assert terminal.head() == head
