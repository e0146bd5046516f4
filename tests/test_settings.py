"""The settings are read in one place, checked at once, and shown without secrets."""

from __future__ import annotations

import ast
import re

import pytest

from adapters.settings import MASKED, Settings, WrongSetting, load_settings
from migrations.advisory_locks import AdvisoryLock
from tests.sources import PACKAGES, ROOT, modules, parsed, shown

ENVIRONMENT = {"environ", "environb", "getenv", "getenvb"}


def reads_environment(node: ast.AST) -> bool:
    """Whether the node names the environment, as a member of `os` under any name or as an import from it."""
    match node:
        case ast.Attribute(attr=name):
            return name in ENVIRONMENT
        case ast.ImportFrom(module="os", names=aliases):
            return any(alias.name in ENVIRONMENT | {"*"} for alias in aliases)
        case _:
            return False


@pytest.mark.parametrize(
    "source", ["import os as o; o.environ['X']", "from os import path, getenv as g", "from os import *"]
)
def test_a_reading_of_the_environment_is_noticed_under_any_name(source: str) -> None:
    assert any(map(reads_environment, ast.walk(ast.parse(source))))


def test_only_the_settings_read_the_environment() -> None:
    read = [shown(path) for path in modules(*PACKAGES) if any(map(reads_environment, ast.walk(parsed(path))))]
    assert read == ["adapters/settings.py"]


def test_every_setting_has_a_variable_and_a_meaning() -> None:
    assert [name for name, field in Settings.model_fields.items() if not (field.alias and field.description)] == []


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("RIGSBOG_ENV", "prod"),
        ("RIGSBOG_AUTHORITY", "12345678"),
        ("RIGSBOG_OPERATOR", "two words"),
        ("RIGSBOG_OPERATOR", "x610190-0001"),
        ("WATCHDOG_USEC", "soon"),
        ("WATCHDOG_USEC", "0"),
    ],
)
def test_a_wrong_value_is_refused_with_what_to_set_and_never_shown(variable: str, value: str) -> None:
    with pytest.raises(WrongSetting, match=f"{variable} cannot be used: ") as refused:
        load_settings({variable: value})
    assert value not in str(refused.value).removeprefix(variable).split()


def test_an_empty_variable_is_not_set() -> None:
    assert load_settings(dict.fromkeys(("DATABASE_URL", "RIGSBOG_ENV", "RIGSBOG_HOME"), "")) == load_settings({})


def test_a_secret_is_never_shown() -> None:
    secrets = {"DATABASE_URL": "postgresql://a:word@b/c", "RIGSBOG_KEK": "word", "RIGSBOG_SEAL_COMMAND": "sign word"}
    settings = load_settings(secrets)
    assert {settings.shown()[name] for name in secrets} == {MASKED}
    assert "word" not in repr(settings)


def test_the_lock_of_appends_is_the_one_in_the_database() -> None:
    for name in ("0001_append.sql", "0001_ledger.sql"):
        text = (ROOT / "migrations" / "versions" / name).read_text(encoding="utf-8")
        assert re.findall(r"pg_advisory_xact_lock\((\d+)\)", text) == [str(AdvisoryLock.APPEND.value)]


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("RIGSBOG_KEKFILE", "RIGSBOG_KEK_FILE"),
        ("RIGSBOG_ORIGINS", "RIGSBOG_ORIGIN"),
    ],
)
def test_a_misspelt_variable_is_refused_and_the_right_one_named(variable: str, meant: str) -> None:
    with pytest.raises(WrongSetting, match=rf"{variable} is not a setting. Did you mean {meant}\?"):
        load_settings({variable: "x"})


@pytest.mark.parametrize("variable", ["RIGSBOG_SERVICE_HOST", "RIGSBOG_PORT", "RIGSBOG_PORT_5432_TCP"])
def test_what_an_orchestrator_adds_to_the_environment_is_no_misspelt_setting(variable: str) -> None:
    assert load_settings({variable: "x"}) == load_settings({})
