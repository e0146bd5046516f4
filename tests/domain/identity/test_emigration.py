"""Who moves away from Denmark stays the same person: number and NemKonto go on; for Digital Post see test_exemption."""

from dataclasses import replace

import pytest

from domain.identity.number import CPR_NUMBER, Number, NumberTaken
from domain.nemkonto.designation_commands import DesignateNemkonto
from tests.controls import ANNA, ANNA_ABROAD, ANNAS_INDEX, BO, LATER_DESIGNATION
from tests.law import folded, given
from tests.nemkonto_past import ACTIVE, BANK_REPORT


def test_moving_away_leaves_the_number_to_its_bearer() -> None:
    number = folded(CPR_NUMBER.of(ANNAS_INDEX), ANNA_ABROAD)
    assert isinstance(number, Number)
    assert number.bearer == ANNA
    with pytest.raises(NumberTaken):
        number.must_be_free_for(BO)


def test_moving_away_ends_no_nemkonto() -> None:
    again: DesignateNemkonto = replace(BANK_REPORT, designation=LATER_DESIGNATION)
    given(*ANNA_ABROAD[:-1], *ACTIVE, ANNA_ABROAD[-1]).when(again).then_nothing()
