"""Answers with proof: the rows of as-of, which a stranger makes again from the facts in the file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from adapters.seal.writer.store import NotSealed
from bin.cli.app import app
from domain.subject import SubjectId
from tests.bin.auditing import ANNA, Scene
from tests.bin.verifier.stranger import INVALID, VALID, verdict, vkey


@pytest.fixture(scope="module")
def key(scene: Scene) -> str:
    """Everything in the scene is sealed; the log's key."""
    scene.run("seal", "once")
    return vkey(scene.url)


def proved(scene: Scene, register: str, subject: SubjectId | str, file: Path, *options: str) -> Any:
    """Ask with proof; what the tool answers."""
    return scene.run("as-of", register, str(subject), "--proof", str(file), *options)


def held(file: Path) -> Any:
    """What the file says."""
    return json.loads(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("register", ["persons", "identifiers", "mail_registrations", "nemkonto", "due_times"])
def test_the_file_has_the_rows_that_were_answered_and_is_valid(
    scene: Scene, key: str, tmp_path: Path, register: str
) -> None:
    file = tmp_path / "a.answer.json"
    document = proved(scene, register, ANNA, file)
    rows, shown = held(file)["rows"], document["rows"]

    assert [[str(row[name]) for name in row if name in ("person", "designation", "kind")] for row in rows] == [
        [str(row[name]) for name in sorted(row) if name in ("person", "designation", "kind")] for row in shown
    ]
    assert verdict(file, key).code == VALID
    assert document["proof"]["facts"] == len(held(file)["facts"])


def test_what_was_known_then_and_held_that_day_is_proved_as_it_was(scene: Scene, key: str, tmp_path: Path) -> None:
    file, second = tmp_path / "a.answer.json", str(scene.designations[1].uuid)
    begins = scene.run("as-of", "nemkonto", f"designation:{second}")["rows"][0]["valid_from"]
    proved(scene, "nemkonto", ANNA, file, "--valid", begins)
    then = tmp_path / "then.answer.json"
    proved(scene, "persons", ANNA, then, "--known", str(scene.before_renaming))

    assert [row["designation"] for row in held(file)["rows"]] == [second]
    assert max(one["index"] + 1 for one in held(then)["facts"]) <= scene.before_renaming
    assert verdict(file, key).code == verdict(then, key).code == VALID


def altered_row(answer: Any) -> None:
    """The person lives elsewhere."""
    answer["rows"][0]["registered_as_resident"] = False


def no_row(answer: Any) -> None:
    """The register said nothing."""
    answer["rows"] = []


def no_fact(answer: Any) -> None:
    """A fact is left out."""
    del answer["facts"][-1]


def later(answer: Any) -> None:
    """It is said to have been known before it was recorded."""
    answer["known"] = 1


@pytest.mark.parametrize("altering", [altered_row, no_row, no_fact, later], ids=lambda one: one.__name__)
def test_an_answer_that_its_facts_do_not_make_is_not_valid(
    scene: Scene, key: str, tmp_path: Path, altering: Callable[[Any], None]
) -> None:
    file = tmp_path / "a.answer.json"
    proved(scene, "persons", ANNA, file)
    answer = held(file)
    altering(answer)
    written = json.dumps(answer, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    file.write_text(f"{written}\n", encoding="utf-8")

    assert verdict(file, key).code == INVALID


def test_the_file_has_no_personal_field_even_if_the_screen_shows_it(scene: Scene, key: str, tmp_path: Path) -> None:
    file = tmp_path / "a.answer.json"
    document = proved(
        scene, "person_names", ANNA, file, "--open", "--authority", "34051178", "--basis", "forvaltningsloven § 29"
    )

    assert {row["sealed"]["name"]["family"] for row in document["rows"]} == {"Bech", "Kjær"}
    assert "Kjær" not in file.read_text(encoding="utf-8")
    assert len(held(file)["rows"][0]["sealed"]) == 64


def test_what_is_not_sealed_yet_cannot_be_proved_yet(scene: Scene, key: str, tmp_path: Path) -> None:
    scene.run("rebuild", "messages")
    file = tmp_path / "a.answer.json"
    with pytest.raises(NotSealed, match="rigsbog seal once"):
        CliRunner().invoke(
            app, ["as-of", "persons", str(ANNA), "--proof", str(file)], env=scene.environment, catch_exceptions=False
        )

    assert not file.exists()


def test_a_record_of_an_earlier_reading_need_not_be_sealed_for_the_next_proof(
    scene: Scene, key: str, tmp_path: Path
) -> None:
    scene.run("seal", "once")
    first = proved(scene, "persons", ANNA, tmp_path / "first.answer.json")
    scene.run("history", str(ANNA))

    assert proved(scene, "persons", ANNA, tmp_path / "second.answer.json")["known"] == first["known"]


def test_an_answer_holds_the_attestation_of_the_rebuild(scene: Scene, key: str, tmp_path: Path) -> None:
    before, after, earlier = (tmp_path / f"{name}.answer.json" for name in ("before", "after", "earlier"))
    scene.run("seal", "once")
    known = proved(scene, "persons", ANNA, before)["known"]
    scene.run("rebuild", "persons")
    scene.run("seal", "once")
    proved(scene, "persons", ANNA, after)
    proved(scene, "persons", ANNA, earlier, "--known", str(known))

    assert held(before)["attestation"] is None
    assert held(earlier)["attestation"] is None
    assert held(after)["attestation"] is not None
    assert verdict(after, key).code == VALID
