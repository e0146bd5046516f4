"""The reminder before a protection lapses: thirty days before the end that holds, whenever that end was moved."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.command import AnyCommand
from domain.danish_time import day_of
from domain.due import PROTECTION_REMINDER, Due, dues_by
from domain.entry import EntryEndCause, Marker
from domain.fact import Event
from domain.identity.birth_and_death import CorrectDeath, RecordDeath
from domain.identity.entry_commands import AnnulEntry, EndEntry, MatterName, ReopenEntry
from domain.identity.person import PERSON, DeathCorrected, Person, PersonDied
from domain.identity.person_address import AddressEntered
from domain.identity.protection import (
    ProtectionAnnulled,
    ProtectionEndCorrected,
    ProtectionEnded,
    ProtectionEntered,
    ProtectionScope,
)
from domain.identity.protection_commands import ProtectPerson, WithdrawProtection
from domain.identity.protection_lapse import (
    PROTECTION_REMINDERS,
    OrderProtectionReminder,
    PlanProtectionReminders,
    ProtectionReminderGiven,
    ProtectionReminderOmitted,
    ProtectionReminderOrdered,
    ProtectionReminderPlanned,
    ProtectionReminders,
)
from domain.identity.uncertain_day import UncertainDay
from domain.policy import PROTECTION_REMINDER_DAYS
from domain.post.message import MessageMadeAvailable
from domain.post.paper import PaperLetterOrdered
from domain.post.protection_reminder import RemindOfProtection, reminder_text, submit_reminder
from domain.reactions import fall_due, react
from domain.subject import EntryId
from tests.controls import ANNA, ANNA_DIED, ANNA_EXEMPT, ANNA_REGISTERED, ANNAS_MAIL, STORED
from tests.domain.identity.test_protection import FIRST_DAY_WITHOUT, PROTECTED, TODAY, entered
from tests.domain.test_reactions import recorded
from tests.law import CONTEXT, NOW, folded, given

REMINDER = datetime(2027, 1, 30, 23, 0, tzinfo=UTC)
"""The first instant of 31 January 2027 in Copenhagen, thirty days before."""
RULE = str(PROTECTION_REMINDER_DAYS.on(TODAY))
ORDER = OrderProtectionReminder(person=ANNA, entry=PROTECTED.entry)
OF_PROTECTED: dict[str, Any] = {"entry": PROTECTED.entry, "party": ANNA}


def planned(lapses_on: date, remind_on: date | None) -> ProtectionReminderPlanned:
    return ProtectionReminderPlanned(**OF_PROTECTED, lapses_on=lapses_on, remind_on=remind_on, rule=RULE)


PLANNED = planned(FIRST_DAY_WITHOUT, date(2027, 1, 31))
ORDERED = ProtectionReminderOrdered(**OF_PROTECTED, lapses_on=FIRST_DAY_WITHOUT)


def test_thirty_days_before_a_protection_lapses_the_person_is_reminded_once() -> None:
    past = (*ANNA_REGISTERED, ANNAS_MAIL, PROTECTED, PLANNED)
    given(*past).at(REMINDER).when(ORDER).then(ORDERED)
    given(*past, ORDERED).at(REMINDER).when(ORDER).then_nothing()
    (reaction,) = react(recorded(ORDERED))
    assert isinstance(reaction.command, RemindOfProtection)
    assert "2. marts 2027" in reaction.documents[0].content.decode() == reminder_text(FIRST_DAY_WITHOUT)
    remind = replace(reaction.command, submission=replace(reaction.command.submission, stored=STORED))
    facts = given(*past, ORDERED).at(REMINDER).when(remind).facts
    message = submit_reminder(ORDERED).message
    assert MessageMadeAvailable(message=message, recipient=ANNA) in facts
    assert facts[-1] == ProtectionReminderGiven(
        **OF_PROTECTED, lapses_on=FIRST_DAY_WITHOUT, message=message, letter=None
    )
    given(*past, ORDERED, *facts).at(REMINDER).when(remind).then_nothing()


def test_who_is_exempt_is_reminded_on_paper() -> None:
    remind = reminder()
    past = (*ANNA_REGISTERED, ANNAS_MAIL, ANNA_EXEMPT, PROTECTED, ORDERED)

    facts = given(*past).at(REMINDER).when(remind).facts

    (order,) = [fact for fact in facts if isinstance(fact, PaperLetterOrdered)]
    message = remind.submission.message
    assert (order.message, order.recipient) == (message, ANNA)
    assert facts[-1] == ProtectionReminderGiven(
        **OF_PROTECTED, lapses_on=FIRST_DAY_WITHOUT, message=message, letter=order.letter
    )
    given(*past, *facts).at(REMINDER).when(remind).then_nothing()


def test_without_digital_post_and_an_address_it_is_recorded_that_nobody_was_reminded() -> None:
    without_address = [fact for fact in ANNA_REGISTERED if not isinstance(fact, AddressEntered)]
    past = (*without_address, ANNAS_MAIL, ANNA_EXEMPT, PROTECTED, ORDERED)

    given(*past).at(REMINDER).when(reminder()).then(
        ProtectionReminderOmitted(**OF_PROTECTED, lapses_on=FIRST_DAY_WITHOUT)
    )


def test_the_dead_are_not_reminded() -> None:
    given(*ANNA_REGISTERED, ANNAS_MAIL, PROTECTED, ORDERED, ANNA_DIED).at(REMINDER).when(reminder()).then_nothing()
    given(*ANNA_REGISTERED, PROTECTED, ANNA_DIED).when(
        PlanProtectionReminders(person=ANNA, after_mistake=False)
    ).then_nothing()


def test_who_has_another_protection_from_the_day_of_the_lapse_is_not_reminded() -> None:
    following = PROTECTED.model_copy(
        update={"entry": EntryId(UUID(int=77)), "valid_from": FIRST_DAY_WITHOUT, "valid_to": None}
    )

    given(*ANNA_REGISTERED, ANNAS_MAIL, PROTECTED, PLANNED, following).at(REMINDER).when(ORDER).then_nothing()


def reminder() -> RemindOfProtection:
    """The reminder as the runner submits it."""
    submission = replace(submit_reminder(ORDERED), stored=STORED)
    return RemindOfProtection(entry=PROTECTED.entry, person=ANNA, lapses_on=FIRST_DAY_WITHOUT, submission=submission)


@pytest.mark.parametrize(
    "after",
    [
        ProtectionEnded(entry=PROTECTED.entry, party=ANNA, valid_to=date(2026, 3, 3), cause=EntryEndCause.STATED),
        ProtectionEnded(entry=PROTECTED.entry, party=ANNA, valid_to=date(2027, 9, 1), cause=EntryEndCause.STATED),
        entered(date(2030, 1, 1), valid_from=date(2026, 4, 1)),
        PersonDied(person=ANNA, died_on=date(2026, 5, 1)),
    ],
    ids=["withdrawn", "moved and not planned yet", "prolonged", "dead"],
)
def test_nobody_is_reminded_of_what_does_not_lapse_then(after: Event) -> None:
    past = (*ANNA_REGISTERED, PROTECTED, PLANNED, after)
    if isinstance(after, ProtectionEntered):
        succeeded = {"valid_to": after.valid_from, "cause": EntryEndCause.SUCCEEDED, "by": after.entry}
        past = (*past, ProtectionEnded(entry=PROTECTED.entry, party=ANNA, **succeeded))
    given(*past).at(REMINDER).when(ORDER).then_nothing()


PLAN = PlanProtectionReminders(person=ANNA, after_mistake=False)
PLAN_AGAIN = replace(PLAN, after_mistake=True)


def test_the_reminder_is_planned_once_by_the_end_and_the_plan_says_by_which_rule() -> None:
    given(*ANNA_REGISTERED, PROTECTED).when(PLAN).then(PLANNED)
    given(*ANNA_REGISTERED, PROTECTED, PLANNED).when(PLAN).then_nothing()
    endless = entered(None, scope=ProtectionScope.MARKETING)
    given(*ANNA_REGISTERED, endless).when(PLAN).then_nothing()


@pytest.mark.parametrize(("days", "remind_on"), [(31, TODAY + timedelta(days=1)), (30, None), (1, None)])
def test_who_is_protected_for_no_longer_than_thirty_days_is_not_reminded(days: int, remind_on: date | None) -> None:
    ends = TODAY + timedelta(days=days)
    given(*ANNA_REGISTERED, PROTECTED.model_copy(update={"valid_to": ends})).when(PLAN).then(planned(ends, remind_on))


def moved_to(valid_to: date) -> ProtectionEnded:
    return ProtectionEnded(**OF_PROTECTED, valid_to=valid_to, cause=EntryEndCause.STATED)


@pytest.mark.parametrize("ends", [date(2026, 9, 1), date(2027, 9, 1)], ids=["earlier", "later"])
def test_an_end_that_is_moved_is_reminded_of_thirty_days_before_and_on_no_other_day(ends: date) -> None:
    past = (*ANNA_REGISTERED, PROTECTED, PLANNED, moved_to(ends))
    (reaction,) = react(recorded(past[-1]))
    assert reaction.command == PLAN
    again = planned(ends, ends - timedelta(days=30))
    given(*past).when(PLAN).then(again)
    due_at = datetime.combine(ends - timedelta(days=30), time(9), UTC)
    given(*past, again).at(due_at - timedelta(days=1)).when(ORDER).then_nothing()
    ordered = ORDERED.model_copy(update={"lapses_on": ends})
    given(*past, again).at(due_at).when(ORDER).then(ordered)
    given(*past, again, ordered).at(due_at).when(ORDER).then_nothing()


def test_who_was_reminded_is_reminded_of_a_later_end_too_by_another_letter() -> None:
    later = date(2027, 9, 1)
    again = planned(later, date(2027, 8, 2))
    given(*ANNA_REGISTERED, PROTECTED, PLANNED, ORDERED, moved_to(later)).at(REMINDER).when(PLAN).then(again)
    ordered = ORDERED.model_copy(update={"lapses_on": later})
    assert submit_reminder(ordered).message != submit_reminder(ORDERED).message
    past = (*ANNA_REGISTERED, PROTECTED, PLANNED, ORDERED, moved_to(later), again)
    given(*past).at(datetime(2027, 8, 2, 9, tzinfo=UTC)).when(ORDER).then(ordered)


def test_an_end_that_is_moved_and_moved_back_is_reminded_of_once() -> None:
    away = planned(date(2026, 9, 1), date(2026, 8, 2))
    past = (*ANNA_REGISTERED, PROTECTED, PLANNED, moved_to(date(2026, 9, 1)), away, moved_to(FIRST_DAY_WITHOUT))
    given(*past).when(PLAN).then(PLANNED)
    given(*past, PLANNED).at(REMINDER).when(ORDER).then(ORDERED)
    given(*past, PLANNED, ORDERED).at(REMINDER).when(PLAN_AGAIN).then_nothing()


@pytest.mark.parametrize(
    "mistake",
    [
        (
            ProtectionEnded(**OF_PROTECTED, valid_to=date(2026, 4, 1), cause=EntryEndCause.SUCCEEDED),
            ProtectionEndCorrected(**OF_PROTECTED, valid_to=FIRST_DAY_WITHOUT, corrected=EntryEndCause.SUCCEEDED),
        ),
        (PersonDied(person=ANNA, died_on=date(2026, 5, 1)), DeathCorrected(person=ANNA)),
        (
            following := PROTECTED.model_copy(
                update={"entry": EntryId(UUID(int=78)), "valid_from": FIRST_DAY_WITHOUT, "valid_to": None}
            ),
            ProtectionAnnulled(entry=following.entry, party=ANNA, marker=Marker.ANNULLED),
        ),
    ],
    ids=["another in its place", "a death", "another that went on"],
)
def test_whose_reminder_fell_due_during_a_mistake_is_reminded_at_once(mistake: tuple[Event, Event]) -> None:
    by_mistake, corrected = mistake
    past = (*ANNA_REGISTERED, PROTECTED, PLANNED, by_mistake)
    given(*past).at(REMINDER).when(ORDER).then_nothing()
    past, afterwards = (*past, corrected), REMINDER + timedelta(days=9)
    reactions = react(recorded(corrected), [recorded(fact) for fact in past])
    assert PLAN_AGAIN in [reaction.command for reaction in reactions]
    at_once = planned(FIRST_DAY_WITHOUT, date(2027, 2, 9))
    given(*past).at(afterwards).when(PLAN_AGAIN).then(at_once)
    given(*past, at_once).at(afterwards).when(ORDER).then(ORDERED)


def test_every_change_of_a_protection_plans_its_reminder() -> None:
    for change in (PROTECTED, moved_to(date(2027, 9, 1))):
        assert [reaction.command for reaction in react(recorded(change))] == [PLAN]
    for correction in (
        ProtectionEndCorrected(**OF_PROTECTED, valid_to=FIRST_DAY_WITHOUT, corrected=EntryEndCause.STATED),
        ProtectionAnnulled(**OF_PROTECTED, marker=Marker.ANNULLED),
    ):
        assert [reaction.command for reaction in react(recorded(correction))] == [PLAN_AGAIN]


@dataclass
class Ledger:
    """The facts about one person, whose reminders are planned and ordered as time passes."""

    facts: tuple[Event, ...] = ANNA_REGISTERED
    now: datetime = NOW
    dues: list[Due] = field(default_factory=list)
    commands: int = 100
    known_since: dict[tuple[EntryId, date], date] = field(default_factory=dict)
    """Each lapse to come, and the day from which it was known without a break."""

    @property
    def today(self) -> date:
        return day_of(self.now)

    def execute(self, command: AnyCommand) -> None:
        """Record what the command decides, and then all that follows by now; a refusal leaves nothing."""
        self.commands += 1
        context = replace(CONTEXT, command=UUID(int=self.commands)).at(self.now)
        for fact in given(*self.facts).by(context).when(command).facts_unless_refused:
            if isinstance(fact, ProtectionReminderOrdered):
                assert (fact.entry, fact.lapses_on) in self.lapses(), "only what lapses is reminded of"
                assert fact.lapses_on - timedelta(days=30) <= self.today, "nobody is reminded too early"
            self.facts = (*self.facts, fact)
            position = len(self.facts)
            self.dues += [due for due in dues_by(recorded(fact, position)) if due.rule is PROTECTION_REMINDER]
            for reaction in react(recorded(fact, position), [recorded(each) for each in self.facts]):
                if isinstance(reaction.command, PlanProtectionReminders):
                    self.execute(reaction.command)
        self.fall_due()

    def fall_due(self) -> None:
        """Execute what has fallen due by now."""
        while ready := [due for due in self.dues if due.due_at <= self.now]:
            self.dues.remove(ready[0])
            self.execute(fall_due(ready[0]).command)

    def wait(self, days: int) -> None:
        for _ in range(days):
            self.now += timedelta(days=1)
            self.fall_due()

    @property
    def person(self) -> Person:
        person = folded(PERSON.of(ANNA), self.facts)
        assert isinstance(person, Person)
        return person

    def lapses(self) -> set[tuple[EntryId, date]]:
        protections = self.person.protections
        return {
            (period.entry, day)
            for period in protections.periods
            if (day := period.valid_to) and day > self.today and protections.on(day, period.track) is None
            if protections.on(day - timedelta(days=1), period.track) == period
        }

    def missed(self) -> list[tuple[EntryId, date]]:
        """The lapses nearer than thirty days of which nobody was reminded, though they were known before."""
        self.known_since = {lapse: self.known_since.get(lapse, self.today) for lapse in self.lapses()}
        reminders = folded(PROTECTION_REMINDERS.of(ANNA), self.facts)
        assert isinstance(reminders, ProtectionReminders)
        ordered = [fact for fact in self.facts if isinstance(fact, ProtectionReminderOrdered)]
        assert len(ordered) == len(reminders.ordered), "nobody is reminded of a lapse twice"
        due = [
            lapse
            for lapse, since in self.known_since.items()
            if since < lapse[1] - timedelta(days=30) <= self.today and self.person.died_on is None
        ]
        return [lapse for lapse in due if lapse not in reminders.ordered]


SCOPES = st.sampled_from([ProtectionScope.NAME_ADDRESS, ProtectionScope.MARKETING])
ACTS = ("protect", "protect", "end", "end", "reopen", "annul", "withdraw", "die", "live")


@for_all(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 45), st.integers(1, 90), st.integers(0, 3), SCOPES)))
def test_whatever_moves_the_end_of_a_protection_every_lapse_known_before_is_reminded_of_in_time(
    steps: list[tuple[str, int, int, int, ProtectionScope]],
) -> None:
    ledger = Ledger()
    for act, wait, days, nth, scope in (*steps, ("live", 40, 1, 0, ProtectionScope.MARKETING)):
        ledger.wait(wait)
        assert ledger.missed() == []
        entries = [fact.entry for fact in ledger.facts if isinstance(fact, ProtectionEntered)]
        entry: dict[str, Any] = {
            "matter": MatterName.PROTECTION,
            "party": ANNA,
            "entry": entries[nth % len(entries)] if entries else EntryId(UUID(int=1)),
        }
        day = ledger.today + timedelta(days=days)
        commands: dict[str, AnyCommand] = {
            "protect": ProtectPerson(person=ANNA, scope=scope, valid_to=day),
            "end": EndEntry(**entry, valid_to=day),
            "reopen": ReopenEntry(**entry),
            "annul": AnnulEntry(**entry),
            "withdraw": WithdrawProtection(person=ANNA, scope=scope, valid_to=day),
            "die": RecordDeath(person=ANNA, died_on=UncertainDay.of(ledger.today)),
            "live": CorrectDeath(person=ANNA),
        }
        ledger.execute(commands[act])
        assert ledger.missed() == []
