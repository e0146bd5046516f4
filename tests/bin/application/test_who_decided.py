"""Who decided is an authority: each command that names who decided looks, and its fact names the same."""

from __future__ import annotations

import dataclasses
from typing import Any
from uuid import UUID

import pytest

from domain.entry import EntrySource
from domain.fact import Event
from domain.identity.authority import NotAnAuthority
from domain.subject import CompanyId
from tests.bin.application.command_examples import EXAMPLES
from tests.controls import SKAT, SKAT_EXISTS
from tests.law import given

NO_AUTHORITY = CompanyId(UUID(int=404))


def examples_with(field: str) -> pytest.MarkDecorator:
    """Each example of a command that has the field."""
    every: list[tuple[Any, Any]] = [(past, command) for _, past, command in EXAMPLES]
    examples = [each for each in every if field in {stated.name for stated in dataclasses.fields(each[1])}]
    names = [f"{number} {type(command).__name__}" for number, (_, command) in enumerate(examples)]
    return pytest.mark.parametrize(("past", "command"), examples, ids=names)


@examples_with("decided_by")
def test_only_an_authority_decides_and_the_fact_names_it(past: tuple[Event, ...], command: Any) -> None:
    decided = given(*past, *SKAT_EXISTS).when(dataclasses.replace(command, decided_by=SKAT))
    assert SKAT in [getattr(fact, "decided_by", None) for fact in decided.facts]
    given(*past).when(dataclasses.replace(command, decided_by=NO_AUTHORITY)).then_refused(NotAnAuthority)


@examples_with("source")
def test_the_fact_names_the_source_that_the_command_names(past: tuple[Event, ...], command: Any) -> None:
    if not isinstance(command.source, EntrySource):
        return
    facts = given(*past).when(dataclasses.replace(command, source=EntrySource.REGISTER_LOAD)).facts
    assert EntrySource.REGISTER_LOAD in [getattr(fact, "source", None) for fact in facts]


@examples_with("decided_by")
def test_what_an_authority_decides_about_others_changes_nothing_about_itself(
    past: tuple[Event, ...], command: Any
) -> None:
    decided = given(*past, *SKAT_EXISTS).when(dataclasses.replace(command, decided_by=SKAT)).facts
    assert decided
    assert SKAT not in [subject for fact in decided for subject in fact.subjects()]
