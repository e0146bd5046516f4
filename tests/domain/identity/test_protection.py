"""Protections: of name and address for a year or as granted, of other scopes without an end, each from day to day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from domain.danish_time import day_of
from domain.entry import EntryEndCause, EntrySource, Marker
from domain.fact import Event
from domain.identity.entry_commands import AnnulEntry, MatterName
from domain.identity.person import PERSON, Person
from domain.identity.protection import (
    PROTECTIONS,
    ProtectionAlreadyOver,
    ProtectionAnnulled,
    ProtectionEnded,
    ProtectionEntered,
    ProtectionScope,
)
from domain.identity.protection_commands import ProtectPerson, WithdrawProtection
from domain.policy import PROTECTION_REMINDER_DAYS, PROTECTION_YEARS
from domain.subject import EntryId
from tests.controls import ANNA, ANNA_REGISTERED
from tests.law import CONTEXT, folded, given

NAME_ADDRESS = ProtectionScope.NAME_ADDRESS
OTHERS = [scope for scope in ProtectionScope if scope is not NAME_ADDRESS]
TODAY, FIRST_DAY_WITHOUT = date(2026, 3, 2), date(2027, 3, 2)
USUAL = str(PROTECTION_YEARS.on(TODAY))
REMINDED_BY = str(PROTECTION_REMINDER_DAYS.on(TODAY))
LAST_MINUTE = datetime(2027, 3, 1, 22, 59, tzinfo=UTC)
MIDNIGHT = datetime(2027, 3, 1, 23, 0, tzinfo=UTC)
"""The first instant of 2 March 2027 in Copenhagen."""
REMINDER = datetime(2027, 1, 30, 23, 0, tzinfo=UTC)
"""The first instant of 31 January 2027 in Copenhagen, thirty days before."""


def entered(
    valid_to: date | None,
    rule: str | None = None,
    scope: ProtectionScope = NAME_ADDRESS,
    valid_from: date = TODAY,
    entry: EntryId | None = None,
) -> ProtectionEntered:
    return ProtectionEntered(
        entry=entry or PROTECTIONS.new_entry(CONTEXT),
        party=ANNA,
        valid_from=valid_from,
        valid_to=valid_to,
        source=EntrySource.PARTY,
        scope=scope,
        rule=rule,
    )


PROTECTED = entered(FIRST_DAY_WITHOUT, USUAL, entry=EntryId(CONTEXT.correlation))


def anna(*facts: Event) -> Person:
    person = folded(PERSON.of(ANNA), (*ANNA_REGISTERED, *facts))
    assert isinstance(person, Person)
    return person


def test_protection_lasts_a_year() -> None:
    given(*ANNA_REGISTERED).when(ProtectPerson(person=ANNA)).then(entered(FIRST_DAY_WITHOUT, USUAL))


def test_protection_from_29_february_ends_on_28_february() -> None:
    leap_day = datetime(2028, 2, 29, 9, tzinfo=UTC)
    (protected,) = given(*ANNA_REGISTERED).at(leap_day).when(ProtectPerson(person=ANNA)).facts
    assert isinstance(protected, ProtectionEntered)
    assert protected.valid_to == date(2029, 2, 28)


def test_the_municipality_may_grant_protection_for_longer() -> None:
    longer = ProtectPerson(person=ANNA, valid_to=date(2030, 1, 1))
    given(*ANNA_REGISTERED).when(longer).then(entered(date(2030, 1, 1)))


def test_a_longer_protection_is_not_cut_short_by_one_that_was_to_begin_later() -> None:
    later = entered(date(2026, 7, 1), valid_from=date(2026, 6, 1), entry=EntryId(CONTEXT.correlation))
    decided = given(*ANNA_REGISTERED, later).when(ProtectPerson(person=ANNA))
    person = anna(later, *decided.facts)
    assert [person.protected(date(2026, month, 15)) for month in (3, 6, 7, 12)] == [True] * 4


def test_one_that_is_to_begin_later_and_lasts_longer_stays() -> None:
    later = entered(date(2029, 1, 1), valid_from=date(2026, 6, 1), entry=EntryId(CONTEXT.correlation))
    decided = given(*ANNA_REGISTERED, later).when(ProtectPerson(person=ANNA))
    person = anna(later, *decided.facts)
    assert [person.protected(date(year, 4, 15)) for year in (2026, 2027, 2028)] == [True] * 3


@pytest.mark.parametrize("begins", [TODAY, date(2026, 6, 1)])
def test_a_protection_whose_place_another_took_is_not_shortened_should_that_one_be_annulled(begins: date) -> None:
    first = entered(date(2030, 6, 1), valid_from=begins, entry=EntryId(UUID(int=5)))
    second = entered(date(2031, 1, 1), valid_from=date(2027, 1, 1), entry=EntryId(UUID(int=6)))
    ended = ProtectionEnded(
        entry=first.entry, party=ANNA, valid_to=second.valid_from, cause=EntryEndCause.SUCCEEDED, by=second.entry
    )
    past = (*ANNA_REGISTERED, first, second, ended)
    shorter = given(*past).when(ProtectPerson(person=ANNA, valid_to=date(2028, 3, 2))).facts
    annul = AnnulEntry(matter=MatterName.PROTECTION, party=ANNA, entry=second.entry)
    facts = (first, second, ended, *shorter, *given(*past, *shorter).when(annul).facts)
    days = [TODAY + timedelta(days=number) for number in range(1500)]
    assert [day for day in days if not anna(*facts).protected(day)] == []


def test_protection_is_prolonged_by_one_that_takes_its_place() -> None:
    past = (*ANNA_REGISTERED, PROTECTED.model_copy(update={"valid_from": date(2026, 2, 1)}))
    longer = entered(date(2030, 1, 1))
    succeeded = ProtectionEnded(
        entry=PROTECTED.entry, party=ANNA, valid_to=TODAY, cause=EntryEndCause.SUCCEEDED, by=longer.entry
    )
    given(*past).when(ProtectPerson(person=ANNA, valid_to=date(2030, 1, 1))).then(longer, succeeded)


@pytest.mark.parametrize("until", [None, FIRST_DAY_WITHOUT, date(2026, 6, 1)])
def test_protection_is_never_shortened_by_protecting_again(until: date | None) -> None:
    given(*ANNA_REGISTERED, PROTECTED).when(ProtectPerson(person=ANNA, valid_to=until)).then_nothing()


@pytest.mark.parametrize("until", [date(2026, 3, 2), date(2026, 3, 1)])
def test_protection_that_would_not_last_beyond_today_is_refused(until: date) -> None:
    given(*ANNA_REGISTERED).when(ProtectPerson(person=ANNA, valid_to=until)).then_refused(ProtectionAlreadyOver)


def test_protection_is_withdrawn_and_holds_until_midnight() -> None:
    ended = ProtectionEnded(entry=PROTECTED.entry, party=ANNA, valid_to=date(2026, 3, 3), cause=EntryEndCause.STATED)
    given(*ANNA_REGISTERED, PROTECTED).when(WithdrawProtection(person=ANNA)).then(ended)
    given(*ANNA_REGISTERED, PROTECTED, ended).when(WithdrawProtection(person=ANNA)).then_nothing()
    assert [anna(PROTECTED, ended).protected(day) for day in (TODAY, date(2026, 3, 3))] == [True, False]


@pytest.mark.parametrize("scope", list(ProtectionScope))
def test_a_protection_that_is_still_to_begin_is_withdrawn_too(scope: ProtectionScope) -> None:
    later = entered(date(2027, 6, 1), scope=scope, valid_from=date(2026, 3, 3), entry=EntryId(UUID(int=5)))
    withdraw = WithdrawProtection(person=ANNA, scope=scope)
    never = ProtectionAnnulled(entry=later.entry, party=ANNA, marker=Marker.ANNULLED)
    given(*ANNA_REGISTERED, later).when(withdraw).then(never)
    given(*ANNA_REGISTERED, later, never).when(withdraw).then_nothing()
    begins_before = replace(withdraw, valid_to=date(2026, 3, 4))
    ended = ProtectionEnded(entry=later.entry, party=ANNA, valid_to=date(2026, 3, 4), cause=EntryEndCause.STATED)
    given(*ANNA_REGISTERED, later).when(begins_before).then(ended)


@pytest.mark.parametrize("withdrawn_to", [None, date(2026, 3, 10), date(2026, 6, 1), date(2027, 4, 1)])
def test_after_a_withdrawal_no_protection_of_its_scope_holds_from_its_day(withdrawn_to: date | None) -> None:
    next_one = ProtectPerson(person=ANNA, valid_from=date(2026, 6, 1), valid_to=date(2027, 6, 1))
    past = (*ANNA_REGISTERED, PROTECTED, *given(*ANNA_REGISTERED, PROTECTED).when(next_one).facts)
    day = withdrawn_to or date(2026, 3, 3)
    facts = given(*past).when(WithdrawProtection(person=ANNA, valid_to=day)).facts
    held, holds = anna(*past[len(ANNA_REGISTERED) :]), anna(*past[len(ANNA_REGISTERED) :], *facts)
    days = [day + timedelta(days=n) for n in range(-30, 500)]
    assert [holds.protected(each) for each in days] == [held.protected(each) and each < day for each in days]


def test_a_protection_ends_at_midnight_at_the_earliest_also_if_an_earlier_day_is_stated() -> None:
    ended = ProtectionEnded(entry=PROTECTED.entry, party=ANNA, valid_to=date(2026, 3, 3), cause=EntryEndCause.STATED)
    yesterday = WithdrawProtection(person=ANNA, valid_to=date(2026, 3, 1))
    given(*ANNA_REGISTERED, PROTECTED).when(yesterday).then(ended)


def test_one_who_is_not_protected_has_nothing_to_withdraw() -> None:
    given(*ANNA_REGISTERED).when(WithdrawProtection(person=ANNA)).then_nothing()


def test_protection_lapses_at_midnight_in_copenhagen_and_not_a_minute_before() -> None:
    assert [anna(PROTECTED).protected(day_of(at)) for at in (LAST_MINUTE, MIDNIGHT)] == [True, False]


def test_a_protection_that_begins_later_holds_from_midnight_of_its_day() -> None:
    tomorrow = date(2026, 3, 3)
    (later,) = given(*ANNA_REGISTERED).when(ProtectPerson(person=ANNA, valid_from=tomorrow)).facts
    assert later == entered(date(2027, 3, 3), USUAL, valid_from=tomorrow)
    assert [anna(later).protected(day) for day in (TODAY, tomorrow)] == [False, True]


def test_one_whose_protection_lapsed_may_be_protected_again() -> None:
    (again,) = given(*ANNA_REGISTERED, PROTECTED).at(MIDNIGHT).when(ProtectPerson(person=ANNA)).facts
    assert isinstance(again, ProtectionEntered)
    assert (again.valid_from, again.valid_to) == (FIRST_DAY_WITHOUT, date(2028, 3, 2))


@pytest.mark.parametrize("scope", OTHERS)
def test_another_protection_holds_beside_that_of_the_name_and_has_no_end_until_it_is_withdrawn(
    scope: ProtectionScope,
) -> None:
    past = (*ANNA_REGISTERED, PROTECTED)
    given(*past).when(ProtectPerson(person=ANNA, scope=scope)).then(other := entered(None, scope=scope))
    both = anna(PROTECTED, other)
    assert both.protected(date(2040, 1, 1), scope)
    assert not both.protected(date(2040, 1, 1))
    (ended,) = given(*past, other).when(WithdrawProtection(person=ANNA, scope=scope)).facts
    assert anna(PROTECTED, other, ended).protected(date(2026, 3, 3), scope) is (scope is ProtectionScope.DIRECTORY)
    assert anna(PROTECTED, other, ended).protected(date(2026, 3, 3))


def test_who_keeps_name_and_address_from_others_is_in_no_directory_either() -> None:
    assert anna(PROTECTED).protected(TODAY, ProtectionScope.DIRECTORY)
    assert not anna(PROTECTED).protected(TODAY, ProtectionScope.MARKETING)


def test_a_protection_that_was_a_mistake_is_annulled() -> None:
    annul = AnnulEntry(matter=MatterName.PROTECTION, party=ANNA, entry=PROTECTED.entry)
    (annulled,) = given(*ANNA_REGISTERED, PROTECTED).when(annul).facts
    assert isinstance(annulled, ProtectionAnnulled)
    assert not anna(PROTECTED, annulled).protected(TODAY)


def test_a_protection_without_an_end_is_not_shortened_by_one_with_an_end() -> None:
    endless = entered(None, scope=ProtectionScope.MARKETING, entry=PROTECTED.entry)
    until_may = ProtectPerson(person=ANNA, scope=ProtectionScope.MARKETING, valid_to=date(2026, 5, 1))
    given(*ANNA_REGISTERED, endless).when(until_may).then_nothing()
