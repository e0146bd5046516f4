"""`rigsbog nemkonto freeze`, `void` and `rested-on`: against fraud with a NemKonto."""

from __future__ import annotations

from typing import Annotated

import typer

from bin.application import nemkonto_fraud
from bin.cli import output
from bin.cli.arguments import read_acting, read_authority_id, read_id, read_party
from bin.cli.facts import show_and_react
from bin.cli.options import (
    Authority,
    Basis,
    Case,
    DecidedBy,
    ForAuthority,
    ForPayee,
    InCase,
    Json,
    Reactions,
    on_behalf,
    reader,
)
from bin.cli.standard_input import read_text
from bin.cli.start import open_application
from domain.subject import DesignationId

Payee = Annotated[str, typer.Argument(help="Whose NemKonto: person:<uuid> or company:<uuid>.")]
Voided = Annotated[str, typer.Argument(help="designation:<uuid>, the fraudulent one.")]


def freeze(
    payee: Payee,
    *,
    lift: Annotated[bool, typer.Option("--lift", help="Lift the freeze instead.")] = False,
    by: ForPayee = None,
    authority: ForAuthority = None,
    case: InCase = None,
    reactions: Reactions = True,
    json: Json = False,
) -> None:
    """Freeze changes, as the payee wishes: no account is designated, activated or ended on request."""
    party, person, acting = read_party(payee), read_acting(by), on_behalf(authority, case)
    change = nemkonto_fraud.lift_freeze if lift else nemkonto_fraud.set_freeze
    with open_application() as application:
        recorded = change(application, party, by=person, on_behalf=acting)
        show_and_react(application, recorded, reactions=reactions, json=json, payee=party)


def void(
    designation: Voided,
    *,
    decided_by: DecidedBy = None,
    authority: ForAuthority = None,
    case: InCase = None,
    reactions: Reactions = True,
    json: Json = False,
) -> None:
    """Void a fraudulent designation from its day; the police's reference of the report is on standard input.

    The account before it holds again. `rested-on` lists what rested on it.
    """
    named, acting = read_id(designation, DesignationId), on_behalf(authority, case)
    reference = read_text("Police reference").strip()
    with open_application() as application:
        decider = read_authority_id(decided_by)
        recorded = nemkonto_fraud.void(application, named, reference, decided_by=decider, on_behalf=acting)
        show_and_react(application, recorded, reactions=reactions, json=json, designation=named)


def rested_on(
    designation: Voided,
    *,
    authority: Authority = None,
    basis: Basis = None,
    case: Case = None,
    json: Json = False,
) -> None:
    """List what rested on a designation until it was voided: changes, notices and answers to readers.

    Payments are not recorded here, so they are not listed.
    """
    named = read_id(designation, DesignationId)
    with open_application() as application:
        reads = reader(application, authority=authority, basis=basis, case=case)
        rows = [output.as_row(row) for row in nemkonto_fraud.rested_on(application, named, reads)]
    if json:
        output.print_json({"designation": named, "rested_on": rows})
    else:
        output.print_blocks(f"Rested on {named}", rows)
