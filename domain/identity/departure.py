"""What a departure means for the address at home: it ends with the residence, and holds again without it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.entry import End, Entries, EntryEndCause, Period
from domain.fact import Event
from domain.identity.person_address import PERSON_ADDRESSES, AddressEntered, AddressKind
from domain.identity.residence import ResidenceEntered, ResidenceKind

DEPARTURES = frozenset({ResidenceKind.ABROAD, ResidenceKind.GREENLAND})
AT_HOME = frozenset({AddressKind.HOME, AddressKind.NONE})


def with_departures(facts: Iterable[Event], residences: Entries, addresses: Entries) -> Iterator[Event]:
    """Facts of residences or addresses of a person, and what follows from them for the addresses at home."""
    for fact in facts:
        yield fact
        residences, addresses = residences.evolve(fact), addresses.evolve(fact)
    for entry in [period.entry for period in reversed(addresses.periods)]:
        for follows in _follows(addresses, addresses.period(entry), residences):
            yield follows
            addresses = addresses.evolve(follows)


def _follows(addresses: Entries, home: Period, residences: Entries) -> Iterator[Event]:
    """The facts by which an address at home ends with a departure, does not begin after one, or holds without one."""
    left_before = home.following is not None and home.following.cause is EntryEndCause.DEPARTURE
    if not _is_home(home) or (home.never_began and not left_before):
        return
    end = _departure(home, residences)
    if end is not None and end.day <= home.valid_from:
        if end != home.following:
            yield from PERSON_ADDRESSES.prevent(addresses, home.entry, EntryEndCause.DEPARTURE, end.by)
        return
    if home.never_began:
        for restored in PERSON_ADDRESSES.restore(addresses, home.entry):
            yield restored
            addresses = addresses.evolve(restored)
    if not addresses.period(home.entry).never_began:
        yield from PERSON_ADDRESSES.follow(addresses, home.entry, end)


def _departure(home: Period, residences: Entries) -> End | None:
    """The end of an address by the first departure after its beginning.

    One that began on a day that nobody knows began before, where the person has left by that day: it ended by then.
    """
    present = residences.on(home.valid_from)
    if home.entered.uncertain and present is not None and _is_departure(present):
        return End(home.valid_from, EntryEndCause.DEPARTURE, present.entry)
    for residence in residences.begun:
        if _is_departure(residence) and home.valid_from < residence.valid_from:
            return End(residence.valid_from, EntryEndCause.DEPARTURE, residence.entry)
    return None


def _is_departure(residence: Period) -> bool:
    assert isinstance(residence.entered, ResidenceEntered), "a residence is entered by its own fact"
    return residence.entered.kind in DEPARTURES


def _is_home(period: Period) -> bool:
    assert isinstance(period.entered, AddressEntered), "an address is entered by its own fact"
    return period.entered.kind in AT_HOME
