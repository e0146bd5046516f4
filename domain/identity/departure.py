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
    for home in addresses.begun:
        if not _is_home(home):
            continue
        for follows in PERSON_ADDRESSES.follow(addresses, home.entry, _departure(home, residences)):
            yield follows
            addresses = addresses.evolve(follows)


def _departure(home: Period, residences: Entries) -> End | None:
    """The end of an address by the first departure after its beginning."""
    for residence in residences.begun:
        entered = residence.entered
        assert isinstance(entered, ResidenceEntered), "a residence is entered by its own fact"
        if entered.kind in DEPARTURES and home.valid_from < residence.valid_from:
            return End(residence.valid_from, EntryEndCause.DEPARTURE, residence.entry)
    return None


def _is_home(period: Period) -> bool:
    assert isinstance(period.entered, AddressEntered), "an address is entered by its own fact"
    return period.entered.kind in AT_HOME
