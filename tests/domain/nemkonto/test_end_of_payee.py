"""The NemKonto of a payee who died or ceased: it ends in time, and not after a mistake."""

from datetime import UTC, date, datetime, timedelta

from domain.due import NEMKONTO_END, dues_by
from domain.fact import Event
from domain.identity.company import CessationCorrected, CompanyCeased
from domain.identity.person import DeathCorrected, PersonDied
from domain.nemkonto.designation import (
    EndCause,
    NemkontoEndCorrected,
    NemkontoEndDropped,
    NemkontoEnded,
    NemkontoEndPlanned,
    NemkontoRestored,
)
from domain.nemkonto.designation_commands import PayeeIsNoMore
from domain.nemkonto.ending_commands import FollowEndOfPayee
from domain.policy import ENDED_AFTER_CESSATION_DAYS, ENDED_AFTER_DEATH_YEARS
from domain.reactions import fall_due, react
from tests.controls import ANNA, DESIGNATION, FIRM, known
from tests.domain.test_reactions import commands, recorded
from tests.law import NOW
from tests.nemkonto_past import ACTIVE, AWAITING, FIFTH_BANK_DAY, REDEEM, TODAY

FOLLOW = FollowEndOfPayee(payee=ANNA)
FOLLOW_FIRM = FollowEndOfPayee(payee=FIRM)
DIED = PersonDied(person=ANNA, died_on=date(2026, 2, 1))
ENDS_ON = date(2029, 2, 1)
THEN = datetime(2029, 2, 1, 9, tzinfo=UTC)
PLANNED = NemkontoEndPlanned(
    designation=DESIGNATION,
    payee=ANNA,
    cause=EndCause.DEATH_PLUS_3Y,
    ends_on=ENDS_ON,
    rule=str(ENDED_AFTER_DEATH_YEARS.on(TODAY)),
)
ENDED = NemkontoEnded(
    designation=DESIGNATION, payee=ANNA, cause=EndCause.DEATH_PLUS_3Y, valid_to=ENDS_ON, rule=PLANNED.rule
)
RESTORED = NemkontoRestored(designation=DESIGNATION, payee=ANNA, cause=EndCause.DEATH_PLUS_3Y)
FIRMS_ACTIVE = tuple(fact.model_copy(update={"payee": FIRM}) for fact in ACTIVE)
CEASED = CompanyCeased(company=FIRM, ceased_on=TODAY)


def test_w28_an_account_ends_three_years_after_the_death_without_a_request() -> None:
    assert FOLLOW in commands(DIED)
    known(*ACTIVE, DIED).when(FOLLOW).then(PLANNED)
    known(*ACTIVE, DIED, PLANNED).when(FOLLOW).then_nothing()
    (due,) = dues_by(recorded(PLANNED))
    assert due.rule is NEMKONTO_END
    assert fall_due(due).command == FOLLOW
    known(*ACTIVE, DIED, PLANNED).at(THEN).when(FOLLOW).then(ENDED)
    known(*ACTIVE, DIED, PLANNED, ENDED).at(THEN).when(FOLLOW).then_nothing()


def test_w28_an_account_ends_360_days_after_the_cessation_without_a_request() -> None:
    assert FOLLOW_FIRM in commands(CEASED)
    ends_on = TODAY + timedelta(days=360)
    past = (*FIRMS_ACTIVE, CEASED)
    planned = PLANNED.model_copy(
        update={
            "payee": FIRM,
            "cause": EndCause.CEASED_PLUS_360D,
            "ends_on": ends_on,
            "rule": str(ENDED_AFTER_CESSATION_DAYS.on(TODAY)),
        }
    )
    ended = NemkontoEnded(
        designation=DESIGNATION,
        payee=FIRM,
        cause=EndCause.CEASED_PLUS_360D,
        valid_to=ends_on,
        rule=planned.rule,
    )
    known(*past).when(FOLLOW_FIRM).then(planned)
    known(*past, planned).at(NOW + timedelta(days=360)).when(FOLLOW_FIRM).then(ended)
    undone = CessationCorrected(company=FIRM)
    assert FOLLOW_FIRM in commands(undone)
    known(*past, planned, undone).when(FOLLOW_FIRM).then(NemkontoEndDropped(designation=DESIGNATION, payee=FIRM))


def test_w30_a_death_recorded_by_mistake_plans_no_end_and_restores_what_the_timer_ended() -> None:
    undone, dropped = DeathCorrected(person=ANNA), NemkontoEndDropped(designation=DESIGNATION, payee=ANNA)
    assert FOLLOW in commands(undone)
    known(*ACTIVE, DIED, PLANNED, undone).when(FOLLOW).then(dropped)
    known(*ACTIVE, DIED, PLANNED, undone, dropped).when(FOLLOW).then_nothing()
    known(*ACTIVE, DIED, PLANNED, undone, dropped).at(THEN).when(FOLLOW).then_nothing()
    known(*ACTIVE, DIED, PLANNED, ENDED, undone).at(THEN).when(FOLLOW).then(RESTORED, dropped)
    known(*ACTIVE, DIED, PLANNED, ENDED, undone, RESTORED, dropped).at(THEN).when(FOLLOW).then_nothing()


def test_w30_a_corrected_day_of_death_moves_the_planned_and_the_recorded_end() -> None:
    earlier = PersonDied(person=ANNA, died_on=date(2026, 1, 15))
    later = PersonDied(person=ANNA, died_on=date(2026, 3, 1))
    moved = PLANNED.model_copy(update={"ends_on": date(2029, 1, 15)})
    known(*ACTIVE, DIED, PLANNED, earlier).when(FOLLOW).then(moved)
    known(*ACTIVE, DIED, PLANNED, ENDED, earlier).at(THEN).when(FOLLOW).then(
        NemkontoEndCorrected(
            designation=DESIGNATION,
            payee=ANNA,
            cause=EndCause.DEATH_PLUS_3Y,
            valid_to=date(2029, 1, 15),
            rule=PLANNED.rule,
        )
    )
    known(*ACTIVE, DIED, PLANNED, ENDED, later).at(THEN).when(FOLLOW).then(
        RESTORED, PLANNED.model_copy(update={"ends_on": date(2029, 3, 1)})
    )


def test_a_death_long_ago_ends_the_account_at_once() -> None:
    long_ago = PersonDied(person=ANNA, died_on=date(2020, 1, 1))
    facts = known(*ACTIVE, long_ago).when(FOLLOW).facts
    assert [type(fact) for fact in facts] == [NemkontoEnded]


def test_who_has_no_account_has_none_to_end() -> None:
    known(DIED).when(FOLLOW).then_nothing()
    ended = NemkontoEnded(designation=DESIGNATION, payee=ANNA, cause=EndCause.REQUEST, valid_to=date(2026, 3, 9))
    known(*ACTIVE, ended, DIED).when(FOLLOW).then_nothing()


def test_an_account_that_is_restored_ends_in_time_if_its_payee_is_dead() -> None:
    restored: Event = NemkontoRestored(designation=DESIGNATION, payee=ANNA, cause=EndCause.ACCOUNT_CLOSED)
    assert react(recorded(restored), [recorded(restored)])[0].command == FOLLOW


def test_the_end_of_an_account_that_goes_on_after_another_end_by_mistake_is_planned_anew() -> None:
    closed = NemkontoEnded(designation=DESIGNATION, payee=ANNA, cause=EndCause.ACCOUNT_CLOSED, valid_to=FIFTH_BANK_DAY)
    restored = NemkontoRestored(designation=DESIGNATION, payee=ANNA, cause=EndCause.ACCOUNT_CLOSED)
    past = (*ACTIVE, DIED, PLANNED, closed)
    assert NemkontoEnded in NEMKONTO_END.settled_by, "so nothing falls due by the first plan any more"
    known(*past).when(FOLLOW).then_nothing()
    known(*past, restored).when(FOLLOW).then(PLANNED)
    known(*past, restored, PLANNED).when(FOLLOW).then_nothing()
    known(*past, restored, PLANNED).at(THEN).when(FOLLOW).then(ENDED)


def test_w13_no_account_becomes_active_after_the_death() -> None:
    known(*AWAITING, DIED).when(REDEEM).then_refused(PayeeIsNoMore)
