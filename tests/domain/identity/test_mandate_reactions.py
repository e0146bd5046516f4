"""What follows for mandates, and with them, from a death, a cessation, and their corrections."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.entities import NAMES
from domain.entry import EntryEndCause
from domain.fact import Event
from domain.identity.after_end import FollowCessation, FollowDeath
from domain.identity.company import CessationCorrected, CompanyCeased
from domain.identity.mandate import MandateEndCorrected, MandateEnded
from domain.identity.mandate_commands import FollowPartiesOfMandate
from domain.identity.person import DeathCorrected, PersonDied
from domain.identity.protection_lapse import PlanProtectionReminders
from domain.nemkonto.ending_commands import FollowEndOfPayee
from domain.operations.retention_commands import PlanDeletion
from domain.post.mail_registration_commands import FollowRegistrationPlan
from domain.reaction import Reaction
from domain.reactions import react
from domain.record import Record
from tests.controls import ANNA, ANNA_REGISTERED, BO, BO_READS_FOR_ANNA, FIRM, mandate
from tests.law import CONTEXT, NOW

DEATH = PersonDied(person=ANNA, died_on=date(2026, 2, 28))
CESSATION = CompanyCeased(company=FIRM, ceased_on=date(2026, 2, 28))
FOLLOWS_BOS_ACCESS = FollowPartiesOfMandate(entry=BO_READS_FOR_ANNA.entry, giver=ANNA, held_by=BO, on=date(2026, 3, 2))


def test_a_death_and_a_cessation_are_followed_by_the_nemkonto_and_every_mandate() -> None:
    for_the_firm = mandate(FIRM, ANNA)
    assert commands(DEATH, ANNA_REGISTERED[0], BO_READS_FOR_ANNA, for_the_firm) == [
        FollowDeath(person=ANNA),
        FollowEndOfPayee(payee=ANNA),
        PlanDeletion(holder=ANNA),
        FOLLOWS_BOS_ACCESS,
        replace(FOLLOWS_BOS_ACCESS, entry=for_the_firm.entry, giver=FIRM, held_by=ANNA),
    ]
    assert commands(CESSATION, for_the_firm) == [
        FollowCessation(company=FIRM),
        FollowEndOfPayee(payee=FIRM),
        PlanDeletion(holder=FIRM),
        replace(FOLLOWS_BOS_ACCESS, entry=for_the_firm.entry, giver=FIRM, held_by=ANNA),
    ]


def test_a_corrected_death_or_cessation_is_followed_by_what_fell_due_and_every_mandate() -> None:
    assert commands(DeathCorrected(person=ANNA), BO_READS_FOR_ANNA) == [
        FollowDeath(person=ANNA),
        FollowRegistrationPlan(recipient=ANNA),
        PlanProtectionReminders(person=ANNA, after_mistake=True),
        FollowEndOfPayee(payee=ANNA),
        PlanDeletion(holder=ANNA),
        FOLLOWS_BOS_ACCESS,
    ]
    assert commands(CessationCorrected(company=FIRM)) == [
        FollowCessation(company=FIRM),
        FollowRegistrationPlan(recipient=FIRM),
        FollowEndOfPayee(payee=FIRM),
        PlanDeletion(holder=FIRM),
    ]


def test_a_mandate_whose_end_was_moved_still_ends_with_its_parties() -> None:
    named = {"entry": BO_READS_FOR_ANNA.entry, "party": ANNA, "held_by": BO}
    assert commands(MandateEndCorrected(**named, valid_to=None, corrected=EntryEndCause.GIVER)) == [FOLLOWS_BOS_ACCESS]
    stated = MandateEnded(**named, valid_to=date(2026, 3, 2), cause=EntryEndCause.GIVER)
    assert commands(stated) == [FOLLOWS_BOS_ACCESS]


def test_a_mandate_by_a_merging_ends_with_a_party_that_had_died_before() -> None:
    follows = BO_READS_FOR_ANNA.model_copy(update={"follows": mandate(FIRM, ANNA).entry})
    assert commands(follows) == [FOLLOWS_BOS_ACCESS]
    assert commands(BO_READS_FOR_ANNA) == []


def reactions(event: Event, *past: Event) -> list[Reaction]:
    """What follows from the fact, recorded after the past."""
    records = [
        Record(position=position, recorded_at=NOW, name=NAMES[type(one)], event=one, context=CONTEXT)
        for position, one in enumerate((*past, event), 1)
    ]
    return list(react(records[-1], records[:-1]))


def commands(event: Event, *past: Event) -> list[object]:
    return [reaction.command for reaction in reactions(event, *past)]


def test_each_mandate_is_followed_by_a_command_of_its_own_id() -> None:
    ids = {reaction.command_id for reaction in reactions(DEATH, BO_READS_FOR_ANNA, mandate(FIRM, ANNA))}
    assert len(ids) == 5
