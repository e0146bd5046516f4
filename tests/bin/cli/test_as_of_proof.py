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
from tests.bin.auditing import ANNA, TODAY, Scene
from tests.bin.verifier.flips import accepted_flips, spread
from tests.bin.verifier.stranger import INVALID, VALID, verdict, vkey
from tests.synthetic_log import canonical
from tests.volume import part_or_whole

FLIPS = part_or_whole(500, 10_000_000)
VALUE_BYTES = 12


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
    """The first account was another one's."""
    answer["rows"][0]["payee"] = "person:a11a0000-0000-4000-8000-000000000009"


def no_row(answer: Any) -> None:
    """The register said nothing."""
    answer["rows"] = []


def one_row(answer: Any) -> None:
    """The register said nothing of the first account."""
    del answer["rows"][0]


def no_row_and_no_fact(answer: Any) -> None:
    """The register said nothing, and nothing was recorded."""
    answer["rows"] = answer["facts"] = []


def no_fact(answer: Any) -> None:
    """A fact is left out."""
    del answer["facts"][-1]


def earlier(answer: Any) -> None:
    """It is said to have been known before it was recorded."""
    answer["known"] = 1


def one_more(answer: Any) -> None:
    """It is said to be of what was known one record later."""
    answer["known"] += 1


def another_day(answer: Any) -> None:
    """It is said to be of a day on which the same rows held."""
    answer["valid"] = None if answer["valid"] else "2040-01-01"


def another_person(answer: Any) -> None:
    """It is said to be about somebody else."""
    answer["subject"] = "person:a11a0000-0000-4000-8000-000000000009"


ALTERATIONS = [
    altered_row,
    no_row,
    one_row,
    no_row_and_no_fact,
    no_fact,
    earlier,
    one_more,
    another_day,
    another_person,
]


@pytest.mark.parametrize("altering", ALTERATIONS, ids=lambda one: one.__name__)
def test_an_answer_with_anything_altered_left_out_or_added_is_not_valid(
    scene: Scene, key: str, tmp_path: Path, altering: Callable[[Any], None]
) -> None:
    file = tmp_path / "a.answer.json"
    known = proved(scene, "nemkonto", ANNA, file)["known"]
    scene.run("seal", "once")
    proved(scene, "nemkonto", ANNA, file, "--known", str(known))
    answer = held(file)
    assert verdict(file, key).code == VALID

    altering(answer)
    rewrite(file, answer)
    assert verdict(file, key).code == INVALID


@pytest.mark.parametrize("altering", [altered_row, no_row, one_row, no_fact, earlier], ids=lambda one: one.__name__)
def test_in_an_unsigned_answer_of_an_earlier_form_the_rows_about_the_subject_are_still_not_left_out(
    scene: Scene, key: str, tmp_path: Path, altering: Callable[[Any], None]
) -> None:
    file = tmp_path / "a.answer.json"
    proved(scene, "nemkonto", ANNA, file)
    answer = held(file) | {"rigsbog": "answer/2"}
    del answer["signature"]
    rewrite(file, answer)
    assert verdict(file, key).code == VALID
    assert verdict(file, key).out.startswith("VALID (gyldig), but nobody has signed it as a whole")

    altering(answer)
    rewrite(file, answer)
    assert verdict(file, key).code == INVALID


@pytest.mark.volumes
@pytest.mark.parametrize("register", ["nemkonto", "persons"])
def test_no_bit_of_an_answer_can_be_flipped(scene: Scene, key: str, tmp_path: Path, register: str) -> None:
    """In `make test` every bit of what was asked, and some of the others; in `make soak` each."""
    file = tmp_path / "a.answer.json"
    proved(scene, register, ANNA, file, *(("--valid", str(TODAY)) if register == "nemkonto" else ()))
    content, given = file.read_bytes(), ("--key", key)
    asked = [place for name in (b'"known":', b'"valid":', b'"rows":[') for place in bits_from(content, name)]

    assert accepted_flips(content, asked, given) == []
    assert accepted_flips(content, spread(range(8 * len(content)), FLIPS), given) == []


def bits_from(content: bytes, name: bytes) -> range:
    """The bits of a member's name and of the first bytes of its value."""
    begins = content.index(name)
    return range(8 * begins, 8 * min(begins + len(name) + VALUE_BYTES, len(content)))


def rewrite(file: Path, answer: Any) -> None:
    """Write the answer in its canonical spelling."""
    file.write_bytes(canonical(answer) + b"\n")


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
