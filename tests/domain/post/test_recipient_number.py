"""A letter goes to whom its recipient's number leads, also when the number moves while the letter is read."""

from __future__ import annotations

from uuid import UUID

from domain.fact import SEALED
from domain.identity.number import CprAssigned, CprWithdrawn
from domain.post.message_commands import NumberHasMoved
from domain.subject import CprIndex, PersonId
from tests.controls import ANNA, ANNAS_MAIL, ARRIVED, AVAILABLE, BO, letter, post

NUMBER = CprIndex(UUID(int=5))
TO_THE_NUMBER = letter(recipient_number=NUMBER)


def number_of(person: PersonId) -> CprAssigned:
    return CprAssigned(person=person, index=NUMBER, number=SEALED)


MOVED = (number_of(ANNA), CprWithdrawn(person=ANNA, index=NUMBER), number_of(BO))


def test_a_letter_to_the_number_of_its_recipient_arrives() -> None:
    assert AVAILABLE in post(ANNAS_MAIL, number_of(ANNA)).when(TO_THE_NUMBER).facts


def test_w1_a_letter_whose_number_leads_to_somebody_else_by_now_is_refused() -> None:
    post(ANNAS_MAIL, *MOVED).when(TO_THE_NUMBER).then_refused(NumberHasMoved)


def test_the_same_letter_again_changes_nothing_although_its_number_has_moved() -> None:
    post(*ARRIVED, *MOVED).when(TO_THE_NUMBER).then_nothing()
