"""A move back to Denmark ends exemptions also when it is learned late; annulled as a mistake, it has ended nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from domain.command import AnyCommand
from domain.due import EXEMPTION_END_CORRECTED, dues_by
from domain.entry import EntryEndCause
from domain.fact import Event
from domain.identity.birth_and_death import CorrectDeath, RecordDeath
from domain.identity.entry_commands import AfterTheReturn, AnnulEntry, MatterName, ReopenEntry
from domain.identity.person import BirthCorrected, PersonRegistered
from domain.identity.residence import ResidenceKind
from domain.identity.residence_commands import EnterResidence
from domain.identity.uncertain_day import UncertainDay
from domain.policy import DIGITAL_POST_AGE_YEARS
from domain.post.exemption import (
    ExemptionAnnulled,
    ExemptionEndCorrected,
    ExemptionEnded,
    ExemptionEntered,
    ExemptionReason,
    RevocationCause,
)
from domain.post.exemption_after_return import RestoreExemptions, ReturnHolds
from domain.post.exemption_commands import HasNotReturned, JoinVoluntarily, RevokeExemption
from domain.post.mail_registration import (
    MAIL_REGISTRATION,
    MailRegistered,
    MailRegistration,
    Mode,
    UnreachableBecause,
)
from domain.post.mail_registration_commands import DropRegistrationPlan, FollowRegistrationPlan
from domain.post.mail_registration_plan import (
    MAIL_REGISTRATION_PLAN,
    MailRegistrationPlanDropped,
    MailRegistrationPlanned,
    RegistrationPlan,
)
from domain.reactions import fall_due, react
from domain.subject import EntryId
from tests.controls import (
    ANNA,
    ANNA_ABROAD,
    ANNA_REGISTERED,
    ANNAS_MAIL,
    BO,
    exemption,
    known,
    planned,
    residence,
)
from tests.domain.test_reactions import recorded
from tests.law import CONTEXT, NOW, folded, given

TODAY = NOW.date()
LEFT_ON = date(2026, 1, 15)
"""On which Anna moved away."""
DAYS = (date(2026, 1, 20), date(2026, 2, 15), TODAY, TODAY + timedelta(days=6), date(2026, 9, 1))


def left(valid_from: date, nth: int = 1, **changes: Any) -> ExemptionEntered:
    """An exemption for having left the country."""
    entry = EntryId(UUID(int=nth))
    return exemption(ANNA, entry=entry, valid_from=valid_from, reason=ExemptionReason.LEFT_COUNTRY, **changes)


def after(past: tuple[Event, ...], *commands: AnyCommand, at: datetime = NOW) -> tuple[Event, ...]:
    """The past, and what follows from each command and then from every fact; what is refused leaves nothing."""
    facts, ids = past, count(len(past) + 100)
    for command in commands:
        waiting = [command]
        while waiting:
            context = replace(CONTEXT, command=UUID(int=next(ids)))
            new = given(*facts).by(context.at(at)).when(waiting.pop(0)).facts
            facts += new
            for fact in new:
                waiting += [reaction.command for reaction in react(recorded(fact), [recorded(one) for one in facts])]
    return facts


def state(facts: tuple[Event, ...]) -> MailRegistration:
    registration = folded(MAIL_REGISTRATION.of(ANNA), facts)
    assert isinstance(registration, MailRegistration)
    return registration


def exempt(facts: tuple[Event, ...]) -> list[bool]:
    return [state(facts).exempt(day) for day in DAYS]


def plan(facts: tuple[Event, ...]) -> MailRegistrationPlanned | None:
    opened = folded(MAIL_REGISTRATION_PLAN.of(ANNA), facts)
    assert isinstance(opened, RegistrationPlan)
    assert (opened.planned is None) == (state(facts).planned is None)
    return opened.planned


def move(kind: ResidenceKind, day: date) -> EnterResidence:
    return EnterResidence(person=ANNA, kind=kind, valid_from=day)


def arrived(facts: tuple[Event, ...], day: date) -> tuple[tuple[Event, ...], AnnulEntry]:
    """After a return of that day, and the command by which it is annulled as a mistake."""
    after_it = after(facts, move(ResidenceKind.RESIDENT, day))
    (entry,) = (fact.own_subject for fact in after_it[len(facts) :] if type(fact).__name__ == "ResidenceEntered")
    assert isinstance(entry, EntryId)
    return after_it, AnnulEntry(matter=MatterName.RESIDENCE, party=ANNA, entry=entry)


def test_an_arrival_by_mistake_has_ended_no_exemption_and_planned_no_registration() -> None:
    past = (*ANNA_ABROAD, left(LEFT_ON))
    facts, annul = arrived(past, TODAY)
    assert exempt(facts) == [True, True, False, False, False]
    assert plan(facts) is not None
    mended = after(facts, annul)
    assert exempt(mended) == exempt(past) == [True] * 5
    assert plan(mended) is None
    assert state(mended).unreachable_because(TODAY) is UnreachableBecause.EXEMPT
    assert [fact for fact in mended if isinstance(fact, MailRegistered)] == []


def test_an_exemption_for_a_time_that_comes_back_ends_at_its_stated_end_and_then_a_registration_follows() -> None:
    ends = date(2026, 8, 1)
    past = (*ANNA_ABROAD, left(LEFT_ON, valid_to=ends))
    facts, annul = arrived(past, TODAY)
    mended = after(facts, annul)
    assert exempt(mended) == [True, True, True, True, False]
    (corrected,) = (fact for fact in mended if isinstance(fact, ExemptionEndCorrected))
    (due,) = dues_by(recorded(corrected))
    assert (due.rule, due.due_at) == (EXEMPTION_END_CORRECTED, datetime(2026, 7, 31, 22, tzinfo=UTC))
    assert fall_due(due).command == FollowRegistrationPlan(recipient=ANNA)


def test_an_arrival_whose_day_is_corrected_ends_the_exemption_on_the_right_day_and_the_wait_is_kept() -> None:
    past = (*ANNA_ABROAD, left(LEFT_ON))
    facts, _ = arrived(past, date(2026, 2, 1))
    corrected = after(facts, move(ResidenceKind.RESIDENT, date(2026, 2, 20)), at=NOW + timedelta(days=5))
    assert exempt(corrected) == [True, True, False, False, False]
    assert plan(corrected) == plan(facts) is not None


def test_an_arrival_and_a_departure_by_mistake_leave_everything_as_it_was_in_either_order() -> None:
    child = BirthCorrected(person=ANNA, birth_date=UncertainDay.of(date(2012, 5, 1)), source="municipality")
    past = (*ANNA_REGISTERED, child, planned(ANNA, date(2027, 5, 1)))
    gone = residence(ANNA, ResidenceKind.ABROAD, LEFT_ON)
    departure = AnnulEntry(matter=MatterName.RESIDENCE, party=ANNA, entry=gone.entry)
    facts, arrival = arrived((*past, gone), TODAY)
    assert plan(facts) != plan(past)
    for order in ((departure, arrival), (arrival, departure)):
        mended = plan(after(facts, *order))
        assert mended is not None
        assert mended.effective_on == date(2027, 5, 1)


def test_the_exemption_ends_also_if_the_return_is_learned_after_it_was_granted() -> None:
    past = (*ANNA_ABROAD, left(date(2026, 2, 10)))
    facts, annul = arrived(past, date(2026, 1, 21))
    assert exempt(facts) == [False] * 5
    assert exempt(after(facts, annul)) == exempt(past)


def test_an_exemption_that_is_to_begin_for_having_left_does_not_and_one_for_another_reason_does() -> None:
    begins = TODAY + timedelta(days=5)
    for_having_left = (*ANNA_ABROAD, left(begins))
    facts, annul = arrived(for_having_left, TODAY)
    assert exempt(facts) == [False] * 5
    assert exempt(after(facts, annul)) == exempt(for_having_left)
    for day in (begins, TODAY):
        otherwise = (*ANNA_ABROAD, exemption(ANNA, valid_from=day))
        assert exempt(arrived(otherwise, TODAY)[0]) == exempt(otherwise)


def test_exemptions_that_follow_each_other_come_back_as_they_were() -> None:
    first = left(LEFT_ON)
    second = left(date(2026, 2, 1), 2, valid_to=date(2026, 4, 1))
    succeeded = ExemptionEnded(
        entry=first.entry, party=ANNA, valid_to=second.valid_from, cause=EntryEndCause.SUCCEEDED, by=second.entry
    )
    past = (*ANNA_ABROAD, first, second, succeeded)
    assert exempt(past) == [True, True, True, True, False]
    facts, annul = arrived(past, date(2026, 1, 18))
    assert exempt(facts) == [False] * 5
    assert exempt(after(facts, annul)) == exempt(past)


def test_what_rests_on_a_later_departure_stays_when_an_earlier_return_is_learned() -> None:
    back, gone = residence(ANNA, ResidenceKind.RESIDENT, TODAY), residence(ANNA, ResidenceKind.ABROAD, date(2026, 2, 5))
    earlier = residence(ANNA, ResidenceKind.RESIDENT, date(2026, 1, 21))
    granted = left(date(2026, 2, 10))
    revoke = RevokeExemption(recipient=ANNA, cause=RevocationCause.RE_ENTRY, residence=earlier.entry)
    known(*ANNA_ABROAD, earlier, gone, back, granted).when(revoke).then_nothing()


def test_a_return_ends_the_exemption_also_if_the_person_left_again_before_it_is_learned() -> None:
    back, gone = residence(ANNA, ResidenceKind.RESIDENT, date(2026, 2, 5)), residence(ANNA, ResidenceKind.ABROAD, TODAY)
    by_the_return = RevokeExemption(recipient=ANNA, cause=RevocationCause.RE_ENTRY, residence=back.entry)
    decided = known(*ANNA_ABROAD, left(LEFT_ON), back, gone).when(by_the_return)
    assert [type(fact) for fact in decided.facts] == [ExemptionEnded]
    by_the_departure = RevokeExemption(recipient=ANNA, cause=RevocationCause.RE_ENTRY, residence=gone.entry)
    known(*ANNA_ABROAD, left(LEFT_ON), gone).when(by_the_departure).then_refused(HasNotReturned)


def test_who_had_disappeared_and_is_found_has_not_returned() -> None:
    gone = residence(ANNA, ResidenceKind.DISAPPEARED, date(2026, 2, 1))
    found = residence(ANNA, ResidenceKind.RESIDENT, date(2026, 2, 20))
    revoke = RevokeExemption(recipient=ANNA, cause=RevocationCause.RE_ENTRY, residence=found.entry)
    known(*ANNA_REGISTERED, gone, found, left(LEFT_ON)).when(revoke).then_refused(HasNotReturned)


def test_nothing_ends_by_a_move_that_was_annulled_before_and_nothing_comes_back_while_it_holds() -> None:
    back = residence(ANNA, ResidenceKind.RESIDENT, TODAY)
    other = RevokeExemption(recipient=ANNA, cause=RevocationCause.RE_ENTRY, residence=EntryId(UUID(int=9)))
    known(*ANNA_ABROAD, back, left(LEFT_ON)).when(other).then_refused(HasNotReturned)
    restore = RestoreExemptions(recipient=ANNA, residence=back.entry)
    known(*ANNA_ABROAD, back, left(LEFT_ON)).when(restore).then_refused(ReturnHolds)
    known(*ANNA_ABROAD, left(LEFT_ON)).when(restore).then_nothing()
    ended = ExemptionEnded(
        entry=left(LEFT_ON).entry, party=ANNA, valid_to=TODAY, cause=EntryEndCause.RE_ENTRY, by=back.entry
    )
    by_another = RestoreExemptions(recipient=ANNA, residence=EntryId(UUID(int=9)))
    known(*ANNA_ABROAD, left(LEFT_ON), back, ended).when(by_another).then_nothing()


def test_an_exemption_that_did_not_begin_is_taken_up_again_only_by_annulling_the_move() -> None:
    facts, _ = arrived((*ANNA_ABROAD, left(date(2026, 2, 10))), date(2026, 1, 21))
    reopen = ReopenEntry(matter=MatterName.EXEMPTION, party=ANNA, entry=EntryId(UUID(int=1)))
    given(*facts).when(reopen).then_refused(AfterTheReturn)


def test_a_death_that_is_corrected_brings_back_nothing_that_ended_by_a_return() -> None:
    facts, _ = arrived((*ANNA_ABROAD, left(date(2026, 2, 10))), date(2026, 1, 21))
    died = RecordDeath(person=ANNA, died_on=UncertainDay.of(TODAY))
    assert exempt(after(facts, died, CorrectDeath(person=ANNA))) == [False] * 5


@pytest.mark.parametrize("residence_of_plan", [None, EntryId(UUID(int=3))])
def test_only_a_plan_for_a_return_is_dropped_and_only_if_no_return_is_left(residence_of_plan: EntryId | None) -> None:
    of_return = planned(ANNA, date(2026, 4, 1)).model_copy(update={"residence": residence_of_plan})
    drop = DropRegistrationPlan(recipient=ANNA)
    dropped = (MailRegistrationPlanDropped(recipient=ANNA, plan=of_return.plan),) if residence_of_plan else ()
    assert known(*ANNA_ABROAD, of_return).when(drop).facts == dropped
    for holds in (residence(ANNA, ResidenceKind.RESIDENT, TODAY), ANNAS_MAIL):
        known(*ANNA_ABROAD, of_return, holds).when(drop).then_nothing()


IN_FIVE_DAYS = exemption(ANNA, valid_from=TODAY + timedelta(days=5))


@pytest.mark.parametrize("cause", [RevocationCause.SELF, RevocationCause.MUNICIPALITY])
def test_an_exemption_that_is_to_begin_is_revoked_too(cause: RevocationCause) -> None:
    past = (*ANNA_REGISTERED, ANNAS_MAIL, IN_FIVE_DAYS)
    facts = after(past, RevokeExemption(recipient=ANNA, cause=cause))
    assert exempt(facts) == [False] * 5
    holds = exemption(ANNA, entry=EntryId(UUID(int=2)), valid_to=TODAY + timedelta(days=3))
    both = after((*past, holds), RevokeExemption(recipient=ANNA, cause=cause))
    assert exempt(both) == [False, False, False, False, False]
    assert state(both).exempt(TODAY - timedelta(days=1))


def test_an_exemption_that_was_over_stays_as_it_is_when_an_earlier_day_is_revoked() -> None:
    over = exemption(ANNA, valid_from=date(2026, 2, 10), valid_to=date(2026, 2, 20))
    revoke = RevokeExemption(recipient=ANNA, cause=RevocationCause.MUNICIPALITY, valid_to=date(2026, 1, 20))
    known(*ANNA_REGISTERED, ANNAS_MAIL, over).when(revoke).then_nothing()


def test_who_joins_is_not_exempt_later_either() -> None:
    join = JoinVoluntarily(recipient=ANNA)
    scene = known(*ANNA_REGISTERED, ANNAS_MAIL, IN_FIVE_DAYS)
    assert [type(fact) for fact in scene.when(join).facts] == [ExemptionAnnulled]
    facts = after((*ANNA_REGISTERED, ANNAS_MAIL, exemption(ANNA, entry=EntryId(UUID(int=2)))), join)
    assert state(facts).mode is Mode.VOLUNTARY


def test_an_adult_who_was_exempt_before_the_registration_was_planned_is_registered_when_the_exemption_ends() -> None:
    adult = PersonRegistered(person=BO, birth_date=UncertainDay.of(date(1990, 5, 1)))
    granted = exemption(BO, valid_from=TODAY, valid_to=TODAY + timedelta(days=10))
    (reaction,) = react(recorded(adult))
    facts = (adult, granted, *given(adult, granted).when(reaction.command).facts)
    (due,) = dues_by(recorded(granted))
    rule = str(DIGITAL_POST_AGE_YEARS.on(TODAY))
    registered = MailRegistered(recipient=BO, mode=Mode.AUTOMATIC, rule=rule)
    given(*facts).at(due.due_at).when(fall_due(due).command).then(registered)
    annulled = ExemptionAnnulled(entry=granted.entry, party=BO, marker="annulled")
    (follows,) = react(recorded(annulled))
    given(*facts, annulled).when(follows.command).then(registered)
