"""The reminder before a protection lapses (*påmindelse*): planned by its end, and planned anew when the end moves.

CPR act § 28; rksk.dk, navne- og adressebeskyttelse. For the letter see domain/post/protection_reminder.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Self

from domain.command import Command, Consulted, Entity, State
from domain.context import Context
from domain.entry import Period
from domain.fact import Event
from domain.identity.person import PERSON, Person
from domain.policy import PROTECTION_REMINDER_DAYS
from domain.subject import EntryId, MessageId, PaperLetterId, PersonId


class ProtectionReminderPlanned(Event):
    """The person is to be reminded on a day that the protection lapses (*påmindelse planlagt*). CPR act § 28.

    A later plan for the same protection takes its place.
    """

    entry: EntryId
    party: PersonId
    lapses_on: date
    """The first day without it."""
    remind_on: date | None
    """None: the day had passed when its end was stated, so nobody is reminded."""
    rule: str
    """The rule and its version that set the day, or say that it had passed."""


class ProtectionReminderOrdered(Event):
    """The protection lapses soon, so the person is to be reminded of it (*påmindelse*). CPR act § 28."""

    entry: EntryId
    party: PersonId
    lapses_on: date
    """The first day without it."""


class ProtectionReminderGiven(Event):
    """The person was reminded that the protection lapses (*påmindelse*). CPR act § 28."""

    entry: EntryId
    party: PersonId
    lapses_on: date
    message: MessageId
    letter: PaperLetterId | None
    """The message on paper, of somebody who cannot be reached by Digital Post."""


class ProtectionReminderOmitted(Event):
    """Nobody could be reminded: the person has neither Digital Post nor an address for paper. CPR act § 28."""

    entry: EntryId
    party: PersonId
    lapses_on: date


@dataclass(frozen=True, slots=True)
class ProtectionReminders(State):
    """The reminders of one person; each is of a protection and of the day on which it lapses."""

    planned: Mapping[EntryId, ProtectionReminderPlanned] = field(default_factory=dict)
    """The last plan for each protection."""
    ordered: frozenset[tuple[EntryId, date]] = frozenset()
    reminded: frozenset[tuple[EntryId, date]] = frozenset()
    """Of which the person was reminded, or could not be."""

    def evolve(self, event: Event) -> Self:
        match event:
            case ProtectionReminderPlanned(entry=entry):
                return self.but(planned={**self.planned, entry: event})
            case ProtectionReminderOrdered(entry=entry, lapses_on=day):
                return self.but(ordered=self.ordered | {(entry, day)})
            case (
                ProtectionReminderGiven(entry=entry, lapses_on=day)
                | ProtectionReminderOmitted(entry=entry, lapses_on=day)
            ):
                return self.but(reminded=self.reminded | {(entry, day)})
            case _:
                return self


PROTECTION_REMINDERS = Entity(
    "protection_reminders",
    ProtectionReminders(),
    {
        "ProtectionReminderPlanned": ProtectionReminderPlanned,
        "ProtectionReminderOrdered": ProtectionReminderOrdered,
        "ProtectionReminderGiven": ProtectionReminderGiven,
        "ProtectionReminderOmitted": ProtectionReminderOmitted,
    },
)
"""Consulted of the person."""


class PlanProtectionReminders(Command[Person, ProtectionReminders]):
    """Plan the reminder of each protection that lapses; what is planned for its present end stays as it is.

    Where the day to remind had passed when the end was stated, nobody is reminded: that end was just decided on.
    """

    legal_basis = "CPR act § 28"

    person: PersonId
    after_mistake: bool
    """Whether a mistake was corrected: who was to be reminded meanwhile is to be reminded at once."""

    def consults(self) -> tuple[Consulted[Any], ...]:
        return PERSON.of(self.person), PROTECTION_REMINDERS.of(self.person)

    def decide(self, context: Context, person: Person, reminders: ProtectionReminders) -> Iterator[Event]:
        person.must_be_registered()
        for period in person.protections.begun if person.died_on is None else ():
            lapses_on = lapse(period, person, context.today)
            if lapses_on is not None and not self._is_planned(period.entry, lapses_on, context.today, reminders):
                yield self._planned(period.entry, lapses_on, context.today)

    def _is_planned(self, entry: EntryId, lapses_on: date, today: date, reminders: ProtectionReminders) -> bool:
        """Whether the person was reminded of this lapse, or is to be by the present plan."""
        if (entry, lapses_on) in reminders.ordered:
            return True
        planned = reminders.planned.get(entry)
        if planned is None or planned.lapses_on != lapses_on:
            return False
        missed = planned.remind_on is not None and planned.remind_on <= today
        return not (missed and self.after_mistake)

    def _planned(self, entry: EntryId, lapses_on: date, today: date) -> ProtectionReminderPlanned:
        days = PROTECTION_REMINDER_DAYS.on(today)
        day, at_once = lapses_on - timedelta(days=days.value), today if self.after_mistake else None
        return ProtectionReminderPlanned(
            entry=entry,
            party=self.person,
            lapses_on=lapses_on,
            remind_on=day if day > today else at_once,
            rule=str(days),
        )


class OrderProtectionReminder(Command[Person, ProtectionReminders]):
    """Have the person reminded of a protection that lapses, once for each day on which it was to lapse.

    Of one whose end was moved, or that another goes on from, nothing is ordered; nor for the dead.
    """

    legal_basis = "CPR act § 28"

    person: PersonId
    entry: EntryId

    def consults(self) -> tuple[Consulted[Any], ...]:
        return PERSON.of(self.person), PROTECTION_REMINDERS.of(self.person)

    def decide(self, context: Context, person: Person, reminders: ProtectionReminders) -> Iterator[Event]:
        person.must_be_registered()
        planned = reminders.planned.get(self.entry)
        period = next((each for each in person.protections.begun if each.entry == self.entry), None)
        if planned is None or period is None or person.died_on is not None:
            return
        lapses_on = lapse(period, person, context.today)
        if lapses_on is None or lapses_on != planned.lapses_on or (self.entry, lapses_on) in reminders.ordered:
            return
        if planned.remind_on is not None and planned.remind_on <= context.today:
            yield ProtectionReminderOrdered(entry=self.entry, party=self.person, lapses_on=lapses_on)


def lapse(period: Period, person: Person, today: date) -> date | None:
    """The day to come on which the protection lapses; None if it does not, or another goes on from that day."""
    day = period.valid_to
    if day is None or day <= today or person.protections.on(day, period.track) is not None:
        return None
    return day
