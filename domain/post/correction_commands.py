"""Correcting a registration for a time of the past, informing senders, and deciding on the letters of that time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import uuid5

from domain.command import Attempt, Command, Consulted, Refused
from domain.context import Context
from domain.fact import Event
from domain.identity.birth import BIRTH, Birth
from domain.identity.person import PERSON, Person
from domain.identity.residence import ResidenceKind
from domain.identity.sender import SENDER, DecidedByAuthority, Sender, must_be_authority
from domain.post.correction import (
    CORRECTION,
    Correction,
    ImpactDecided,
    ImpactDecision,
    MailRegistrationAnnulled,
    RegistrationCorrected,
    RegistrationStatus,
    SenderInformed,
)
from domain.post.mail_registration import MAIL_REGISTRATION, MailRegistered, MailRegistration, Mode
from domain.post.mail_registration_commands import RegistrationIsClosed, must_be_of_age
from domain.post.message import MESSAGE, Message
from domain.post.paper import PAPER, Paper, PaperOccasion
from domain.post.paper_commands import ordered
from domain.subject import CompanyId, EntryId, MessageId, NoticeId, PartyId, PersonId

LETTERS_MAX = 500
"""Of which one fact informs a sender; more are several facts."""


class NothingToCorrect(Refused):
    """The registration is now what it should be. Give the first day on which it was right again, too."""


class NoTimeOfThePast(Refused):
    """The wrong time begins before it ends, and has come. Check the days."""


class NoDutyThen(Refused):
    """The person did not live in Denmark on that day, so no duty reached them. Give another day, or let them join."""


class NoSuchCorrection(Refused):
    """There is no such correction, and no such exemption that held, of this recipient. Check the entry."""


class NotOfThatTime(Refused):
    """This letter is not one of the correction's time, sender and recipient. List its letters, and name one of them."""


class CorrectRegistration(DecidedByAuthority[MailRegistration, Person, Birth]):
    """Correct a registration that was wrong from a day to a day, or until now: then the right one holds from now on.

    Nobody should have been registered by duty before the age of § 3(1), or while living abroad; who has moved away
    since then stays registered, § 3(4). The same correction again changes nothing.
    """

    affairs: ClassVar[str] = "recipient"
    legal_basis = "LBK 686/2021 § 3"

    recipient: PartyId
    wrong_from: date
    wrong_to: date | None = None
    """The first day on which it was right again; None: it is wrong until now."""
    should: RegistrationStatus

    def _consults(self) -> tuple[Consulted[Any], ...]:
        """The registration; of a person, residence and birth date as the registers hold them."""
        return (
            MAIL_REGISTRATION.of(self.recipient),
            PERSON.of(self.recipient),
            BIRTH.of(self.recipient),
        )

    def _decide(
        self, context: Context, registration: MailRegistration, person: Person, birth: Birth
    ) -> Iterator[Event]:
        """Correct it.

        Raises UnknownParty, NotAnAuthority, NoTimeOfThePast and NothingToCorrect; of one who should have been
        registered also NoDutyThen, TooYoung, BirthDateNeeded, and RegistrationIsClosed for days after the end.
        """
        registration.recipient.must_be_registered()
        wrong_to = self.wrong_to or context.today + timedelta(days=1)
        if not self.wrong_from < wrong_to <= context.today + timedelta(days=self.wrong_to is None):
            raise NoTimeOfThePast
        if (self.wrong_from, wrong_to, self.should) in registration.corrected:
            return
        should_be = self.should is RegistrationStatus.REGISTERED
        is_now = registration.mode is not None
        if self.wrong_to is None and is_now is should_be:
            raise NothingToCorrect
        rule = self._must_have_owed_duty(wrong_to, registration, person, birth) if should_be else None
        yield RegistrationCorrected(
            correction=EntryId(uuid5(context.command, "registration correction")),
            recipient=self.recipient,
            wrong_from=self.wrong_from,
            wrong_to=wrong_to,
            should=self.should,
            rule=rule,
            decided_by=self.decided_by,
        )
        if self.wrong_to is None:
            yield (
                MailRegistered(recipient=self.recipient, mode=Mode.AUTOMATIC, rule=rule)
                if should_be
                else MailRegistrationAnnulled(recipient=self.recipient)
            )

    def _must_have_owed_duty(
        self, wrong_to: date, registration: MailRegistration, person: Person, birth: Birth
    ) -> str | None:
        """The rule by which a person was old enough on the first day."""
        ended_on = registration.recipient.ended_on
        if ended_on is not None and ended_on < wrong_to:
            raise RegistrationIsClosed
        if not isinstance(self.recipient, PersonId):
            return None
        if person.residence_kind_on(self.wrong_from) is not ResidenceKind.RESIDENT:
            raise NoDutyThen
        return must_be_of_age(birth, self.wrong_from)


class InformSender(Command[Correction, *tuple[Any, ...]]):
    """Inform a sender of its letters of the wrong time; of those it knows already it is not informed again."""

    legal_basis = "LBK 686/2021 § 3"

    correction: EntryId
    recipient: PartyId
    sender: PartyId
    messages: tuple[MessageId, ...]

    def consults(self) -> tuple[Consulted[Any], ...]:
        return CORRECTION.of(self.correction), *(MESSAGE.of(message) for message in self.messages)

    def decide(self, context: Context, correction: Correction, *messages: Any) -> Iterator[Event]:
        """Inform it. Raises NoSuchCorrection, and NotOfThatTime for a letter of another sender or recipient."""
        must_be_of(correction, self.recipient)
        if any((each.sender, each.recipient) != (self.sender, self.recipient) for each in messages):
            raise NotOfThatTime
        known = correction.informed.get(self.sender, frozenset())
        new = tuple(message for message in self.messages if message not in known)
        for start in range(0, len(new), LETTERS_MAX):
            yield SenderInformed(
                notice=NoticeId(uuid5(context.command, f"sender informed {start}")),
                correction=self.correction,
                recipient=self.recipient,
                sender=self.sender,
                messages=new[start : start + LETTERS_MAX],
            )


class DecideImpact(Command[Correction, Message, Paper, Sender]):
    """Decide what a letter of the wrong time is worth; the same decision again changes nothing.

    What is decided not to have arrived goes on paper, and arrives there; what was imported has no content here, so its
    sender sends it. No time of the message moves. The caller asks first whether it arrived in the wrong time.
    """

    legal_basis = "LBK 686/2021 § 10"

    correction: EntryId
    recipient: PartyId
    message: MessageId
    decision: ImpactDecision
    decided_by: CompanyId
    ground: str | None = None

    @property
    def attempt(self) -> Attempt | None:
        return Attempt.of(self.message, self.decided_by)

    def consults(self) -> tuple[Consulted[Any], ...]:
        return (
            CORRECTION.of(self.correction),
            MESSAGE.of(self.message),
            PAPER.of(self.message),
            SENDER.of(self.decided_by),
        )

    def decide(
        self, context: Context, correction: Correction, message: Message, paper: Paper, by: Sender
    ) -> Iterator[Event]:
        """Decide it. Raises NoSuchCorrection, NotAnAuthority, and NotOfThatTime for a letter that did not arrive."""
        # What was decided because of an exemption that never held can be decided back, and nothing else.
        taken_back = self.decision is ImpactDecision.STANDS and self.message in correction.decisions
        must_be_of(correction, self.recipient, annulled=taken_back)
        must_be_authority(by, context)
        if message.recipient != self.recipient or not message.arrived:
            raise NotOfThatTime
        if correction.decisions.get(self.message) is self.decision:
            return
        yield ImpactDecided(
            message=self.message,
            correction=self.correction,
            recipient=self.recipient,
            decision=self.decision,
            decided_by=self.decided_by,
            ground=self.ground,
        )
        if self.decision is ImpactDecision.NOT_ARRIVED and message.available and not paper.under_way:
            yield ordered(context, self.message, self.recipient, PaperOccasion.CORRECTED)


def must_be_of(correction: Correction, recipient: PartyId, *, annulled: bool = False) -> None:
    """Raise NoSuchCorrection unless it is about that recipient, and is no exemption that never held."""
    if correction.recipient != recipient or (correction.annulled and not annulled):
        raise NoSuchCorrection
