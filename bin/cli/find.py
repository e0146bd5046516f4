"""`rigsbog find`: says who bears a CPR or CVR number, which is read from standard input and kept nowhere."""

from __future__ import annotations

import sys
from getpass import getpass
from typing import Annotated

import typer

from bin.application.application import Application
from bin.application.errors import BadInput
from bin.application.post.lookup import NumberIndex, bearers, index_of
from bin.cli import exits, output
from bin.cli.start import open_application
from domain.identity.company import COMPANY
from domain.identity.person import PERSON
from domain.subject import PartyId, PersonId

KINDS_BY_DIGITS = {10: "CPR", 8: "CVR"}


def find(*, json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False) -> None:
    """Say whose CPR or CVR number it is that stands on standard input: the subject, and if the number is in use.

    The number is never an argument, for arguments stand in lists of processes and in shells' histories. Exit code 1
    when the book does not know it, 65 when there can be no such number.
    """
    kind, number = asked_number()
    with open_application() as application:
        try:
            index = index_of(application, kind, number)
        except ValueError as error:
            raise BadInput(str(error)) from None
        bearer = bearers(application, [index]).get(index)
        current = bearer is not None and _current(application, bearer, index)
    if json:
        output.print_json(
            {
                "found": bearer is not None,
                "subject": bearer,
                "kind": bearer and bearer.kind,
                "number": kind,
                "current": current if bearer else None,
            }
        )
    elif bearer:
        typer.echo(f"{bearer}  ({'current' if current else 'former'} {kind} number)")
    else:
        output.say(f"The book knows nobody by this {kind} number.")
    if bearer is None:
        raise typer.Exit(exits.DIFFERENT)


def asked_number() -> tuple[str, str]:
    """CPR or CVR, and the number, from the first line of standard input; on a terminal it is not shown.

    Raises BadInput for what has the digits of neither.
    """
    text = getpass("CPR or CVR number: ") if sys.stdin.isatty() else sys.stdin.readline(100)
    number = text.strip()
    kind = KINDS_BY_DIGITS.get(sum(sign.isdigit() for sign in number))
    if kind is None:
        raise BadInput("A CPR number has 10 digits and a CVR number 8; what was given has neither.")
    return kind, number


def _current(application: Application, bearer: PartyId, index: NumberIndex) -> bool:
    entity = PERSON if isinstance(bearer, PersonId) else COMPANY
    (state,) = application.handler.states([entity.of(bearer)])
    return bool(state.number == index)
