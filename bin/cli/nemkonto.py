"""`rigsbog nemkonto`: designates, activates, ends and shows a NemKonto, for tests and demos.

The command also does the letter's work: it makes the activation code and prints it once, as the letter would.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer

from adapters.documents import DOCUMENT_BYTES_MAX
from bin.application import nemkonto
from bin.application.application import Application
from bin.application.evidence.files import check_writable, write_evidence
from bin.application.nemkonto import Designating, Designation
from bin.cli import compensation, exits, nemkonto_fraud, output
from bin.cli.arguments import read_acting, read_id, read_party
from bin.cli.facts import show_and_react
from bin.cli.options import (
    Authority,
    Basis,
    Case,
    ForAuthority,
    ForPayee,
    InCase,
    Json,
    Out,
    Reactions,
    on_behalf,
    reader,
)
from bin.cli.standard_input import read_text
from bin.cli.start import open_application
from domain.nemkonto.account import parse_account
from domain.nemkonto.designation import DesignationChannel, EndCause
from domain.record import Record
from domain.subject import DesignationId

app = typer.Typer(add_completion=False, no_args_is_help=True)
app.command("freeze")(nemkonto_fraud.freeze)
app.command("void")(nemkonto_fraud.void)
app.command("rested-on")(nemkonto_fraud.rested_on)
app.command("claim-compensation")(compensation.claim_compensation)
app.command("decide-compensation")(compensation.decide_compensation)
app.command("pay-compensation")(compensation.pay_compensation)
app.command("correct-payment")(compensation.correct_payment)
app.command("annul-payment")(compensation.annul_payment)

Channel = Annotated[DesignationChannel, typer.Option(help="Through whom.")]
Institution = Annotated[str | None, typer.Option(help="A bank's report: its registration number.")]
Consent = Annotated[str | None, typer.Option(help="A bank's report: its reference to the payee's consent.")]
RequestedFrom = Annotated[
    datetime | None,
    typer.Option("--from", formats=["%Y-%m-%d"], help="A case worker's change: from another day than the fifth."),
]
Signature = Annotated[str | None, typer.Option(help="A case worker's change: a reference to the signature.")]
Form = Annotated[typer.FileBinaryRead | None, typer.Option(help="The signed form, which is stored.")]


@app.command()
def designate(
    payee: Annotated[str, typer.Argument(help="Whose NemKonto: person:<uuid> or company:<uuid>.")],
    *,
    channel: Channel = DesignationChannel.SELF_SERVICE,
    institution: Institution = None,
    consent: Consent = None,
    valid_from: RequestedFrom = None,
    by: ForPayee = None,
    signature: Signature = None,
    document: Form = None,
    authority: ForAuthority = None,
    case: InCase = None,
    reactions: Reactions = True,
    json: Json = False,
) -> None:
    """Designate the account on standard input: 4 digits and up to 10, an IBAN, or COUNTRY/BIC/BANK CODE/NUMBER.

    Unless a bank reports it, it must be activated by a code. The code is printed here once, as the letter would.
    """
    acting = on_behalf(authority, case)
    party, account = read_party(payee), parse_account(read_text("Account").strip())
    content = None if document is None else document.read(DOCUMENT_BYTES_MAX + 1)
    acts = Designating(read_acting(by), signature, content)
    with open_application() as application:
        designated = nemkonto.designate(
            application,
            party,
            account,
            channel,
            institution=institution,
            consent=consent,
            requested_on=valid_from.date() if valid_from else None,
            by=acts,
            on_behalf=acting,
        )
        new, code = designated.designation, designated.activation_code
        result = {"designation": new, "activation_code": code}
        _show(application, designated.records, result, reactions=reactions, json=json)


@app.command()
def activate(
    designation: Annotated[str, typer.Argument(help="designation:<uuid>, as `designate` printed it.")],
    *,
    by: ForPayee = None,
    authority: ForAuthority = None,
    case: InCase = None,
    reactions: Reactions = True,
    json: Json = False,
) -> None:
    """Activate a designation by the code on standard input; exit code 3 when it is wrong.

    A wrong code is recorded too, because attempts are counted.
    """
    activated, person, acting = read_id(designation, DesignationId), read_acting(by), on_behalf(authority, case)
    code = read_text("Activation code").strip()
    with open_application() as application:
        activation = nemkonto.activate(application, activated, code, by=person, on_behalf=acting)
        result = {"designation": activated, "activated": activation.accepted}
        _show(application, activation.records, result, reactions=reactions, json=json)
    if not activation.accepted:
        raise typer.Exit(exits.REFUSED)


@app.command()
def withdraw(
    designation: Annotated[str, typer.Argument(help="designation:<uuid>, one that awaits its code.")],
    *,
    by: ForPayee = None,
    authority: ForAuthority = None,
    case: InCase = None,
    reactions: Reactions = True,
    json: Json = False,
) -> None:
    """Withdraw a designation that awaits its code, as the payee wishes."""
    person, acting = read_acting(by), on_behalf(authority, case)
    _change(
        designation,
        lambda application, named: nemkonto.withdraw(application, named, by=person, on_behalf=acting),
        reactions=reactions,
        json=json,
    )


@app.command()
def end(
    designation: Annotated[str, typer.Argument(help="designation:<uuid>, the payee's active one.")],
    *,
    cause: Annotated[EndCause, typer.Option(help="Why it ends.")] = EndCause.REQUEST,
    on: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="The day of the decree or the closing; a death or cessation has its own."
        ),
    ] = None,
    by: ForPayee = None,
    authority: ForAuthority = None,
    case: InCase = None,
    reactions: Reactions = True,
    json: Json = False,
) -> None:
    """End the active NemKonto without another in its place."""
    day, person, acting = on and on.date(), read_acting(by), on_behalf(authority, case)
    _change(
        designation,
        lambda application, named: nemkonto.end(application, named, cause, day, by=person, on_behalf=acting),
        reactions=reactions,
        json=json,
    )


@app.command("correct-end")
def correct_end(
    designation: Annotated[str, typer.Argument(help="designation:<uuid>, one that was ended.")],
    *,
    cause: Annotated[EndCause, typer.Option(help="Why it was ended: bankruptcy or account_closed.")],
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The right day of the decree or the closing; none: it did not happen."),
    ] = None,
    authority: ForAuthority = None,
    case: InCase = None,
    reactions: Reactions = True,
    json: Json = False,
) -> None:
    """Correct the day of a decree or of an account's closing, or undo the end."""
    day, acting = on and on.date(), on_behalf(authority, case)
    _change(
        designation,
        lambda application, named: nemkonto.correct_end(application, named, cause, day, acting),
        reactions=reactions,
        json=json,
    )


@app.command()
def show(
    payee: Annotated[str, typer.Argument(help="Whose: person:<uuid> or company:<uuid>.")],
    *,
    payee_reads: Annotated[
        str | None, typer.Option("--reader", help="The payee, who reads: person:<uuid> or company:<uuid>.")
    ] = None,
    authority: Authority = None,
    basis: Basis = None,
    case: Case = None,
    json: Json = False,
) -> None:
    """Show all designations of a payee, accounts masked. With --reader it is recorded as the payee's own reading (GDPR
    art. 15(1)), else as the authority's.
    """
    party, own = read_party(payee), None if payee_reads is None else read_party(payee_reads)
    if own is not None and own != party:
        raise typer.BadParameter("--reader is the payee; who reads about another gives --authority and --basis")
    for option, value in (("--authority", authority), ("--basis", basis), ("--case", case)):
        if own is not None and value is not None:
            raise typer.BadParameter(f"{option} is not recorded of the payee's own reading; leave it out")
    with open_application() as application:
        reads = None if own else reader(application, authority=authority, basis=basis, case=case, opens=True)
        rows = [_row(designation) for designation in nemkonto.show(application, party, reads)]
    if json:
        output.print_json({"payee": party, "designations": rows})
    else:
        output.print_blocks(f"NemKonto of {party}", rows)


@app.command()
def document(
    designation: Annotated[str, typer.Argument(help="designation:<uuid>.")],
    *,
    out: Out,
    authority: Authority = None,
    basis: Basis = None,
    case: Case = None,
) -> None:
    """Write the document on which a designation rests; the reading itself is recorded."""
    named = read_id(designation, DesignationId)
    with open_application() as application:
        reads = reader(application, authority=authority, basis=basis, case=case)
        check_writable(out)
        write_evidence(out, nemkonto.document_of(application, named, reads))
    output.print_line(f"Written to {out}.")


def _change(
    named: str, change: Callable[[Application, DesignationId], Sequence[Record]], *, reactions: bool, json: bool
) -> None:
    """Change a designation, show what was recorded, and execute what follows."""
    designation = read_id(named, DesignationId)
    with open_application() as application:
        recorded = change(application, designation)
        _show(application, recorded, {"designation": designation}, reactions=reactions, json=json)


def _row(designation: Designation) -> dict[str, Any]:
    return {
        "designation": designation.designation,
        "account": designation.account,
        "channel": designation.channel.value,
        "designated_at": designation.designated_at,
        "status": designation.status.value,
        "valid_from": designation.valid_from,
        "valid_to": designation.valid_to,
    }


def _show(
    application: Application, recorded: Sequence[Record], result: Mapping[str, Any], *, reactions: bool, json: bool
) -> None:
    if not json:
        for name, value in result.items():
            if value is not None:
                typer.echo(f"{name}: {value}")
    show_and_react(application, recorded, reactions=reactions, json=json, **result)
