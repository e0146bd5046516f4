"""A registration closes with a death or cessation, with its own day, and opens again when that was a mistake."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from domain.command import AnyCommand, Refused
from domain.fact import Event
from domain.identity.company import CessationCorrected, CompanyCeased
from domain.identity.person import DeathCorrected, PersonDied
from domain.policy import DIGITAL_POST_AGE_YEARS
from domain.post.item import HandleMessage, MailboxClosed, NotTheRecipient
from domain.post.mail_registration import (
    AccessEnd,
    AccessKind,
    AnnouncedFor,
    ClosureCause,
    MailRegistered,
    MailRegistrationAnnounced,
    MailRegistrationClosed,
    MailRegistrationReopened,
    Mode,
    ReadAccessGranted,
    ReadAccessRevoked,
    ReopeningCause,
    UnreachableBecause,
)
from domain.post.mail_registration_commands import (
    CloseMailRegistration,
    ReopenMailRegistration,
)
from domain.post.message import Channel, Handling, MessageMadeAvailable, MessageRejected, Rejection, ReleaseRefused
from domain.post.read_access import GrantReadAccess, OwnerHasNoMailbox, ReaderHasNoMailbox
from domain.post.release_commands import ReleaseMessage
from domain.subject import PartyId
from tests.controls import (
    ANNA,
    ANNA_EXEMPT,
    ANNAS_MAIL,
    ANNAS_MAIL_CLOSED,
    ARRIVED,
    BO,
    BO_READS_FOR_ANNA,
    BOS_MAIL,
    FIRM,
    FIRM_ANNOUNCED,
    HELD_BACK,
    LETTER,
    RELEASE_AT,
    letter,
    post,
)
from tests.law import given

TODAY = date(2026, 3, 2)
AGE = str(DIGITAL_POST_AGE_YEARS.on(TODAY))
BIRTHDAY = date(2026, 6, 15)
"""The child turns 15 this day."""
BIRTHDAY_BEGINS = datetime(2026, 6, 14, 22, 0, tzinfo=UTC)
CHILD_ANNOUNCED = MailRegistrationAnnounced(
    recipient=BO, reason=AnnouncedFor.TURNING_15, effective_on=BIRTHDAY, rule=AGE
)
CHILD_REGISTERED = MailRegistered(recipient=BO, mode=Mode.AUTOMATIC, rule=AGE)
FIRMS_MAIL = MailRegistered(recipient=FIRM, mode=Mode.AUTOMATIC, rule=FIRM_ANNOUNCED.rule)
FIRM_CLOSED = MailRegistrationClosed(recipient=FIRM, cause=ClosureCause.CESSATION, happened_on=TODAY)
ANNAS_DEATH = date(2026, 2, 28)
CHILD_CLOSED = MailRegistrationClosed(recipient=BO, cause=ClosureCause.DEATH, happened_on=TODAY)
CHILD_REOPENED = MailRegistrationReopened(recipient=BO, cause=ReopeningCause.DEATH_CORRECTED)
ANNAS_MAIL_REOPENED = MailRegistrationReopened(recipient=ANNA, cause=ReopeningCause.DEATH_CORRECTED)
ANNA_DIED = PersonDied(person=ANNA, died_on=ANNAS_DEATH)
FIRM_CEASED = CompanyCeased(company=FIRM, ceased_on=TODAY)


def test_a_death_closes_the_registration_with_its_own_day() -> None:
    close = CloseMailRegistration(recipient=ANNA, happened_on=ANNAS_DEATH)
    given(ANNAS_MAIL, ANNA_DIED).when(close).then(ANNAS_MAIL_CLOSED)


def test_a_cessation_closes_the_registration() -> None:
    given(FIRMS_MAIL, FIRM_CEASED).when(CloseMailRegistration(recipient=FIRM, happened_on=TODAY)).then(FIRM_CLOSED)


def test_a_death_closes_also_what_never_was_registered() -> None:
    given(ANNA_DIED).when(CloseMailRegistration(recipient=ANNA, happened_on=ANNAS_DEATH)).then(ANNAS_MAIL_CLOSED)


def test_the_same_death_closes_once() -> None:
    close = CloseMailRegistration(recipient=ANNA, happened_on=ANNAS_DEATH)
    given(ANNAS_MAIL, ANNA_DIED, ANNAS_MAIL_CLOSED).when(close).then_nothing()


def test_a_corrected_day_of_death_is_recorded_next_to_the_first() -> None:
    corrected = MailRegistrationClosed(recipient=ANNA, cause=ClosureCause.DEATH, happened_on=TODAY)
    close = CloseMailRegistration(recipient=ANNA, happened_on=TODAY)
    on_another_day = PersonDied(person=ANNA, died_on=TODAY)
    given(ANNAS_MAIL, ANNA_DIED, ANNAS_MAIL_CLOSED, on_another_day).when(close).then(corrected)


@pytest.mark.parametrize(
    ("past", "recipient", "day"),
    [
        ((ANNAS_MAIL,), ANNA, ANNAS_DEATH),
        ((ANNAS_MAIL, ANNA_DIED, DeathCorrected(person=ANNA)), ANNA, ANNAS_DEATH),
        ((ANNAS_MAIL, ANNA_DIED, PersonDied(person=ANNA, died_on=TODAY)), ANNA, ANNAS_DEATH),
        ((FIRMS_MAIL,), FIRM, TODAY),
        ((FIRMS_MAIL, FIRM_CEASED, CessationCorrected(company=FIRM)), FIRM, TODAY),
    ],
    ids=["no death", "death corrected", "another day", "no cessation", "cessation corrected"],
)
def test_w14_what_was_corrected_before_the_reaction_ran_closes_nothing_and_ends_no_access(
    past: tuple[Event, ...], recipient: PartyId, day: date
) -> None:
    bo_reads = ReadAccessGranted(owner=recipient, reader=BO, kind=AccessKind.READ)
    given(*past, bo_reads).when(CloseMailRegistration(recipient=recipient, happened_on=day)).then_nothing()


@pytest.mark.parametrize(
    ("past", "recipient"),
    [((ANNAS_MAIL, ANNA_DIED, ANNAS_MAIL_CLOSED), ANNA), ((FIRMS_MAIL, FIRM_CEASED, FIRM_CLOSED), FIRM)],
    ids=["dead", "ceased"],
)
def test_w14_w9_the_dead_and_the_ceased_are_not_reopened(past: tuple[Event, ...], recipient: PartyId) -> None:
    given(*past).when(ReopenMailRegistration(recipient=recipient)).then_nothing()


def test_a_death_ends_the_access_of_those_who_read_for_the_dead_and_the_deads_own() -> None:
    anna_reads_for_firm = ReadAccessGranted(owner=FIRM, reader=ANNA, kind=AccessKind.READ_WRITE)
    given(ANNAS_MAIL, BO_READS_FOR_ANNA, anna_reads_for_firm, ANNA_DIED).when(
        CloseMailRegistration(recipient=ANNA, happened_on=ANNAS_DEATH)
    ).then(
        ANNAS_MAIL_CLOSED,
        ReadAccessRevoked(owner=ANNA, reader=BO, cause=AccessEnd.DEATH),
        ReadAccessRevoked(owner=FIRM, reader=ANNA, cause=AccessEnd.DEATH),
    )


def test_a_cessation_removes_all_access() -> None:
    bo_reads_for_firm = ReadAccessGranted(owner=FIRM, reader=BO, kind=AccessKind.READ)
    given(FIRMS_MAIL, bo_reads_for_firm, FIRM_CEASED).when(
        CloseMailRegistration(recipient=FIRM, happened_on=TODAY)
    ).then(FIRM_CLOSED, ReadAccessRevoked(owner=FIRM, reader=BO, cause=AccessEnd.CESSATION))


def test_a_corrected_death_reopens_the_registration_and_revives_no_access() -> None:
    ended = ReadAccessRevoked(owner=ANNA, reader=BO, cause=AccessEnd.DEATH)
    past = (ANNAS_MAIL, BO_READS_FOR_ANNA, ANNA_DIED, ANNAS_MAIL_CLOSED, ended, DeathCorrected(person=ANNA))
    given(*past).when(ReopenMailRegistration(recipient=ANNA)).then(ANNAS_MAIL_REOPENED)


def test_a_corrected_cessation_reopens_the_registration() -> None:
    reopened = MailRegistrationReopened(recipient=FIRM, cause=ReopeningCause.CESSATION_CORRECTED)
    past = (FIRMS_MAIL, FIRM_CEASED, FIRM_CLOSED, CessationCorrected(company=FIRM))
    given(*past).when(ReopenMailRegistration(recipient=FIRM)).then(reopened)


def test_what_is_open_is_not_reopened() -> None:
    given(ANNAS_MAIL).when(ReopenMailRegistration(recipient=ANNA)).then_nothing()
    given(ANNAS_MAIL, ANNAS_MAIL_CLOSED, ANNAS_MAIL_REOPENED).when(
        ReopenMailRegistration(recipient=ANNA)
    ).then_nothing()


def test_a_person_who_turned_15_while_closed_by_mistake_is_registered_on_reopening() -> None:
    past = (CHILD_ANNOUNCED, CHILD_CLOSED)
    reopen = ReopenMailRegistration(recipient=BO)
    given(*past).at(BIRTHDAY_BEGINS).when(reopen).then(CHILD_REOPENED, CHILD_REGISTERED)
    given(*past).when(reopen).then(CHILD_REOPENED)


def test_an_exempt_recipient_stays_exempt_through_a_mistaken_death() -> None:
    past = (ANNAS_MAIL, ANNA_EXEMPT, ANNAS_MAIL_CLOSED)
    given(*past).when(ReopenMailRegistration(recipient=ANNA)).then(ANNAS_MAIL_REOPENED)


@pytest.mark.parametrize(
    ("past", "recipient"), [((ANNAS_MAIL, ANNA_DIED), ANNA), ((FIRMS_MAIL, FIRM_CEASED), FIRM)], ids=["death", "end"]
)
def test_nothing_arrives_once_a_death_or_cessation_is_recorded_though_nothing_is_closed_yet(
    past: tuple[Event, ...], recipient: PartyId
) -> None:
    decided = post(*past).when(letter(recipient=recipient))
    (rejected,) = (fact for fact in decided.facts if isinstance(fact, MessageRejected))
    assert rejected.status is Rejection.NOT_ALLOWED
    assert [fault.code for fault in rejected.faults] == ["recipient.is.closed"]


def test_a_letter_held_back_is_not_released_to_one_recorded_as_dead() -> None:
    release = ReleaseMessage(message=LETTER, recipient=ANNA, due=RELEASE_AT)
    decided = given(*HELD_BACK, ANNA_DIED).at(RELEASE_AT).when(release)
    assert decided.facts[0] == ReleaseRefused(message=LETTER, recipient=ANNA, because=UnreachableBecause.CLOSED)


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        (GrantReadAccess(owner=ANNA, reader=BO), OwnerHasNoMailbox),
        (GrantReadAccess(owner=BO, reader=ANNA), ReaderHasNoMailbox),
        (
            HandleMessage(message=LETTER, reader=BO, owner=ANNA, channel=Channel.APP, handling=Handling.OPENED),
            NotTheRecipient,
        ),
        (
            HandleMessage(message=LETTER, reader=ANNA, owner=ANNA, channel=Channel.APP, handling=Handling.OPENED),
            MailboxClosed,
        ),
    ],
)
def test_access_ends_with_the_recording_of_a_death(wish: AnyCommand, refusal: type[Refused]) -> None:
    given(*ARRIVED, BOS_MAIL, BO_READS_FOR_ANNA, ANNA_DIED).when(wish).then_refused(refusal)


def test_a_recorded_death_is_closed_by_its_reaction_with_all_that_belongs_to_it() -> None:
    given(ANNAS_MAIL, BO_READS_FOR_ANNA, ANNA_DIED).when(
        CloseMailRegistration(recipient=ANNA, happened_on=ANNAS_DEATH)
    ).then(ANNAS_MAIL_CLOSED, ReadAccessRevoked(owner=ANNA, reader=BO, cause=AccessEnd.DEATH))


def test_a_death_corrected_before_it_closed_anything_leaves_the_registration_open() -> None:
    decided = post(ANNAS_MAIL, ANNA_DIED, DeathCorrected(person=ANNA)).when(letter())
    assert MessageMadeAvailable(message=LETTER, recipient=ANNA) in decided.facts


def test_a_reopening_opens_what_a_recorded_death_or_cessation_had_closed() -> None:
    died = (ANNAS_MAIL, ANNA_DIED, ANNAS_MAIL_CLOSED, DeathCorrected(person=ANNA), ANNAS_MAIL_REOPENED)
    assert MessageMadeAvailable(message=LETTER, recipient=ANNA) in post(*died).when(letter()).facts
    reopened = MailRegistrationReopened(recipient=FIRM, cause=ReopeningCause.CESSATION_CORRECTED)
    ceased = (FIRMS_MAIL, FIRM_CEASED, FIRM_CLOSED, CessationCorrected(company=FIRM), reopened)
    assert MessageMadeAvailable(message=LETTER, recipient=FIRM) in post(*ceased).when(letter(recipient=FIRM)).facts


def test_reopening_after_one_death_leaves_a_second_recorded_death_closed() -> None:
    past = (ANNAS_MAIL, ANNA_DIED, ANNAS_MAIL_CLOSED, DeathCorrected(person=ANNA), ANNA_DIED, ANNAS_MAIL_REOPENED)
    decided = post(*past).when(letter())
    assert MessageMadeAvailable(message=LETTER, recipient=ANNA) not in decided.facts
