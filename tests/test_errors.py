"""Every error of the product belongs to one family, so that a program ends in a documented way."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator

import pytest

from domain.command import Refused
from domain.errors import ErrorKind, RigsbogError, sentence
from tests.sources import PACKAGES, modules, parsed, shown

ADVICE = re.compile(r"[.:;,] \S|^X [A-Z]")
ALONE = "bin.verify_receipt"
"""The verifier is one file that imports nothing of the product."""


def errors() -> Iterator[type[Exception]]:
    """Every exception class that the product defines."""
    for path in modules(*PACKAGES):
        name = shown(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        if name == ALONE or name.startswith("migrations.versions") or name == "migrations.env":
            continue
        for _, cls in inspect.getmembers(importlib.import_module(name), inspect.isclass):
            if issubclass(cls, Exception) and cls.__module__ == name:
                yield cls


@pytest.mark.parametrize("error", list(errors()), ids=lambda error: f"{error.__module__}.{error.__qualname__}")
def test_an_error_has_the_one_root_a_kind_and_a_sentence(error: type[Exception]) -> None:
    assert issubclass(error, RigsbogError)
    assert error is RigsbogError or isinstance(error.kind, ErrorKind)
    assert (error.__doc__ or "").strip().endswith((".", ":"))


@pytest.mark.parametrize("error", list(errors()), ids=lambda error: f"{error.__module__}.{error.__qualname__}")
def test_the_default_message_of_an_error_says_what_is_wrong_and_what_to_do(error: type[Exception]) -> None:
    """Two sentences, or two parts with a colon; base classes and private ones are always given a message."""
    if error not in (RigsbogError, Refused) and not error.__name__.startswith("_"):
        assert re.search(r"[.:;] \S", sentence(error)), f"{error.__name__}: {sentence(error)}"


def literal_messages() -> Iterator[tuple[str, str]]:
    """Every whole sentence with which an error of the product is raised, and where; what it inserts shows as X."""
    names = {error.__name__ for error in errors()}
    for path in modules(*PACKAGES):
        for node in ast.walk(parsed(path)):
            match node:
                case ast.Raise(
                    exc=ast.Call(func=ast.Name(id=name), args=[ast.Constant() | ast.JoinedStr() as text, *_])
                ):
                    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
                    message = "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in parts)
                    if name in names and message[:1].isupper() and message.endswith("."):
                        yield f"{shown(path)}:{node.lineno}", message
                case _:
                    pass


def test_every_message_of_an_error_says_what_is_wrong_and_what_to_do() -> None:
    """Two sentences, or two parts; the sentence of another error, which a message begins with, counts as the first."""
    messages = dict(literal_messages())
    assert len(messages) > 50
    assert {place: message for place, message in messages.items() if not ADVICE.search(message)} == {}
