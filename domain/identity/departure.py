"""What a departure means for the address at home: it ends with the residence, and holds again if that was a mistake."""

from collections.abc import Iterable, Iterator

from domain.entry import Entries, EntryEndCause, Period
from domain.fact import Event
from domain.identity.person_address import PERSON_ADDRESSES, AddressEntered, AddressKind
from domain.identity.residence import ResidenceAnnulled, ResidenceEntered, ResidenceKind

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
        case ResidenceEntered(kind=kind, valid_from=day) if kind in DEPARTURES:
            home = addresses.on(day)
            if home and _kind(home) in AT_HOME and home.valid_from < day:
                yield PERSON_ADDRESSES.end_with(home, day, EntryEndCause.DEPARTURE, fact.entry)
        case ResidenceAnnulled(entry=entry):
            day = residences.period(entry).valid_from
            for home in addresses.periods:
                if home.cause is EntryEndCause.DEPARTURE and home.valid_to == day:
                    yield from PERSON_ADDRESSES.restore(home, addresses)
        case _:
            pass


def _kind(period: Period) -> AddressKind:
    assert isinstance(period.entered, AddressEntered), "an address is entered by its own fact"
    return period.entered.kind
