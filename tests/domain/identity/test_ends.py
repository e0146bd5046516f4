"""An entry ends where somebody stated, or before that for another reason: neither end overwrites the other."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.command import AnyCommand
from domain.entry import Ended, Entered, Entries, EntryEndCause
from domain.fact import Event
from domain.identity.entry_commands import MATTERS, AnnulEntry, EndEntry, MatterName, ReopenEntry
from domain.identity.mandate_commands import FollowPartiesOfMandate
from domain.identity.residence import ResidenceKind
from domain.identity.residence_commands import EnterResidence
from domain.matter import EndsForAnotherReason
from domain.post.exemption import RevocationCause
from domain.post.exemption_after_return import RestoreExemptions
from domain.post.exemption_commands import RevokeExemption
from domain.subject import EntryId
from tests.controls import (
    ANNA,
    ANNA_DIED,
    ANNA_EXEMPT,
    ANNA_REGISTERED,
    ANNAS_ADDRESS_ENTERED,
    ANNAS_MAIL,
    BO,
    BO_READS_FOR_ANNA,
    residence,
)
from tests.law import after, folded, given

EARLIER, DAY, LATER = date(2026, 2, 20), date(2026, 2, 28), date(2026, 3, 15)
"""On the second day something else ends what is stated to end on the first or third, or never."""
HOME = ANNAS_ADDRESS_ENTERED.model_copy(update={"valid_from": date(2026, 2, 1)})
ADDRESS = MatterName.PERSON_ADDRESS
LIVES_HERE = tuple(HOME if fact == ANNAS_ADDRESS_ENTERED else fact for fact in ANNA_REGISTERED)
LEFT_BEFORE = residence(ANNA, ResidenceKind.ABROAD, date(2026, 1, 15))

WAYS: dict[MatterName, tuple[tuple[Event, ...], Entered, tuple[Event | AnyCommand, ...], EntryEndCause]] = {
    ADDRESS: (
        tuple(fact for fact in LIVES_HERE if fact != HOME),
        HOME,
        (EnterResidence(person=ANNA, kind=ResidenceKind.ABROAD, valid_from=DAY),),
        EntryEndCause.DEPARTURE,
    ),
    MatterName.EXEMPTION: (
        (*ANNA_REGISTERED, ANNAS_MAIL, LEFT_BEFORE),
        ANNA_EXEMPT,
        (
            EnterResidence(person=ANNA, kind=ResidenceKind.RESIDENT, valid_from=DAY),
            RevokeExemption(recipient=ANNA, cause=RevocationCause.RE_ENTRY),
        ),
        EntryEndCause.RE_ENTRY,
    ),
    MatterName.MANDATE: (
        ANNA_REGISTERED,
        BO_READS_FOR_ANNA,
        (ANNA_DIED, FollowPartiesOfMandate(entry=BO_READS_FOR_ANNA.entry, giver=ANNA, held_by=BO, on=DAY)),
        EntryEndCause.DEATH,
    ),
}
"""Of each matter in which something else ends an entry: the past, the entry, what ends it, and the cause."""
EACH = pytest.mark.parametrize("name", WAYS)


def ended(name: MatterName, valid_to: date | None = None) -> tuple[Event, ...]:
    """The past with the entry and what ends it on the day."""
    past, entered, acts, _ = WAYS[name]
    return after((*past, entered.model_copy(update={"valid_to": valid_to})), *acts)


def ends(name: MatterName, facts: tuple[Event, ...]) -> tuple[date | None, EntryEndCause | None]:
    """Where the entry ends and why: as decisions see it, and the register, whose columns the last fact sets."""
    _, entered, *_ = WAYS[name]
    entries = folded(MATTERS[name].of(ANNA), facts)
    assert isinstance(entries, Entries)
    end = entries.period(entered.entry).end
    *_, last = (fact for fact in facts if getattr(fact, "entry", None) == entered.entry)
    seen = (end.day if end else None, end.cause if end else None)
    assert seen == (last.valid_to, getattr(last, "cause", None))  # type: ignore[attr-defined]
    return seen


def act(name: MatterName, command: type[Any], **more: Any) -> AnyCommand:
    acted: AnyCommand = command(matter=name, party=ANNA, entry=WAYS[name][1].entry, **more)
    return acted


@EACH
def test_no_end_is_stated_after_the_day_on_which_it_ends_for_another_reason(name: MatterName) -> None:
    past = ended(name)
    given(*past).when(act(name, EndEntry, valid_to=LATER)).then_refused(EndsForAnotherReason)
    assert ends(name, past) == (DAY, WAYS[name][3])


@EACH
@pytest.mark.parametrize("stated", [EARLIER, LATER])
def test_a_stated_end_that_is_taken_back_leaves_the_other_end(name: MatterName, stated: date) -> None:
    past = after(ended(name, LATER), *((act(name, EndEntry, valid_to=EARLIER),) if stated == EARLIER else ()))
    assert ends(name, past)[0] == min(stated, DAY)
    reopened = after(past, act(name, ReopenEntry))
    assert ends(name, reopened) == (DAY, WAYS[name][3])


def test_a_stated_end_remains_when_what_else_ended_it_is_corrected() -> None:
    past = after(ended(ADDRESS), act(ADDRESS, EndEntry, valid_to=EARLIER))
    back = after(
        past,
        AnnulEntry(matter=MatterName.RESIDENCE, party=ANNA, entry=by_which_it_ended(past, EntryEndCause.DEPARTURE)),
    )
    assert ends(ADDRESS, back) == (EARLIER, EntryEndCause.STATED)
    again = after(back, act(ADDRESS, ReopenEntry))
    assert ends(ADDRESS, again) == (None, None)


def by_which_it_ended(facts: tuple[Event, ...], cause: EntryEndCause) -> EntryId:
    """The residence that ended the address at home, or the exemption."""
    (by,) = (fact.by for fact in facts if isinstance(fact, Ended) and fact.cause is cause)
    assert by is not None
    return by


def test_an_address_whose_stated_end_was_before_a_departure_ends_with_it_once_that_end_is_taken_back() -> None:
    left = after(LIVES_HERE, act(ADDRESS, EndEntry, valid_to=EARLIER), *WAYS[ADDRESS][2])
    for change in (
        act(ADDRESS, ReopenEntry),
        act(ADDRESS, EndEntry, valid_to=LATER),
    ):
        assert ends(ADDRESS, after(left, change)) == (DAY, EntryEndCause.DEPARTURE)


def test_an_exemption_whose_stated_end_was_before_a_return_ends_with_it_once_that_end_is_taken_back() -> None:
    past, exempt, returned, _ = WAYS[MatterName.EXEMPTION]
    back = after((*past, exempt), act(MatterName.EXEMPTION, EndEntry, valid_to=EARLIER), *returned)
    for change in (act(MatterName.EXEMPTION, ReopenEntry), act(MatterName.EXEMPTION, EndEntry, valid_to=LATER)):
        assert ends(MatterName.EXEMPTION, after(back, change)) == (DAY, EntryEndCause.RE_ENTRY)


def test_an_exemption_that_outlived_a_return_by_mistake_ends_with_the_next_one() -> None:
    past, exempt, returned, _ = WAYS[MatterName.EXEMPTION]
    left_again = residence(ANNA, ResidenceKind.ABROAD, date(2026, 3, 1))
    second = residence(ANNA, ResidenceKind.RESIDENT, date(2026, 3, 2))
    facts = after((*past, exempt), *returned, left_again, second)
    first = by_which_it_ended(facts, EntryEndCause.RE_ENTRY)
    annulled = after(facts, AnnulEntry(matter=MatterName.RESIDENCE, party=ANNA, entry=first))
    restored = after(annulled, RestoreExemptions(recipient=ANNA, residence=first))
    assert ends(MatterName.EXEMPTION, restored) == (second.valid_from, EntryEndCause.RE_ENTRY)
