"""The table of life events: each event makes its command for each kind of subject, or says what it needs."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from bin.application.people.event_arguments import EventArguments, UnsuitableArguments
from bin.application.people.life_events import LIFE_EVENTS, LifeEvent, life_event
from domain.command import AnyCommand, Command
from domain.entry import EntrySource
from domain.identity.entry_commands import MatterName
from domain.identity.mandate import MandateScope
from domain.post.exemption_request import RequestExemption
from domain.subject import CompanyId, CprIndex, EntryId, PartyId, PersonId, RequestId
from tests.bin.terminal import cpr

PERSON, COMPANY = PersonId(UUID(int=1)), CompanyId(UUID(int=2))
OTHER = PersonId(UUID(int=3))
TEXTS = {
    (PERSON, "renumber"): cpr(1),
    (PERSON, "withdraw-number"): cpr(1),
    (PERSON, "annul-number"): cpr(1),
    (PERSON, "correct-birth"): "1990-01?",
    (PERSON, "rename"): '{"given": "Anna", "family": "Prøve"}',
    (COMPANY, "rename"): "Prøve ApS\n",
    (PERSON, "move"): '{"street": "Vej 1", "postal_code": "2100", "city": "By"}',
    (
        COMPANY,
        "open-contact-point",
    ): '{"contact_point": "c0000000-0000-4000-8000-000000000001", "name": "Kontor"}',
    (COMPANY, "move"): '{"street": "Vej 1", "postal_code": "2100", "city": "By"}',
}
"""What is read for the events that have personal data; every other event must read nothing."""


def text_of(subject: PartyId, name: str) -> str:
    """What the caller reads for an event."""
    assert (subject, name) in TEXTS, f"{name} of a {subject.kind} reads personal data that it does not need"
    return TEXTS[subject, name]


EVERY_EVENT = pytest.mark.parametrize(
    ("name", "subject"),
    [
        (name, subject)
        for name, event in LIFE_EVENTS.items()
        for subject in (PERSON, COMPANY)
        if isinstance(subject, event.kinds)
    ],
)
KINDS = {
    "move": "contact",
    "protect": "marketing",
    "unprotect": "marketing",
    "grant-mandate": "read_write",
    "enter-parent": "father",
    "enter-authority": "court",
    "grant-sending-right": "mandatory",
}
CAUSES = {"renumber": "sex", "revoke-exemption": "municipality"}


def everything(name: str, subject: PartyId) -> EventArguments:
    """Every argument that there is, each another than is taken without it."""
    return EventArguments(
        on=date(2026, 1, 2),
        presumed=True,
        until=date(2027, 1, 2),
        holder=OTHER,
        scope=MandateScope.ALL,
        into=OTHER,
        by=OTHER,
        kind=KINDS.get(name),
        because=CAUSES.get(name),
        municipality="0101",
        source=EntrySource.COURT,
        decided_by=COMPANY,
        resend_unopened=True,
        request=RequestId(UUID(int=8)),
        entry=EntryId(UUID(int=7)),
        matter=lambda _: MatterName.RESIDENCE,
        signature=UUID(int=9),
        has_reasons=True,
        text=lambda: TEXTS.get((subject, name), "Reasons"),
        cpr=lambda number: CprIndex(UUID(int=int(number.value))),
    )


@EVERY_EVENT
def test_each_event_makes_a_command_about_its_subject_and_reads_no_more_than_it_needs(
    name: str, subject: PartyId
) -> None:
    given = replace(everything(name, subject), has_reasons=False, text=lambda: text_of(subject, name))
    command = life_event(name, subject).command(subject, given)
    assert isinstance(command, Command)
    assert subject in vars(command).values()


@EVERY_EVENT
def test_what_the_table_says_that_an_event_records_is_in_its_command_and_nothing_else_is_taken(
    name: str, subject: PartyId
) -> None:
    event, given = life_event(name, subject), everything(name, subject)
    defaults = EventArguments()
    recorded = {*event.records, *(event.of_person if isinstance(subject, PersonId) else ())}
    for argument in ARGUMENTS:
        without = replace(given, **{argument: getattr(defaults, argument)})
        assert differs(event, subject, given, without) == (argument in recorded), argument
        if argument not in recorded:
            only: dict[str, Any] = {argument: getattr(given, argument) or "a kind"}
            with pytest.raises(UnsuitableArguments, match="does not record it") as refused:
                event.must_record(replace(defaults, **only), subject)
            assert refused.value.argument == argument


ARGUMENTS = [each.name for each in fields(EventArguments) if each.name not in ("stated_day", "matter", "text", "cpr")]


def differs(event: LifeEvent, subject: PartyId, given: EventArguments, without: EventArguments) -> bool:
    """Whether the event's command is another, or cannot be made, without the argument."""
    try:
        return content(event.command(subject, given)) != content(event.command(subject, without))
    except UnsuitableArguments:
        return True


def content(command: AnyCommand) -> dict[str, Any]:
    """What a command says; a new request has a random id."""
    return {
        name: value
        for name, value in vars(command).items()
        if not (isinstance(command, RequestExemption) and name == "request")
    }


@pytest.mark.parametrize(("name", "subject"), [("died", COMPANY), ("cease", PERSON), ("vanish", PERSON)])
def test_an_event_of_another_kind_is_refused_with_the_list_of_those_there_are(name: str, subject: PartyId) -> None:
    with pytest.raises(UnsuitableArguments) as refused:
        life_event(name, subject)
    listed = str(refused.value).partition("The acts are: ")[2].split(", ")
    assert listed == [word for word, event in LIFE_EVENTS.items() if isinstance(subject, event.kinds)]


@pytest.mark.parametrize(
    ("name", "given", "needed"),
    [
        ("died", EventArguments(), ("on", "the day on which it happened")),
        ("grant-mandate", EventArguments(), ("holder", "a person:<uuid> or a company:<uuid>")),
        ("grant-mandate", EventArguments(holder=OTHER), ("kind", "needs one of read, read_write")),
        ("enter-parent", EventArguments(holder=OTHER), ("kind", "needs one of mother, father")),
        ("grant-mandate", EventArguments(holder=OTHER, kind="friend"), ("kind", "one of read, read_write")),
        ("annul-entry", EventArguments(), ("entry", "an entry:<uuid>")),
        ("revoke-exemption", EventArguments(because="nobody"), ("because", "one of self, municipality, re_entry")),
    ],
)
def test_an_event_says_which_argument_it_needs(name: str, given: EventArguments, needed: tuple[str, str]) -> None:
    argument, message = needed
    with pytest.raises(UnsuitableArguments, match=message) as refused:
        LIFE_EVENTS[name].command(PERSON, given)
    assert refused.value.argument == argument
