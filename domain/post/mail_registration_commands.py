"""How a registration for Digital Post begins by duty: planned, and begun on its day.

LBK 686/2021 (the Act), § 3. For §§ 4 and 5 see domain/post/exemption_commands.py. The days follow from what the
registers hold, and from nothing that a caller states.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any
from uuid import uuid5

from domain.command import Command, Consulted, Refused
from domain.context import Context
from domain.danish_time import years_after
from domain.fact import Event
from domain.identity.birth import BIRTH, Birth
from domain.identity.person import PERSON, Person
from domain.policy import (
    COMPANY_GRACE_DAYS,
    DIGITAL_POST_AGE_YEARS,
    IMMIGRANT_REGISTRATION_DAYS,
    REGISTRATION_ANNOUNCEMENT_DAYS,
)
from domain.post.mail_registration import (
    MAIL_REGISTRATION,
    MailGraceBroken,
    MailRegistered,
    MailRegistration,
    Mode,
)
from domain.post.mail_registration_plan import (
    MAIL_REGISTRATION_PLAN,
    MailRegistrationPlanDropped,
    MailRegistrationPlanned,
    PlannedFor,
    RegistrationAnnouncementOrdered,
    RegistrationPlan,
)
from domain.subject import CompanyId, EntryId, PartyId, PersonId, SubjectId

REGISTRATION_BASIS: Mapping[type[SubjectId], str] = MappingProxyType(
    {PersonId: "LBK 686/2021 § 3(1)", CompanyId: "LBK 686/2021 § 3(2)"}
)
"""The paragraph by which a recipient of each kind is registered by duty."""


class RegistrationIsClosed(Refused):
    """This registration is closed, because its owner died or ceased. Correct that first if it is a mistake."""


class AnotherReasonNeeded(Refused):
    """People turn 15 or immigrate, companies are new or taken over. Give the reason that fits the recipient."""


class TooYoung(Refused):
    """Digital Post begins with the age of the Act, section 3(1). Wait for that birthday; until then send on paper."""


class BirthDateNeeded(Refused):
    """A person is registered by age, and the register holds no birth date of this one. Correct the birth date first."""


class NoGraceToBreak(Refused):
    """Only a new company that waits out its grace can break it. Look up the recipient's registration."""


@dataclass(frozen=True, slots=True)
class _Day:
    """The first day of a registration, the wait that it ends, and the rule that set it."""

    effective_on: date
    rule: str | None
    reason: PlannedFor
    waits_until: date | None = None
    residence: EntryId | None = None

    def is_of(self, planned: MailRegistrationPlanned) -> bool:
        """Whether the plan says the same."""
        return (planned.effective_on, planned.reason, planned.waits_until) == (
            self.effective_on,
            self.reason,
            self.waits_until,
        )


class PlanMailRegistration(Command[MailRegistration, Person, Birth, RegistrationPlan]):
    """Plan the registration by duty: for the 15th birthday, or the end of a wait. What has come is registered at once.

    Nothing follows for the registered, nor for a person who lives abroad. The exempt are planned too, so that the end
    of the exemption finds the day. A wait that has begun is kept, also when the birth date is corrected. Who has moved
    without a return, or is found again, immigrates by no such move and waits for nothing but the age. Act § 3.
    """

    recipient: PartyId
    reason: PlannedFor
    residence: EntryId | None = None
    """The move by which somebody may immigrate again; None: by none."""

    def consults(self) -> tuple[Consulted[Any], ...]:
        """The registration, the residence, the birth date that the register holds, and the present plan."""
        return (
            MAIL_REGISTRATION.of(self.recipient),
            PERSON.of(self.recipient),
            BIRTH.of(self.recipient),
            MAIL_REGISTRATION_PLAN.of(self.recipient),
        )

    def basis(self, registration: MailRegistration, person: Person, birth: Birth, plan: RegistrationPlan) -> str:
        return REGISTRATION_BASIS[type(self.recipient)]

    def decide(
        self, context: Context, registration: MailRegistration, person: Person, birth: Birth, plan: RegistrationPlan
    ) -> Iterator[Event]:
        """Plan or register. Raises AnotherReasonNeeded, BirthDateNeeded, and what `must_be_open` raises."""
        if (self.reason in {PlannedFor.NEW_COMPANY, PlannedFor.TAKEN_OVER}) == isinstance(self.recipient, PersonId):
            raise AnotherReasonNeeded
        must_be_open(registration)
        today = context.today
        if registration.mode or not person.may_owe_duty:
            return
        if self.reason is PlannedFor.NEW_COMPANY and plan.planned:
            return  # A grace is given once.
        reason = PlannedFor.TURNING_15 if self._no_return(person) else self.reason
        day = self._day(today, reason, birth, plan)
        if day.effective_on <= today and not registration.exempt(today):
            yield MailRegistered(recipient=self.recipient, mode=Mode.AUTOMATIC, rule=day.rule)
        elif plan.planned is None or not day.is_of(plan.planned):
            yield self._planned(context, day)

    def _no_return(self, person: Person) -> bool:
        """Whether the move that is named is no return to Denmark, as is known now."""
        moves = (period for period in person.residences.begun if period.entry == self.residence)
        return self.residence is not None and not any(person.returned_by(move) for move in moves)

    def _planned(self, context: Context, day: _Day) -> MailRegistrationPlanned:
        today, ahead = context.today, None
        if day.effective_on > today:
            ahead = REGISTRATION_ANNOUNCEMENT_DAYS.on(today)
        return MailRegistrationPlanned(
            recipient=self.recipient,
            plan=EntryId(uuid5(context.command, "mail registration plan")),
            reason=day.reason,
            effective_on=day.effective_on,
            announce_on=max(day.effective_on - timedelta(days=ahead.value), today) if ahead else None,
            waits_until=day.waits_until,
            rule=day.rule,
            announce_rule=str(ahead) if ahead else None,
            residence=day.residence,
        )

    def _day(self, today: date, reason: PlannedFor, birth: Birth, plan: RegistrationPlan) -> _Day:
        if reason is PlannedFor.TAKEN_OVER:
            return _Day(today, None, reason)
        if reason is PlannedFor.NEW_COMPANY:
            grace = COMPANY_GRACE_DAYS.on(today)
            ends = today + timedelta(days=grace.value)
            return _Day(ends, str(grace), reason, waits_until=ends)
        birthday, age = _of_age(birth, today)
        before = plan.newest
        waiting = before if before and before.waits_until and before.waits_until > today else None
        if waiting is None and reason is not PlannedFor.IMMIGRATION:
            return _Day(birthday, age, reason)
        wait = IMMIGRANT_REGISTRATION_DAYS.on(today)
        ends = waiting.waits_until if waiting and waiting.waits_until else today + timedelta(days=wait.value)
        reason = waiting.reason if waiting else reason
        # A child who immigrates waits for the birthday too; if both are one day, the rule of the wait sets it.
        effective_on, rule = (birthday, age) if birthday > ends else (ends, str(wait))
        residence = waiting.residence if waiting else self.residence
        return _Day(effective_on, rule, reason, waits_until=ends, residence=residence)


class FollowRegistrationPlan(Command[MailRegistration, Person, RegistrationPlan]):
    """Do what the present plan says for today: have the recipient notified, or register.

    Nothing follows from a plan whose days are still to come or that another one took the place of, nor for the
    registered, exempt and closed, nor for a person who lives abroad, who has no duty. Act § 3(1) and (2).
    """

    recipient: PartyId

    def consults(self) -> tuple[Consulted[Any], ...]:
        """The registration, the residence, and the plan."""
        return (
            MAIL_REGISTRATION.of(self.recipient),
            PERSON.of(self.recipient),
            MAIL_REGISTRATION_PLAN.of(self.recipient),
        )

    def basis(self, registration: MailRegistration, person: Person, plan: RegistrationPlan) -> str:
        return REGISTRATION_BASIS[type(self.recipient)]

    def decide(
        self, context: Context, registration: MailRegistration, person: Person, plan: RegistrationPlan
    ) -> Iterator[Event]:
        """Register or order the notice. Raises UnknownParty, and EntryIsMerged for a merged entry."""
        registration.recipient.must_be_registered()
        planned, day = plan.planned, plan.effective_on
        if planned is None or day is None or not awaits_registration(registration, person, context.today):
            return
        if day <= context.today:
            yield MailRegistered(recipient=self.recipient, mode=Mode.AUTOMATIC, rule=planned.rule)
        elif plan.announces(context.today):
            yield RegistrationAnnouncementOrdered(recipient=self.recipient, plan=planned.plan, effective_on=day)


class DropRegistrationPlan(Command[MailRegistration, Person]):
    """Drop the plan for a move back to Denmark that was a mistake: no other one is recorded. A repeat changes nothing.

    Act § 3(1).
    """

    legal_basis = "LBK 686/2021 § 3(1)"

    recipient: PersonId

    def consults(self) -> tuple[Consulted[Any], ...]:
        return MAIL_REGISTRATION.of(self.recipient), PERSON.of(self.recipient)

    def decide(self, context: Context, registration: MailRegistration, person: Person) -> Iterator[Event]:
        """Drop it. Raises UnknownParty and EntryIsMerged."""
        registration.recipient.must_be_registered()
        planned = registration.planned
        if planned is not None and planned.residence and not registration.mode and not person.returned:
            yield MailRegistrationPlanDropped(recipient=self.recipient, plan=planned.plan)


class BreakGrace(Command[MailRegistration]):
    """Let a new company that logs in be registered at once; for a registered one nothing changes. virk.dk."""

    legal_basis = "LBK 686/2021 § 3(2)"

    recipient: PartyId

    def consults(self) -> tuple[Consulted[Any], ...]:
        return (MAIL_REGISTRATION.of(self.recipient),)

    def decide(self, context: Context, registration: MailRegistration) -> Iterator[Event]:
        must_be_open(registration)
        if registration.reachable(context.today):
            return
        planned = registration.planned
        exempt = registration.exempt(context.today)
        if exempt or planned is None or planned.reason is not PlannedFor.NEW_COMPANY:
            raise NoGraceToBreak
        yield MailGraceBroken(recipient=self.recipient)
        yield MailRegistered(recipient=self.recipient, mode=Mode.AUTOMATIC, rule=planned.rule)


def awaits_registration(registration: MailRegistration, person: Person, today: date) -> bool:
    """Whether a duty to be registered can reach the recipient, who is not registered yet."""
    barred = registration.mode or registration.exempt(today) or registration.closed
    return not barred and registration.recipient.remains is None and person.may_owe_duty


def must_be_open(registration: MailRegistration) -> None:
    """Raise UnknownParty, or RegistrationIsClosed for the dead and the ceased."""
    registration.recipient.must_be_registered()
    if registration.closed:
        raise RegistrationIsClosed


def _of_age(birth: Birth, today: date) -> tuple[date, str]:
    """The birthday from which the duty holds, and the rule that says so.

    Of a birth date that is not whole, the last day that it may be counts: nobody is registered too young.
    """
    if birth.date is None:
        raise BirthDateNeeded
    age = DIGITAL_POST_AGE_YEARS.on(today)
    return years_after(birth.date.latest, age.value), str(age)


def must_be_of_age(birth: Birth, today: date) -> str:
    """The rule by which the person is old enough today; raises TooYoung or BirthDateNeeded."""
    birthday, rule = _of_age(birth, today)
    if today < birthday:
        raise TooYoung
    return rule
