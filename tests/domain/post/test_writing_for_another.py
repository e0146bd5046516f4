"""Who writes a letter in another's name has a mandate to write, and the letter's fact says by which."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.entry import EntryEndCause, Marker
from domain.fact import Event
from domain.identity.mandate import MandateAnnulled, MandateEnded, MandateGranted, MandateKind, MandateScope
from domain.identity.person import PersonDied
from domain.post.message import MessageMadeAvailable, MessageRejected
from domain.post.message_commands import SubmitMessage
from domain.post.release_commands import ReleaseMessage
from domain.post.submission import LetterDetails, MessageSubmitted
from tests.controls import (
    ANNA,
    ANNA_DIED,
    ANNA_IS_A_CHILD,
    ANNAS_MAIL,
    BO,
    EVERYBODY,
    FIRM,
    LETTER,
    RELEASE_AT,
    RELEASE_DAY,
    SKAT,
    SKAT_EXISTS,
    letter,
    mandate,
    post,
)
from tests.law import NOW, Decided, given

SKATS_MAIL = ANNAS_MAIL.model_copy(update={"recipient": SKAT})
WRITES = {
    MandateKind.READ_WRITE,
    MandateKind.POWER_OF_ATTORNEY,
    MandateKind.GUARDIAN,
    MandateKind.CUSTODY,
    MandateKind.SIGNATORY,
}
"""The kinds that let their holder write in the giver's name."""
BY_BO = LetterDetails(representative=BO, representative_name="Bo Prøve")
BY_SOMEBODY_UNKNOWN = LetterDetails(representative_name="En fremmed")
BO_DIED = PersonDied(person=BO, died_on=ANNA_DIED.died_on)


def written(details: LetterDetails = BY_BO) -> SubmitMessage:
    """Anna's letter to the tax authority, which another hands in for her."""
    return letter(sender=ANNA, recipient=SKAT, details=details)


def decided(*past: Event, details: LetterDetails = BY_BO) -> Decided:
    return given(*EVERYBODY, *SKAT_EXISTS, SKATS_MAIL, *past).when(written(details))


def faults(decided: Decided) -> set[str]:
    rejected = [fact for fact in decided.facts if isinstance(fact, MessageRejected)]
    return {fault.code for fact in rejected for fault in fact.faults}


@pytest.mark.parametrize("kind", sorted(WRITES))
def test_a_mandate_to_write_lets_its_holder_write_and_is_in_the_fact(kind: MandateKind) -> None:
    granted = mandate(ANNA, BO, kind)
    of_a_child = (ANNA_IS_A_CHILD,) if kind is MandateKind.CUSTODY else ()
    written_by_bo = decided(granted, *of_a_child)
    (submission,) = (fact for fact in written_by_bo.facts if isinstance(fact, MessageSubmitted))
    assert faults(written_by_bo) == set()
    assert (submission.representative, submission.mandate) == (BO, granted.entry)


@pytest.mark.parametrize("kind", sorted(set(MandateKind) - WRITES))
def test_a_mandate_of_another_kind_lets_its_holder_write_nothing(kind: MandateKind) -> None:
    assert faults(decided(mandate(ANNA, BO, kind))) == {"representative.not.allowed"}


@pytest.mark.parametrize(
    "past",
    [
        (),
        (mandate(ANNA, BO),),
        (mandate(BO, ANNA, MandateKind.READ_WRITE),),
        (mandate(ANNA, FIRM, MandateKind.READ_WRITE),),
        (mandate(ANNA, BO, MandateKind.POWER_OF_ATTORNEY, scope=MandateScope.NEMKONTO),),
        (mandate(ANNA, BO, MandateKind.READ_WRITE), BO_DIED),
    ],
    ids=["none", "reads only", "other way", "another's", "another scope", "dead holder"],
)
def test_nobody_writes_for_another_without_one(past: tuple[MandateGranted, ...]) -> None:
    assert faults(decided(*past)) == {"representative.not.allowed"}


def test_somebody_who_is_not_registered_writes_for_nobody() -> None:
    assert faults(decided(details=BY_SOMEBODY_UNKNOWN)) == {"representative.not.allowed"}


def test_an_authority_answers_itself_for_those_who_send_its_letters() -> None:
    assert faults(post(ANNAS_MAIL).when(letter(details=BY_BO))) == set()


def test_who_writes_for_themselves_needs_no_mandate() -> None:
    assert faults(decided(details=LetterDetails(representative=ANNA, representative_name="Anna Prøve"))) == set()


def released(*meanwhile: Event) -> Decided:
    """The release of Anna's letter, which Bo wrote by a mandate and which waited."""
    past: tuple[Event, ...] = (*EVERYBODY, *SKAT_EXISTS, SKATS_MAIL, BOS_MANDATE)
    waits = letter(sender=ANNA, recipient=SKAT, details=BY_BO, do_not_deliver_until=RELEASE_DAY)
    past = (*past, *given(*past).when(waits).facts, *meanwhile)
    release = ReleaseMessage(message=LETTER, sender=ANNA, recipient=SKAT, due=RELEASE_AT)
    return given(*past).at(RELEASE_AT).when(release)


BOS_MANDATE = mandate(ANNA, BO, MandateKind.READ_WRITE)
OF_BO = {"entry": BOS_MANDATE.entry, "party": ANNA, "held_by": BO}


@pytest.mark.parametrize(
    "never",
    [
        MandateAnnulled(**OF_BO, marker=Marker.ANNULLED),
        MandateEnded(**OF_BO, valid_to=NOW.date() - timedelta(days=1), cause=EntryEndCause.GIVER),
    ],
    ids=["annulled", "ended before"],
)
def test_a_letter_that_waits_is_rejected_when_its_representative_had_no_mandate_at_the_submission(never: Event) -> None:
    assert faults(released(never)) == {"representative.not.allowed"}


@pytest.mark.parametrize("days", [0, 1])
def test_a_mandate_that_ended_after_the_submission_stops_no_letter_that_waits(days: int) -> None:
    ended = MandateEnded(**OF_BO, valid_to=NOW.date() + timedelta(days=days), cause=EntryEndCause.GIVER)
    for meanwhile in ((), (ended,), (BO_DIED,)):
        assert any(isinstance(fact, MessageMadeAvailable) for fact in released(*meanwhile).facts)
