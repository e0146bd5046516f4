"""Recipients may be exempted from Digital Post, may join in spite of that, and may give up the exemption."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.due import dues_by
from domain.entry import EntryEndCause, EntrySource, Marker
from domain.fact import Event
from domain.identity.authority import NotAnAuthority
from domain.identity.company import CompanyCeased
from domain.identity.person import BirthCorrected, PersonRegistered
from domain.identity.residence import ResidenceKind
from domain.policy import DIGITAL_POST_AGE_YEARS
from domain.post.exemption import (
    EXEMPTIONS,
    ExemptionAnnulled,
    ExemptionEnded,
    ExemptionEntered,
    ExemptionReason,
    RevocationCause,
)
from domain.post.exemption_commands import (
    CprNumberNeeded,
    ExemptFromMail,
    HasNotLeft,
    HasNotReturned,
    JoinVoluntarily,
    NotOpenToVolunteers,
    RevokeExemption,
    SignatureNeeded,
)
from domain.post.mail_registration import (
    MAIL_REGISTRATION,
    MailRegistered,
    MailRegistration,
    Mode,
)
from domain.post.mail_registration_commands import (
    BirthDateNeeded,
    FollowRegistrationPlan,
    RegistrationIsClosed,
    TooYoung,
)
from domain.post.message import MessageMadeAvailable, MessageRejected
from domain.reactions import fall_due, react
from domain.subject import PartyId
from tests.controls import (
    ANNA,
    ANNA_ABROAD,
    ANNA_DIED,
    ANNA_EXEMPT,
    ANNA_REGISTERED,
    ANNAS_BIRTH_DATE,
    ANNAS_MAIL,
    BO,
    CHILD_PLANNED,
    FIRM,
    FIRM_PLANNED,
    FIRM_REGISTERED,
    SKAT,
    SKAT_EXISTS,
    exemption,
    known,
    letter,
    post,
    residence,
)
from tests.domain.test_reactions import recorded
from tests.law import CONTEXT, NOW, folded

TODAY = date(2026, 3, 2)
AGE = str(DIGITAL_POST_AGE_YEARS.on(TODAY))
YESTERDAY = TODAY - timedelta(days=1)
TOMORROW = TODAY + timedelta(days=1)
EXEMPT = ExemptFromMail(recipient=ANNA)
SIGNATURE = UUID(int=7)
JOIN = JoinVoluntarily(recipient=ANNA, signature=SIGNATURE)
UNSIGNED = MailRegistered(recipient=ANNA, mode=Mode.VOLUNTARY, rule=AGE)
JOINED = MailRegistered(recipient=ANNA, mode=Mode.VOLUNTARY, rule=AGE, signature=SIGNATURE)
FIRM_EXEMPT = exemption(FIRM)
FIRM_CLOSED = CompanyCeased(company=FIRM, ceased_on=TODAY)


def exempted(party: PartyId = ANNA, **fields: Any) -> ExemptionEntered:
    """The exemption that the command enters, from today unless the fields say otherwise."""
    return exemption(party, **{"entry": EXEMPTIONS.new_entry(CONTEXT), "valid_from": TODAY} | fields)


def ended(
    granted: ExemptionEntered = ANNA_EXEMPT, by: RevocationCause = RevocationCause.SELF, day: date = TODAY
) -> ExemptionEnded:
    """The exemption ends on the day."""
    return ExemptionEnded(
        entry=granted.entry, party=granted.party, valid_to=day, cause=EntryEndCause.STATED, revocation=by
    )


LEFT = exemption(ANNA, reason=ExemptionReason.LEFT_COUNTRY)
NEWLY_LEFT = exempted(reason=ExemptionReason.LEFT_COUNTRY)


def revoke(cause: RevocationCause = RevocationCause.SELF) -> RevokeExemption:
    """The wish to end Anna's exemption."""
    return RevokeExemption(recipient=ANNA, cause=cause)


def test_a_registered_resident_is_exempted_without_a_named_ground() -> None:
    known(*ANNA_REGISTERED, ANNAS_MAIL).when(EXEMPT).then(exempted())


def test_the_named_ground_of_an_exemption_is_encrypted() -> None:
    named = ExemptFromMail(recipient=ANNA, ground="no computer at home")
    known(*ANNA_REGISTERED, ANNAS_MAIL).when(named).then(exempted(ground="no computer at home"))
    assert "ground" in ExemptionEntered.personal


def test_one_who_is_not_registered_yet_may_be_exempted_beforehand() -> None:
    known(*ANNA_REGISTERED).when(EXEMPT).then(exempted())


def test_a_company_is_exempted_as_the_minister_decided() -> None:
    by_the_agency = ExemptFromMail(recipient=FIRM, decided_by=SKAT)
    known(*SKAT_EXISTS, *FIRM_REGISTERED).when(by_the_agency).then(exempted(FIRM, decided_by=SKAT))


def test_the_exempt_are_not_exempted_again() -> None:
    known(*ANNA_REGISTERED, ANNAS_MAIL, ANNA_EXEMPT).when(EXEMPT).then_nothing()


def test_one_who_left_the_country_is_always_exempted_on_request_and_needs_no_other_ground() -> None:
    needless = ExemptFromMail(recipient=ANNA, ground="language")
    known(*ANNA_ABROAD, ANNAS_MAIL).when(needless).then(NEWLY_LEFT)


def test_one_who_has_not_left_is_not_exempted_for_having_left() -> None:
    pretended = ExemptFromMail(recipient=ANNA, reason=ExemptionReason.LEFT_COUNTRY)
    known(*ANNA_REGISTERED, ANNAS_MAIL).when(pretended).then_refused(HasNotLeft)
    known(*ANNA_ABROAD, ANNAS_MAIL).when(pretended).then(NEWLY_LEFT)


def test_moving_away_does_not_end_the_registration() -> None:
    state = folded(MAIL_REGISTRATION.of(ANNA), (*ANNA_REGISTERED, ANNAS_MAIL, ANNA_ABROAD[-1]))
    assert isinstance(state, MailRegistration)
    assert state.reachable(TODAY)


def test_the_dead_are_not_exempted() -> None:
    known(ANNAS_MAIL, ANNA_DIED).when(EXEMPT).then_refused(RegistrationIsClosed)


@pytest.mark.parametrize("cause", [RevocationCause.SELF, RevocationCause.MUNICIPALITY])
def test_an_exemption_is_revoked_and_what_held_before_holds_again(cause: RevocationCause) -> None:
    scene = known(*ANNA_REGISTERED, ANNAS_MAIL, ANNA_EXEMPT)
    decided = scene.when(revoke(cause))
    decided.then(ended(by=cause))
    state = folded(MAIL_REGISTRATION.of(ANNA), (*scene.facts, *decided.facts))
    assert isinstance(state, MailRegistration)
    assert state.reachable(TODAY)


def test_moving_back_to_denmark_revokes_the_exemption_of_one_who_left() -> None:
    back = residence(ANNA, ResidenceKind.RESIDENT, TODAY)
    by_return = ended(LEFT, RevocationCause.RE_ENTRY).model_copy(
        update={"cause": EntryEndCause.RE_ENTRY, "by": back.entry}
    )
    known(*ANNA_ABROAD, ANNAS_MAIL, LEFT, back).when(revoke(RevocationCause.RE_ENTRY)).then(by_return)


@pytest.mark.parametrize("past", [ANNA_REGISTERED, ANNA_ABROAD])
def test_w27_who_has_not_moved_back_does_not_lose_the_exemption_by_moving_back(past: tuple[Event, ...]) -> None:
    known(*past, ANNAS_MAIL, ANNA_EXEMPT).when(revoke(RevocationCause.RE_ENTRY)).then_refused(HasNotReturned)


def test_one_who_is_not_exempt_has_nothing_to_revoke() -> None:
    known(*ANNA_REGISTERED, ANNAS_MAIL).when(revoke()).then_nothing()


def test_the_exemption_of_the_dead_is_not_revoked() -> None:
    known(ANNAS_MAIL, ANNA_EXEMPT, ANNA_DIED).when(revoke()).then_refused(RegistrationIsClosed)


CHILD_EXEMPT = exemption(BO)
AFTER_BIRTHDAY = datetime(2026, 7, 1, 9, tzinfo=UTC)
CHILD_REVOKED = ended(CHILD_EXEMPT, day=AFTER_BIRTHDAY.date())
REVOKE_CHILD = RevokeExemption(recipient=BO, cause=RevocationCause.SELF)


def when_it_ends(revoked: ExemptionEnded) -> FollowRegistrationPlan:
    """What follows when the end of an exemption has come."""
    (due,) = dues_by(recorded(revoked))
    command = fall_due(due).command
    assert isinstance(command, FollowRegistrationPlan)
    return command


def test_a_person_who_turned_15_while_exempt_is_registered_when_the_exemption_ends() -> None:
    known(CHILD_PLANNED, CHILD_EXEMPT).at(AFTER_BIRTHDAY).when(REVOKE_CHILD).then(CHILD_REVOKED)
    registered = MailRegistered(recipient=BO, mode=Mode.AUTOMATIC, rule=AGE)
    past = (CHILD_PLANNED, CHILD_EXEMPT, CHILD_REVOKED)
    known(*past).at(AFTER_BIRTHDAY).when(when_it_ends(CHILD_REVOKED)).then(registered)


def test_whose_birthday_is_still_to_come_goes_on_waiting_when_the_exemption_ends() -> None:
    revoked = ended(CHILD_EXEMPT)
    known(CHILD_PLANNED, CHILD_EXEMPT, revoked).when(when_it_ends(revoked)).then_nothing()


def test_a_person_who_turned_15_while_exempt_and_abroad_is_not_registered_by_duty() -> None:
    past = (CHILD_PLANNED, residence(BO, ResidenceKind.ABROAD, TODAY), CHILD_EXEMPT, CHILD_REVOKED)
    known(*past).at(AFTER_BIRTHDAY).when(when_it_ends(CHILD_REVOKED)).then_nothing()


def test_the_exempt_may_join_by_their_own_wish() -> None:
    unsigned = JoinVoluntarily(recipient=ANNA)
    known(*ANNA_REGISTERED, ANNAS_MAIL, ANNA_EXEMPT).when(unsigned).then(ended(by=RevocationCause.JOINED), UNSIGNED)


def test_an_exempt_company_may_join_by_its_own_wish() -> None:
    joined = MailRegistered(recipient=FIRM, mode=Mode.VOLUNTARY, rule=None)
    known(FIRM_EXEMPT).when(JoinVoluntarily(recipient=FIRM)).then(ended(FIRM_EXEMPT, RevocationCause.JOINED), joined)


@pytest.mark.parametrize("past", [FIRM_REGISTERED, (FIRM_PLANNED,)])
def test_a_company_that_is_not_exempt_does_not_join_by_its_own_wish(past: tuple[Event, ...]) -> None:
    known(*past).when(JoinVoluntarily(recipient=FIRM)).then_refused(NotOpenToVolunteers)


def test_joining_by_ones_own_wish_binds_until_exempted_again() -> None:
    past = (*ANNA_REGISTERED, ANNAS_MAIL, ANNA_EXEMPT, ended(by=RevocationCause.JOINED), JOINED)
    known(*past).when(revoke()).then_nothing()
    known(*past).when(EXEMPT).then(exempted())


def test_one_without_residence_but_with_cpr_number_and_signature_joins_by_own_wish() -> None:
    known(*ANNA_ABROAD).when(JOIN).then(JOINED)


def test_joining_without_residence_takes_a_cpr_number() -> None:
    unnumbered = PersonRegistered(person=ANNA, birth_date=ANNAS_BIRTH_DATE, resident=False)
    known(unnumbered).when(JOIN).then_refused(CprNumberNeeded)


def test_joining_without_residence_takes_a_digital_signature() -> None:
    unsigned = JoinVoluntarily(recipient=ANNA)
    known(*ANNA_ABROAD).when(unsigned).then_refused(SignatureNeeded)


ANNA_IS_14 = BirthCorrected(person=ANNA, birth_date=date(2011, 3, 3), source=EntrySource.MUNICIPALITY)
"""She turns 15 tomorrow."""


def test_nobody_joins_before_the_15th_birthday() -> None:
    for past in (ANNA_ABROAD, (*ANNA_ABROAD, ANNA_EXEMPT)):
        known(*past, ANNA_IS_14).when(JOIN).then_refused(TooYoung)
        assert JOINED in known(*past, ANNA_IS_14).at(NOW + timedelta(days=1)).when(JOIN).facts


def test_a_person_joins_with_a_known_birth_date_only() -> None:
    unknown = PersonRegistered(person=ANNA, birth_date=None)
    known(*ANNA_ABROAD, unknown).when(JOIN).then_refused(BirthDateNeeded)


def test_the_registered_have_joined_already() -> None:
    known(*ANNA_REGISTERED, ANNAS_MAIL).when(JOIN).then_nothing()


def test_the_dead_and_the_ceased_do_not_join() -> None:
    known(*ANNA_REGISTERED, ANNA_DIED).when(JOIN).then_refused(RegistrationIsClosed)
    known(FIRM_EXEMPT, FIRM_CLOSED).when(JoinVoluntarily(recipient=FIRM)).then_refused(RegistrationIsClosed)


def test_an_exemption_has_a_first_day_also_in_the_past_and_may_have_a_last_one() -> None:
    backdated = ExemptFromMail(recipient=ANNA, valid_from=YESTERDAY, valid_to=TOMORROW)
    known(*ANNA_REGISTERED, ANNAS_MAIL).when(backdated).then(exempted(valid_from=YESTERDAY, valid_to=TOMORROW))


def test_edge_34_an_exemption_of_the_former_law_ends_and_each_keeps_the_rule_that_decided() -> None:
    at = {2020: datetime(2020, 5, 4, 9, tzinfo=UTC), 2026: NOW}
    (former,), (present,) = (known(ANNAS_MAIL).at(now).when(EXEMPT).facts for now in at.values())
    assert isinstance(former, ExemptionEntered)
    assert isinstance(present, ExemptionEntered)
    assert (former.valid_to, former.rule) == (date(2022, 11, 1), "digital_post.exemption_years@2012-07-01")
    assert (present.valid_to, present.rule) == (None, "digital_post.exemption_years@2022-03-21")
    state = folded(MAIL_REGISTRATION.of(ANNA), (ANNAS_MAIL, former))
    assert isinstance(state, MailRegistration)
    assert [state.exempt(day) for day in (date(2022, 10, 31), date(2022, 11, 1))] == [True, False]
    (stated,) = known(ANNAS_MAIL).when(ExemptFromMail(recipient=ANNA, valid_to=date(2027, 1, 1))).facts
    assert isinstance(stated, ExemptionEntered)
    assert stated.rule is None


def test_another_end_is_recorded_of_one_who_is_exempt_already() -> None:
    until_may = exempted(valid_to=date(2026, 5, 1))
    for past in (exemption(ANNA, valid_to=date(2026, 5, 1)), until_may):
        facts = known(*ANNA_REGISTERED, ANNAS_MAIL, past).when(replace(EXEMPT, valid_to=date(2026, 7, 1))).facts
        state = folded(MAIL_REGISTRATION.of(ANNA), (*ANNA_REGISTERED, ANNAS_MAIL, past, *facts))
        assert isinstance(state, MailRegistration)
        assert [state.exempt(date(2026, month, 15)) for month in (3, 6, 7)] == [True, True, False]


def test_a_letters_decision_asks_whether_an_exemption_holds_on_its_own_day() -> None:
    from_tomorrow = exempted(valid_from=TOMORROW, valid_to=TOMORROW + timedelta(days=1))
    scene = post(*ANNA_REGISTERED, ANNAS_MAIL, from_tomorrow)
    outcomes = []
    for days in (0, 1, 2):
        facts = scene.at(NOW + timedelta(days=days)).when(letter()).facts
        outcomes.append(type(facts[2]))
    assert outcomes == [MessageMadeAvailable, MessageRejected, MessageMadeAvailable]


def test_only_an_authority_decides_on_an_exemption() -> None:
    known(*ANNA_REGISTERED).when(ExemptFromMail(recipient=ANNA, decided_by=FIRM)).then_refused(NotAnAuthority)


def test_an_exemption_that_is_found_to_have_begun_earlier_ends_where_the_known_one_begins() -> None:
    earlier = ExemptFromMail(recipient=ANNA, valid_from=date(2026, 1, 5))
    new = exempted(valid_from=date(2026, 1, 5))
    succeeded = ExemptionEnded(
        entry=new.entry,
        party=ANNA,
        valid_to=ANNA_EXEMPT.valid_from,
        cause=EntryEndCause.SUCCEEDED,
        by=ANNA_EXEMPT.entry,
    )
    known(*ANNA_REGISTERED, ANNAS_MAIL, ANNA_EXEMPT).when(earlier).then(new, succeeded)


def test_an_exemption_that_is_revoked_on_its_first_day_holds_on_no_day() -> None:
    begun_today = exemption(ANNA, valid_from=TODAY)
    annulled = ExemptionAnnulled(**begun_today.named, marker=Marker.ANNULLED, revocation=RevocationCause.SELF)
    known(*ANNA_REGISTERED, ANNAS_MAIL, begun_today).when(revoke()).then(annulled)


def test_what_a_revoked_exemption_had_taken_the_place_of_does_not_hold_again() -> None:
    scene = known(*ANNA_REGISTERED, ANNAS_MAIL, ANNA_EXEMPT)
    for_a_week = scene.when(ExemptFromMail(recipient=ANNA, valid_to=TODAY + timedelta(days=7))).facts
    past = (*scene.facts, *for_a_week)
    revoked = known(*past).when(revoke()).facts
    state = folded(MAIL_REGISTRATION.of(ANNA), (*past, *revoked))
    assert isinstance(state, MailRegistration)
    assert [state.exempt(day) for day in (YESTERDAY, TODAY, TOMORROW)] == [True, False, False]


def test_who_was_exempt_by_mistake_is_registered_if_the_day_has_come() -> None:
    annulled = ExemptionAnnulled(entry=CHILD_EXEMPT.entry, party=BO, marker=Marker.ANNULLED)
    (reaction,) = react(recorded(annulled))
    registered = MailRegistered(recipient=BO, mode=Mode.AUTOMATIC, rule=AGE)
    past = (CHILD_PLANNED, CHILD_EXEMPT, annulled)
    known(*past).at(AFTER_BIRTHDAY).when(reaction.command).then(registered)


def test_an_exemption_for_a_time_ends_by_itself_and_who_fell_due_is_registered() -> None:
    term = exemption(BO, valid_to=AFTER_BIRTHDAY.date())
    (due,) = dues_by(recorded(term))
    registered = MailRegistered(recipient=BO, mode=Mode.AUTOMATIC, rule=AGE)
    known(CHILD_PLANNED, term).at(due.due_at).when(fall_due(due).command).then(registered)
    assert dues_by(recorded(CHILD_EXEMPT)) == ()


def test_the_exempt_are_exempted_until_another_day() -> None:
    past = exemption(ANNA, valid_from=YESTERDAY, valid_to=date(2026, 5, 1))
    longer = ExemptFromMail(recipient=ANNA, valid_to=date(2026, 7, 1))
    new = exempted(valid_to=date(2026, 7, 1))
    succeeded = ExemptionEnded(
        entry=past.entry, party=ANNA, valid_to=TODAY, cause=EntryEndCause.SUCCEEDED, by=new.entry
    )
    known(*ANNA_REGISTERED, ANNAS_MAIL, past).when(longer).then(new, succeeded)
