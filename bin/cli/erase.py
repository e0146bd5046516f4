"""`rigsbog erase`: destroys the keys of somebody's personal data, and so the data, in every copy at once."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from bin.application.operations.erasure import Erasure
from bin.cli import output
from bin.cli.arguments import read_key_holder
from bin.cli.options import Json, read_authority
from bin.cli.start import open_application
from domain.fact import Retention


class Which(StrEnum):
    """Which of somebody's data: those of one class of retention, or all."""

    IDENTITY = Retention.IDENTITY.value
    POST = Retention.POST.value
    PAYMENTS = Retention.PAYMENTS.value
    REJECTED = Retention.REJECTED.value
    HEALTH = Retention.HEALTH.value
    LOGIN = Retention.LOGIN.value
    QUEUE = Retention.QUEUE.value
    CREDENTIAL = Retention.CREDENTIAL.value
    ALL = "all"


def erase(
    subject: Annotated[str, typer.Argument(help="Whose data: person:<uuid>, company:<uuid> or message:<uuid>.")],
    *,
    which: Annotated[Which, typer.Option("--class", help="Which of them.")],
    basis: Annotated[str, typer.Option(help="The paragraph by which they must go.")],
    authority: Annotated[str, typer.Option(help="The CVR number of the authority that orders it.")],
    case: Annotated[str | None, typer.Option(help="The case in which it was decided.")] = None,
    json: Json = False,
) -> None:
    """The order is a fact before anything is destroyed, and the destruction is one after. The facts themselves
    stay, and every proof of them holds; nobody can open them. Other processes forget the keys within a minute. Safe
    to repeat: killed in between, the same call finishes it. A letter is erased alone where its recipient is not
    registered; any other is erased with its recipient's post. It needs the database's owner, and no key. Exit 0 also
    when nothing is left to erase.
    """
    holder, orderer = read_key_holder(subject), read_authority(authority)
    retention = None if which is Which.ALL else Retention(which.value)
    with open_application() as application:
        erasure = Erasure(application, holder, retention, basis=basis, authority=orderer, case=case)
        ordered = erasure.order()
        destroyed = erasure.destroy()
    if json:
        output.print_json({"subject": holder, "class": which, "ordered": ordered, "destroyed": destroyed})
    elif destroyed is None:
        output.print_notice("There is nothing to erase: no key is left, and no order is open.")
    else:
        output.print_notice(f"{destroyed}  KeysDestroyed. What they encrypted can never be read again.")
