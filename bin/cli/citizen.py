"""`rigsbog citizen`: records what happened in the life of a person or a company, as authorities report it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from bin.application.contexts import OnBehalf
from bin.application.people.event_arguments import EventArguments, UnsuitableArguments
from bin.application.people.life_events import (
    LIFE_EVENTS,
    life_event,
    record_life_event,
)
from bin.cli.arguments import read_authority_id, read_id, read_municipality, read_party, read_uncertain_day
from bin.cli.facts import show_and_react
from bin.cli.options import DecidedBy, ForAuthority, InCase, Json, Reactions, Reasons, on_behalf
from bin.cli.standard_input import read_text
from bin.cli.start import open_application
from domain.entry import EntrySource
from domain.identity.mandate import MandateScope
from domain.subject import EntryId, PartyId, RequestId

READS = (
    "Standard input has the CPR number (renumber, withdraw-number, annul-number), the birth date (correct-birth; an"
    ' unknown day or month is left out), {"given": ..., "family": ...} or a company\'s name as it is (rename),'
    ' {"street": ..., "postal_code": ..., "city": ..., "dar"?: UUID} (move), the number of the document'
    ' (grant-mandate for the dead and the ceased), {"contact_point": UUID, "name": ...} (open-contact-point).'
)
REASONS = f"With --reasons: {', '.join(name for name, event in LIFE_EVENTS.items() if 'has_reasons' in event.records)}."
HELP = f"One of: {', '.join(LIFE_EVENTS)}. {READS} {REASONS}"
DAY = ["%Y-%m-%d"]

Until = Annotated[
    datetime | None,
    typer.Option(
        formats=DAY,
        help="The first day without it (protect, exempt, grant-sending-right, grant-mandate, open-contact-point).",
    ),
]
On = Annotated[
    str | None,
    typer.Option(
        help="The day of it, or from which it holds: YYYY-MM-DD; of a death or a move also YYYY-MM, YYYY, or with ?."
    ),
]
Municipality = Annotated[
    str | None,
    typer.Option(help="move, no-fixed-address: the code of the municipality, four digits.", parser=read_municipality),
]
By = Annotated[
    str | None,
    typer.Option(help="request-exemption, appeal-exemption: the proxy who acts: person:<uuid>, company:<uuid>."),
]
Kind = Annotated[
    str | None,
    typer.Option(
        help="The kind of mandate (grant-mandate) or parent (enter-parent), which need it; of address (move; default: "
        "home, abroad foreign), protection (protect, unprotect; default: name_address), authority (enter-authority; "
        "default: state) or right (grant-sending-right; default: public_sender). The error of a wrong one lists them."
    ),
]
Because = Annotated[
    str | None,
    typer.Option(help="Why: renumber (default: other), revoke-exemption (default: self)."),
]
Presumed = Annotated[bool, typer.Option("--presumed", help="died: the death is presumed of somebody missing.")]
Source = Annotated[
    EntrySource | None,
    typer.Option(help="Who stated it; if not given, a municipality, the company, or the giver of a mandate."),
]
Holder = Annotated[
    str | None,
    typer.Option(
        help="grant-mandate: who will act, a person or company; enter-parent: the parent; enter-owner: the owner."
    ),
]
Scope = Annotated[MandateScope, typer.Option(help="grant-mandate: in what the holder acts.")]
Entry = Annotated[
    str | None,
    typer.Option(help="end-entry, reopen-entry, annul-entry: entry:<uuid>, whose uuid `rigsbog as-of` shows."),
]
Request = Annotated[
    str | None,
    typer.Option(
        help="exempt, refuse-exemption, appeal-exemption, confirm-exemption-refusal: request:<uuid>, whose uuid "
        "`rigsbog as-of exemption_requests` shows."
    ),
]
Signature = Annotated[
    UUID | None,
    typer.Option(help="join: the reference of the electronic signature; the exempt need none."),
]
Resend = Annotated[
    bool, typer.Option("--resend-unopened", help="exempt: send unopened post of the last six months on paper.")
]


def citizen(
    act: Annotated[str, typer.Argument(help=HELP)],
    subject: Annotated[str, typer.Argument(help="Who it happened to: person:<uuid> or company:<uuid>.")],
    *,
    on: On = None,
    until: Until = None,
    holder: Holder = None,
    scope: Scope = MandateScope.MAIL,
    into: Annotated[str | None, typer.Option(help="merge, annul-merge: the entry that remains, person:<uuid>.")] = None,
    by: By = None,
    kind: Kind = None,
    because: Because = None,
    source: Source = None,
    decided_by: DecidedBy = None,
    presumed: Presumed = False,
    municipality: Municipality = None,
    entry: Entry = None,
    request: Request = None,
    signature: Signature = None,
    reasons: Reasons = False,
    resend_unopened: Resend = False,
    authority: ForAuthority = None,
    case: InCase = None,
    reactions: Reactions = True,
    json: Json = False,
) -> None:
    """Personal data are read from standard input, because arguments show in shell histories; see the acts below.
    Example: `rigsbog citizen move person:<uuid> --on 2026-03-01 < address.json`. At the end reactions are executed,
    such as ending the mandates of the dead; --no-reactions leaves them to `rigsbog run`.
    """
    arguments = EventArguments(
        **_days(on, until, presumed=presumed, municipality=municipality, kind=kind, because=because, scope=scope),
        **_named(entry, request, decided_by, holder=holder, into=into, by=by),
        source=source,
        resend_unopened=resend_unopened,
        signature=signature,
        has_reasons=reasons,
        text=lambda: read_text("Number, name, address or reasons"),
    )
    _record(act, read_party(subject), arguments, on_behalf(authority, case), reactions=reactions, json=json)


def _days(on: str | None, until: datetime | None, **stated: Any) -> dict[str, Any]:
    """The day as far as it is known, the day itself if all of it is, the first day without it, and what is stated."""
    day = None if on is None else read_uncertain_day(on)
    last = until and until.date()
    return {"on": None if day is None else day.certain, "stated_day": day, "until": last, **stated}


def _named(entry: str | None, request: str | None, decided_by: str | None, **parties: str | None) -> dict[str, Any]:
    """The entry, the request, the deciding authority and the parties that are named."""
    return {
        "entry": None if entry is None else read_id(entry, EntryId),
        "request": None if request is None else read_id(request, RequestId),
        "decided_by": read_authority_id(decided_by),
    } | {option: None if text is None else read_party(text) for option, text in parties.items()}


def _record(
    act: str, party: PartyId, arguments: EventArguments, acting: OnBehalf, *, reactions: bool, json: bool
) -> None:
    with usage_errors(), open_application() as application:
        recorded = record_life_event(application, life_event(act, party), party, arguments, acting)
        show_and_react(application, recorded, reactions=reactions, json=json, act=act, subject=party)


@contextmanager
def usage_errors() -> Iterator[None]:
    """Report unsuitable arguments as a usage error that names the option."""
    try:
        yield
    except UnsuitableArguments as error:
        hint = None if error.argument is None else f"--{error.argument.removeprefix('has_').replace('_', '-')}"
        raise typer.BadParameter(str(error), param_hint=hint) from None
