"""What a fact corrects, and in which states the corrected fact had a part."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

from domain.context import Context
from domain.correction import CORRECTS, corrected_by, rests_on
from domain.entities import FACTS, NAMES
from domain.fact import SEALED, Event
from domain.identity.number import CprChanged, CprChangeReason, CprWithdrawn
from domain.identity.person import DeathCorrected, PersonDied
from domain.record import Record
from domain.subject import CprIndex, PersonId

ANNA = PersonId(uuid4())
FIRST, SECOND, THIRD = (CprIndex(uuid4()) for _ in range(3))
SAID_OF_A_CORRECTION = ("Corrected", "Annulled", "Restored", "Withdrawn")
NO_CORRECTION = {
    "DesignationWithdrawn",  # The payee gives up what never had effect.
    "RegistrationCorrected",  # It names a time that was wrong; MailRegistrationAnnulled corrects the fact.
    "ProtectionWithdrawn",  # The protection held until then.
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


def renumbered(index: CprIndex, previous: CprIndex) -> CprChanged:
    return CprChanged(person=ANNA, index=index, previous=previous, number=SEALED, reason=CprChangeReason.OTHER)


def test_every_fact_that_is_called_a_correction_says_what_it_corrects() -> None:
    called = {name: fact for name, fact in FACTS.items() if any(word in name for word in SAID_OF_A_CORRECTION)}

    assert {name for name, fact in called.items() if fact not in CORRECTS} == NO_CORRECTION & called.keys()


def test_a_correction_corrects_the_last_fact_about_the_same() -> None:
    *earlier, correction = recorded(died(1), died(3), DeathCorrected(person=ANNA))

    assert corrected_by(correction, earlier) == earlier[-1]


def test_another_day_of_the_same_death_corrects_the_first() -> None:
    first, second = recorded(died(1), died(3))

    assert corrected_by(second, [first]) == first


def test_the_first_fact_of_its_kind_corrects_nothing() -> None:
    (first,) = recorded(died(1))

    assert corrected_by(first, []) is None


def test_a_number_withdrawn_corrects_the_fact_that_gave_that_number() -> None:
    *earlier, correction = recorded(
        renumbered(SECOND, FIRST), renumbered(THIRD, SECOND), CprWithdrawn(person=ANNA, index=SECOND)
    )

    assert corrected_by(correction, earlier) == earlier[0]


def test_a_death_has_a_part_in_the_person_in_the_registration_and_in_what_a_sender_is() -> None:
    states = rests_on(died(1), DeathCorrected(person=ANNA))

    assert {("person", ANNA), ("mail_registration", ANNA), ("sender", ANNA)} <= set(states)


def test_a_wrong_number_has_a_part_in_whom_it_led_to_and_not_in_the_former_number() -> None:
    states = rests_on(renumbered(SECOND, FIRST), CprWithdrawn(person=ANNA, index=SECOND))

    assert ("cpr_number", SECOND) in states
    assert ("cpr_number", FIRST) not in states
