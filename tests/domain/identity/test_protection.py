"""Protection of name and address lasts a year or as granted, is prolonged or withdrawn, and ends automatically."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from domain.identity.person import NameAndAddressProtected, ProtectionLapsed, ProtectionWithdrawn
from domain.identity.person_commands import (
    LapseProtection,
    ProtectionAlreadyOver,
    ProtectionStillHolds,
    ProtectNameAndAddress,
    WithdrawProtection,
)
from domain.policy import PROTECTION_YEARS
from tests.controls import ANNA, ANNA_REGISTERED
from tests.law import given

USUAL = str(PROTECTION_YEARS.on(date(2026, 3, 2)))
LAST_DAY_OVER = date(2027, 3, 2)
PROTECTED = NameAndAddressProtected(person=ANNA, until=LAST_DAY_OVER, rule=USUAL)
PROLONGED = NameAndAddressProtected(person=ANNA, until=date(2030, 1, 1), rule=None)
LAPSE = LapseProtection(person=ANNA, due=LAST_DAY_OVER)
LAST_MINUTE = datetime(2027, 3, 1, 22, 59, tzinfo=UTC)
MIDNIGHT = datetime(2027, 3, 1, 23, 0, tzinfo=UTC)
"""The first instant of 2 March 2027 in Copenhagen."""


def test_protection_lasts_a_year() -> None:
    given(*ANNA_REGISTERED).when(ProtectNameAndAddress(person=ANNA)).then(PROTECTED)


def test_protection_from_29_february_ends_on_28_february() -> None:
    leap_day = datetime(2028, 2, 29, 9, tzinfo=UTC)
    ends = NameAndAddressProtected(person=ANNA, until=date(2029, 2, 28), rule=USUAL)
    given(*ANNA_REGISTERED).at(leap_day).when(ProtectNameAndAddress(person=ANNA)).then(ends)


def test_the_municipality_may_grant_protection_for_longer() -> None:
    given(*ANNA_REGISTERED).when(ProtectNameAndAddress(person=ANNA, until=date(2030, 1, 1))).then(PROLONGED)


def test_protection_is_prolonged() -> None:
    longer = ProtectNameAndAddress(person=ANNA, until=date(2030, 1, 1))
    given(*ANNA_REGISTERED, PROTECTED).when(longer).then(PROLONGED)


@pytest.mark.parametrize("until", [None, LAST_DAY_OVER, date(2026, 6, 1)])
def test_protection_is_never_shortened_by_protecting_again(until: date | None) -> None:
    given(*ANNA_REGISTERED, PROLONGED).when(ProtectNameAndAddress(person=ANNA, until=until)).then_nothing()


@pytest.mark.parametrize("until", [date(2026, 3, 2), date(2026, 3, 1)])
def test_protection_that_would_not_last_beyond_today_is_refused(until: date) -> None:
    over = ProtectNameAndAddress(person=ANNA, until=until)
    given(*ANNA_REGISTERED).when(over).then_refused(ProtectionAlreadyOver)


def test_protection_is_withdrawn() -> None:
    withdrawn = ProtectionWithdrawn(person=ANNA)
    given(*ANNA_REGISTERED, PROTECTED).when(WithdrawProtection(person=ANNA)).then(withdrawn)


def test_one_who_is_not_protected_has_nothing_to_withdraw() -> None:
    given(*ANNA_REGISTERED).when(WithdrawProtection(person=ANNA)).then_nothing()


def test_protection_lapses_at_midnight_in_copenhagen_and_not_a_minute_before() -> None:
    given(*ANNA_REGISTERED, PROTECTED).at(LAST_MINUTE).when(LAPSE).then_refused(ProtectionStillHolds)
    given(*ANNA_REGISTERED, PROTECTED).at(MIDNIGHT).when(LAPSE).then(ProtectionLapsed(person=ANNA))


def test_protection_that_was_prolonged_does_not_lapse_on_the_earlier_day() -> None:
    given(*ANNA_REGISTERED, PROTECTED, PROLONGED).at(MIDNIGHT).when(LAPSE).then_nothing()


@pytest.mark.parametrize("ended", [ProtectionWithdrawn(person=ANNA), ProtectionLapsed(person=ANNA)])
def test_protection_that_has_ended_does_not_lapse(ended: ProtectionWithdrawn | ProtectionLapsed) -> None:
    given(*ANNA_REGISTERED, PROTECTED, ended).at(MIDNIGHT).when(LAPSE).then_nothing()


def test_one_whose_protection_lapsed_may_be_protected_again() -> None:
    past = (*ANNA_REGISTERED, PROTECTED, ProtectionLapsed(person=ANNA))
    again = NameAndAddressProtected(person=ANNA, until=date(2028, 3, 2), rule=USUAL)
    given(*past).at(MIDNIGHT).when(ProtectNameAndAddress(person=ANNA)).then(again)
