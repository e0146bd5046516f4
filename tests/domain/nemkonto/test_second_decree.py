"""A second decree leaves the end by the first, and an end that is stated again has the same day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from domain.nemkonto.designation import EndCause, NemkontoEndCorrected, NemkontoEnded, NemkontoRestored
from domain.nemkonto.ending_commands import DecreeBeforeAnother, EndedOnAnotherDay
from domain.subject import DesignationId
from tests.controls import FIRM, LATER_DESIGNATION, known
from tests.domain.nemkonto.test_endings import (
    CHANGED_LATER,
    CORRECT,
    DECREE,
    DECREED,
    FIRMS,
    FIRST,
    UNDO,
    holding,
)
from tests.nemkonto_past import END, TODAY

SECOND = DesignationId(UUID(int=35))
AFTER_A_DECREE = (
    *FIRMS,
    *DECREED,
    FIRMS[0].model_copy(update={"designation": SECOND}),
    FIRST.model_copy(
        update={
            "designation": SECOND,
            "payee": FIRM,
            "effective_on": date(2026, 4, 13),
            "latest_on": date(2026, 4, 13),
        }
    ),
)
"""A decree of 15 February ended every account, and a new one holds from 13 April."""
IN_MAY = datetime(2026, 5, 22, 9, tzinfo=UTC)
SECOND_DECREE = replace(DECREE, designation=SECOND, happened_on=date(2026, 5, 20))
SECOND_ENDED = NemkontoEnded(
    designation=SECOND, payee=FIRM, cause=EndCause.BANKRUPTCY, valid_to=SECOND_DECREE.happened_on
)


def test_a_second_decree_leaves_the_end_by_the_first() -> None:
    known(*AFTER_A_DECREE).at(IN_MAY).when(SECOND_DECREE).then(SECOND_ENDED)


def test_a_second_decree_is_corrected_and_undone_without_the_first() -> None:
    twice = known(*AFTER_A_DECREE, SECOND_ENDED).at(IN_MAY)
    day = date(2026, 5, 12)
    twice.when(replace(CORRECT, designation=SECOND, happened_on=day)).then(
        NemkontoEndCorrected(designation=SECOND, payee=FIRM, cause=EndCause.BANKRUPTCY, valid_to=day)
    )
    twice.when(replace(UNDO, designation=SECOND)).then(
        NemkontoRestored(designation=SECOND, payee=FIRM, cause=EndCause.BANKRUPTCY)
    )
    undone = twice.when(UNDO).facts
    assert SECOND not in {fact.own_subject for fact in undone}
    after = (*AFTER_A_DECREE, SECOND_ENDED, *undone)
    assert holding(after, date(2026, 4, 1)) == [LATER_DESIGNATION]
    assert holding(after, date(2026, 5, 1)) == [SECOND]
    assert holding(after, date(2026, 5, 20)) == []


def test_a_second_decree_of_an_earlier_day_than_the_first_is_refused() -> None:
    early = date(2026, 2, 1)
    known(*AFTER_A_DECREE).at(IN_MAY).when(replace(SECOND_DECREE, happened_on=early)).then_refused(DecreeBeforeAnother)
    known(*AFTER_A_DECREE, SECOND_ENDED).at(IN_MAY).when(
        replace(CORRECT, designation=SECOND, happened_on=early)
    ).then_refused(DecreeBeforeAnother)


def test_an_end_that_is_stated_again_with_another_day_is_refused() -> None:
    again = replace(SECOND_DECREE, happened_on=date(2026, 5, 12))
    known(*AFTER_A_DECREE, SECOND_ENDED).at(IN_MAY).when(SECOND_DECREE).then_nothing()
    known(*AFTER_A_DECREE, SECOND_ENDED).at(IN_MAY).when(again).then_refused(EndedOnAnotherDay)
    closed = replace(END, cause=EndCause.ACCOUNT_CLOSED, happened_on=TODAY)
    ended = known(*CHANGED_LATER).when(closed).facts
    known(*CHANGED_LATER, *ended).when(replace(closed, happened_on=TODAY - timedelta(days=1))).then_refused(
        EndedOnAnotherDay
    )
