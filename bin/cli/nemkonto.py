"""`rigsbog nemkonto`: the acts of a payee and of the account's bank, for tests and demos.

The tool is the citizen's post too: it makes the activation code, and prints it once, as the letter would carry it.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Annotated, Any
from uuid import uuid4

import typer

from bin.application.application import Application
from bin.application.reactions.executor import caught_up
from bin.cli import exits, output
from bin.cli.execute import any_subject, carry_out, facts_told, from_standard_input, party, say_facts
from bin.cli.options import Reactions
from bin.cli.start import open_application
from domain.context import Request
from domain.danish_time import day_of
from domain.nemkonto.account import DanishAccount, IbanAccount, parse_account
from domain.nemkonto.designation import (
    NEMKONTO,
    ActivationRefused,
    DesignationChannel,
    EndCause,
    NemkontoActivated,
    NemkontoDesignated,
    NemkontoEnded,
    NemkontoSuperseded,
)
from domain.nemkonto.designation_commands import ActivateNemkonto, AwaitsNoActivation, DesignateNemkonto, EndNemkonto
from domain.operations.disclosure import OWN_DATA, ReadPersonalData
from domain.policy import ACTIVATION_CODE_DIGITS
from domain.record import Record
from domain.subject import AccountIndex, DesignationId, PartyId

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="The acts of a payee: designate, activate, end and show a NemKonto.",
)


@app.command()
def designate(
    payee: Annotated[str, typer.Argument(help="Whose NemKonto: person:<uuid> or company:<uuid>.")],
    *,
    channel: Annotated[DesignationChannel, typer.Option(help="Through whom.")] = DesignationChannel.SELF_SERVICE,
    institution: Annotated[str | None, typer.Option(help="A bank's report: its registration number.")] = None,
    consent: Annotated[str | None, typer.Option(help="A bank's report: its reference to the payee's consent.")] = None,
    reactions: Reactions = True,
    json: Json = False,
) -> None:
    """Point out the account that stands on standard input (4 digits and up to 10, or an IBAN).

    What no bank reports must be activated by a code; it is printed here once, as the letter would carry it.
    """
    who, account = party(payee), parse_account(from_standard_input("Account").strip())
    designation = DesignationId(uuid4())
    with open_application() as application:
        code = None if channel is DesignationChannel.BANK else fresh_code(application.ledger.now())
        command = DesignateNemkonto(
            designation=designation,
            payee=who,
            account_index=AccountIndex(application.vault.index("account", account.canonical)),
            account=account,
            channel=channel,
            institution=institution,
            consent=consent,
            code_hash=None if code is None else application.code_hash(designation, code),
        )
        recorded = carry_out(application, command, _as(application, who))
        told = {"designation": designation if recorded else None, "activation_code": code if recorded else None}
        _tell(recorded, told, json=json)
        _what_follows(application, wanted=reactions)


@app.command()
def activate(
    designation: Annotated[str, typer.Argument(help="designation:<uuid>, as `designate` told it.")],
    *,
    reactions: Reactions = True,
    json: Json = False,
) -> None:
    """Redeem the activation code that stands on standard input; exit code 3 when it is the wrong one.

    A wrong code is a fact, for attempts are counted.
    """
    one = _designation(designation)
    code = from_standard_input("Activation code").strip()
    with open_application() as application:
        who, code_hash = _payee(application, one), application.code_hash(one, code)
        recorded = carry_out(
            application, ActivateNemkonto(designation=one, payee=who, code_hash=code_hash), _as(application, who)
        )
        wrong = any(isinstance(record.event, ActivationRefused) for record in recorded)
        _tell(recorded, {"designation": one, "activated": not wrong}, json=json)
        _what_follows(application, wanted=reactions)
    if wrong:
        raise typer.Exit(exits.REFUSED)


@app.command()
def end(
    designation: Annotated[str, typer.Argument(help="designation:<uuid>, the payee's active one.")],
    *,
    cause: Annotated[EndCause, typer.Option(help="Why it ends.")] = EndCause.REQUEST,
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day that the cause happened.")] = None,
    reactions: Reactions = True,
    json: Json = False,
) -> None:
    """End the active NemKonto without another in its place."""
    one = _designation(designation)
    with open_application() as application:
        who = _payee(application, one)
        command = EndNemkonto(designation=one, payee=who, cause=cause, happened_on=on.date() if on else None)
        recorded = carry_out(application, command, _as(application, who))
        _tell(recorded, {"designation": one}, json=json)
        _what_follows(application, wanted=reactions)


@app.command()
def show(
    payee: Annotated[str, typer.Argument(help="Whose: person:<uuid> or company:<uuid>.")], *, json: Json = False
) -> None:
    """Show all that a payee designated, accounts masked; the reading itself is recorded."""
    who = party(payee)
    with open_application() as application:
        carry_out(
            application,
            ReadPersonalData(subject=who, what="nemkonto, accounts masked", legal_basis=OWN_DATA),
            _as(application, who),
        )
        rows = designations(application, who)
    if json:
        output.print_json({"payee": who, "designations": rows})
    else:
        output.tell_blocks(f"NemKonto of {who}", rows)


def designations(application: Application, payee: PartyId) -> list[dict[str, Any]]:
    """A payee's designations, the earliest first, each with its account masked and what became of it."""
    found: dict[DesignationId, dict[str, Any]] = {}
    for record in application.handler.opened_records(payee, facts=tuple(NEMKONTO.contract.values())):
        event, one = record.event, record.event.own_subject
        assert isinstance(one, DesignationId), "facts of a NemKonto are a designation's"
        row = found.setdefault(one, {"designation": one})
        if isinstance(event, NemkontoDesignated):
            account = event.account.masked if isinstance(event.account, DanishAccount | IbanAccount) else None
            row |= {"account": account, "channel": event.channel.value}
            row |= {"designated_at": record.recorded_at, "stands": None, "valid_from": None, "valid_to": None}
        if isinstance(event, NemkontoActivated):
            row["valid_from"] = event.effective_on
        if isinstance(event, NemkontoSuperseded | NemkontoEnded):
            row["valid_to"] = event.valid_to
        row["stands"] = STANDS.get(record.name, row["stands"])
    return list(found.values())


STANDS = {
    "ActivationLetterOrdered": "awaits its code",
    "NemkontoActivated": "active",
    "NemkontoSuperseded": "superseded",
    "NemkontoEnded": "ended",
    "DesignationWithdrawn": "withdrawn",
    "DesignationExpired": "expired",
    "DesignationBlocked": "blocked",
}
"""How a designation stands after each fact."""


def fresh_code(now: datetime) -> str:
    """A new activation code, with as many digits as the law asks for."""
    digits = ACTIVATION_CODE_DIGITS.on(day_of(now)).value
    return f"{secrets.randbelow(10**digits):0{digits}}"


def _designation(text: str) -> DesignationId:
    one = any_subject(text)
    if not isinstance(one, DesignationId):
        raise typer.BadParameter("a designation:<uuid> is needed")
    return one


def _payee(application: Application, designation: DesignationId) -> PartyId:
    for record in application.handler.records(designation):
        if isinstance(record.event, NemkontoDesignated):
            return record.event.payee
    raise AwaitsNoActivation


def _as(application: Application, payee: PartyId) -> Request:
    return application.request(str(payee))


def _tell(recorded: list[Record], told: dict[str, Any], *, json: bool) -> None:
    if json:
        output.print_json(told | {"recorded": facts_told(recorded)})
        return
    for name, value in told.items():
        if value is not None:
            typer.echo(f"{name}: {value}")
    say_facts(recorded)


def _what_follows(application: Application, *, wanted: bool) -> None:
    """Told of first: an activation code is shown once, whatever happens here."""
    if wanted:
        caught_up(application)
