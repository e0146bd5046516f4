"""What was reported about a letter on paper by mistake is taken back: that it was posted, or that it came back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from domain.post.paper import PaperLetterPosted, PaperLetterPostingAnnulled, PaperLetterReturnAnnulled
from domain.post.paper_commands import NoSuchPaperLetter, NotPosted
from domain.post.paper_correction_commands import AnnulPaperPosting, AnnulPaperReturn, PostingIsProved
from domain.subject import PaperLetterId
from tests.controls import ANNAS_ADDRESS_ENTERED
from tests.domain.post.test_paper import (
    COME_BACK,
    HAND_OVER,
    OF_LETTER,
    ORDERED,
    POSTED,
    RETURNED,
    SEND,
    TO_THE_EXEMPT,
    TODAY,
)
from tests.law import NOW, given

NOT_POSTED = PaperLetterPostingAnnulled(**OF_LETTER)
NOT_RETURNED = PaperLetterReturnAnnulled(**OF_LETTER)
ANNUL_POSTING, ANNUL_RETURN = AnnulPaperPosting(**OF_LETTER), AnnulPaperReturn(**OF_LETTER)


def test_what_was_reported_as_posted_by_mistake_is_posted_anew_with_an_arrival_of_its_own() -> None:
    past = (*TO_THE_EXEMPT, ANNAS_ADDRESS_ENTERED, ORDERED, POSTED)
    given(*past).when(ANNUL_POSTING).then(NOT_POSTED)
    given(*past, NOT_POSTED).when(ANNUL_POSTING).then_nothing()
    given(*past, NOT_POSTED).when(COME_BACK).then_refused(NotPosted)
    given(*past, NOT_POSTED).when(SEND).then_nothing()
    tomorrow = replace(HAND_OVER, posted_on=TODAY + timedelta(days=1))
    (posted,) = given(*past, NOT_POSTED).at(NOW + timedelta(days=1)).when(tomorrow).facts
    assert isinstance(posted, PaperLetterPosted)
    assert posted.arrives_on == POSTED.arrives_on + timedelta(days=1)
    given(*past, RETURNED).when(ANNUL_POSTING).then_refused(PostingIsProved)
    given(*TO_THE_EXEMPT).when(ANNUL_POSTING).then_refused(NoSuchPaperLetter)


def test_what_was_reported_to_have_come_back_by_mistake_is_under_way_again_also_after_another_was_ordered() -> None:
    past = (*TO_THE_EXEMPT, ORDERED, POSTED, RETURNED)
    another = ORDERED.model_copy(update={"letter": PaperLetterId(UUID(int=9))})
    given(*past).when(ANNUL_RETURN).then(NOT_RETURNED)
    given(*past, NOT_RETURNED).when(ANNUL_RETURN).then_nothing()
    given(*past, NOT_RETURNED).when(SEND).then_nothing()
    given(*past, another).when(ANNUL_RETURN).then(NOT_RETURNED)
    given(*past, another, NOT_RETURNED, RETURNED).when(ANNUL_RETURN).then(NOT_RETURNED)
    given(*TO_THE_EXEMPT).when(ANNUL_RETURN).then_refused(NoSuchPaperLetter)
