"""`rigsbog erase`: destroys the keys of somebody's personal data, and so the data, in every copy at once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import typer

from adapters.keys.key_store import PostgresKeys
from bin.application.application import Application
from bin.application.operations.record import keyless_handler, operating, record
from bin.cli import output
from bin.cli.execute import party
from bin.cli.options import Json
from bin.cli.start import open_application
from domain.context import Context
from domain.fact import Retention
from domain.identity.cvr import NotACvrNumber, parse_cvr
from domain.operations.operation import OPERATION
from domain.operations.operation_commands import OrderErasure, TellOfDestroyedKeys
from domain.subject import PartyId


class Which(StrEnum):
    """Which of somebody's data: those of one class of retention, or all."""

    IDENTITY = "identity"
    POST = "post"
    PAYMENTS = "payments"
    ALL = "all"


def erase(
    subject: Annotated[str, typer.Argument(help="Whose data: person:<uuid> or company:<uuid>.")],
    *,
    which: Annotated[Which, typer.Option("--class", help="Which of them.")],
    basis: Annotated[str, typer.Option(help="The paragraph by which they must go.")],
    authority: Annotated[str, typer.Option(help="The CVR number of the authority that orders it.")],
    case: Annotated[str | None, typer.Option(help="The case in which it was decided.")] = None,
    json: Json = False,
) -> None:
    """Erase SUBJECT's personal data for ever, by destroying the keys that they are sealed with.

    The order is a fact before anything is destroyed, and the destruction is one after. The facts themselves stay, and
    every proof of them holds; nobody can open them. Other processes forget the keys within a minute. Safe to repeat:
    killed in between, the same call finishes it. It needs the database's owner, and no key.
    Exit 0 also when nothing is left to erase.
    """
    whose, by = party(subject), _authority(authority)
    retention = None if which is Which.ALL else Retention(which.value)
    with open_application() as application:
        keys = PostgresKeys(application.database.owner_pool)
        erasure = Erasure(application, keys, whose, retention, Order(basis, by, case))
        ordered = erasure.order()
        destroyed = erasure.carry_out()
    if json:
        output.print_json({"subject": whose, "class": which, "ordered": ordered, "destroyed": destroyed})
    elif destroyed is None:
        output.say("There is nothing to erase: no key is left, and no order is open.")
    else:
        output.say(f"{destroyed}  KeysDestroyed. Nobody can open what they sealed.")


@dataclass(frozen=True, slots=True)
class Order:
    """By what, for whom and in which case the erasure is ordered."""

    basis: str
    authority: str
    case: str | None


@dataclass(frozen=True, slots=True)
class Erasure:
    """One order to erase, and what is done by it."""

    application: Application
    keys: PostgresKeys
    whose: PartyId
    retention: Retention | None
    ordered: Order

    def order(self) -> int | None:
        """Record the order; its position, None when there are no keys or it was ordered before."""
        order = OrderErasure(
            subject=self.whose,
            retention_class=self.retention,
            ground=self.ordered.basis,
            keys=self.keys.held(self.whose, self.retention),
        )
        recorded = record(self.application, order, self._context())
        return None if recorded is None else recorded.first

    def carry_out(self) -> int | None:
        """Destroy what is ordered, and then record that it is done; its position, None when nothing was ordered."""
        (state,) = keyless_handler(self.application).states([OPERATION.of(self.whose)])
        if not any(one.retention_class == self.retention for one in state.ordered):
            return None
        named = {*state.keys_ordered(self.retention), *self.keys.destroy(self.whose, self.retention)}
        gone = sorted(key for key, wrapped in self.keys.wrapped_by_id(named).items() if wrapped is None)
        told = TellOfDestroyedKeys(subject=self.whose, retention_class=self.retention, keys=tuple(gone))
        recorded = record(self.application, told, self._context())
        return None if recorded is None else recorded.first

    def _context(self) -> Context:
        ordered = self.ordered
        return operating(self.application, legal_basis=ordered.basis, authority=ordered.authority, case=ordered.case)


def _authority(text: str) -> str:
    """A CVR number as an argument."""
    try:
        return str(parse_cvr(text).value)
    except NotACvrNumber as error:
        raise typer.BadParameter("--authority is the CVR number of an authority") from error
