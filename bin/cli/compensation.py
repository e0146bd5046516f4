"""`rigsbog nemkonto claim-compensation`, `decide-compensation`, `pay-compensation`, and the correction of a payment.

Each reads the amount in øre from the first line of standard input, and what may follow it from the lines after it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from bin.application import compensation
from bin.cli.arguments import read_authority_id, read_id
from bin.cli.facts import show_facts
from bin.cli.options import ForAuthority, InCase, Json, NeedsDecider, on_behalf
from bin.cli.standard_input import read_text
from bin.cli.start import open_application
from domain.nemkonto.compensation import CompensationOutcome, CompensationPaid
from domain.subject import DesignationId, PaymentId

Voided = Annotated[str, typer.Argument(help="designation:<uuid>, the fraudulent one.")]
Paid = Annotated[str, typer.Argument(help="payment:<uuid>, as `pay-compensation` printed it.")]
Outcome = Annotated[CompensationOutcome, typer.Option(help="What was decided.")]
Reasons = Annotated[
    bool, typer.Option("--reasons", help="The reasons follow on standard input, after the line of the amount.")
]
PaidOn = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The day of the payment.")]


def claim_compensation(
    designation: Voided, *, authority: ForAuthority = None, case: InCase = None, json: Json = False
) -> None:
    """Record that the payee claims compensation; the amount in øre is on standard input."""
    named, acting = read_id(designation, DesignationId), on_behalf(authority, case)
    amount, rest = read_amount()
    refuse_rest(rest)
    with open_application() as application:
        show_facts(compensation.claim(application, named, amount, acting), json=json, designation=named)


def decide_compensation(
    designation: Voided,
    *,
    decided_by: NeedsDecider,
    outcome: Outcome = CompensationOutcome.GRANTED,
    reasons: Reasons = False,
    authority: ForAuthority = None,
    case: InCase = None,
    json: Json = False,
) -> None:
    """Record what was decided about a claim; the amount in øre is on standard input.

    A claim that is not granted has no amount: with `--reasons`, they are all of standard input.
    """
    named, acting = read_id(designation, DesignationId), on_behalf(authority, case)
    amount, rest = 0, ""
    if outcome is CompensationOutcome.GRANTED:
        amount, rest = read_amount()
    elif reasons:
        rest = read_text("Reasons").strip()
    if not reasons:
        refuse_rest(rest)
    decider = read_authority_id(decided_by)
    with open_application() as application:
        recorded = compensation.decide(
            application, named, amount, outcome=outcome, decided_by=decider, ground=rest or None, on_behalf=acting
        )
        show_facts(recorded, json=json, designation=named)


def pay_compensation(
    designation: Voided,
    *,
    on: PaidOn = None,
    authority: ForAuthority = None,
    case: InCase = None,
    json: Json = False,
) -> None:
    """Record a payment, of today or `--on` a day; the amount in øre and then its reference are on standard input.

    The same payment is recorded once. It prints the payment's id, by which it can be corrected or annulled.
    """
    named, acting = read_id(designation, DesignationId), on_behalf(authority, case)
    amount, reference = read_amount()
    paid_on = on.date() if on else None
    with open_application() as application:
        recorded = compensation.pay(application, named, amount, reference, paid_on=paid_on, on_behalf=acting)
        payment = next((each.event.payment for each in recorded if isinstance(each.event, CompensationPaid)), None)
        if payment and not json:
            typer.echo(f"payment: {payment}")
        show_facts(recorded, json=json, designation=named, payment=payment)


def correct_payment(
    payment: Paid, *, on: PaidOn = None, authority: ForAuthority = None, case: InCase = None, json: Json = False
) -> None:
    """Correct a payment that was recorded wrongly; the right amount in øre is on standard input.

    The right reference may follow it. Without a reference or `--on` these stay as they were recorded.
    """
    named, acting = read_id(payment, PaymentId), on_behalf(authority, case)
    amount, reference = read_amount()
    paid_on = on.date() if on else None
    with open_application() as application:
        recorded = compensation.correct_payment(
            application, named, amount, reference or None, paid_on=paid_on, on_behalf=acting
        )
        show_facts(recorded, json=json, payment=named)


def annul_payment(payment: Paid, *, authority: ForAuthority = None, case: InCase = None, json: Json = False) -> None:
    """Annul a payment that was recorded and never made."""
    named, acting = read_id(payment, PaymentId), on_behalf(authority, case)
    with open_application() as application:
        show_facts(compensation.annul_payment(application, named, acting), json=json, payment=named)


def read_amount() -> tuple[int, str]:
    """The amount in øre of the first line of standard input, and what follows it; a usage error if it is none."""
    amount, _, rest = read_text("Amount in øre").strip().partition("\n")
    amount = amount.strip()
    if not amount.isascii() or not amount.isdecimal():
        raise typer.BadParameter("the amount is a whole number of øre, such as 125000 for 1250 kroner")
    return int(amount), rest.strip()


def refuse_rest(rest: str) -> None:
    """A usage error if more is on standard input than is recorded."""
    if rest:
        raise typer.BadParameter("after the amount nothing is read here, except reasons with --reasons of a decision")
