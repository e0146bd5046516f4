"""A number always belongs to the same person or company, also after it is replaced."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.command import Entity
from domain.entities import NAMES
from domain.identity.number import CPR_NUMBER, CVR_NUMBER, CprChanged, CprChangeReason, Number, NumberTaken
from domain.subject import CprIndex
from tests.controls import (
    ANNA,
    ANNA_REGISTERED,
    ANNAS_INDEX,
    ANNAS_NEW_INDEX,
    ANNAS_NEW_NUMBER,
    BO,
    FIRM,
    FIRM_REGISTERED,
    FIRMS_INDEX,
)
from tests.law import folded

CHANGED = CprChanged(
    person=ANNA,
    index=ANNAS_NEW_INDEX,
    previous=ANNAS_INDEX,
    number=ANNAS_NEW_NUMBER,
    reason=CprChangeReason.SEX,
)


def bearer_of(index: CprIndex) -> Number:
    """Whose number it is once Anna has changed hers."""
    state = folded(CPR_NUMBER.of(index), (*ANNA_REGISTERED, CHANGED))
    assert isinstance(state, Number)
    return state


@pytest.mark.parametrize("index", [ANNAS_INDEX, ANNAS_NEW_INDEX])
def test_the_old_number_and_the_new_lead_to_the_same_person(index: CprIndex) -> None:
    assert bearer_of(index).bearer == ANNA


def test_a_number_that_is_out_of_use_is_never_free_for_another_and_one_that_nobody_had_is() -> None:
    bearer_of(ANNAS_INDEX).must_be_free_for(ANNA)
    bearer_of(CprIndex(UUID(int=9))).must_be_free_for(BO)
    with pytest.raises(NumberTaken):
        bearer_of(ANNAS_INDEX).must_be_free_for(BO)


def test_a_cvr_number_leads_to_its_company() -> None:
    assert folded(CVR_NUMBER.of(FIRMS_INDEX), FIRM_REGISTERED) == Number(bearer=FIRM)


@pytest.mark.parametrize("entity", [CPR_NUMBER, CVR_NUMBER])
def test_a_number_has_no_facts_of_its_own_but_follows_stored_ones(entity: Entity[Number]) -> None:
    assert not entity.contract
    assert set(entity.follows) <= set(NAMES)


def test_no_fact_shows_the_number_in_its_open_fields_or_its_repr() -> None:
    facts = (*ANNA_REGISTERED, CHANGED)
    assert not [fact for fact in facts if "610190" in f"{fact.open_fields()} {fact!r}"]
