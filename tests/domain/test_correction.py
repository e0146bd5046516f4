"""What a fact corrects, and in which states the corrected fact had a part."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from domain.context import Context
from domain.correction import CORRECTS, corrected_by, rests_on, subject_of_corrected
from domain.entities import FACTS, NAMES
from domain.entry import Annulled, EndCorrected, Ended, EntryEndCause, EntrySource, Marker
from domain.fact import SEALED, Event
from domain.identity.mandate import (
    MandateAnnulled,
    MandateEndCorrected,
    MandateEnded,
    MandateGranted,
    MandateKind,
    MandateScope,
)
from domain.identity.number import CprAnnulled, CprAssigned, CprChanged, CprChangeReason, CprRedirected, CprWithdrawn
from domain.identity.person import BirthCorrected, DeathCorrected, PersonDied
from domain.identity.uncertain_day import UncertainDay
from domain.nemkonto.designation import EndCause, NemkontoEndCorrected
from domain.record import Record
from domain.subject import CprIndex, DesignationId, EntryId, PersonId

ANNA = PersonId(uuid4())
FIRST, SECOND, THIRD = (CprIndex(uuid4()) for _ in range(3))
SAID_OF_A_CORRECTION = (
    *("Corrected", "Annulled", "Restored", "Withdrawn", "Voided", "Undone", "Dropped", "Redirected", "Cancelled"),
    *("Recalled", "Replaced", "Superseded", "Lifted", "Changed", "Moved", "PutBack", "GivenUp", "Abandoned", "Refused"),
)
NO_CORRECTION = {
    "ActRefused": "An act did not take place.",
    "ActivationRefused": "A code was wrong, and nothing was activated.",
    "ArrivalFlagLifted": "It follows from DeathCorrected or CessationCorrected, and a flag changes no decision.",
    "ChangeFreezeLifted": "The freeze held until then.",
    "CprChanged": "The number before it was rightly borne, until CprWithdrawn says otherwise.",
    "CprRedirected": "It follows from EntriesMerged or MergeAnnulled, which is the correction.",
    "DeletionDropped": "Nothing was deleted, and nobody decides by a planned deletion.",
    "DesignationCancelled": "It was called off before anybody paid by it.",
    "DesignationReplaced": "It awaited activation, and never had effect.",
    "DesignationWithdrawn": "It awaited activation, and never had effect.",
    "DisclosureRefused": "An answer was not given.",
    "ExemptionRefused": "A decision that an appeal may change, from then on.",
    "ItemMoved": "A reader's act in the mailbox.",
    "MailRegistrationPlanDropped": "It follows from ResidenceAnnulled, and nobody was registered by the plan.",
    "MessageRecalled": "The letter was held back, and never arrived.",
    "NemkontoSuperseded": "The account held until then.",
    "ReadRightChanged": "The right held as it was until then.",
    "RebuildGivenUp": "No decision reads a register's rebuild.",
    "RegisterPutBack": "Its rows are compared by `rigsbog verify`, and no decision reads a register.",
    "RegistrationCorrected": "It names a time that was wrong; MailRegistrationAnnulled corrects the fact, and"
    " `rigsbog correction letters` lists the letters of the time.",
    "ReleaseRefused": "A letter was not released.",
    "ServiceAbandoned": "The digital service was open until then.",
    "VirusFindingAnnulled": "It names a file of the letter. UnavailabilityLifted is the correction.",
}


def recorded(*events: Event) -> list[Record]:
    context = Context(
        authority="34051178",
        actor="system:test",
        legal_basis="a paragraph",
        command=uuid4(),
        correlation=uuid4(),
    )
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return [
        Record(position=position, recorded_at=at, name=NAMES[type(event)], event=event, context=context)
        for position, event in enumerate(events, start=1)
    ]


def died(day: int) -> PersonDied:
    return PersonDied(person=ANNA, died_on=date(2026, 2, day))


MANDATE: dict[str, Any] = {"entry": EntryId(uuid4()), "party": ANNA, "held_by": PersonId(uuid4())}


def granted() -> MandateGranted:
    return MandateGranted(
        **MANDATE,
        valid_from=date(2026, 1, 1),
        source=EntrySource.PARTY,
        kind=MandateKind.READ,
        scope=MandateScope.MAIL,
        document=None,
    )


def ended(day: int) -> MandateEnded:
    return MandateEnded(**MANDATE, valid_to=date(2026, 2, day), cause=EntryEndCause.STATED)


def reopened(day: int | None) -> MandateEndCorrected:
    return MandateEndCorrected(**MANDATE, valid_to=day and date(2026, 2, day), corrected=EntryEndCause.STATED)


def renumbered(index: CprIndex, previous: CprIndex) -> CprChanged:
    return CprChanged(person=ANNA, index=index, previous=previous, number=SEALED, reason=CprChangeReason.OTHER)


def test_every_fact_whose_name_says_that_it_takes_something_back_is_a_correction_or_stated_to_be_none() -> None:
    named = {name: fact for name, fact in FACTS.items() if any(word in name for word in SAID_OF_A_CORRECTION)}

    assert {name for name, fact in named.items() if fact not in CORRECTS} == NO_CORRECTION.keys()


def test_every_fact_of_entries_that_ends_moves_or_annuls_one_is_a_correction() -> None:
    facts = {fact for fact in FACTS.values() if issubclass(fact, Ended | EndCorrected | Annulled)}

    assert facts <= CORRECTS.keys()


def test_a_correction_corrects_every_fact_that_said_the_same_wrongly() -> None:
    *earlier, correction = recorded(died(1), died(3), DeathCorrected(person=ANNA))

    assert corrected_by(correction, earlier) == earlier


def test_another_day_of_the_same_death_corrects_the_first() -> None:
    first, second = recorded(died(1), died(3))

    assert corrected_by(second, [first]) == [first]


def test_a_death_after_one_that_was_taken_back_corrects_nothing() -> None:
    *earlier, later = recorded(died(1), DeathCorrected(person=ANNA), died(3))

    assert corrected_by(later, earlier) == []


def test_a_death_taken_back_twice_corrects_what_was_recorded_since_the_first_time() -> None:
    *earlier, correction = recorded(died(1), DeathCorrected(person=ANNA), died(3), DeathCorrected(person=ANNA))

    assert corrected_by(correction, earlier) == earlier[2:]


def test_an_end_that_is_moved_twice_corrects_both_ends_and_not_the_entry() -> None:
    *earlier, correction = recorded(granted(), ended(3), ended(5), reopened(7))

    assert corrected_by(correction, earlier) == earlier[1:]


def test_an_end_after_one_that_was_taken_back_corrects_nothing() -> None:
    *earlier, later = recorded(granted(), ended(3), reopened(None), ended(5))

    assert corrected_by(later, earlier) == []


def test_an_entry_annulled_was_wrong_from_its_beginning_whatever_became_of_its_end() -> None:
    *earlier, annulled = recorded(
        granted(), ended(3), reopened(None), MandateAnnulled(**MANDATE, marker=Marker.ANNULLED)
    )

    assert corrected_by(annulled, earlier) == earlier[:1]


def test_the_first_fact_of_its_kind_corrects_nothing() -> None:
    (first,) = recorded(died(1))

    assert corrected_by(first, []) == []


def test_a_number_withdrawn_corrects_the_fact_that_gave_that_number() -> None:
    *earlier, correction = recorded(
        renumbered(SECOND, FIRST), renumbered(THIRD, SECOND), CprWithdrawn(person=ANNA, index=SECOND)
    )

    assert corrected_by(correction, earlier) == [earlier[0]]


def test_a_number_that_came_by_a_merge_was_given_to_the_other_entry() -> None:
    index, bo = CprIndex(uuid4()), PersonId(uuid4())
    given = CprAssigned(person=bo, index=index, number=SEALED)
    led = CprRedirected(person=bo, into=ANNA, index=index, in_use=False)
    *earlier, correction = recorded(given, led, CprAnnulled(person=ANNA, index=index, source=EntrySource.MUNICIPALITY))

    assert subject_of_corrected(correction.event) == index
    assert corrected_by(correction, earlier) == [earlier[0]]


def test_a_death_has_a_part_in_the_person_in_the_registration_and_in_what_a_sender_is() -> None:
    states = rests_on(died(1), DeathCorrected(person=ANNA))

    assert {("person", ANNA), ("mail_registration", ANNA), ("sender", ANNA)} <= set(states)


def test_a_wrong_number_has_a_part_in_whom_it_led_to_and_not_in_the_former_number() -> None:
    states = rests_on(renumbered(SECOND, FIRST), CprWithdrawn(person=ANNA, index=SECOND))

    assert ("cpr_number", SECOND) in states
    assert ("cpr_number", FIRST) not in states


def test_a_second_correction_of_a_birth_date_corrects_the_first_too() -> None:
    first, second = (
        BirthCorrected(person=ANNA, birth_date=UncertainDay(1990, 1, day), source=EntrySource.MUNICIPALITY)
        for day in (2, 3)
    )
    *earlier, correction = recorded(first, second)

    assert corrected_by(correction, earlier) == earlier


def test_a_second_correction_of_the_end_of_a_nemkonto_corrects_the_first_too() -> None:
    designation = DesignationId(uuid4())
    first, second = (
        NemkontoEndCorrected(
            designation=designation, payee=ANNA, cause=EndCause.ACCOUNT_CLOSED, valid_to=date(2026, 2, day)
        )
        for day in (2, 3)
    )
    *earlier, correction = recorded(first, second)

    assert corrected_by(correction, earlier) == earlier
