"""The table of life events: each event makes its command for each kind of subject, or says what it needs."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from bin.application.people.event_arguments import EventArguments, UnsuitableArguments
from bin.application.people.life_events import LIFE_EVENTS, life_event
from domain.command import Command
from domain.identity.entry_commands import MatterName
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


DECIDED_BY_AN_AUTHORITY = ("refuse-exemption", "confirm-exemption-refusal")


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        (name, subject)
        for name, event in LIFE_EVENTS.items()
        for subject in (PERSON, COMPANY)
        if isinstance(subject, event.kinds)
    ],
)
def test_each_event_makes_a_command_about_its_subject(name: str, subject: PartyId) -> None:
    given = EventArguments(
        on=date(2026, 1, 2),
        until=date(2027, 1, 2),
        holder=OTHER,
        into=OTHER,
        decided_by=COMPANY if name in DECIDED_BY_AN_AUTHORITY else None,
        request=RequestId(UUID(int=8)),
        entry=EntryId(UUID(int=7)),
        matter=lambda _: MatterName.RESIDENCE,
        text=lambda: text_of(subject, name),
        cpr=lambda number: CprIndex(UUID(int=int(number.value))),
    )
    command = life_event(name, subject).command(subject, given)
    assert isinstance(command, Command)
    assert subject in vars(command).values()


@pytest.mark.parametrize(("name", "subject"), [("died", COMPANY), ("cease", PERSON), ("vanish", PERSON)])
def test_an_event_of_another_kind_is_refused_with_the_list_of_those_there_are(name: str, subject: PartyId) -> None:
    with pytest.raises(UnsuitableArguments) as refused:
        life_event(name, subject)
    listed = str(refused.value).partition("one of: ")[2].split(", ")
    assert listed == [word for word, event in LIFE_EVENTS.items() if isinstance(subject, event.kinds)]


@pytest.mark.parametrize(
    ("name", "given", "needed"),
    [
        ("died", EventArguments(), ("on", "the day on which it happened")),
        ("grant-mandate", EventArguments(), ("holder", "a person:<uuid> or a company:<uuid>")),
        ("grant-mandate", EventArguments(holder=OTHER, by="friend"), ("by", "one of read, read_write")),
        ("annul-entry", EventArguments(), ("entry", "an entry:<uuid>")),
        ("revoke-exemption", EventArguments(by="nobody"), ("by", "one of self, municipality, re_entry")),
    ],
)
def test_an_event_says_which_argument_it_needs(name: str, given: EventArguments, needed: tuple[str, str]) -> None:
    argument, message = needed
    with pytest.raises(UnsuitableArguments, match=message) as refused:
        LIFE_EVENTS[name].command(PERSON, given)
    assert refused.value.argument == argument
