"""What a departure means for the address at home: it ends with the residence, and holds again without it.

A departure that was a mistake, or would be after a death, does not take place.
"""

from collections.abc import Iterable, Iterator

from domain.entry import Entered, Entries, EntryEndCause, Period
from domain.fact import Event
from domain.identity.person_address import PERSON_ADDRESSES, AddressEntered, AddressKind
from domain.identity.residence import (
    ResidenceAnnulled,
    ResidenceEndCorrected,
    ResidenceEnded,
    ResidenceEntered,
    ResidenceKind,
)

DEPARTURES = frozenset({ResidenceKind.ABROAD, ResidenceKind.GREENLAND})
AT_HOME = frozenset({AddressKind.HOME, AddressKind.NONE})


def with_addresses(facts: Iterable[Event], residences: Entries, addresses: Entries) -> Iterator[Event]:
    """The facts of residences, each with what follows from it for the address at home."""
    for fact in facts:
        yield fact
        for follows in _follows(fact, residences, addresses):
            yield follows
            addresses = addresses.evolve(follows)
        residences = residences.evolve(fact)


def _follows(fact: Event, residences: Entries, addresses: Entries) -> Iterator[Event]:
    match fact:
        case ResidenceEntered():
            yield from _departed(fact, addresses)
        case ResidenceEndCorrected(entry=entry) if residences.period(entry).never_began:
            yield from _departed(residences.period(entry).entered, addresses)
        case ResidenceAnnulled(entry=entry) | ResidenceEnded(entry=entry, cause=EntryEndCause.DEATH):
            day = residences.period(entry).valid_from
            for home in addresses.periods:
                if home.cause is EntryEndCause.DEPARTURE and home.valid_to == day:
                    yield from PERSON_ADDRESSES.restore(home, addresses)
        case _:
            pass


def departed_again(facts: Iterable[Event], residences: Entries, addresses: Entries) -> Iterator[Event]:
    """The facts of addresses that hold late or again; one at home ends with the departure that follows it."""
    back = set()
    for fact in facts:
        yield fact
        addresses = addresses.evolve(fact)
        back.add(fact.own_subject)
    for residence in residences.begun:
        for ended in _departed(residence.entered, addresses):
            if ended.own_subject in back:
                yield ended
                addresses = addresses.evolve(ended)


def _departed(residence: Entered, addresses: Entries) -> Iterator[Event]:
    assert isinstance(residence, ResidenceEntered), "a residence is entered by its own fact"
    home = addresses.on(residence.valid_from)
    if residence.kind in DEPARTURES and home and _kind(home) in AT_HOME and home.valid_from < residence.valid_from:
        yield PERSON_ADDRESSES.end_with(home, residence.valid_from, EntryEndCause.DEPARTURE, residence.entry)


def _kind(period: Period) -> AddressKind:
    assert isinstance(period.entered, AddressEntered), "an address is entered by its own fact"
    return period.entered.kind
