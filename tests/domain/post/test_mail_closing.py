"""A death or a cessation closes a registration with its own fact, and the correction of it opens it again."""

from __future__ import annotations

from datetime import date

import pytest

from domain.command import AnyCommand, Refused
from domain.fact import Event
from domain.identity.company import CessationCorrected, CompanyCeased
from domain.identity.mandate import MandateKind
from domain.identity.mandate_commands import GiverIsNoMore, GrantMandate, HolderIsNoMore
from domain.identity.person import DeathCorrected, PersonDied
from domain.policy import DIGITAL_POST_AGE_YEARS
from domain.post.item_commands import HandleMessage, MailboxClosed, NotTheRecipient
from domain.post.mail_registration import (
    MailRegistered,
    Mode,
    UnreachableBecause,
)
from domain.post.mail_registration_commands import FollowRegistrationPlan
from domain.post.message import Channel, Handling, MessageMadeAvailable, MessageRejected, Rejection, ReleaseRefused
from domain.post.release_commands import ReleaseMessage
from domain.subject import PartyId
from tests.controls import (
    ANNA,
    ANNA_DIED,
    ANNA_EXEMPT,
    ANNAS_MAIL,
    ARRIVED,
    BIRTHDAY_BEGINS,
    BO,
    BO_READS_FOR_ANNA,
    BOS_MAIL,
    CHILD_PLANNED,
    EVERYBODY,
    FIRM,
    FIRM_PLANNED,
    HELD_BACK,
    LETTER,
    RELEASE_AT,
    SKAT,
    exemption,
    known,
    letter,
    post,
)
from tests.law import given

TODAY = date(2026, 3, 2)
AGE = str(DIGITAL_POST_AGE_YEARS.on(TODAY))
CHILD_REGISTERED = MailRegistered(recipient=BO, mode=Mode.AUTOMATIC, rule=AGE)
FIRMS_MAIL = MailRegistered(recipient=FIRM, mode=Mode.AUTOMATIC, rule=FIRM_PLANNED.rule)
BO_DIED = PersonDied(person=BO, died_on=TODAY)
FIRM_CEASED = CompanyCeased(company=FIRM, ceased_on=TODAY)


def test_who_turned_15_while_recorded_as_dead_by_mistake_is_registered_by_the_correction() -> None:
    past = (CHILD_PLANNED, BO_DIED, DeathCorrected(person=BO))
    catch_up = FollowRegistrationPlan(recipient=BO)
    known(*past).at(BIRTHDAY_BEGINS).when(catch_up).then(CHILD_REGISTERED)
    known(*past).when(catch_up).then_nothing()


def test_a_company_whose_grace_ended_while_recorded_as_ceased_by_mistake_is_registered_by_the_correction() -> None:
    past = (FIRM_PLANNED, FIRM_CEASED, CessationCorrected(company=FIRM))
    known(*past).at(BIRTHDAY_BEGINS).when(FollowRegistrationPlan(recipient=FIRM)).then(FIRMS_MAIL)


def test_w14_nothing_is_registered_while_the_death_stands_nor_for_the_exempt_nor_what_is_not_planned() -> None:
    catch_up = FollowRegistrationPlan(recipient=BO)
    corrected = (BO_DIED, DeathCorrected(person=BO))
    known(CHILD_PLANNED, BO_DIED).at(BIRTHDAY_BEGINS).when(catch_up).then_nothing()
    known(CHILD_PLANNED, *corrected, BO_DIED).at(BIRTHDAY_BEGINS).when(catch_up).then_nothing()
    exempt = exemption(BO)
    known(CHILD_PLANNED, exempt, *corrected).at(BIRTHDAY_BEGINS).when(catch_up).then_nothing()
    known(*corrected).when(catch_up).then_nothing()
    known(BOS_MAIL, *corrected).when(catch_up).then_nothing()
    grace_over = known(FIRM_PLANNED, FIRM_CEASED).at(BIRTHDAY_BEGINS)
    grace_over.when(FollowRegistrationPlan(recipient=FIRM)).then_nothing()


@pytest.mark.parametrize(
    ("past", "recipient"), [((ANNAS_MAIL, ANNA_DIED), ANNA), ((FIRMS_MAIL, FIRM_CEASED), FIRM)], ids=["death", "end"]
)
def test_nothing_arrives_once_a_death_or_cessation_is_recorded_without_any_further_fact(
    past: tuple[Event, ...], recipient: PartyId
) -> None:
    decided = post(*past).when(letter(recipient=recipient))
    (rejected,) = (fact for fact in decided.facts if isinstance(fact, MessageRejected))
    assert rejected.status is Rejection.NOT_ALLOWED
    assert [fault.code for fault in rejected.faults] == ["recipient.is.closed"]


def test_a_letter_held_back_is_not_released_to_one_recorded_as_dead() -> None:
    release = ReleaseMessage(message=LETTER, sender=SKAT, recipient=ANNA, due=RELEASE_AT)
    decided = given(*HELD_BACK, ANNA_DIED).at(RELEASE_AT).when(release)
    assert decided.facts[0] == ReleaseRefused(message=LETTER, recipient=ANNA, because=UnreachableBecause.CLOSED)


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        (GrantMandate(giver=ANNA, held_by=BO, kind=MandateKind.READ), GiverIsNoMore),
        (GrantMandate(giver=BO, held_by=ANNA, kind=MandateKind.READ), HolderIsNoMore),
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
    given(*EVERYBODY, *ARRIVED, BOS_MAIL, BO_READS_FOR_ANNA, ANNA_DIED).when(wish).then_refused(refusal)


@pytest.mark.parametrize(
    ("past", "recipient"),
    [
        ((ANNAS_MAIL, ANNA_DIED, DeathCorrected(person=ANNA)), ANNA),
        ((FIRMS_MAIL, FIRM_CEASED, CessationCorrected(company=FIRM)), FIRM),
    ],
    ids=["death", "end"],
)
def test_a_corrected_death_or_cessation_opens_the_registration_again(
    past: tuple[Event, ...], recipient: PartyId
) -> None:
    decided = post(*past).when(letter(recipient=recipient))
    assert MessageMadeAvailable(message=LETTER, recipient=recipient) in decided.facts


def test_w14_w9_a_second_death_after_a_corrected_one_closes_it_again() -> None:
    decided = post(ANNAS_MAIL, ANNA_DIED, DeathCorrected(person=ANNA), ANNA_DIED).when(letter())
    assert MessageMadeAvailable(message=LETTER, recipient=ANNA) not in decided.facts


def test_an_exempt_recipient_stays_exempt_through_a_mistaken_death() -> None:
    decided = post(ANNAS_MAIL, ANNA_EXEMPT, ANNA_DIED, DeathCorrected(person=ANNA)).when(letter())
    (rejected,) = (fact for fact in decided.facts if isinstance(fact, MessageRejected))
    assert [fault.code for fault in rejected.faults] == ["recipient.is.exempt"]
