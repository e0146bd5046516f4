"""Carries out one act that somebody asks for at a terminal, and tells which facts followed from it."""

from __future__ import annotations

import sys
from getpass import getpass
from typing import Any

import typer

from bin.application.application import Application
from bin.application.command_handler import NothingToRecord
from bin.application.errors import BadInput
from bin.cli import output
from bin.cli.arguments import read_subject
from domain.command import Command
from domain.context import Request
from domain.record import Record
from domain.subject import CompanyId, PartyId, PersonId, SubjectId


def carry_out(application: Application, command: Command[*tuple[Any, ...]], request: Request) -> list[Record]:
    """Carry out a command; its facts, none when it was so already. Raises the law's Refused."""
    outcome = application.handler.execute(command, request)
    if isinstance(outcome, NothingToRecord):
        return []
    return list(application.handler.records(after=outcome.first - 1, until=outcome.last))


def facts_told(records: list[Record]) -> list[dict[str, Any]]:
    """Facts as `--json` tells of them."""
    return [{"position": one.position, "fact": one.name, "recorded_at": one.recorded_at} for one in records]


def say_facts(records: list[Record]) -> None:
    """Facts as a person is told of them."""
    if not records:
        output.say("It was so already: nothing was recorded.")
    for one in records:
        output.say(f"{one.position}  {one.name}")


def party(text: str) -> PartyId:
    """A person or a company as an argument; a usage error for anything else."""
    one = any_subject(text)
    if not isinstance(one, (PersonId, CompanyId)):
        raise typer.BadParameter("a person:<uuid> or a company:<uuid> is needed; `rigsbog find` tells it by a number")
    return one


def any_subject(text: str) -> SubjectId:
    """A subject as an argument; a usage error when it is none."""
    return read_subject(text)


def from_standard_input(asked: str, bytes_max: int = 10_000) -> str:
    """What must not be an argument, from standard input; on a terminal it is asked for, and one line is not shown."""
    try:
        return getpass(f"{asked}: ") if sys.stdin.isatty() else sys.stdin.read(bytes_max)
    except UnicodeDecodeError:
        # Without its cause, which holds the bytes.
        raise BadInput("Standard input is not UTF-8.") from None
