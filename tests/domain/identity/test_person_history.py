"""Histories of a person by hypothesis: moves, departures, deaths and corrections of all of them, across the matters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from domain.command import AnyCommand
from domain.entry import Annulled, EndCorrected, Ended, Entered, Entries
from domain.fact import Event
from domain.identity.after_end import FollowDeath
from domain.identity.birth_and_death import CorrectDeath, RecordDeath
from domain.identity.departure import AT_HOME, DEPARTURES
from domain.identity.entry_commands import AnnulEntry, EndEntry, MatterName, ReopenEntry
from domain.identity.person import DeathCorrected, PersonDied, PersonRegistered
from domain.identity.person_address import PERSON_ADDRESSES, AddressEntered, AddressKind
from domain.identity.person_address_commands import ChangeAddress
from domain.identity.residence import RESIDENCES, ResidenceEntered, ResidenceKind
from domain.identity.residence_commands import EnterResidence
from domain.matter import Matter
from domain.subject import EntryId
from tests.controls import ANNA, ANNAS_ADDRESS
from tests.law import CONTEXT, NOW, folded, given

FIRST_DAY = date(2026, 2, 1)
DAYS = 12
TODAY = NOW.date()
DAY = st.integers(0, DAYS).map(lambda number: FIRST_DAY + timedelta(days=number))
NAMED = st.just(0) | st.integers(0, 6)
"""An entry, by its place among those of its matter: mostly the first, so that acts meet on one entry."""
MOVE = st.tuples(
    st.just("move"),
    st.just(AddressKind.HOME) | st.sampled_from([AddressKind.FOREIGN, AddressKind.CONTACT]),
    DAY,
    st.just(value=False) | st.booleans(),
)
RESIDE = st.tuples(st.just("reside"), st.just(ResidenceKind.ABROAD) | st.sampled_from(ResidenceKind), DAY | st.none())
END = st.tuples(st.just("end"), NAMED, DAY)
REOPEN = st.tuples(st.just("reopen"), NAMED)
ANNUL = st.tuples(st.just("annul"), st.sampled_from([MatterName.PERSON_ADDRESS, MatterName.RESIDENCE]), NAMED)
DIE = st.tuples(st.just("die"), st.none() | DAY)
ACT = st.one_of(MOVE, RESIDE, DIE, END, REOPEN, ANNUL)
FIRST = st.tuples(MOVE, END | MOVE | RESIDE, RESIDE, END | REOPEN | ANNUL | DIE)
"""How most histories begin, so that few acts do nothing."""
WHAT_HOLDS: tuple[tuple[Matter, type[Entered], str], ...] = (
    (PERSON_ADDRESSES, AddressEntered, ""),
    (PERSON_ADDRESSES, AddressEntered, AddressKind.CONTACT),
    (RESIDENCES, ResidenceEntered, ""),
)
EVERY_DAY = [FIRST_DAY + timedelta(days=number) for number in range(-1, DAYS + 2)] + [TODAY]


@dataclass
class Stated:
    """What was stated, and what holds by it: the reference reads no end that follows from something else."""

    entered: dict[EntryId, Entered]
    stated_to: dict[EntryId, date | None]
    died_on: date | None = None

    @classmethod
    def by(cls, facts: tuple[Event, ...]) -> Stated:
        stated = cls({}, {})
        for fact in facts:
            match fact:
                case Entered(entry=entry, valid_to=valid_to):
                    stated.entered[entry], stated.stated_to[entry] = fact, valid_to
                case Ended(entry=entry, valid_to=valid_to, cause=cause) if cause.is_stated:
                    stated.stated_to[entry] = valid_to
                case EndCorrected(entry=entry, corrected=corrected) if corrected.is_stated:
                    stated.stated_to[entry] = None
                case Annulled(entry=entry):
                    del stated.entered[entry]
                case PersonDied() | DeathCorrected():
                    stated.died_on = fact.died_on if isinstance(fact, PersonDied) else None
                case _:
                    pass
        return stated

    def begun(self, kind: type[Entered]) -> list[Entered]:
        """The entries of a matter without those that would begin after the death, or at home after a departure."""
        of_the_matter = [each for each in self.entered.values() if isinstance(each, kind) and not self.had_left(each)]
        return [each for each in of_the_matter if each.uncertain or not self.died_on or each.valid_from <= self.died_on]

    def holding(self, kind: type[Entered], track: str, day: date) -> EntryId | None:
        """The last that began by the day holds, unless its stated end has come, or the person has left it."""
        by_then = [each for each in self.begun(kind) if each.track == track and each.valid_from <= day]
        last = max(by_then, key=lambda each: each.valid_from, default=None)
        if last is None:
            return None
        stated_to = self.stated_to[last.entry]
        over = stated_to is not None and stated_to <= day
        return None if over or self.left(last, day) else last.entry

    def had_left(self, address: Entered) -> bool:
        """Whether the person had left by the day of an address at home of which nobody knows when it began."""
        if not (isinstance(address, AddressEntered) and address.kind in AT_HOME and address.uncertain):
            return False
        present = self.holding(ResidenceEntered, "", address.valid_from)
        residence = self.entered[present] if present else None
        return isinstance(residence, ResidenceEntered) and residence.kind in DEPARTURES

    def left(self, address: Entered, day: date) -> bool:
        """Whether the person departed after the first day of an address at home, and by the day."""
        return (isinstance(address, AddressEntered) and address.kind in AT_HOME) and any(
            address.valid_from < residence.valid_from <= day
            for residence in self.begun(ResidenceEntered)
            if isinstance(residence, ResidenceEntered) and residence.kind in DEPARTURES
        )


def named(facts: tuple[Event, ...], kind: type[Entered], nth: int) -> EntryId | None:
    entries = [fact.entry for fact in facts if isinstance(fact, kind)]
    return entries[nth] if nth < len(entries) else None


def command(act: tuple[Any, ...], facts: tuple[Event, ...]) -> AnyCommand | None:
    """The command of an act; None where there is no such entry."""
    of_address: dict[str, Any] = {"matter": MatterName.PERSON_ADDRESS, "party": ANNA}
    match act:
        case ("move", kind, day, uncertain):
            return ChangeAddress(person=ANNA, address=ANNAS_ADDRESS, kind=kind, valid_from=day, uncertain=uncertain)
        case ("reside", kind, day):
            return EnterResidence(person=ANNA, kind=kind, valid_from=day)
        case ("die", day):
            return CorrectDeath(person=ANNA) if day is None else RecordDeath(person=ANNA, died_on=day)
        case ("annul", matter, nth):
            kind = AddressEntered if matter is MatterName.PERSON_ADDRESS else ResidenceEntered
            entry = named(facts, kind, nth)
            return AnnulEntry(matter=matter, party=ANNA, entry=entry) if entry else None
        case ("end" | "reopen", nth, *days):
            entry = named(facts, AddressEntered, nth)
            if entry is None:
                return None
            ended = EndEntry(**of_address, entry=entry, valid_to=days[0]) if days else None
            return ended or ReopenEntry(**of_address, entry=entry)
        case _:
            raise AssertionError(act)


def after(acts: list[tuple[Any, ...]]) -> tuple[Event, ...]:
    """The facts after the acts, each followed by what follows from a death; what is refused leaves nothing."""
    facts: tuple[Event, ...] = (PersonRegistered(person=ANNA, birth_date=None),)
    for nth, act in enumerate(acts):
        follows = (FollowDeath(person=ANNA),) if act[0] == "die" else ()
        for each in (command(act, facts), *follows):
            context = replace(CONTEXT, command=UUID(int=nth + 1))
            facts += given(*facts).by(context.at(NOW)).when(each).facts_unless_refused if each else ()
    return facts


@for_any(first=FIRST, acts=st.lists(ACT, max_size=12))
@settings(max_examples=500)
def test_on_every_day_after_moves_departures_deaths_and_corrections_holds_what_was_stated(
    first: tuple[Any, ...], acts: list[tuple[Any, ...]]
) -> None:
    facts = after([*first, *acts])
    stated = Stated.by(facts)
    for matter, kind, track in WHAT_HOLDS:
        for day in EVERY_DAY:
            expected = stated.holding(kind, track, day)
            assert holding(matter, facts, track, day) == expected
            assert in_the_register(matter, facts, track, day) == ([expected] if expected else [])
    given(*facts).when(FollowDeath(person=ANNA)).then_nothing()


def holding(matter: Matter, facts: tuple[Event, ...], track: str, day: date) -> EntryId | None:
    """What holds as decisions see it."""
    entries = folded(matter.of(ANNA), facts)
    assert isinstance(entries, Entries)
    period = entries.on(day, track)
    return period.entry if period else None


def in_the_register(matter: Matter, facts: tuple[Event, ...], track: str, day: date) -> list[EntryId]:
    """What holds as the register sees it, whose last day is set by the last fact."""
    rows: dict[EntryId, tuple[Entered, date | None]] = {}
    for fact in facts:
        match fact:
            case Entered(entry=entry, valid_to=valid_to) if isinstance(fact, matter.facts):
                rows[entry] = (fact, valid_to)
            case Ended() | EndCorrected() if fact.entry in rows:
                rows[fact.entry] = (rows[fact.entry][0], fact.valid_to)
            case Annulled(entry=entry):
                rows.pop(entry, None)
            case _:
                pass
    return [
        entry
        for entry, (entered, valid_to) in rows.items()
        if entered.track == track and entered.valid_from <= day and (valid_to is None or day < valid_to)
    ]
