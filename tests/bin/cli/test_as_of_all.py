"""The whole picture: what every register said about somebody, as known at one position and valid on one day."""

from __future__ import annotations

from typing import Any

import pytest
from typer.testing import CliRunner

from bin.application.questions.as_of import has_validity
from bin.cli import exits
from bin.cli.app import app
from domain.subject import KINDS
from projections.catalogue import REGISTERS
from projections.engine.subjects import askable
from tests.bin.auditing import ANNA, FIRM, FOR_A_CASE, TODAY, Scene


@pytest.mark.parametrize("about", [ANNA, FIRM], ids=str)
@pytest.mark.parametrize("valid", [None, str(TODAY), "2999-01-01"])
def test_the_picture_says_of_each_register_what_the_register_says_alone(
    scene: Scene, about: object, valid: str | None
) -> None:
    known = ("--known", str(scene.run("status")["head"]))
    on_day = ("--valid", valid) if valid else ()
    picture = scene.run("as-of", "all", str(about), *known, *on_day)

    alone = [
        scene.run("as-of", register.name, str(about), *known, *(on_day if has_validity(register) else ()))
        for register in REGISTERS
        if str(about).partition(":")[0] in askable(register)
    ]
    assert picture["answers"] == alone
    assert picture["valid"] == valid
    assert any(answer["rows"] for answer in alone)


def test_the_picture_is_of_what_was_known_then(scene: Scene) -> None:
    (then,) = _names(scene.run("as-of", "all", str(ANNA), "--known", str(scene.before_renaming), *FOR_A_CASE))
    (now,) = _names(scene.run("as-of", "all", str(ANNA), "--valid", str(TODAY), *FOR_A_CASE))

    assert (then["sealed"]["name"]["family"], now["sealed"]["name"]["family"]) == ("Bech", "Kjær")


def test_the_whole_picture_is_recorded_as_one_answer(scene: Scene) -> None:
    head = scene.run("status")["head"]
    picture = scene.run("as-of", "all", str(ANNA), "--valid", str(TODAY), *FOR_A_CASE)

    (record,) = [one for one in scene.run("history", str(ANNA))["records"] if one["position"] > head][:1]
    fields = record["fields"]
    assert scene.run("status")["head"] == head + 2
    assert (record["fact"], record["case"]) == ("DataDisclosed", "2026-17")
    assert (fields["register_name"], fields["valid_on"], fields["opened"]) == (None, str(TODAY), True)
    assert fields["rows"] == sum(len(answer["rows"]) for answer in picture["answers"])
    assert fields["known"] == picture["known"]


def test_a_person_reads_the_picture_register_by_register(scene: Scene) -> None:
    shown = " ".join(scene.shown("as-of", "all", str(ANNA), "--valid", str(TODAY)).split())

    assert f"person_names, valid on {TODAY}:" in shown
    assert "persons, as known:" in shown
    assert "Nothing in: " in shown


def test_a_proof_is_of_one_register(scene: Scene) -> None:
    result = CliRunner().invoke(app, ["as-of", "all", str(ANNA), "--proof", "x.json"], env=scene.environment)

    assert result.exit_code == exits.USAGE
    assert "a proof is of one register" in " ".join(result.stderr.split())


def test_a_kind_that_no_register_knows_is_refused_and_nothing_is_recorded(scene: Scene) -> None:
    head = scene.run("status")["head"]
    kind = next(kind for kind in KINDS if not any(kind in askable(register) for register in REGISTERS))

    result = CliRunner().invoke(app, ["as-of", "all", f"{kind}:{ANNA.uuid}"], env=scene.environment)

    assert result.exit_code == exits.USAGE
    assert "`rigsbog history` shows its facts" in " ".join(result.stderr.split())
    assert scene.run("status")["head"] == head


def _names(picture: dict[str, Any]) -> list[dict[str, Any]]:
    (rows,) = (answer["rows"] for answer in picture["answers"] if answer["register"] == "person_names")
    return list(rows)
