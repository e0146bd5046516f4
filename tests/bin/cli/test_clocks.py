"""A simulated clock is refused in production, and what is of the future is found, whoever put it there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from bin.application.operations import clock_checks
from bin.cli import exits
from tests.bin.terminal import Terminal, person
from tests.bin.unguarded import change_unguarded

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
SIMULATE = "insert into ledger.simulated_clock (now_is) values (clock_timestamp() + %s)"
YEAR = timedelta(days=365)


@pytest.fixture
def production(simulated: Terminal) -> Terminal:
    """A ledger with a simulated clock, opened in production."""
    simulated.register(person(1), options=("--no-reactions",))
    simulated.monkeypatch.setenv("RIGSBOG_ENV", "production")
    simulated.monkeypatch.setenv("RIGSBOG_KEK_FILE", str(simulated.home / "kek"))
    return simulated


def wrong(said: Any) -> dict[str, dict[str, Any]]:
    """The findings of doctor, or the checks of verify, that are not ok, by name."""
    document = said.lines[0]
    results = document.get("findings") or document["checks"]
    return {each["name"]: each for each in results if not each["ok"]}


@pytest.mark.parametrize(
    "words",
    [
        ("run", "--once"),
        ("run",),
        ("seal", "once"),
        ("register", "-"),
        ("history", "person:00000000-0000-4000-8000-000000000001"),
        ("rebuild", "persons"),
        ("status", "--letters"),
        ("db", "psql", "--command", "select 1"),
    ],
)
def test_in_production_nothing_is_recorded_by_a_simulated_clock(production: Terminal, words: tuple[str, ...]) -> None:
    head = production.head()
    said = production.run(*words)
    assert (said.code, said.out) == (exits.CONFIGURATION, "")
    assert "RIGSBOG_ENV is production and this ledger's clock is simulated, so nothing is recorded" in said.err
    assert production.head() == head


def test_in_production_verify_and_doctor_name_a_simulated_clock_and_status_answers(production: Terminal) -> None:
    for words in (("verify", "ledger", "--json"), ("doctor", "--json")):
        said = production.run(*words)
        assert said.code == exits.DIFFERENT
        assert wrong(said)["clock of the ledger"]["detail"].startswith("simulated, and RIGSBOG_ENV is production")
    assert production.run("status", "--json").lines[0]["head"] == production.head()
    assert production.run("seal", "status", "--json").lines[0]["head"] == production.head()


def test_elsewhere_a_simulated_clock_is_reported_and_holds(simulated: Terminal) -> None:
    simulated.register(person(1))
    for words in (("verify", "ledger", "--json"), ("doctor", "--json")):
        document = simulated.run(*words).lines[0]
        (clock,) = [
            each for each in document.get("findings") or document["checks"] if each["name"] == "clock of the ledger"
        ]
        assert (clock["ok"], clock["detail"]) == (True, "simulated")


def test_what_was_recorded_and_sealed_in_the_future_is_named_after_the_clock_is_right_again(
    few_people: Terminal,
) -> None:
    terminal = few_people
    with psycopg.connect(terminal.url) as owner, pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute(SIMULATE, [YEAR])
    assert change_unguarded(terminal.url, "ledger.simulated_clock", SIMULATE, YEAR) == 1
    terminal.register(person(8), options=("--no-reactions",))
    terminal.ok("seal", "once")
    change_unguarded(terminal.url, "ledger.simulated_clock", "delete from ledger.simulated_clock")

    verify, doctor = wrong(terminal.run("verify", "ledger", "--json")), wrong(terminal.run("doctor", "--json"))

    position, head = terminal.head(), terminal.head()
    assert [place.partition(" is of ")[0] for place in verify["future"]["differing"]] == [
        f"the record at position {position}",
        f"the checkpoint of {head}",
        f"the publication of {head}",
    ]
    assert f"the record at position {position} is of " in doctor["future"]["detail"]


def test_a_machine_whose_clock_is_not_the_databases_is_reported(few_people: Terminal) -> None:
    class Late(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) - timedelta(minutes=2)

    with few_people.monkeypatch.context() as patch:
        patch.setattr(clock_checks, "datetime", Late)
        for words in (("verify", "ledger", "--json"), ("doctor", "--json")):
            found = wrong(few_people.run(*words))
            assert "this machine's and the database's are 120 s apart" in found["clocks"]["detail"]
