"""The table of life events: what authorities record about a person or a company, each with its command.

To make a command reachable from every program, add one line to LIFE_EVENTS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from bin.application.application import Application
from bin.application.contexts import OPERATOR, OnBehalf
from bin.application.people import event_commands as make
from bin.application.people import exemption_events as exemptions
from bin.application.people.event_arguments import EventArguments, UnsuitableArguments
from bin.application.people.find import cpr_subject
from bin.application.people.mandates import enter_parent, grant_mandate
from domain.command import AnyCommand
from domain.entry import NoSuchEntry
from domain.identity.entry_commands import MATTERS, MatterName
from domain.identity.residence import ResidenceKind
from domain.record import Record
from domain.subject import CompanyId, EntryId, PartyId, PersonId

ACTOR = "system:citizen"


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """One event: its command, the kinds of subject that it can concern, and what it records."""

    command: Callable[[Any, EventArguments], AnyCommand]
    records: tuple[str, ...] = ()
    """The fields of EventArguments that it records; it is refused with any other."""
    kinds: tuple[type[PartyId], ...] = (PersonId,)
    of_person: tuple[str, ...] = ()
    """What it records besides of a person only."""
    uncertain_day: bool = False
    """Whether its day may be uncertain or not whole."""

    def must_record(self, given: EventArguments, subject: PartyId) -> None:
        """Raises UnsuitableArguments for an argument that would be dropped."""
        recorded = {*self.records, *(self.of_person if isinstance(subject, PersonId) else ())}
        for argument in given.stated():
            if argument not in recorded:
                raise UnsuitableArguments("this act does not record it; leave it out", argument)


BOTH = (PersonId, CompanyId)
COMPANY = (CompanyId,)
ORIGIN = ("source", "decided_by")
ADDRESS = ("kind", "municipality", *ORIGIN)
RESIDENCE = ("on", *ORIGIN)
GRANTED = ("kind", "on", "until")
DECISION = ("request", "decided_by", "has_reasons")
LIFE_EVENTS: Mapping[str, LifeEvent] = MappingProxyType(
    {
        "renumber": LifeEvent(make.renumber, ("because", *ORIGIN)),
        "withdraw-number": LifeEvent(make.withdraw_number, ORIGIN),
        "annul-number": LifeEvent(make.annul_number, ORIGIN),
        "merge": LifeEvent(make.merge, ("into", *ORIGIN)),
        "annul-merge": LifeEvent(make.annul_merge, ("into", *ORIGIN)),
        "rename": LifeEvent(make.rename, ("on",), BOTH, of_person=ORIGIN),
        "move": LifeEvent(make.move, ("on",), BOTH, of_person=ADDRESS, uncertain_day=True),
        "no-fixed-address": LifeEvent(make.leave_no_address, ("on", "municipality", *ORIGIN), uncertain_day=True),
        "end-entry": LifeEvent(make.end_entry, ("entry", "on"), BOTH),
        "reopen-entry": LifeEvent(make.reopen_entry, ("entry",), BOTH),
        "annul-entry": LifeEvent(make.annul_entry, ("entry",), BOTH),
        "protect": LifeEvent(make.protect, (*GRANTED, *ORIGIN)),
        "unprotect": LifeEvent(make.unprotect, ("kind", "on")),
        "leave": LifeEvent(make.residence(ResidenceKind.ABROAD), RESIDENCE),
        "return": LifeEvent(make.residence(ResidenceKind.RESIDENT), RESIDENCE),
        "disappear": LifeEvent(make.residence(ResidenceKind.DISAPPEARED), RESIDENCE),
        "greenland": LifeEvent(make.residence(ResidenceKind.GREENLAND), RESIDENCE),
        "correct-birth": LifeEvent(make.correct_birth, ORIGIN),
        "died": LifeEvent(make.die, ("on", "presumed", *ORIGIN), uncertain_day=True),
        "correct-death": LifeEvent(make.correct_death, ORIGIN),
        "cease": LifeEvent(make.cease, ("on", *ORIGIN), COMPANY),
        "correct-cessation": LifeEvent(make.correct_cessation, ORIGIN, COMPANY),
        "enter-owner": LifeEvent(make.enter_owner, ("holder", "on"), COMPANY),
        "enter-authority": LifeEvent(make.enter_authority, ("kind", "on", "decided_by"), COMPANY),
        "grant-sending-right": LifeEvent(make.grant_right, (*GRANTED, "decided_by"), COMPANY),
        "open-contact-point": LifeEvent(make.open_contact_point, ("on", "until"), COMPANY),
        "exempt": LifeEvent(exemptions.exempt, ("on", "until", "resend_unopened", *DECISION), BOTH),
        "revoke-exemption": LifeEvent(exemptions.revoke_exemption, ("because", "on"), BOTH),
        "request-exemption": LifeEvent(exemptions.request_exemption, ("by", "has_reasons"), BOTH),
        "refuse-exemption": LifeEvent(exemptions.refuse_exemption, DECISION, BOTH),
        "appeal-exemption": LifeEvent(exemptions.appeal_exemption, ("request", "by"), BOTH),
        "confirm-exemption-refusal": LifeEvent(exemptions.confirm_refusal, DECISION, BOTH),
        "join": LifeEvent(exemptions.join, ("signature",), BOTH),
        "break-grace": LifeEvent(make.break_grace, kinds=COMPANY),
        "grant-mandate": LifeEvent(grant_mandate, (*GRANTED, "holder", "scope", *ORIGIN), BOTH),
        "enter-parent": LifeEvent(enter_parent, ("kind", "on", "holder", *ORIGIN)),
    }
)


def life_event(name: str, subject: PartyId) -> LifeEvent:
    """The event of that name. Raises UnsuitableArguments, which lists the events of the subject's kind."""
    event = LIFE_EVENTS.get(name)
    if event is None or not isinstance(subject, event.kinds):
        names = ", ".join(name for name, event in LIFE_EVENTS.items() if isinstance(subject, event.kinds))
        raise UnsuitableArguments(f"there is no such act of a {subject.kind}. The acts are: {names}")
    return event


def record_life_event(
    application: Application,
    event: LifeEvent,
    subject: PartyId,
    given: EventArguments,
    on_behalf: OnBehalf = OPERATOR,
) -> tuple[Record, ...]:
    """Record an event. Raises UnsuitableArguments, BadInput, NotACprNumber, or the command's refusal."""
    event.must_record(given, subject)
    if not event.uncertain_day:
        given.must_be_certain()
    given = replace(
        given,
        cpr=lambda number: cpr_subject(application, number),
        matter=lambda entry: _matter(application, entry),
    )
    return application.execute(event.command(subject, given), ACTOR, on_behalf)


def _matter(application: Application, entry: EntryId) -> MatterName:
    """The matter of an entry. Raises NoSuchEntry for one that is not recorded, or not recorded by these events."""
    for record in application.handler.records(entry):
        for name, matter in MATTERS.items():
            if isinstance(record.event, matter.facts):
                return name
    raise NoSuchEntry
