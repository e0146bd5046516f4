"""How a registration for Digital Post begins by duty: announced, and begun.

LBK 686/2021 (the Act), § 3. For §§ 4 and 5 see domain/post/exemption_commands.py.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from domain.command import Command, Consulted, Refused
from domain.context import Context
from domain.danish_time import years_after
from domain.fact import Event
from domain.identity.person import PERSON, Person
from domain.policy import COMPANY_GRACE_DAYS, DIGITAL_POST_AGE_YEARS, IMMIGRANT_REGISTRATION_DAYS
from domain.post.mail_registration import (
    MAIL_REGISTRATION,
    AnnouncedFor,
    MailGraceBroken,
    MailRegistered,
    MailRegistration,
    MailRegistrationAnnounced,
    Mode,
)
from domain.subject import CompanyId, PartyId, PersonId, SubjectId

REGISTRATION_BASIS: Mapping[type[SubjectId], str] = MappingProxyType(
    {PersonId: "LBK 686/2021 § 3(1)", CompanyId: "LBK 686/2021 § 3(2)"}
)
"""The paragraph by which a recipient of each kind is registered by duty."""


class RegistrationIsClosed(Refused):
    """This registration is closed, because its owner died or ceased. Correct that first if it is a mistake."""


class NotYetDue(Refused):
    """The day of this registration has not come. Register on that day; until then send on paper."""


class DayHasCome(Refused):
    """The day to announce has already come. Register for Digital Post now."""


class AnotherReasonNeeded(Refused):
    """People turn 15 or immigrate, companies are new. Give the reason that fits the recipient."""


class UnknownRecipient(Refused):
    """No such person or company is registered. Register it first."""


class TooYoung(Refused):
    """Digital Post begins with the age of the Act, section 3(1). Announce the registration for that birthday."""


class BirthDateNeeded(Refused):
    """A person is registered by age. Give the birth date."""


class NoGraceToBreak(Refused):
    """Only a new company that waits out its grace can break it. Look up the recipient's registration."""


class _MailCommand(Command[MailRegistration]):
    """A command that rests on the registration alone."""

    recipient: PartyId

    def consults(self) -> tuple[Consulted[Any], ...]:
        return (MAIL_REGISTRATION.of(self.recipient),)


class MailAndPersonCommand(Command[MailRegistration, Person]):
    """A command that rests on the registration and, of a person, on number and residence."""

    recipient: PartyId

    def consults(self) -> tuple[Consulted[Any], ...]:
        return MAIL_REGISTRATION.of(self.recipient), PERSON.of(self.recipient)


class AnnounceMailRegistration(_MailCommand):
    """Record that the recipient will be registered on a later day: the 15th birthday, or the end of a wait.

    Nothing is recorded of a recipient who is registered or exempt. A wait is counted from its first announcement;
    another birth date moves the birthday. Act § 3; naestved.dk; virk.dk.
    """

    reason: AnnouncedFor
    birth_date: date | None = None
    """None of a company."""

    def basis(self, registration: MailRegistration) -> str:
        return REGISTRATION_BASIS[type(self.recipient)]

    def decide(self, context: Context, registration: MailRegistration) -> Iterator[Event]:
        if (self.reason is AnnouncedFor.NEW_COMPANY) == isinstance(self.recipient, PersonId):
            raise AnotherReasonNeeded
        must_be_open(registration)
        if registration.mode or registration.exempt(context.today):
            return
        day, rule = self._first_day(context.today)
        if day <= context.today:
            raise DayHasCome
        before = registration.announced
        if before and before.reason is self.reason and self._stands(before.effective_on, day, context.today):
            return
        yield MailRegistrationAnnounced(recipient=self.recipient, reason=self.reason, effective_on=day, rule=rule)

    def _stands(self, announced: date, day: date, today: date) -> bool:
        """True if the earlier announcement for the same reason still names the right day."""
        match self.reason:
            case AnnouncedFor.NEW_COMPANY:
                return True
            case AnnouncedFor.IMMIGRATION:
                # Who left before the wait was over, and comes back after it, waits anew.
                return announced > today
            case AnnouncedFor.TURNING_15:
                return announced == day

    def _first_day(self, today: date) -> tuple[date, str]:
        match self.reason:
            case AnnouncedFor.NEW_COMPANY:
                grace = COMPANY_GRACE_DAYS.on(today)
                return today + timedelta(days=grace.value), str(grace)
            case AnnouncedFor.IMMIGRATION:
                wait = IMMIGRANT_REGISTRATION_DAYS.on(today)
                # A child who immigrates waits for the birthday too.
                return max(_of_age(self.birth_date, today), (today + timedelta(days=wait.value), str(wait)))
            case AnnouncedFor.TURNING_15:
                return _of_age(self.birth_date, today)


class RegisterForMail(MailAndPersonCommand):
    """Register by duty: a recipient announced for a day that has come, a resident of age, or a company that is not new.

    Does nothing for the registered, exempt and closed, nor for a person who is dead or lives abroad, who has no duty.
    Act § 3(1) and (2).
    """

    birth_date: date | None = None
    """Needed of a person who was not announced; of one who was announced for a birthday it may be corrected."""

    def basis(self, registration: MailRegistration, person: Person) -> str:
        return REGISTRATION_BASIS[type(self.recipient)]

    def decide(self, context: Context, registration: MailRegistration, person: Person) -> Iterator[Event]:
        must_be_known(registration)
        exempt = registration.exempt(context.today)
        if registration.mode or exempt or registration.closed or not person.may_owe_duty:
            return
        announced = registration.announced
        if announced and announced.reason is AnnouncedFor.TURNING_15 and self.birth_date:
            announced = None  # The birth date decides, also one that was corrected after the announcement.
        if announced and context.today < announced.effective_on:
            raise NotYetDue
        if announced:
            rule: str | None = announced.rule
        elif isinstance(self.recipient, PersonId):
            rule = must_be_of_age(self.birth_date, context.today)
        else:
            rule = None
        yield MailRegistered(recipient=self.recipient, mode=Mode.AUTOMATIC, rule=rule)


class BreakGrace(_MailCommand):
    """Let a new company that logs in be registered at once; for a registered one nothing changes. virk.dk."""

    legal_basis = "LBK 686/2021 § 3(2)"

    def decide(self, context: Context, registration: MailRegistration) -> Iterator[Event]:
        must_be_open(registration)
        if registration.reachable(context.today):
            return
        announced = registration.announced
        exempt = registration.exempt(context.today)
        if exempt or announced is None or announced.reason is not AnnouncedFor.NEW_COMPANY:
            raise NoGraceToBreak
        yield MailGraceBroken(recipient=self.recipient)
        yield MailRegistered(recipient=self.recipient, mode=Mode.AUTOMATIC, rule=announced.rule)


class RegisterWhatFellDue(MailAndPersonCommand):
    """Register now what was announced for a day that came while a mistaken death or cessation closed the registration.

    Nothing changes while one is recorded, nor for the exempt.
    """

    def basis(self, registration: MailRegistration, person: Person) -> str:
        return REGISTRATION_BASIS[type(self.recipient)]

    def decide(self, context: Context, registration: MailRegistration, person: Person) -> Iterator[Event]:
        registration.recipient.must_not_be_merged()
        if not registration.closed and not registration.exempt(context.today):
            yield from what_fell_due(self.recipient, registration, person, context.today)


def must_be_open(registration: MailRegistration) -> None:
    """Raise UnknownRecipient, or RegistrationIsClosed for the dead and the ceased."""
    must_be_known(registration)
    if registration.closed:
        raise RegistrationIsClosed


def must_be_known(registration: MailRegistration) -> None:
    """Raise UnknownRecipient unless the recipient is registered as a person or company, and EntryIsMerged."""
    if not registration.recipient.registered:
        raise UnknownRecipient
    registration.recipient.must_not_be_merged()


def what_fell_due(
    recipient: PartyId, registration: MailRegistration, person: Person, today: date
) -> Iterator[MailRegistered]:
    """Register now what was announced for a day that came while the registration was closed."""
    announced = registration.announced
    if announced and not registration.mode and announced.effective_on <= today and person.may_owe_duty:
        yield MailRegistered(recipient=recipient, mode=Mode.AUTOMATIC, rule=announced.rule)


def _of_age(birth_date: date | None, today: date) -> tuple[date, str]:
    """The birthday from which the duty holds, and the rule that says so."""
    if birth_date is None:
        raise BirthDateNeeded
    age = DIGITAL_POST_AGE_YEARS.on(today)
    return years_after(birth_date, age.value), str(age)


def must_be_of_age(birth_date: date | None, today: date) -> str:
    """The rule by which the person is old enough today; raises TooYoung or BirthDateNeeded."""
    birthday, rule = _of_age(birth_date, today)
    if today < birthday:
        raise TooYoung
    return rule
