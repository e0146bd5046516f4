"""`rigsbog letter`: what happens to a letter that neither its sender nor its reader does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import uuid4

import typer

from bin.application.people.lines import read_lines
from bin.application.post.arrivals import ArrivalImport, annul_import
from bin.application.post.disputes import decide_dispute, excuse_late_answer
from bin.application.post.letter_context import as_handled
from bin.application.post.unavailability import (
    annul_finding,
    lift_unavailability,
    make_unavailable,
    report_virus,
)
from bin.cli import lines
from bin.cli.arguments import read_id, read_party, read_time
from bin.cli.facts import show_facts
from bin.cli.options import ForSolution, InCase, InLettersCase, Json, Reasons, on_behalf, read_authority
from bin.cli.standard_input import open_input, read_reasons, read_text
from bin.cli.start import open_application
from domain.post.dispute_commands import DisputeArrival
from domain.post.notification import FailureCause, NotificationMeans, RecordNotification
from domain.record import Record
from domain.subject import MessageId, NotificationId

Letter = Annotated[str, typer.Argument(metavar="MESSAGE", help="The letter: message:<uuid>.")]
Authority = Annotated[str, typer.Option(help="CVR number of the authority that decides it.")]
File = Annotated[int | None, typer.Option(help="Which of the letter's files, from 1; if not given, the whole letter.")]
OfCase = Annotated[str, typer.Option("--case", help="The case that documents it.")]

Basis = Annotated[str, typer.Option(help="The paragraph by which it is decided.")]

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.command()
def virus(
    message: Letter,
    *,
    scanner: Annotated[str, typer.Option(help="The program that found it.")],
    file: File = None,
    authority: Authority,
    case: InCase = None,
    json: Json = False,
) -> None:
    """Report a virus in a letter: one that is held back is rejected; one that has arrived is made unavailable, and its
    arrival remains. Its sender gets a receipt.
    """
    _decide(message, report_virus, scanner, file, authority=authority, case=case, json=json)


@app.command()
def unavailable(
    message: Letter,
    *,
    basis: Annotated[str, typer.Option(help="The paragraph by which it is done.")],
    authority: Authority,
    case: OfCase,
    json: Json = False,
) -> None:
    """Make a letter that was sent by mistake unavailable, on the documented request of its sender: nobody reads it any
    more, its arrival remains, and its sender gets a receipt.
    """
    _decide(message, make_unavailable, basis, authority=authority, case=case, json=json)


@app.command("no-virus")
def no_virus(message: Letter, *, file: File = None, authority: Authority, case: OfCase, json: Json = False) -> None:
    """Annul the finding of a virus, a false alarm. When none remains, the letter can be read again, its arrival is as
    it was, and its sender gets a receipt. A letter that was rejected stays rejected.
    """
    _decide(message, annul_finding, file, authority=authority, case=case, json=json)


@app.command("available-again")
def available_again(
    message: Letter,
    *,
    basis: Annotated[str, typer.Option(help="The paragraph by which it is done.")],
    authority: Authority,
    case: OfCase,
    json: Json = False,
) -> None:
    """Make a letter available again that was made unavailable though it was not sent by mistake: its arrival is as it
    was, and its sender gets a receipt.
    """
    _decide(message, lift_unavailability, basis, authority=authority, case=case, json=json)


@app.command("import")
def import_arrivals(
    file: Annotated[str, typer.Argument(help="FILE.jsonl, or - for standard input.")],
    *,
    system: Annotated[str, typer.Option(help="The system from which the arrivals are taken over.")],
    authority: Annotated[str, typer.Option(help="CVR number of the authority that answers for it.")],
    case: InCase = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line: line, message, status, position, errors.")
    ] = False,
) -> None:
    """Take over arrivals from another system, each with its own legal time, one JSON object a line:
    {"message": "MESSAGEUUID", "sender": "CVR", "recipient": "CPR", "available_at": "2021-03-01T10:00:00Z",
    "evidence_sha256": "SHA-256 of the evidence that is kept"}

    An invalid line is reported with its number and field, never with its contents; all valid lines are taken over, and
    the exit code is 65. The same file again changes nothing.
    """
    behalf = on_behalf(authority, case)
    with open_application() as application, open_input(file) as stream:
        counts = lines.show_lines(ArrivalImport(application, system, behalf).take_over(read_lines(stream)), json=json)
    lines.end(counts, json=json)


@app.command("annul-import")
def annul_imported(message: Letter, *, authority: Authority, case: InCase = None, json: Json = False) -> None:
    """Annul an arrival that was taken over from another system by mistake: it is none, and the right one may be taken
    over.
    """
    _decide(message, annul_import, authority=authority, case=case, json=json)


@app.command()
def notified(
    message: Letter,
    *,
    means: Annotated[NotificationMeans, typer.Option(help="How the recipient was to be notified.")],
    notification: Annotated[
        str | None, typer.Option(help="notification:<uuid>, of which something was reported before; if not given, new.")
    ] = None,
    at: Annotated[str | None, typer.Option(help="When it happened; if not given, now.")] = None,
    failed: Annotated[FailureCause | None, typer.Option(help="The notification failed, and why.")] = None,
    json: Json = False,
) -> None:
    """Record that the recipient was notified of a letter, or that it failed; neither has a legal effect."""
    letter = read_id(message, MessageId)
    named = NotificationId(uuid4()) if notification is None else read_id(notification, NotificationId)
    when = None if at is None else read_time(at)
    command = RecordNotification(message=letter, notification=named, means=means, happened_at=when, failed=failed)
    with open_application() as application:
        recorded = application.execute(command, "system:notifications", as_handled(application, letter))
    show_facts(recorded, json=json, message=letter, notification=named)


@app.command()
def dispute(
    message: Letter,
    *,
    recipient: Annotated[str, typer.Option(help="Who disputes: its recipient, person:<uuid> or company:<uuid>.")],
    authority: ForSolution = None,
    case: InLettersCase = None,
    json: Json = False,
) -> None:
    """Record that the recipient disputes the arrival of a letter; the reasons are read from standard input, because
    they may be personal. The arrival remains as it is.
    """
    letter, party, acting = read_id(message, MessageId), read_party(recipient), on_behalf(authority, case)
    command = DisputeArrival(message=letter, recipient=party, claim=read_text("Reasons").strip())
    with open_application() as application:
        recorded = application.execute(command, str(party), as_handled(application, letter, acting))
    show_facts(recorded, json=json, message=letter)


@app.command()
def decide(
    message: Letter,
    *,
    arrived: Annotated[bool, typer.Option("--arrived/--not-arrived", help="Whether the letter had arrived.")],
    reasons: Reasons = False,
    basis: Basis,
    authority: Authority,
    case: InCase = None,
    json: Json = False,
) -> None:
    """Record the decision of a dispute. It moves no time: it says what the authority goes by."""
    because = read_reasons(given=reasons)
    decided = partial(decide_dispute, arrived=arrived, ground=because)
    _decide(message, decided, basis, authority=authority, case=case, json=json)


@app.command()
def excuse(
    message: Letter,
    *,
    answer_by: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day of the new time limit, if one is set.")
    ] = None,
    reasons: Reasons = False,
    basis: Basis,
    authority: Authority,
    case: InCase = None,
    json: Json = False,
) -> None:
    """Record that a late answer to a letter is excused; the arrival remains."""
    because = read_reasons(given=reasons)
    excused = partial(excuse_late_answer, answer_by=answer_by and answer_by.date(), ground=because)
    _decide(message, excused, basis, authority=authority, case=case, json=json)


def _decide(
    message: str,
    act: Callable[..., Sequence[Record]],
    *given: object,
    authority: str,
    case: str | None,
    json: bool,
) -> None:
    """Record what an authority decides about a letter."""
    letter, decider = read_id(message, MessageId), read_authority(authority)
    with open_application() as application:
        recorded = act(application, letter, *given, authority=decider, case=case)
    show_facts(recorded, json=json, message=letter)
