"""What rests on a value that was corrected later: a wrong death, a wrong number, a called-off move."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bin.cli import exits
from tests.bin.answered import disclosed
from tests.bin.terminal import AUTHORITY, Terminal, company, cpr, letter, person

ANNA, FINN, BO = 1, 2, 3
LETTERS = 40


@pytest.fixture(scope="module")
def anna(terminal: Terminal) -> str:
    """Anna, and the authority that writes to her."""
    _, subject, _ = terminal.register(company(), person(ANNA), person(BO))
    terminal.ok("run", "--once")
    return subject


def position_of(terminal: Terminal, about: str, fact: str) -> int:
    """Where the last fact of a name about somebody stands."""
    records = terminal.ok("history", about, "--json").lines[0]["records"]
    return int([record["position"] for record in records if record["fact"] == fact][-1])


def impact(terminal: Terminal, position: int) -> dict[str, Any]:
    answer: dict[str, Any] = terminal.ok("impact", str(position), "--json").lines[0]
    return answer


def messages(answer: dict[str, Any], fact: str) -> set[str]:
    """The letters of which the commands recorded the fact."""
    facts = [each for command in answer["commands"] for each in command["facts"] if each["name"] == fact]
    return {each["payload"]["message"] for each in facts}


def submitted(terminal: Terminal, folder: Path, number: str, many: int) -> set[str]:
    folder.mkdir(exist_ok=True)
    answers = terminal.submit(*(letter(folder, number) for _ in range(many)))
    return {f"message:{answer['message_uuid']}" for answer in answers}


@dataclass(frozen=True)
class WrongDeath:
    """Anna was recorded as dead by mistake; the position of the correction, and the letters to her and to Bo."""

    correction: int
    turned_away: set[str]
    others: set[str]


@pytest.fixture(scope="module")
def wrong_death(terminal: Terminal, anna: str, tmp_path_factory: pytest.TempPathFactory) -> WrongDeath:
    folder = tmp_path_factory.mktemp("letters")
    others = submitted(terminal, folder, cpr(ANNA), 3)
    terminal.ok("citizen", "died", anna, "--on", "2026-02-01")
    turned_away = submitted(terminal, folder, cpr(ANNA), LETTERS)
    others |= submitted(terminal, folder, cpr(BO), 3)
    terminal.ok("as-of", "persons", anna)
    terminal.ok("citizen", "correct-death", anna)
    others |= submitted(terminal, folder, cpr(ANNA), 3)
    return WrongDeath(position_of(terminal, anna, "DeathCorrected"), turned_away, others)


def test_after_a_wrong_death_the_letters_that_it_turned_away_are_listed(
    terminal: Terminal, wrong_death: WrongDeath
) -> None:
    answer = impact(terminal, wrong_death.correction)

    assert answer["correction"]["fact"] == "DeathCorrected"
    assert [each["fact"] for each in answer["corrected"]] == ["PersonDied"]
    assert messages(answer, "MessageRejected") == wrong_death.turned_away
    assert messages(answer, "MessageSubmitted") == wrong_death.turned_away
    assert not wrong_death.others & messages(answer, "MessageSubmitted")
    assert [reading["fields"]["register_name"] for reading in answer["readings"]] == ["persons"]
    assert not answer["cut"]


def test_after_a_wrong_number_the_letters_to_it_are_listed_and_no_others(
    terminal: Terminal, anna: str, tmp_path: Path
) -> None:
    """W1: Anna was given Finn's number by mistake, and read what was meant for him."""
    terminal.ok("citizen", "renumber", anna, stdin=cpr(FINN))
    to_finn = submitted(terminal, tmp_path / "finn", cpr(FINN), 2)
    to_anna = submitted(terminal, tmp_path / "anna", cpr(ANNA), 1)
    read = min(to_finn)
    terminal.ok("open", read, "--reader", anna)
    terminal.ok("citizen", "renumber", anna, stdin=cpr(ANNA))
    terminal.ok("citizen", "withdraw-number", anna, stdin=cpr(FINN))

    answer = impact(terminal, position_of(terminal, anna, "CprWithdrawn"))

    assert messages(answer, "MessageMadeAvailable") == to_finn
    assert not to_anna & messages(answer, "MessageSubmitted")
    assert {letter["message"]: letter["opened"] for letter in answer["letters"]} == {
        message: message == read for message in to_finn
    }


def test_each_command_is_listed_with_who_acted_for_whom_on_which_basis(
    terminal: Terminal, wrong_death: WrongDeath
) -> None:
    answer = impact(terminal, wrong_death.correction)
    said = " ".join(terminal.ok("impact", str(wrong_death.correction)).out.split())
    letter_of_the_authority = next(command for command in answer["commands"] if command["authority"] == AUTHORITY)

    assert letter_of_the_authority["legal_basis"] == "LBK 686/2021 § 10"
    assert f"Commands that rest on it: {len(answer['commands'])}." in said
    assert f"corrects PersonDied at position {answer['corrected'][0]['position']}" in said
    assert said.count("REJECTED".lower()) == LETTERS
    for each in (answer["correction"], *answer["corrected"]):
        assert f"{each['position']} {each['recorded_at'][:10]}" in said
        assert f"by {each['actor']}, for {each['authority']}; {each['legal_basis']}" in said
    (read,) = answer["readings"]
    assert f"Answers given meanwhile: 1. {read['position']} " in said
    assert f"by authority:{read['authority']}, for {read['authority']}; {read['legal_basis']}" in said


def test_the_list_ends_with_what_was_compared_and_what_was_not(terminal: Terminal, wrong_death: WrongDeath) -> None:
    answer = impact(terminal, wrong_death.correction)
    said = " ".join(terminal.ok("impact", str(wrong_death.correction)).out.split())
    (since,), before = (each["position"] for each in answer["corrected"]), answer["correction"]["position"]

    searched = answer["searched"]
    with psycopg.connect(terminal.url) as connection:
        between = connection.execute(
            "select count(*), count(*) filter (where consulted is null) from ledger.command"
            " where first_position > %s and last_position < %s",
            [since, before],
        ).fetchone()
    assert (searched["after"], searched["before"]) == (since, before)
    assert (searched["commands"], searched["without_states"]) == between
    assert len(answer["commands"]) < searched["commands"]
    assert f"Compared: {searched['commands']} commands between positions {since} and {before}" in said
    assert said.endswith(" ".join(("Not compared:", *answer["not_compared"])))


def test_the_corrections_that_follow_from_one_are_named_and_have_an_impact_of_their_own(
    terminal: Terminal, anna: str
) -> None:
    owner, reader = terminal.register(person(4), person(5))
    terminal.ok("citizen", "grant-mandate", owner, "--holder", reader, "--kind", "read")
    terminal.ok("citizen", "died", owner, "--on", "2026-02-01")
    terminal.ok("citizen", "correct-death", owner)

    answer = impact(terminal, position_of(terminal, owner, "DeathCorrected"))
    restored = position_of(terminal, owner, "MandateEndCorrected")

    assert [(each["position"], each["fact"]) for each in answer["followed_by"]] == [(restored, "MandateEndCorrected")]
    assert [each["fact"] for each in impact(terminal, restored)["corrected"]] == ["MandateEnded"]


def test_acts_of_operators_by_which_somebody_may_have_read_about_everybody_are_listed(terminal: Terminal) -> None:
    (who,) = terminal.register(person(6))
    terminal.ok("citizen", "died", who, "--on", "2026-02-01")
    terminal.ok("replay", "persons", "--known", str(terminal.head()), "--into", "meanwhile")
    terminal.ok("citizen", "correct-death", who)
    terminal.ok("replay", "persons", "--known", str(terminal.head()), "--into", "afterwards")

    answer = impact(terminal, position_of(terminal, who, "DeathCorrected"))

    assert [(each["fact"], each["fields"]["into"]) for each in answer["of_everybody"]] == [
        ("RegistersReplayed", "meanwhile")
    ]


def test_a_list_that_is_cut_says_so_and_has_the_exit_code_of_a_difference(
    terminal: Terminal, wrong_death: WrongDeath, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bin.application.questions.impact.COMMANDS_MAX", 5)

    said = terminal.run("impact", str(wrong_death.correction))

    assert said.code == exits.DIFFERENT
    assert "Commands that rest on it: 5 and more." in " ".join(said.out.split())


def test_the_list_is_recorded_as_read_about_whom_it_names(
    terminal: Terminal, anna: str, wrong_death: WrongDeath
) -> None:
    impact(terminal, wrong_death.correction)

    (last,) = terminal.ok("history", anna, "--json").lines[0]["records"][-1:]
    assert (last["fact"], last["fields"]["question"], last["fields"]["parties"]) == ("DataDisclosed", "trail", [anna])


def test_who_was_refused_an_act_is_recorded_as_read_about(terminal: Terminal) -> None:
    owner, stranger = terminal.register(person(7), person(8))
    terminal.ok("citizen", "died", owner, "--on", "2026-02-01")
    refused = terminal.run(
        "citizen", "grant-mandate", owner, "--holder", stranger, "--kind", "read", "--source", "court"
    )
    assert refused.code == exits.REFUSED
    terminal.ok("citizen", "correct-death", owner)

    correction, head = position_of(terminal, owner, "DeathCorrected"), terminal.head()
    answer = impact(terminal, correction)

    assert [(each["fact"], each["fields"]["by"]) for each in answer["refusals"]] == [("ActRefused", stranger)]
    assert {owner, stranger} <= disclosed(terminal.url, head)


def test_what_became_of_letters_is_read_in_pages_and_a_cut_is_said_in_words(
    terminal: Terminal, wrong_death: WrongDeath, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = impact(terminal, wrong_death.correction)
    monkeypatch.setattr("bin.application.questions.impact.LETTERS_A_PAGE_MAX", 7)
    assert impact(terminal, wrong_death.correction)["letters"] == whole["letters"]
    assert not whole["later_cut"]

    monkeypatch.setattr("bin.application.questions.impact.LATER_MAX", 1)
    said = terminal.run("impact", str(wrong_death.correction))

    assert said.code == exits.DIFFERENT
    assert "More was recorded later about the letters than is listed" in " ".join(said.out.split())


@pytest.mark.parametrize("position", ["first", "beyond"])
def test_a_position_that_corrects_nothing_is_a_usage_error(terminal: Terminal, anna: str, position: str) -> None:
    place = position_of(terminal, anna, "PersonRegistered") if position == "first" else terminal.head() + 1_000

    said = terminal.run("impact", str(place))

    assert said.code == exits.USAGE
    assert "corrects no earlier one" in " ".join(said.err.split())
