"""Whatever is merged, annulled and done with numbers, each refers to the entry to which a plain reference says."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.command import AnyCommand
from domain.fact import Event
from domain.identity.existence import EXISTENCE, Existence
from domain.identity.merge import EntryIsMerged
from domain.identity.number import CPR_NUMBER, CprChangeReason, CprLost, CprRedirected, Number
from domain.identity.number_commands import (
    AnnulCpr,
    AnnulMerge,
    BearsNumberOfTheOther,
    ChangeCpr,
    MergedLater,
    MergeEntries,
    WithdrawCpr,
)
from domain.identity.person import PERSON, Person
from domain.identity.person_commands import RegisterPerson
from domain.post.item import ItemOpened
from domain.post.item_commands import HandleMessage, NotTheRecipient
from domain.post.message import Channel, Handling, MessageOpened
from domain.subject import CprIndex, PersonId
from tests.controls import ANNAS_NUMBER, ARRIVED, LETTER
from tests.law import folded
from tests.law import given as past
from tests.plain_numbers import PlainNumbers

ENTRIES = 4
NUMBERS = 6
Act = tuple[str, int, int]
ENTRY = st.integers(0, ENTRIES - 1)
NUMBER = st.integers(0, NUMBERS - 1)
ACTS: st.SearchStrategy[Act] = st.one_of(
    st.tuples(st.sampled_from(["merge", "annul_merge"]), ENTRY, ENTRY),
    st.tuples(st.sampled_from(["give", "withdraw", "annul"]), ENTRY, NUMBER),
)


def who(entry: int) -> PersonId:
    return PersonId(UUID(int=entry + 1))


def index(number: int) -> CprIndex:
    return CprIndex(UUID(int=number + 1))


def command(act: Act) -> AnyCommand:
    name, entry, other = act
    match name:
        case "merge":
            return MergeEntries(person=who(entry), into=who(other))
        case "annul_merge":
            return AnnulMerge(person=who(entry), into=who(other))
        case "give":
            reason = CprChangeReason.OTHER
            return ChangeCpr(person=who(entry), index=index(other), number=ANNAS_NUMBER, reason=reason)
        case "withdraw":
            return WithdrawCpr(person=who(entry), index=index(other))
        case _:
            return AnnulCpr(person=who(entry), index=index(other))


REGISTERED: tuple[Event, ...] = tuple(
    fact
    for entry in range(ENTRIES)
    for fact in past().when(RegisterPerson(person=who(entry), index=index(entry), number=ANNAS_NUMBER)).facts
)


def after(*acts: Act, facts: tuple[Event, ...] = REGISTERED) -> tuple[Event, ...]:
    """The facts after acts of which none is refused."""
    for act in acts:
        facts += past(*facts).when(command(act)).facts
    return facts


def person(entry: int, facts: tuple[Event, ...]) -> Person:
    state = folded(PERSON.of(who(entry)), facts)
    assert isinstance(state, Person)
    return state


def bearer(number: int, facts: tuple[Event, ...]) -> int | None:
    state = folded(CPR_NUMBER.of(index(number)), facts)
    assert isinstance(state, Number)
    return None if state.bearer is None else state.bearer.uuid.int - 1


def assert_as_the_reference(facts: tuple[Event, ...], plain: PlainNumbers) -> None:
    assert [bearer(number, facts) for number in range(NUMBERS)] == [plain.leads_to(n) for n in range(NUMBERS)]
    for entry in range(ENTRIES):
        state, remains = person(entry, facts), plain.remains(entry)
        existence = folded(EXISTENCE.of(who(entry)), facts)
        assert isinstance(existence, Existence)
        assert state.remains == existence.remains == (who(remains) if remains != entry else None)
        leading = {index(number) for number in range(NUMBERS) if plain.leads_to(number) == entry}
        assert set(state.numbers) == leading
        if remains == entry:
            bears = plain.bears.get(entry)
            assert state.number == (None if bears is None else index(bears))


@settings(max_examples=300)
@given(st.lists(ACTS, max_size=16))
def test_every_number_refers_to_whom_the_reference_says_after_any_merges_changes_and_annulments(
    acts: list[Act],
) -> None:
    plain = PlainNumbers(given_to={n: n for n in range(ENTRIES)}, bears={n: n for n in range(ENTRIES)})
    facts = REGISTERED
    for act in acts:
        name, entry, other = act
        decided = past(*facts).when(command(act))
        assert (decided.refusal is None) == getattr(plain, name)(entry, other), (act, decided)
        facts += decided.facts_unless_refused
        assert_as_the_reference(facts, plain)


def test_a_chain_of_mergings_is_annulled_from_its_end_and_each_number_comes_back() -> None:
    chain = after(("merge", 0, 1), ("merge", 1, 2))
    assert [bearer(number, chain) for number in range(3)] == [2, 2, 2]
    annul = AnnulMerge(person=who(0), into=who(1))
    refused = past(*chain).when(annul)
    refused.then_refused(MergedLater)
    assert str(refused.refusal).endswith(f"{who(1)} {who(2)}")
    annulled = after(("annul_merge", 1, 2), facts=chain)
    assert [bearer(number, annulled) for number in range(3)] == [1, 1, 2]
    assert [bearer(number, after(("annul_merge", 0, 1), facts=annulled)) for number in range(3)] == [0, 1, 2]


def test_the_first_of_a_chain_names_the_entry_that_remains() -> None:
    chain = after(("merge", 0, 1), ("merge", 1, 2))
    refused = past(*chain).when(AnnulCpr(person=who(0), index=index(0)))
    refused.then_refused(EntryIsMerged)
    assert str(refused.refusal).endswith(str(who(2)))


def test_the_post_of_the_first_of_a_chain_is_read_by_the_entry_that_remains_and_by_no_other() -> None:
    chain = after(("merge", 0, 1), ("merge", 1, 2))
    arrived = tuple(
        fact.model_copy(update={"recipient": who(0)}) if "recipient" in type(fact).model_fields else fact
        for fact in ARRIVED
    )
    opened: dict[str, Any] = {"message": LETTER, "owner": who(0), "channel": Channel.APP, "handling": Handling.OPENED}
    read = past(*chain, *arrived).when(HandleMessage(**opened, reader=who(2)))
    assert [type(fact) for fact in read.facts] == [MessageOpened, ItemOpened]
    past(*chain, *arrived).when(HandleMessage(**opened, reader=who(1))).then_refused(NotTheRecipient)
    past(*chain, *arrived).when(HandleMessage(**opened, reader=who(3))).then_refused(NotTheRecipient)


@pytest.mark.parametrize("act", ["withdraw", "annul"])
def test_a_number_that_was_withdrawn_or_annulled_meanwhile_does_not_come_back(act: str) -> None:
    merged = after(("merge", 0, 1), (act, 1, 0))
    annulled = past(*merged).when(AnnulMerge(person=who(0), into=who(1))).facts
    assert CprLost(person=who(0)) in annulled
    assert not any(isinstance(fact, CprRedirected) for fact in annulled)
    assert person(0, (*merged, *annulled)).number is None


def test_entries_are_not_annulled_while_one_bears_the_number_of_the_other() -> None:
    merged = after(("merge", 0, 1), ("give", 1, 0))
    past(*merged).when(AnnulMerge(person=who(0), into=who(1))).then_refused(BearsNumberOfTheOther)
    annulled = after(("give", 1, 1), ("annul_merge", 0, 1), facts=merged)
    assert [bearer(number, annulled) for number in range(2)] == [0, 1]


def test_a_number_that_was_withdrawn_after_a_later_merge_does_not_come_back() -> None:
    withdrawn = after(("merge", 0, 1), ("merge", 1, 2), ("withdraw", 2, 0))
    annulled = after(("annul_merge", 1, 2), ("annul_merge", 0, 1), facts=withdrawn)
    assert [bearer(number, annulled) for number in range(3)] == [None, 1, 2]
    assert person(0, annulled).number is None


def test_an_entry_whose_merge_was_annulled_follows_no_later_one() -> None:
    facts = after(("merge", 0, 1), ("annul_merge", 0, 1), ("merge", 1, 2))
    assert person(0, facts).remains is None
    assert person(1, facts).remains == who(2)
    assert [bearer(number, facts) for number in range(3)] == [0, 2, 2]
