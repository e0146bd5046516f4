"""The NemKonto: codes are redeemed, mistaken, used up and expired, and a NemKonto ends."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.fact import Event
from domain.identity.company import CessationCorrected, CompanyCeased
from domain.identity.person import DeathCorrected, PersonDied
from domain.nemkonto.designation import (
    ActivationRefused,
    DesignationBlocked,
    DesignationChannel,
    DesignationExpired,
    EndCause,
    NemkontoEnded,
)
from domain.nemkonto.designation_commands import (
    ActivateNemkonto,
    ActivationCodeExpired,
    ActivationCodeMissing,
    AwaitsNoActivation,
    NotExpiredYet,
)
from domain.nemkonto.ending_commands import (
    EndCauseNotRecorded,
    EndCauseOfAnotherKind,
    EndNeedsItsDay,
    EndNemkonto,
    NotTheActiveNemkonto,
    TooEarlyToEnd,
)
from domain.policy import ENDED_AFTER_CESSATION_DAYS, ENDED_AFTER_DEATH_YEARS
from domain.subject import PartyId
from tests.controls import ANNA, BO, DESIGNATION, FIRM, LATER_DESIGNATION, code_hash, known
from tests.nemkonto_past import (
    ACTIVATED,
    ACTIVE,
    AGE_RULE,
    ATTEMPTS_RULE,
    AWAITING,
    BANK_REPORT,
    EFFECT_RULE,
    END,
    EXPIRE,
    FORM,
    LATER_ACTIVATED,
    LATER_REPLACES,
    LETTER,
    REDEEM,
    SELF_SERVICE,
    SUPERSEDED,
    TODAY,
    WRONG_CODE,
    wrong,
)


@pytest.mark.parametrize(
    "channel", [DesignationChannel.SELF_SERVICE, DesignationChannel.AUTHORITY, DesignationChannel.FORM]
)
def test_every_route_but_the_bank_needs_an_activation_code(channel: DesignationChannel) -> None:
    evidence = replace(SELF_SERVICE, channel=channel, signature="signature 1", document=FORM)
    known().when(replace(evidence, code_hash=None)).then_refused(ActivationCodeMissing)


def test_the_right_code_activates() -> None:
    known(*AWAITING).when(REDEEM).then(LATER_ACTIVATED)


def test_a_code_is_redeemed_once() -> None:
    known(*AWAITING, LATER_ACTIVATED).when(REDEEM).then_nothing()


def test_a_wrong_code_activates_nothing_and_is_counted() -> None:
    known(*AWAITING).when(WRONG_CODE).then(wrong(1))
    known(*AWAITING, wrong(1)).when(WRONG_CODE).then(wrong(2))


def test_the_right_code_still_counts_after_wrong_ones() -> None:
    known(*AWAITING, wrong(1), wrong(2), wrong(3), wrong(4)).when(REDEEM).then(LATER_ACTIVATED)


def test_the_last_wrong_attempt_blocks_the_designation() -> None:
    blocked = DesignationBlocked(designation=LATER_DESIGNATION, payee=ANNA, rule=ATTEMPTS_RULE)
    before = (*AWAITING, wrong(1), wrong(2), wrong(3), wrong(4))
    known(*before).when(WRONG_CODE).then(wrong(5), blocked)
    known(*before, wrong(5), blocked).when(REDEEM).then_refused(AwaitsNoActivation)


def test_attempts_are_counted_anew_for_a_new_designation() -> None:
    again = replace(SELF_SERVICE, designation=DESIGNATION, code_hash=code_hash(DESIGNATION, "1"))
    facts = (*AWAITING, wrong(1), *known(*AWAITING, wrong(1)).when(again).facts)
    miss = ActivateNemkonto(designation=DESIGNATION, payee=ANNA, code_hash="2")
    known(*facts).when(miss).then(ActivationRefused(designation=DESIGNATION, payee=ANNA, attempt=1, rule=ATTEMPTS_RULE))


def test_a_code_without_a_designation_is_refused() -> None:
    known().when(REDEEM).then_refused(AwaitsNoActivation)


def test_nobody_redeems_the_code_of_another_payee() -> None:
    known(*AWAITING).when(replace(REDEEM, payee=BO)).then_refused(AwaitsNoActivation)


def test_the_account_of_an_ended_nemkonto_can_be_designated_again() -> None:
    ended = known(*ACTIVE).when(END).facts
    facts = known(*ACTIVE, *ended).when(replace(BANK_REPORT, designation=LATER_DESIGNATION)).facts
    assert facts[-1] == LATER_ACTIVATED


def test_a_second_letter_voids_the_code_of_the_first() -> None:
    again = replace(SELF_SERVICE, designation=DESIGNATION, code_hash=code_hash(DESIGNATION, "24681357"))
    second = known(*AWAITING).when(again).facts
    known(*AWAITING, *second).when(REDEEM).then_refused(AwaitsNoActivation)
    redeem = ActivateNemkonto(designation=DESIGNATION, payee=ANNA, code_hash=again.code_hash or "")
    known(*AWAITING, *second).when(redeem).then(ACTIVATED)


def test_a_code_expires_when_its_last_day_is_over() -> None:
    expired = DesignationExpired(designation=LATER_DESIGNATION, payee=ANNA)
    known(*AWAITING).at(LETTER.valid_until).when(EXPIRE).then(expired)
    known(*AWAITING, expired).at(LETTER.valid_until).when(EXPIRE).then_nothing()


def test_a_code_does_not_expire_before_its_time() -> None:
    known(*AWAITING).at(LETTER.valid_until - timedelta(microseconds=1)).when(EXPIRE).then_refused(NotExpiredYet)


def test_an_expired_code_leaves_the_old_account_active() -> None:
    expired = DesignationExpired(designation=LATER_DESIGNATION, payee=ANNA)
    again = replace(BANK_REPORT, designation=type(DESIGNATION)(ANNA.uuid))
    known(*ACTIVE, *AWAITING, expired).when(again).then_nothing()


def test_what_is_activated_does_not_expire() -> None:
    known(*AWAITING, LATER_ACTIVATED).at(LETTER.valid_until).when(EXPIRE).then_nothing()


def test_a_code_is_refused_when_its_days_are_over_even_if_no_timer_ran() -> None:
    known(*AWAITING).at(LETTER.valid_until).when(REDEEM).then_refused(ActivationCodeExpired)


def test_an_end_on_request_takes_effect_on_the_fifth_bank_day() -> None:
    ended = NemkontoEnded(
        designation=DESIGNATION,
        payee=ANNA,
        cause=EndCause.REQUEST,
        valid_to=date(2026, 4, 9),
        rule=EFFECT_RULE,
        age_rule=AGE_RULE,
    )
    known(*ACTIVE).at(datetime(2026, 3, 30, 9, tzinfo=UTC)).when(END).then(ended)
    known(*ACTIVE, ended).when(END).then_nothing()


FIRMS_ACTIVE = tuple(fact.model_copy(update={"payee": FIRM}) for fact in ACTIVE)


def died(day: date) -> PersonDied:
    return PersonDied(person=ANNA, died_on=day)


def ceased(day: date) -> CompanyCeased:
    return CompanyCeased(company=FIRM, ceased_on=day)


OF_THE_CAUSE = {
    EndCause.DEATH_PLUS_3Y: str(ENDED_AFTER_DEATH_YEARS.on(TODAY)),
    EndCause.CEASED_PLUS_360D: str(ENDED_AFTER_CESSATION_DAYS.on(TODAY)),
}
"""The rules that set the day of an end."""


@pytest.mark.parametrize(
    ("past", "payee", "cause", "happened_on", "valid_to"),
    [
        ((*ACTIVE, died(date(2024, 2, 29))), ANNA, EndCause.DEATH_PLUS_3Y, None, date(2027, 2, 28)),
        ((*FIRMS_ACTIVE, ceased(date(2026, 4, 1))), FIRM, EndCause.CEASED_PLUS_360D, None, date(2027, 3, 27)),
        (FIRMS_ACTIVE, FIRM, EndCause.BANKRUPTCY, date(2027, 4, 1), date(2027, 4, 1)),
        (ACTIVE, ANNA, EndCause.ACCOUNT_CLOSED, date(2027, 3, 31), date(2027, 3, 31)),
    ],
)
def test_each_cause_ends_a_nemkonto_on_the_day_that_it_counts_from(
    past: tuple[Event, ...], payee: PartyId, cause: EndCause, happened_on: date | None, valid_to: date
) -> None:
    end = EndNemkonto(designation=DESIGNATION, payee=payee, cause=cause, happened_on=happened_on)
    rule = OF_THE_CAUSE.get(cause)
    ended = NemkontoEnded(designation=DESIGNATION, payee=payee, cause=cause, valid_to=valid_to, rule=rule)
    known(*past).at(datetime(2027, 4, 1, 9, tzinfo=UTC)).when(end).then(ended)


@pytest.mark.parametrize(
    ("past", "payee", "cause"),
    [
        ((*ACTIVE, died(TODAY)), ANNA, EndCause.DEATH_PLUS_3Y),
        ((*FIRMS_ACTIVE, ceased(TODAY)), FIRM, EndCause.CEASED_PLUS_360D),
    ],
)
def test_a_nemkonto_goes_on_for_a_time_after_a_death_or_a_cessation(
    past: tuple[Event, ...], payee: PartyId, cause: EndCause
) -> None:
    known(*past).when(EndNemkonto(designation=DESIGNATION, payee=payee, cause=cause)).then_refused(TooEarlyToEnd)


LONG_AGO = date(2020, 1, 1)


@pytest.mark.parametrize(
    ("past", "payee", "cause", "happened_on"),
    [
        (ACTIVE, ANNA, EndCause.DEATH_PLUS_3Y, LONG_AGO),
        ((*ACTIVE, died(LONG_AGO), DeathCorrected(person=ANNA)), ANNA, EndCause.DEATH_PLUS_3Y, LONG_AGO),
        ((*ACTIVE, died(LONG_AGO)), ANNA, EndCause.DEATH_PLUS_3Y, date(2019, 1, 1)),
        (FIRMS_ACTIVE, FIRM, EndCause.CEASED_PLUS_360D, LONG_AGO),
        (
            (*FIRMS_ACTIVE, ceased(LONG_AGO), CessationCorrected(company=FIRM)),
            FIRM,
            EndCause.CEASED_PLUS_360D,
            LONG_AGO,
        ),
    ],
)
def test_w28_an_end_after_a_death_or_a_cessation_needs_it_in_the_register(
    past: tuple[Event, ...], payee: PartyId, cause: EndCause, happened_on: date
) -> None:
    end = EndNemkonto(designation=DESIGNATION, payee=payee, cause=cause, happened_on=happened_on)
    known(*past).when(end).then_refused(EndCauseNotRecorded)


@pytest.mark.parametrize(
    ("past", "payee", "cause"),
    [
        ((*ACTIVE, died(LONG_AGO)), ANNA, EndCause.CEASED_PLUS_360D),
        (ACTIVE, ANNA, EndCause.BANKRUPTCY),
        ((*FIRMS_ACTIVE, ceased(LONG_AGO)), FIRM, EndCause.DEATH_PLUS_3Y),
    ],
)
def test_w28_people_die_and_companies_cease_or_go_bankrupt(
    past: tuple[Event, ...], payee: PartyId, cause: EndCause
) -> None:
    end = EndNemkonto(designation=DESIGNATION, payee=payee, cause=cause, happened_on=LONG_AGO)
    known(*past).when(end).then_refused(EndCauseOfAnotherKind)


@pytest.mark.parametrize("happened_on", [None, TODAY + timedelta(days=1)])
def test_an_end_that_rests_on_a_day_needs_one_that_is_not_to_come(happened_on: date | None) -> None:
    closed = replace(END, cause=EndCause.ACCOUNT_CLOSED, happened_on=happened_on)
    known(*ACTIVE).when(closed).then_refused(EndNeedsItsDay)


def test_only_the_active_nemkonto_can_be_ended() -> None:
    known().when(END).then_refused(NotTheActiveNemkonto)
    known(*ACTIVE, *AWAITING).when(replace(END, designation=LATER_DESIGNATION)).then_refused(NotTheActiveNemkonto)
    known(*ACTIVE, *AWAITING, LATER_REPLACES, SUPERSEDED).when(END).then_refused(NotTheActiveNemkonto)


def test_an_end_does_not_void_a_letter_under_way() -> None:
    ended = known(*ACTIVE, *AWAITING).when(END).facts
    known(*ACTIVE, *AWAITING, *ended).when(REDEEM).then(LATER_ACTIVATED)
