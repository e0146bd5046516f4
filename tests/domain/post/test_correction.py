"""A registration that was wrong in the past is corrected; its letters are listed and decided on, and no clock moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.entry import EntryEndCause, EntrySource, Marker
from domain.fact import Event
from domain.identity.authority import NotAnAuthority
from domain.identity.company import CompanyCeased
from domain.identity.merge import EntriesMerged, EntryIsMerged
from domain.identity.person import BirthCorrected, PersonRegistered
from domain.identity.registered import UnknownParty
from domain.identity.residence import ResidenceKind
from domain.identity.uncertain_day import UncertainDay
from domain.policy import DIGITAL_POST_AGE_YEARS
from domain.post.affected_letters import affected_letters
from domain.post.correction import (
    ImpactDecided,
    ImpactDecision,
    MailRegistrationAnnulled,
    RegistrationCorrected,
    RegistrationStatus,
    SenderInformed,
)
from domain.post.correction_commands import (
    CorrectRegistration,
    DecideImpact,
    InformSender,
    NoDutyThen,
    NoSuchCorrection,
    NothingToCorrect,
    NoTimeOfThePast,
    NotOfThatTime,
)
from domain.post.exemption import ExemptionAnnulled, ExemptionEndCorrected, ExemptionEnded, ExemptionEntered
from domain.post.imported_arrival import ArrivalImported
from domain.post.legal_times import legal_times
from domain.post.mail_registration import MAIL_REGISTRATION, MailRegistered, MailRegistration, Mode, UnreachableBecause
from domain.post.mail_registration_commands import BirthDateNeeded, PlanMailRegistration, RegistrationIsClosed, TooYoung
from domain.post.mail_registration_plan import PlannedFor
from domain.post.message import MessageRejected, ReleaseRefused
from domain.post.paper import PaperLetterOrdered, PaperOccasion
from domain.reactions import react
from domain.record import Record
from domain.subject import EntryId, NoticeId, PaperLetterId
from tests.controls import (
    ANNA,
    ANNA_DIED,
    ANNA_REGISTERED,
    ANNAS_MAIL,
    ARRIVED,
    BO,
    FIRM,
    LETTER,
    SKAT,
    SKAT_EXISTS,
    exemption,
    known,
    letter,
    post,
    residence,
    submitted,
)
from tests.domain.test_reactions import recorded
from tests.law import CONTEXT, NOW, folded, given

TODAY = NOW.date()
AGE = str(DIGITAL_POST_AGE_YEARS.on(TODAY))
WRONG_FROM = date(2026, 1, 5)
TOMORROW = TODAY + timedelta(days=1)
CORRECTION = EntryId(uuid5(CONTEXT.command, "registration correction"))
WRONG: dict[str, Any] = {"recipient": ANNA, "wrong_from": WRONG_FROM, "should": RegistrationStatus.NOT_REGISTERED}
CORRECT = CorrectRegistration(**WRONG)
CORRECTED = RegistrationCorrected(correction=CORRECTION, **WRONG, wrong_to=TOMORROW, decided_by=None)
ANNULLED = MailRegistrationAnnulled(recipient=ANNA)
OF_CORRECTION: dict[str, Any] = {"correction": CORRECTION, "recipient": ANNA}
INFORM = InformSender(**OF_CORRECTION, sender=SKAT, messages=(LETTER,))
INFORMED = SenderInformed(
    notice=NoticeId(uuid5(CONTEXT.command, "sender informed 0")), **OF_CORRECTION, sender=SKAT, messages=(LETTER,)
)


def decision(kind: ImpactDecision) -> DecideImpact:
    return DecideImpact(**OF_CORRECTION, message=LETTER, decision=kind, decided_by=SKAT)


def decided(kind: ImpactDecision) -> ImpactDecided:
    return ImpactDecided(**OF_CORRECTION, message=LETTER, decision=kind, decided_by=SKAT)


def at(fact: Event, position: int, day: date) -> Record:
    """The record of a fact on a day."""
    return replace(recorded(fact, position), recorded_at=NOW - timedelta(days=(TODAY - day).days))


def test_a_mailbox_that_was_registered_by_mistake_is_not_registered_from_now_on() -> None:
    scene = known(*ANNA_REGISTERED, ANNAS_MAIL)
    scene.when(CORRECT).then(CORRECTED, ANNULLED)
    state = folded(MAIL_REGISTRATION.of(ANNA), (*scene.facts, CORRECTED, ANNULLED))
    assert isinstance(state, MailRegistration)
    assert state.unreachable_because(TODAY) is UnreachableBecause.UNKNOWN
    known(*ANNA_REGISTERED, ANNAS_MAIL, CORRECTED, ANNULLED).when(CORRECT).then_nothing()


def test_a_registration_that_was_missing_by_mistake_holds_from_now_on() -> None:
    missing = CorrectRegistration(
        recipient=ANNA, wrong_from=WRONG_FROM, should=RegistrationStatus.REGISTERED, decided_by=SKAT
    )
    corrected = CORRECTED.model_copy(
        update={
            "should": RegistrationStatus.REGISTERED,
            "rule": AGE,
            "decided_by": SKAT,
        }
    )
    registered = MailRegistered(recipient=ANNA, mode=Mode.AUTOMATIC, rule=AGE)
    known(*SKAT_EXISTS, *ANNA_REGISTERED).when(missing).then(corrected, registered)


MISSING: dict[str, Any] = WRONG | {"should": RegistrationStatus.REGISTERED}


def test_nobody_is_registered_by_a_correction_for_whom_no_duty_held_on_the_first_day() -> None:
    missing = CorrectRegistration(**MISSING)
    child = BirthCorrected(person=ANNA, birth_date=UncertainDay.of(date(2015, 1, 1)), source=EntrySource.MUNICIPALITY)
    unknown = PersonRegistered(person=ANNA, birth_date=None)
    abroad = residence(ANNA, ResidenceKind.ABROAD, date(2025, 5, 1))
    back = residence(ANNA, ResidenceKind.RESIDENT, date(2026, 2, 1))
    for past, refusal in (
        ((child,), TooYoung),
        ((unknown,), BirthDateNeeded),
        ((abroad,), NoDutyThen),
        ((abroad, back), NoDutyThen),
        ((ANNA_DIED,), RegistrationIsClosed),
        ((EntriesMerged(person=ANNA, into=BO),), EntryIsMerged),
    ):
        known(*ANNA_REGISTERED, *past).when(missing).then_refused(refusal)
    ceased = CompanyCeased(company=FIRM, ceased_on=date(2026, 1, 4))
    of_firm = CorrectRegistration(**MISSING | {"recipient": FIRM})
    known(ceased).when(of_firm).then_refused(RegistrationIsClosed)


def test_the_age_of_the_first_day_counts_also_where_the_time_is_over() -> None:
    birthday = BirthCorrected(
        person=ANNA, birth_date=UncertainDay.of(date(2011, 1, 6)), source=EntrySource.MUNICIPALITY
    )
    scene = known(*ANNA_REGISTERED, birthday)
    over = CorrectRegistration(**MISSING, wrong_to=date(2026, 2, 1))
    scene.when(over).then_refused(TooYoung)
    assert scene.when(replace(over, wrong_from=date(2026, 1, 6))).facts


def test_who_should_have_been_registered_before_moving_away_is_registered_now() -> None:
    left = residence(ANNA, ResidenceKind.ABROAD, date(2026, 2, 1))
    facts = known(*ANNA_REGISTERED, left).when(CorrectRegistration(**MISSING)).facts
    assert [type(fact) for fact in facts] == [RegistrationCorrected, MailRegistered]


def test_of_the_dead_a_time_before_the_death_is_corrected_and_no_later_one() -> None:
    before = CorrectRegistration(**MISSING, wrong_to=ANNA_DIED.died_on)
    scene = known(*ANNA_REGISTERED, ANNA_DIED)
    assert [type(fact) for fact in scene.when(before).facts] == [RegistrationCorrected]
    past_it = replace(before, wrong_to=ANNA_DIED.died_on + timedelta(days=1))
    scene.when(past_it).then_refused(RegistrationIsClosed)


def test_a_registration_that_is_right_again_stays_as_it_is() -> None:
    over = CorrectRegistration(**WRONG, wrong_to=date(2026, 2, 1))
    corrected = CORRECTED.model_copy(update={"wrong_to": date(2026, 2, 1)})
    known(*ANNA_REGISTERED, ANNAS_MAIL).when(over).then(corrected)
    known(*ANNA_REGISTERED, ANNAS_MAIL, corrected).when(over).then_nothing()


def test_a_time_that_is_over_is_corrected_of_one_who_is_registered_rightly_by_now() -> None:
    over = date(2026, 2, 1)
    corrected = CORRECTED.model_copy(update={"wrong_to": over})
    known(*ANNA_REGISTERED).when(replace(CORRECT, wrong_to=over)).then(corrected)


def test_what_is_right_lies_ahead_or_is_nobodys_is_not_corrected() -> None:
    right = CorrectRegistration(recipient=ANNA, wrong_from=WRONG_FROM, should=RegistrationStatus.REGISTERED)
    ahead = CorrectRegistration(**WRONG | {"wrong_from": TOMORROW})
    until_tomorrow = CorrectRegistration(**WRONG, wrong_to=TOMORROW)
    backwards = CorrectRegistration(**WRONG, wrong_to=WRONG_FROM)
    no_authority = CorrectRegistration(**WRONG, decided_by=FIRM)
    scene = known(*ANNA_REGISTERED, ANNAS_MAIL)
    scene.when(right).then_refused(NothingToCorrect)
    for command in (ahead, until_tomorrow, backwards):
        scene.when(command).then_refused(NoTimeOfThePast)
    scene.when(no_authority).then_refused(NotAnAuthority)
    given().when(CORRECT).then_refused(UnknownParty)


def test_the_registration_of_a_child_who_was_registered_by_mistake_is_planned_anew_and_an_adults_is_not() -> None:
    child = PersonRegistered(person=ANNA, birth_date=UncertainDay.of(date(2012, 5, 1)))
    (reaction,) = react(recorded(ANNULLED), [recorded(child)])
    assert reaction.command == PlanMailRegistration(recipient=ANNA, reason=PlannedFor.TURNING_15)
    adult = PersonRegistered(person=ANNA, birth_date=UncertainDay.of(date(2011, 3, 2)))
    assert react(recorded(ANNULLED), [recorded(adult)]) == ()


IMPORTED = ArrivalImported(
    message=LETTER,
    sender=SKAT,
    recipient=ANNA,
    available_at=datetime(2026, 1, 20, 12, tzinfo=UTC),
    system="e-Boks",
    evidence_sha256="b0" * 32,
)


def letters(correcting: Event, *past: tuple[Event, date]) -> list[tuple[bool, date]]:
    """Whether each letter in question arrived, and when."""
    records = [at(fact, nth, day) for nth, (fact, day) in enumerate(past, 1)]
    records.append(at(correcting, len(records) + 1, TODAY))
    affected = affected_letters(EntryId(correcting.own_subject.uuid), records)
    assert {each.sender for each in affected} <= {SKAT}
    return [(each.arrived, each.at.date()) for each in affected]


def test_the_letters_of_the_wrong_time_are_listed_with_their_senders_and_no_others() -> None:
    days = [date(2026, 1, 4), WRONG_FROM, date(2026, 2, 1)]
    for day, listed in zip(days, ([], [(True, WRONG_FROM)], [(True, date(2026, 2, 1))]), strict=True):
        assert letters(CORRECTED, *((fact, day) for fact in ARRIVED)) == listed


def test_of_a_registration_that_was_missing_the_refused_letters_are_listed() -> None:
    refused = post().when(letter()).facts
    missing = CORRECTED.model_copy(update={"should": RegistrationStatus.REGISTERED})
    day = date(2026, 2, 1)
    assert letters(missing, *((fact, day) for fact in refused)) == [(False, day)]
    assert letters(missing, *((fact, day) for fact in ARRIVED)) == []


def test_what_was_refused_for_another_reason_is_not_listed_of_a_registration_that_was_missing() -> None:
    missing = CORRECTED.model_copy(update={"should": RegistrationStatus.REGISTERED})
    by_nobody = given(ANNAS_MAIL).when(letter()).facts
    with_both = given().when(letter()).facts
    while_exempt = post(ANNAS_MAIL, exemption(ANNA)).when(letter()).facts
    at_release = ReleaseRefused(message=LETTER, recipient=ANNA, because=UnreachableBecause.EXEMPT)
    for facts in (by_nobody, with_both, while_exempt, (at_release,)):
        assert any(isinstance(fact, MessageRejected | ReleaseRefused) for fact in facts)
        assert letters(missing, *((fact, date(2026, 2, 1)) for fact in facts)) == []
    unregistered = at_release.model_copy(update={"because": UnreachableBecause.UNKNOWN})
    of_letter = ((submitted(letter()), date(2026, 2, 1)), (unregistered, date(2026, 2, 1)))
    assert letters(missing, *of_letter) == [(False, date(2026, 2, 1))]


def test_of_a_registration_by_mistake_the_arrivals_in_another_system_are_listed_by_their_own_time() -> None:
    assert letters(CORRECTED, (IMPORTED, date(2026, 2, 1))) == [(True, date(2026, 1, 20))]
    before = IMPORTED.model_copy(update={"available_at": datetime(2026, 1, 4, 12, tzinfo=UTC)})
    assert letters(CORRECTED, (before, date(2026, 2, 1))) == []


def test_edge_03_the_letters_since_the_first_day_of_a_backdated_exemption_are_listed_for_a_decision() -> None:
    backdated = exemption(ANNA, valid_from=WRONG_FROM)
    before, since = date(2026, 1, 4), date(2026, 2, 1)
    assert letters(backdated, *((fact, before) for fact in ARRIVED)) == []
    assert letters(backdated, *((fact, since) for fact in ARRIVED)) == [(True, since)]
    assert isinstance(backdated, ExemptionEntered)
    decide = DecideImpact(
        correction=backdated.entry, recipient=ANNA, message=LETTER, decision=ImpactDecision.EXCUSED, decided_by=SKAT
    )
    facts = given(*SKAT_EXISTS, *ARRIVED, backdated).when(decide).facts
    assert [type(fact) for fact in facts] == [ImpactDecided]


def test_on_a_letter_that_arrived_in_another_system_it_is_decided_too_and_its_sender_sends_it_on_paper() -> None:
    for kind in ImpactDecision:
        given(*SKAT_EXISTS, IMPORTED, CORRECTED).when(decision(kind)).then(decided(kind))
    given(IMPORTED, CORRECTED).when(INFORM).then(INFORMED)


BACKDATED = exemption(ANNA, valid_from=WRONG_FROM)
NEVER_EXEMPT = ExemptionAnnulled(entry=BACKDATED.entry, party=ANNA, marker=Marker.ANNULLED)


def test_of_an_exemption_that_never_held_no_letter_is_listed_decided_on_or_told_of() -> None:
    records = [at(fact, nth, date(2026, 2, 1)) for nth, fact in enumerate(ARRIVED, 1)]
    records += [at(BACKDATED, len(records) + 1, TODAY), at(NEVER_EXEMPT, len(records) + 2, TODAY)]
    with pytest.raises(NoSuchCorrection):
        affected_letters(BACKDATED.entry, records)
    past = (*SKAT_EXISTS, *ARRIVED, BACKDATED, NEVER_EXEMPT)
    for command in (decision(ImpactDecision.NOT_ARRIVED), INFORM):
        given(*past).when(replace(command, correction=BACKDATED.entry)).then_refused(NoSuchCorrection)


def test_what_was_decided_because_of_an_exemption_that_never_held_is_decided_back_and_nothing_else_is_decided() -> None:
    undone = decided(ImpactDecision.NOT_ARRIVED).model_copy(update={"correction": BACKDATED.entry})
    past = (*SKAT_EXISTS, *ARRIVED, BACKDATED, undone, NEVER_EXEMPT)
    back = replace(decision(ImpactDecision.STANDS), correction=BACKDATED.entry)
    given(*past).when(back).then(undone.model_copy(update={"decision": ImpactDecision.STANDS}))
    given(*past).when(replace(back, decision=ImpactDecision.EXCUSED)).then_refused(NoSuchCorrection)
    given(*SKAT_EXISTS, *ARRIVED, BACKDATED, NEVER_EXEMPT).when(back).then_refused(NoSuchCorrection)


def test_of_an_exemption_whose_end_was_moved_the_letters_until_that_end_are_listed() -> None:
    arrived = [at(fact, nth, date(2026, 2, 1)) for nth, fact in enumerate(ARRIVED, 1)]
    for valid_to, listed in ((date(2026, 2, 1), 0), (date(2026, 2, 2), 1)):
        ended = ExemptionEnded(entry=BACKDATED.entry, party=ANNA, valid_to=valid_to, cause=EntryEndCause.STATED)
        records = [*arrived, at(BACKDATED, len(arrived) + 1, TODAY), at(ended, len(arrived) + 2, TODAY)]
        assert len(affected_letters(BACKDATED.entry, records)) == listed


def test_of_an_exemption_whose_end_was_a_mistake_the_letters_since_that_end_are_listed() -> None:
    ends = {"entry": BACKDATED.entry, "party": ANNA, "valid_to": date(2026, 1, 20)}
    ended = ExemptionEnded(**ends, cause=EntryEndCause.RE_ENTRY)
    restored = ExemptionEndCorrected(entry=BACKDATED.entry, party=ANNA, valid_to=None, corrected=EntryEndCause.RE_ENTRY)
    exempt = [at(BACKDATED, 1, WRONG_FROM), at(ended, 2, date(2026, 1, 20))]
    arrived = [at(fact, nth, date(2026, 2, 1)) for nth, fact in enumerate(ARRIVED, 3)]
    assert affected_letters(BACKDATED.entry, [*exempt, *arrived]) == []
    known_now = [*exempt, *arrived, at(restored, len(arrived) + 3, TODAY)]
    (letter_of_that_time,) = affected_letters(BACKDATED.entry, known_now)
    assert (letter_of_that_time.message, letter_of_that_time.arrived) == (LETTER, True)


def test_an_unknown_correction_has_no_letters() -> None:
    with pytest.raises(NoSuchCorrection):
        affected_letters(EntryId(UUID(int=1)), [recorded(fact) for fact in ARRIVED])


def test_a_sender_is_informed_once_of_its_own_letters() -> None:
    given(*ARRIVED, CORRECTED).when(INFORM).then(INFORMED)
    given(*ARRIVED, CORRECTED, INFORMED).when(INFORM).then_nothing()
    anothers = InformSender(**OF_CORRECTION, sender=BO, messages=(LETTER,))
    given(*ARRIVED, CORRECTED).when(anothers).then_refused(NotOfThatTime)
    given(*ARRIVED).when(INFORM).then_refused(NoSuchCorrection)


@pytest.mark.parametrize("kind", [ImpactDecision.STANDS, ImpactDecision.EXCUSED])
def test_a_decision_stands_next_to_the_times_of_the_letter_and_moves_none(kind: ImpactDecision) -> None:
    past = (*SKAT_EXISTS, *ARRIVED, CORRECTED, ANNULLED)
    given(*past).when(decision(kind)).then(decided(kind))
    given(*past, decided(kind)).when(decision(kind)).then_nothing()
    clock = legal_times([recorded(fact, nth) for nth, fact in enumerate(past, 1)])
    assert legal_times([recorded(fact, nth) for nth, fact in enumerate((*past, decided(kind)), 1)]) == clock


def test_what_is_decided_not_to_have_arrived_goes_on_paper_and_its_recorded_arrival_remains() -> None:
    past = (*SKAT_EXISTS, *ARRIVED, CORRECTED, ANNULLED)
    not_arrived = decided(ImpactDecision.NOT_ARRIVED)
    paper = PaperLetterOrdered(
        letter=PaperLetterId(uuid5(CONTEXT.command, f"paper {LETTER}")),
        message=LETTER,
        recipient=ANNA,
        occasion=PaperOccasion.CORRECTED,
    )
    given(*past).when(decision(ImpactDecision.NOT_ARRIVED)).then(not_arrived, paper)
    given(*past, paper).when(decision(ImpactDecision.NOT_ARRIVED)).then(not_arrived)
    clock = legal_times([recorded(fact, nth) for nth, fact in enumerate((*past, not_arrived, paper), 1)])
    assert clock.available_at is not None


def test_a_later_decision_replaces_the_earlier() -> None:
    past = (*SKAT_EXISTS, *ARRIVED, CORRECTED, decided(ImpactDecision.STANDS))
    given(*past).when(decision(ImpactDecision.EXCUSED)).then(decided(ImpactDecision.EXCUSED))


def test_only_what_arrived_at_that_recipient_is_decided_on() -> None:
    stands = decision(ImpactDecision.STANDS)
    past = (*SKAT_EXISTS, *post(CORRECTED).facts, *post(CORRECTED).when(letter()).facts)
    given(*past).when(stands).then_refused(NotOfThatTime)
    bos = CORRECTED.model_copy(update={"recipient": BO})
    given(*SKAT_EXISTS, *ARRIVED, bos).when(replace(stands, recipient=BO)).then_refused(NotOfThatTime)


def test_only_an_authority_decides_and_only_on_a_correction_of_that_recipient() -> None:
    stands = decision(ImpactDecision.STANDS)
    given(*ARRIVED).when(stands).then_refused(NoSuchCorrection)
    given(*ARRIVED, CORRECTED).when(replace(stands, recipient=BO)).then_refused(NoSuchCorrection)
    by_firm = DecideImpact(**OF_CORRECTION, message=LETTER, decision=ImpactDecision.STANDS, decided_by=FIRM)
    given(*ARRIVED, CORRECTED).when(by_firm).then_refused(NotAnAuthority)


def test_the_letters_of_the_first_right_day_are_not_listed() -> None:
    until_february = CORRECTED.model_copy(update={"wrong_to": date(2026, 2, 1)})
    for day, listed in ((date(2026, 1, 31), [(True, date(2026, 1, 31))]), (date(2026, 2, 1), [])):
        assert letters(until_february, *((fact, day) for fact in ARRIVED)) == listed


def test_the_letters_that_arrived_after_the_correction_are_not_listed() -> None:
    records = [at(CORRECTED, 1, TODAY), *(at(fact, nth, TODAY) for nth, fact in enumerate(ARRIVED, 2))]
    assert affected_letters(CORRECTION, records) == []
