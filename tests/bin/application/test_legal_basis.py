"""Each command states the paragraph that allows it, and each of its facts has that paragraph, with every caller."""

from __future__ import annotations

import dataclasses
import importlib
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SerializeAsAny

from adapters.keys.vault import Vault
from bin.application.command_handler import CommandHandler
from bin.application.outcomes import CommandReused, Recorded
from domain.command import AnyCommand, Command, Consulted
from domain.context import Context
from domain.fact import Event
from domain.identity.sender import DecidedByAuthority
from domain.operations import operation_commands as operations
from domain.operations.operation import (
    RebuildGivenUp,
    RegisterPutBack,
)
from domain.operations.seal import SetSealAgeLimit
from domain.subject import register_id
from tests.adapters.keys.memory_keys import MemoryKeys
from tests.adapters.ledger.memory_ledger import MemoryLedger
from tests.bin.application.command_examples import EXAMPLES
from tests.law import CONTEXT, NOW
from tests.sources import modules, shown

for path in modules("domain"):
    importlib.import_module(shown(path).removesuffix(".py").replace("/", "."))

PARAGRAPH = re.compile(r"§ ?[0-9]+|\bart\. [0-9]+")


class Past(Command[()]):
    """Record facts as they are."""

    legal_basis = "another paragraph"

    facts: tuple[SerializeAsAny[Event], ...]

    def consults(self) -> tuple[Consulted[Any], ...]:
        return ()

    def decide(self, context: Context) -> Iterator[Event]:
        yield from self.facts


ABSTRACT = vars(DecidedByAuthority)["_decide"]


def commands(cls: type[Any] = Command) -> Iterator[type[Any]]:
    """Every command of the product that decides something."""
    for below in cls.__subclasses__():
        abstract = below.decide is Command.decide or getattr(below, "_decide", None) is ABSTRACT
        if below.__module__.startswith(("domain.", "bin.")) and not abstract:
            yield below
        yield from commands(below)


@pytest.mark.parametrize(
    ("paragraph", "past", "command"),
    EXAMPLES,
    ids=[f"{number} {type(command).__name__}" for number, (_, _, command) in enumerate(EXAMPLES)],
)
def test_every_fact_has_the_paragraph_of_its_command(
    paragraph: str, past: tuple[Event, ...], command: AnyCommand
) -> None:
    handler = CommandHandler(MemoryLedger(lambda: NOW), Vault(MemoryKeys(), bytes(32)))
    if past:
        handler.execute(Past(facts=past), dataclasses.replace(CONTEXT, command=uuid4()))
    recorded = handler.execute(
        command, dataclasses.replace(CONTEXT, legal_basis="a caller's own paragraph", case="2026-1")
    )

    assert isinstance(recorded, Recorded)
    bases = {record.context.legal_basis for record in handler.records(after=recorded.first - 1)}
    assert bases == {paragraph}


def test_two_acts_with_equal_fields_are_two_commands() -> None:
    handler = CommandHandler(MemoryLedger(lambda: NOW), Vault(MemoryKeys(), bytes(32)))
    register: dict[str, Any] = {"subject": register_id("messages"), "name": "messages"}
    handler.execute(operations.RecordAct(fact=RegisterPutBack(**register)), CONTEXT)
    with pytest.raises(CommandReused):
        handler.execute(operations.RecordAct(fact=RebuildGivenUp(**register)), CONTEXT)


def test_each_of_many_commands_at_once_has_its_own_paragraph() -> None:
    handler = CommandHandler(MemoryLedger(lambda: NOW), Vault(MemoryKeys(), bytes(32)))
    submitted = [command for _, past, command in EXAMPLES if not past and type(command) is not SetSealAgeLimit]
    handler.execute_many([(command, dataclasses.replace(CONTEXT, command=uuid4())) for command in submitted])

    bases = {record.context.legal_basis for record in handler.records()}
    assert bases == {paragraph for paragraph, past, _ in EXAMPLES if not past}


def test_there_is_an_example_of_every_command() -> None:
    assert {type(command) for _, _, command in EXAMPLES} == set(commands())


@pytest.mark.parametrize("command", list(dict.fromkeys(commands())))
def test_every_command_names_a_paragraph_or_lets_its_caller_name_it(command: type[Any]) -> None:
    stated = "legal_basis" in {field.name for field in dataclasses.fields(command)}
    assert stated or command.basis is not Command.basis or PARAGRAPH.search(command.legal_basis)


def test_every_paragraph_of_the_examples_names_a_paragraph_or_an_article() -> None:
    assert all(PARAGRAPH.search(paragraph) for paragraph, _, _ in EXAMPLES)
