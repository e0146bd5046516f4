"""Proves that the generated pages are as the code is, and hold every fact, register and trail."""

import re
from pathlib import Path

import pytest

from adapters.settings import meanings
from bin.dev import docs
from domain.entities import FACTS
from domain.identity.person import PersonRegistered
from domain.post.item import ItemMoved
from projections.catalogue import REGISTERS
from projections.trails import TRAILS
from tests.sources import ROOT, shown

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
PLACE = re.compile(r"`((?:domain|projections|adapters|migrations|bin|tests|docs)/[\w./-]*)`")


def test_the_pages_are_as_the_code_is() -> None:
    assert [path.name for path in docs.stale_pages()] == [], f"run {docs.COMMAND}"


def test_the_page_of_facts_has_every_stored_fact_with_each_of_its_fields() -> None:
    sections = dict(part.split("\n", 1) for part in docs.facts_page().split("\n### ")[1:])
    assert set(sections) == set(FACTS)
    for name, fact in FACTS.items():
        rows = [line for line in sections[name].splitlines() if line.startswith("| `")]
        assert [row.split("`")[1] for row in rows] == list(fact.model_fields)
        assert {row.split("`")[1] for row in rows if row.split(" | ")[2] == "yes"} == fact.personal


def test_the_page_of_settings_has_every_variable_with_its_meaning() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| (.*) \|$", docs.settings_page(), re.MULTILINE))
    assert rows == meanings()


def test_the_page_of_registers_has_every_column_with_the_facts_that_set_it() -> None:
    sections = dict(part.split("\n", 1) for part in docs.registers_page().split("\n## ")[1:])
    assert set(sections) == {*(one.name for one in REGISTERS), *(f"{one.name} (trail)" for one in TRAILS)}
    for register in REGISTERS:
        rows = [line for line in sections[register.name].splitlines() if line.startswith("| `")]
        assert [row.split("`")[1] for row in rows] == [column.name for column in register.columns]
        for row, column in zip(rows, register.columns, strict=True):
            assert [f"`{setter.fact.__name__}`" in row for setter in column.setters] == [True] * len(column.setters)


def test_the_sentence_under_a_field_is_its_meaning() -> None:
    assert docs.field_meanings(PersonRegistered)["birth_date"].startswith("As the register knows it")
    assert "message" not in docs.field_meanings(ItemMoved)


def test_a_page_that_differs_is_named_and_the_check_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(docs, "FOLDER", tmp_path)
    docs.docs()
    docs.docs(check=True)
    page = tmp_path / "facts.md"
    page.write_text(page.read_text(encoding="utf-8") + "An edit.\n", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        docs.docs(check=True)
    assert ended.value.code == 1
    assert "facts.md" in capsys.readouterr().err


@pytest.mark.parametrize("page", PAGES, ids=[shown(page) for page in PAGES])
def test_every_place_that_a_page_names_is_there(page: Path) -> None:
    places = PLACE.findall(page.read_text(encoding="utf-8"))
    assert [place for place in places if not (ROOT / place).exists()] == []


def test_the_makefile_has_these_targets() -> None:
    made = (ROOT / "Makefile").read_text(encoding="utf-8")
    verbs = re.findall(r"^([a-z]+): \$\(READY\)$", made, re.MULTILINE)
    assert verbs == ["setup", "demo", "test", "quick", "check", "bench", "conform", "soak", "docs"]


def test_ci_runs_the_checks_and_then_the_command_by_which_everybody_tests() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("make ")] == ["make check", "make conform", "make test"]
    assert "set -euo pipefail" in lines
