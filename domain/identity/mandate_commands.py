"""Granting a mandate, and what becomes of it when its giver or its holder dies, ceases, or turns out to live."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

from domain.command import Attempt, Command, Consulted, InvalidInput, Refused
from domain.context import Context
from domain.danish_time import years_after
from domain.entry import End, Entries, EntryEndCause, EntrySource, Period
from domain.fact import Event
from domain.identity.birth import Birth, must_begin_after_birth
from domain.identity.existence import EXISTENCE, Existence
from domain.identity.mandate import (
    KIND_RULES,
    MANDATES,
    REPRESENTATION,
    KindRule,
    MandateGranted,
    MandateKind,
    MandateScope,
    Representation,
    majority,
)
from domain.identity.sender import DecidedByAuthority
from domain.policy import MAJORITY_YEARS, MANDATE_GIVER_AGE_YEARS
from domain.post.mail_registration import MAIL_REGISTRATION, MailRegistration
from domain.subject import EntryId, PartyId, PersonId


class OwnersNeedNoMandate(Refused):
    """People and companies act for themselves without a mandate. Name another holder."""


class NotForTheseParties(Refused):
    """This kind of mandate is not given to that holder by that giver: one of them must be a person, or a company."""


class SourceDoesNotFit(InvalidInput):
    """This kind of mandate does not come from that source. Give one of:"""


class ScopeDoesNotFit(InvalidInput):
    """This kind of mandate does not cover that. Give one of:"""


class HolderIsNoMore(Refused):
    """The holder has died or ceased, and acts for nobody. Name another holder."""


class GiverIsNoMore(Refused):
    """The giver has died or ceased. Only who represents the estate acts now: grant estate, curator or liquidator."""


class GiverStillExists(Refused):
    """The giver lives, or exists, on that day, so there is no estate. Record the death or cessation first."""


class DocumentNeeded(InvalidInput):
    """Who represents an estate is appointed by a document. Give its reference, such as the court's case number."""


class GiverIsTooYoung(Refused):
    """The giver is too young to give this mandate. Who has custody acts: grant custody instead."""


class GiversAgeUnknown(InvalidInput):
    """This mandate needs the giver's age, and the register has no birth date that can be read. Correct it first."""


class GiverIsOfAge(Refused):
    """Nobody has custody of an adult. Let the giver grant a power of attorney, or the authority appoint a guardian."""


class NotForThePast(InvalidInput):
    """Nobody gives a mandate for days that have passed: what the holder did then was not allowed. Give a later day."""


class OwnerHasNoMailbox(Refused):
    """The giver has no open mailbox to give access to. Look up the giver's registration for Digital Post."""


class ReaderHasNoMailbox(Refused):
    """Only somebody with an open mailbox can read another's post. Have the holder join Digital Post first."""


class GrantMandate(DecidedByAuthority[Representation, MailRegistration, MailRegistration]):
    """Let a holder act for a giver, from a day to a day; the same mandate again changes nothing."""

    affairs: ClassVar[str] = "giver"

    giver: PartyId
    held_by: PartyId
    kind: MandateKind
    scope: MandateScope = MandateScope.MAIL
    valid_from: date | None = None
    """None: today."""
    valid_to: date | None = None
    """The first day on which it does not hold any more."""
    source: EntrySource = EntrySource.PARTY
    document: str | None = None

    @property
    def attempt(self) -> Attempt | None:
        """Of the authority that decides; else of who would hold what the giver does not give."""
        by_holder = None if self.source is EntrySource.PARTY else Attempt(self.giver, self.held_by)
        return super().attempt or by_holder

    def _consults(self) -> tuple[Consulted[Any], ...]:
        """The giver's mandates and birth date, and both registrations."""
        return (
            REPRESENTATION.of(self.giver),
            MAIL_REGISTRATION.of(self.giver),
            MAIL_REGISTRATION.of(self.held_by),
        )

    def basis(self, *states: Any) -> str:
        return KIND_RULES[self.kind].paragraph

    def _decide(
        self, context: Context, owner: Representation, giver: MailRegistration, holder: MailRegistration
    ) -> Iterator[Event]:
        """Grant it. Raises the refusals of this module, NotAnAuthority and what Matter.enter raises."""
        rule, valid_from = KIND_RULES[self.kind], self.valid_from or context.today
        self._check_parties(rule, giver.recipient, holder.recipient, valid_from)
        self._check_wording(rule)
        if rule.of_the_giver and self.source is EntrySource.PARTY and valid_from < context.today:
            raise NotForThePast
        if rule.of_the_giver and self.scope.covers(MandateScope.MAIL):
            _check_mailboxes(giver, holder)
        new = MandateGranted(
            entry=MANDATES.new_entry(context),
            party=self.giver,
            held_by=self.held_by,
            valid_from=valid_from,
            valid_to=self._ends(owner.birth, valid_from, context.today),
            source=self.source,
            decided_by=self.decided_by,
            kind=self.kind,
            scope=self.scope,
            rule=self._age_rule(rule, owner.birth, context.today),
            document=self.document,
        )
        present = owner.mandates.on(new.valid_from, new.track)
        if present and present.stated_to == new.valid_to:
            return
        yield from MANDATES.enter(owner.mandates, new)

    def _ends(self, birth: Birth, valid_from: date, today: date) -> date | None:
        """The end that is stored: custody has none where it ends with the age of majority, which is a birthday."""
        must_begin_after_birth(self.valid_from, birth)
        if self.kind is not MandateKind.CUSTODY:
            return self.valid_to
        ends = majority(birth, today)
        if ends is None:
            raise GiversAgeUnknown
        lasts = self.valid_to is None or ends <= self.valid_to
        if ends <= valid_from or (lasts and ends <= today):
            raise GiverIsOfAge
        return None if lasts else self.valid_to

    def _check_parties(self, rule: KindRule, giver: Existence, holder: Existence, day: date) -> None:
        if self.giver == self.held_by:
            raise OwnersNeedNoMandate
        if not isinstance(self.giver, rule.givers) or not isinstance(self.held_by, rule.holders):
            raise NotForTheseParties
        giver.must_be_registered()
        holder.must_be_registered()
        if holder.ended_on is not None:
            raise HolderIsNoMore
        if rule.of_an_estate and (giver.ended_on is None or day < giver.ended_on):
            raise GiverStillExists
        if giver.ended_on is not None and not rule.of_an_estate:
            raise GiverIsNoMore

    def _check_wording(self, rule: KindRule) -> None:
        if self.source not in rule.sources:
            raise SourceDoesNotFit(", ".join(sorted(rule.sources)))
        if self.scope not in rule.scopes:
            raise ScopeDoesNotFit(", ".join(sorted(rule.scopes)))
        if rule.of_an_estate and not self.document:
            raise DocumentNeeded

    def _age_rule(self, rule: KindRule, birth: Birth, today: date) -> str | None:
        """The rule by which the giver is of age, or custody ends; None where no age counts, or of a company."""
        if self.kind is MandateKind.CUSTODY:
            return str(MAJORITY_YEARS.on(today))
        if not rule.of_the_giver or not isinstance(self.giver, PersonId):
            return None
        if birth.date is None:
            raise GiversAgeUnknown
        age = MANDATE_GIVER_AGE_YEARS.on(today)
        if today < years_after(birth.date.latest, age.value):
            raise GiverIsTooYoung
        return str(age)


class FollowPartiesOfMandate(Command[Entries, Existence, Existence]):
    """Record the end of a mandate that follows from a death or a cessation, and take it back after a correction.

    A mandate of an estate ends on the day when its giver turns out to live, or to exist. What is recorded so already
    changes nothing, and an end that came before remains.
    """

    legal_basis = "BEK 1553/2013 § 14"

    entry: EntryId
    giver: PartyId
    held_by: PartyId
    on: date
    """The day of the fact that this follows."""

    def consults(self) -> tuple[Consulted[Any], ...]:
        return MANDATES.of(self.giver), EXISTENCE.of(self.giver), EXISTENCE.of(self.held_by)

    def decide(self, context: Context, mandates: Entries, giver: Existence, holder: Existence) -> Iterator[Event]:
        period = next((period for period in mandates.periods if period.entry == self.entry), None)
        if period is None:
            return
        yield from MANDATES.follow(mandates, self.entry, self._end(period, giver, holder))

    def _end(self, period: Period, giver: Existence, holder: Existence) -> End | None:
        """Where it ends, and why; None while it holds by giver and holder."""
        assert isinstance(period.entered, MandateGranted), "a mandate is entered by its own fact"
        of_an_estate = KIND_RULES[period.entered.kind].of_an_estate
        ends = [
            (ended_on, EntryEndCause.DEATH if isinstance(party, PersonId) else EntryEndCause.CESSATION)
            for party, ended_on, counts in (
                (self.giver, giver.ended_on, not of_an_estate),
                (self.held_by, holder.ended_on, True),
            )
            if ended_on is not None and counts
        ]
        if of_an_estate and giver.ended_on is None:
            known = (
                period.following if period.following and period.following.cause is EntryEndCause.CORRECTION else None
            )
            ends.append((known.day if known else self.on, EntryEndCause.CORRECTION))
        if not ends:
            return None
        day, cause = min(ends, key=lambda end: end[0])
        return End(max(day, period.valid_from), cause)


def _check_mailboxes(giver: MailRegistration, holder: MailRegistration) -> None:
    if not giver.has_mailbox:
        raise OwnerHasNoMailbox
    if not holder.has_mailbox:
        raise ReaderHasNoMailbox
