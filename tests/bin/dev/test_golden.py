"""The golden file of stored facts exists, and is only ever added to."""

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bin.dev import golden
from tests.sources import ROOT

Forms = dict[str, dict[str, Any]]


@pytest.fixture
def forms() -> Forms:
    """The golden file's content, to be changed at will."""
    return copy.deepcopy(golden.stored_forms())


def test_the_golden_file_is_there_and_no_stored_form_was_removed_or_changed() -> None:
    assert list(golden.broken(golden.read(), golden.stored_forms())) == []


def test_a_new_fact_is_written_into_the_golden_file_before_it_is_recorded() -> None:
    missing = golden.stored_forms().keys() - golden.read().keys()
    assert not missing, f"add {sorted(missing)} to the golden file: {golden.COMMAND}"


def test_the_golden_file_holds_all_that_may_be_added_to_a_fact() -> None:
    assert golden.read() == golden.stored_forms(), f"add what is new to the golden file: {golden.COMMAND}"


def test_a_personal_field_is_written_down_apart_and_never_as_sealed() -> None:
    form = golden.stored_forms()["NameEntered"]
    assert "name" not in form["open"]
    assert form["personal"] == {"name": {"$ref": "#/$defs/PersonName"}}


def remove_a_fact(forms: Forms) -> None:
    del forms["PersonDied"]


def rename_a_field(forms: Forms) -> None:
    forms["PersonDied"]["open"]["dead_on"] = forms["PersonDied"]["open"].pop("died_on")


def change_a_type(forms: Forms) -> None:
    forms["PersonDied"]["open"]["died_on"] = {"type": "string"}


def lay_a_personal_field_open(forms: Forms) -> None:
    forms["NameEntered"]["open"]["name"] = forms["NameEntered"]["personal"].pop("name")


def give_the_key_to_another(forms: Forms) -> None:
    forms["MessageSubmitted"]["holder"] = "sender"


def change_the_retention(forms: Forms) -> None:
    forms["MessageSubmitted"]["retention"] = "identity"


def let_a_fact_happen_again(forms: Forms) -> None:
    forms["MessageMadeAvailable"]["once"] = False


def remove_an_enum_value(forms: Forms) -> None:
    forms["MessageOpened"]["shapes"]["Channel"]["enum"].remove("e-Boks")


def require_a_new_field(forms: Forms) -> None:
    forms["PersonDied"]["open"]["place"] = {"type": "string"}
    forms["PersonDied"]["required"].append("place")


def tighten_a_field(forms: Forms) -> None:
    forms["MessageSubmitted"]["open"]["memo_version"]["pattern"] = "^1"


@pytest.mark.parametrize(
    "change",
    [
        remove_a_fact,
        rename_a_field,
        change_a_type,
        lay_a_personal_field_open,
        give_the_key_to_another,
        change_the_retention,
        let_a_fact_happen_again,
        remove_an_enum_value,
        require_a_new_field,
        tighten_a_field,
    ],
)
def test_a_change_that_old_records_do_not_fit_is_refused(change: Callable[[Forms], None], forms: Forms) -> None:
    change(forms)
    assert list(golden.broken(golden.stored_forms(), forms)) != []


def add_a_fact(forms: Forms) -> None:
    forms["PersonFound"] = copy.deepcopy(forms["PersonDied"])


def add_an_optional_field(forms: Forms) -> None:
    forms["PersonDied"]["open"]["place"] = {"default": None, "anyOf": [{"type": "string"}, {"type": "null"}]}


def add_an_enum_value(forms: Forms) -> None:
    forms["MessageOpened"]["shapes"]["Channel"]["enum"].append("a new app")


@pytest.mark.parametrize("addition", [add_a_fact, add_an_optional_field, add_an_enum_value])
def test_an_addition_that_old_records_fit_is_accepted(addition: Callable[[Forms], None], forms: Forms) -> None:
    addition(forms)
    assert list(golden.broken(golden.stored_forms(), forms)) == []


def test_the_check_fails_without_the_golden_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(golden, "FILE", tmp_path / "facts.json")
    with pytest.raises(SystemExit) as ended:
        golden.golden(check=True)
    assert ended.value.code == 1
    assert golden.COMMAND in capsys.readouterr().err


def test_the_tool_adds_what_is_new_and_writes_nothing_over_what_was_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forms: Forms
) -> None:
    file = tmp_path / "facts.json"
    monkeypatch.setattr(golden, "FILE", file)
    del forms["PersonDied"]
    file.write_text(json.dumps(forms), encoding="utf-8")
    golden.golden()
    assert golden.read() == golden.stored_forms()

    forms["Forgotten"] = forms["NameEntered"]
    file.write_text(json.dumps(forms), encoding="utf-8")
    with pytest.raises(SystemExit):
        golden.golden()
    assert golden.read() == forms


def test_the_tool_runs_from_a_checkout() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "bin.dev.golden", "--check"], cwd=ROOT, check=False, capture_output=True
    )
    assert ran.returncode == 0, ran.stderr
