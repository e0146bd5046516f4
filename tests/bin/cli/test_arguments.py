"""How an auditor asks and is answered: about whom, which row, how a person reads it, and what is a usage error."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from adapters.settings import load_settings
from bin.application.application import Application
from bin.application.questions import as_of
from bin.cli import exits
from bin.cli.app import app
from domain.danish_time import COPENHAGEN
from domain.subject import DesignationId
from tests.bin.auditing import ANNA, FIRM, NUMBER, Scene, point_out


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
    monkeypatch.setattr(as_of, "ROWS_MAX", 1)

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
    first, second = DesignationId(uuid4()), DesignationId(uuid4())
    application = Application(load_settings(scene.environment), scene.url)
    try:
        for designation, account in ((first, "5001 9876543211"), (second, "5001 9876543212")):
            point_out(application, designation, account)
    finally:
        application.close()

    result = CliRunner().invoke(app, ["explain", "due_times", str(FIRM), "due_at"], env=scene.environment)
    (cause,) = scene.run("explain", "due_times", str(FIRM), "due_at", "--row", str(first))["causes"]

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


def test_a_difference_is_shown_in_words_without_json(scene: Scene) -> None:
    """Each column with its value before and after."""
    shown = scene.shown("diff", "nemkonto", "--from", "0")

    assert "status" in shown
    assert "empty -> active" in shown
    assert "{" not in shown


def test_an_empty_answer_says_that_it_is_empty(scene: Scene) -> None:
    """An empty answer is a sentence, not an empty table."""
    shown = scene.shown("explain", "persons", str(ANNA), "died_on", code=exits.DIFFERENT)

    assert shown.strip().endswith("nothing.")


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
def test_a_question_that_cannot_be_read_is_answered_with_what_is_wrong(scene: Scene, words: list[str]) -> None:
    """A usage error with a sentence, never a stack trace."""
    result = CliRunner().invoke(app, words, env=scene.environment)

    assert result.exit_code == exits.USAGE, result.output
    assert "Invalid value" in result.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["as-of", "receipts", "account:a11a0000-0000-4000-8000-000000000001"], "company, message, person, receipt"),
        (
            ["as-of", "messages", str(ANNA), "--valid", "2026-05-01"],
            "for --valid: rows of messages have no validity",
        ),
        (["as-of", "persons", str(ANNA), "--known", "2999-01-01"], "ask about a time up to the ledger's clock"),
        (["history", f"cpr:{NUMBER}"], "a cpr is written cpr:<uuid>"),
    ],
)
def test_a_usage_error_says_what_can_be_asked_and_never_repeats_a_number(
    scene: Scene, words: list[str], message: str
) -> None:
    """The error says what can be asked."""
    result = CliRunner().invoke(app, words, env=scene.environment | {"COLUMNS": "200"})

    assert result.exit_code == exits.USAGE
    assert message in result.stderr
    assert NUMBER not in result.stderr


def test_today_may_be_asked_about_before_it_is_over(scene: Scene) -> None:
    """What is known today is what is known so far."""
    today = datetime.now(COPENHAGEN).date().isoformat()

    assert len(scene.run("as-of", "persons", str(ANNA), "--known", today)["rows"]) == 1
