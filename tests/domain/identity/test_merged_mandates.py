"""The mandates of a merged entry go on as those of the entry that remains, and never held if the merging was wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.command import AnyCommand
from domain.entry import Entries, EntryEndCause, EntrySource, Marker
from domain.fact import Event
from domain.identity.entry_commands import AnnulEntry, EndEntry, MatterName, ReopenEntry
from domain.identity.mandate import (
    MANDATES,
    MandateAnnulled,
    MandateEnded,
    MandateGranted,
    MandateKind,
    MandateScope,
)
from domain.identity.mandate_commands import FollowPartiesOfMandate, GrantMandate
from domain.identity.merge import EntryIsMerged
from domain.identity.number_commands import AnnulMerge, MergeEntries
from domain.identity.person import DeathCorrected, PersonDied, PersonRegistered
from domain.nemkonto.designation import NemkontoDesignated
from domain.post.item import ItemOpened
from domain.post.item_commands import HandleMessage, MailboxClosed, NotTheRecipient
from domain.post.message import Channel, Handling, MessageOpened, ServiceEffected
from domain.subject import EntryId, PartyId, PersonId
from tests.controls import ANNA, ARRIVED, BO, EVERYBODY, FIRM, LETTER, SUMMONED, mandate
from tests.law import NOW, after, folded, given
from tests.nemkonto_past import SELF_SERVICE

CARL, DORA = PersonId(UUID(int=78)), PersonId(UUID(int=79))
CARL_AND_DORA = (
    PersonRegistered(person=CARL, birth_date=date(1990, 1, 1)),
    PersonRegistered(person=DORA, birth_date=date(1990, 1, 1)),
)
MERGE = MergeEntries(person=ANNA, into=CARL)
ANNUL = AnnulMerge(person=ANNA, into=CARL)
TODAY = NOW.date()
DIED = date(2026, 2, 28)
GIVEN, HELD = mandate(ANNA, BO), mandate(BO, ANNA)
ESTATE: dict[str, Any] = {"kind": MandateKind.ESTATE, "source": EntrySource.COURT, "document": "case 7"}


def merged(*past: Event) -> tuple[Event, ...]:
    """Everybody is registered, that happened, and then Anna's entry was merged into Carl's."""
    before = (*EVERYBODY, *CARL_AND_DORA, *past)
    return after(before, MERGE)


def followed(*past: Event) -> list[MandateGranted]:
    """The mandates that Carl's entry has by the merging."""
    return [fact for fact in merged(*past)[len(EVERYBODY) + 2 + len(past) :] if isinstance(fact, MandateGranted)]


def opens(reader: PartyId, owner: PersonId = ANNA, remains: PersonId | None = None) -> HandleMessage:
    return HandleMessage(
        message=LETTER,
        reader=reader,
        owner=owner,
        channel=Channel.BORGER_DK,
        handling=Handling.OPENED,
        remains=remains,
    )


def to(recipient: PersonId, *facts: Event) -> tuple[Event, ...]:
    """The same facts of a letter to another recipient."""
    return tuple(
        fact.model_copy(update={"recipient": recipient}) if hasattr(fact, "recipient") else fact for fact in facts
    )


def test_what_a_merged_entry_gave_or_held_is_a_mandate_of_the_entry_that_remains_from_today() -> None:
    (new,) = followed(GIVEN)
    same = {"entry": new.entry, "party": CARL, "valid_from": TODAY, "follows": GIVEN.entry}
    assert new == GIVEN.model_copy(update=same)
    (new,) = followed(HELD)
    assert new == HELD.model_copy(
        update=same | {"party": BO, "entry": new.entry, "held_by": CARL, "follows": HELD.entry}
    )
    both = followed(GIVEN, HELD)
    assert len({each.entry for each in both}) == 2


def test_what_the_death_of_the_merged_entry_ended_holds_again_when_the_death_of_the_one_that_remains_is_corrected() -> (
    None
):
    ended = MandateEnded(**GIVEN.named, valid_to=DIED, cause=EntryEndCause.DEATH)
    deaths = (PersonDied(person=ANNA, died_on=DIED), PersonDied(person=CARL, died_on=DIED))
    past = merged(GIVEN, *deaths, ended)
    (new,) = followed(GIVEN, *deaths, ended)
    assert (new.party, new.valid_from, new.valid_to, new.follows) == (CARL, TODAY, None, GIVEN.entry)
    follows = FollowPartiesOfMandate(entry=new.entry, giver=CARL, held_by=BO, on=TODAY)
    (dead,) = given(*past).when(follows).facts
    assert dead == MandateEnded(**new.named, valid_to=TODAY, cause=EntryEndCause.DEATH)
    lives = (*past, dead, DeathCorrected(person=CARL))
    (again,) = given(*lives).when(follows).facts
    assert holding((*lives, again)) == {new.entry}


def test_what_the_entry_that_remains_had_until_its_own_death_is_not_given_to_it_twice() -> None:
    deaths = (PersonDied(person=ANNA, died_on=DIED), PersonDied(person=CARL, died_on=DIED))
    of_carl = mandate(CARL, BO).model_copy(update={"entry": EntryId(UUID(int=900))})
    ends = [MandateEnded(**each.named, valid_to=DIED, cause=EntryEndCause.DEATH) for each in (GIVEN, of_carl)]
    assert followed(GIVEN, of_carl, *deaths, *ends) == []


def test_a_mandate_keeps_its_stated_end_and_a_day_that_is_still_to_come() -> None:
    later, end = TODAY + timedelta(days=9), TODAY + timedelta(days=90)
    (new,) = followed(GIVEN.model_copy(update={"valid_from": later, "valid_to": end}))
    assert (new.valid_from, new.valid_to) == (later, end)


@pytest.mark.parametrize(
    "past",
    [
        (GIVEN.model_copy(update={"valid_to": TODAY}),),
        (GIVEN, MandateEnded(**GIVEN.named, valid_to=TODAY, cause=EntryEndCause.GIVER)),
        (
            GIVEN,
            PersonDied(person=BO, died_on=DIED),
            MandateEnded(**GIVEN.named, valid_to=DIED, cause=EntryEndCause.DEATH),
        ),
        (GIVEN, MandateAnnulled(**GIVEN.named, marker=Marker.ANNULLED)),
        (GIVEN, mandate(CARL, BO)),
        (mandate(ANNA, CARL),),
        (mandate(CARL, ANNA),),
    ],
    ids=[
        "ended",
        "taken back",
        "ended by a death",
        "annulled",
        "has it already",
        "gave it to the other",
        "had it from the other",
    ],
)
def test_no_other_mandate_follows_from_a_merging(past: tuple[Event, ...]) -> None:
    assert followed(*past) == []


def test_a_mandate_whose_place_another_is_to_take_ends_with_that_one_as_it_did() -> None:
    later, end = TODAY + timedelta(days=9), TODAY + timedelta(days=40)
    next_one = mandate(ANNA, BO, entry=EntryId(UUID(int=5)), valid_from=later, valid_to=end)
    succeeded = MandateEnded(**GIVEN.named, valid_to=later, cause=EntryEndCause.SUCCEEDED, by=next_one.entry)
    facts = merged(GIVEN, next_one, succeeded)
    first, second = (fact for fact in facts if isinstance(fact, MandateGranted) and fact.follows)
    assert [(new.valid_from, new.valid_to) for new in (first, second)] == [(TODAY, None), (later, end)]
    assert facts[-1] == MandateEnded(**first.named, valid_to=later, cause=EntryEndCause.SUCCEEDED, by=second.entry)


def test_of_two_merges_only_what_followed_the_one_by_mistake_never_held() -> None:
    past = merged(GIVEN, mandate(DORA, FIRM))
    past += given(*past).when(MergeEntries(person=DORA, into=CARL)).facts
    annulled = [fact.entry for fact in given(*past).when(ANNUL).facts if isinstance(fact, MandateAnnulled)]
    assert annulled == [fact.entry for fact in past if isinstance(fact, MandateGranted) and fact.follows == GIVEN.entry]


def test_after_a_merge_by_mistake_what_followed_never_held_and_what_is_the_others_own_holds() -> None:
    own = mandate(CARL, FIRM)
    past = merged(GIVEN, HELD, own)
    news = followed(GIVEN, HELD, own)
    annulled = given(*past).when(ANNUL).facts
    assert [fact for fact in annulled if isinstance(fact, MandateAnnulled)] == [
        MandateAnnulled(**new.named, marker=Marker.ANNULLED) for new in news
    ]
    assert len([fact for fact in given(*past, *annulled).when(MERGE).facts if isinstance(fact, MandateGranted)]) == 2


def changes(command: Callable[..., AnyCommand], entry: EntryId, party: PartyId = BO, **more: Any) -> AnyCommand:
    return command(matter=MatterName.MANDATE, party=party, entry=entry, **more)


def holding(past: tuple[Event, ...], party: PartyId = BO, day: date = TODAY) -> set[EntryId]:
    """The mandates of the party that hold on the day."""
    entries = folded(MANDATES.of(party), past)
    assert isinstance(entries, Entries)
    return {period.entry for period in entries.periods if period.holds(day)}


@pytest.mark.parametrize("granted", [GIVEN, HELD])
@pytest.mark.parametrize("of_the_merged", [True, False])
def test_who_gave_or_held_one_mandate_ends_it_for_both_entries_and_takes_that_back(
    granted: MandateGranted, *, of_the_merged: bool
) -> None:
    past = merged(granted)
    (new,) = followed(granted)
    both = {granted.entry, new.entry}
    assert holding(past) == both
    entry = granted.entry if of_the_merged else new.entry
    ended = (*past, *given(*past).when(changes(EndEntry, entry, valid_to=TODAY)).facts)
    assert holding(ended) == set()
    given(*ended).when(changes(EndEntry, entry, valid_to=TODAY)).then_nothing()
    later = (*ended, *given(*ended).when(changes(EndEntry, entry, valid_to=TODAY + timedelta(days=9))).facts)
    assert (holding(later), holding(later, day=TODAY + timedelta(days=9))) == (both, set())
    assert holding((*later, *given(*later).when(changes(ReopenEntry, entry)).facts), day=date(2027, 1, 1)) == both
    assert holding((*ended, *given(*ended).when(ANNUL).facts)) == set()


def test_what_the_other_entry_itself_gives_up_does_not_bind_the_merged_one_should_the_merge_be_a_mistake() -> None:
    past = merged(HELD)
    gives_up = changes(EndEntry, followed(HELD)[0].entry, party=CARL, valid_to=TODAY)
    ended = (*past, *given(*past).when(gives_up).facts)
    assert holding(ended, CARL) == set()
    assert holding((*ended, *given(*ended).when(ANNUL).facts)) == {HELD.entry}


def test_a_mandate_that_never_held_did_not_hold_for_the_entry_that_remains() -> None:
    past = merged(HELD)
    assert holding((*past, *given(*past).when(changes(AnnulEntry, HELD.entry)).facts)) == set()
    other = followed(HELD)[0].entry
    assert holding((*past, *given(*past).when(changes(AnnulEntry, other)).facts)) == {HELD.entry}


def test_a_mandate_outlasts_one_that_the_entry_that_remains_had_for_a_time() -> None:
    day = {"valid_to": date(2026, 6, 1)}
    own = mandate(CARL, BO)
    for begins in (TODAY, date(2026, 4, 1)):
        past = merged(GIVEN, own.model_copy(update=day | {"valid_from": begins}))
        days = [TODAY + timedelta(days=number) for number in range(300)]
        assert [day for day in days if not holding(past, CARL, day)] == []
        assert given(*past).when(changes(EndEntry, GIVEN.entry, valid_to=date(2027, 1, 1))).facts
        ended = (*past, *given(*past).when(changes(EndEntry, GIVEN.entry, valid_to=TODAY)).facts)
        assert [len(holding(ended, CARL, day)) for day in (date(2026, 5, 1), date(2026, 7, 1))] == [1, 0]
        again = (*ended, *given(*ended).when(changes(ReopenEntry, GIVEN.entry)).facts)
        assert [day for day in days if not holding(again, CARL, day)] == []
    ends_later = GIVEN.model_copy(update={"valid_to": date(2026, 8, 1)})
    past = merged(ends_later, own.model_copy(update=day))
    assert holding(past, CARL, date(2026, 7, 31))
    assert not holding(past, CARL, date(2026, 8, 1))


def test_along_a_chain_of_mergings_a_mandate_follows_to_the_last() -> None:
    past = merged(GIVEN)
    chain = replace(MERGE, person=CARL, into=DORA)
    (new,) = [fact for fact in given(*past).when(chain).facts if isinstance(fact, MandateGranted)]
    assert (new.party, new.held_by, new.follows) == (DORA, BO, followed(GIVEN)[0].entry)


def test_the_entry_that_remains_reads_by_the_mandate_that_the_merged_one_held() -> None:
    past = (*merged(HELD), *to(BO, *ARRIVED))
    opened = given(*past).when(opens(CARL, BO)).facts[0]
    assert isinstance(opened, MessageOpened)
    assert opened.mandate == followed(HELD)[0].entry
    given(*past).when(opens(ANNA, BO)).then_refused(EntryIsMerged)
    given(*merged(), *to(BO, *ARRIVED)).when(opens(CARL, BO)).then_refused(NotTheRecipient)


def test_who_had_a_mandate_of_the_merged_entry_reads_the_post_of_both() -> None:
    past = merged(GIVEN)
    new = followed(GIVEN)[0].entry
    assert getattr(given(*past, *to(CARL, *ARRIVED)).when(opens(BO, CARL)).facts[0], "mandate", None) == new
    assert getattr(given(*past, *ARRIVED).when(opens(BO, ANNA, CARL)).facts[0], "mandate", None) == new
    given(*past, *ARRIVED).when(opens(BO, ANNA)).then_refused(EntryIsMerged)
    annulled = given(*past).when(ANNUL).facts
    given(*past, *annulled, *to(CARL, *ARRIVED)).when(opens(BO, CARL)).then_refused(NotTheRecipient)
    assert getattr(given(*past, *annulled, *ARRIVED).when(opens(BO)).facts[0], "mandate", None) == GIVEN.entry


def test_a_mandate_of_one_entry_reads_no_post_of_another_with_which_it_is_not_merged() -> None:
    past = (*EVERYBODY, *CARL_AND_DORA, mandate(CARL, BO), *ARRIVED)
    given(*past).when(opens(BO, ANNA, CARL)).then_refused(NotTheRecipient)
    given(*merged(mandate(DORA, BO)), *ARRIVED).when(opens(BO, ANNA, DORA)).then_refused(NotTheRecipient)


def test_w34_who_represents_the_estate_reads_the_post_of_the_merged_entry_too_and_serves_nobody() -> None:
    past = (*merged(), *SUMMONED, PersonDied(person=CARL, died_on=DIED))
    appoint = GrantMandate(giver=CARL, held_by=FIRM, **ESTATE)
    given(*past).when(replace(appoint, giver=ANNA)).then_refused(EntryIsMerged)
    given(*past).when(opens(FIRM, ANNA, CARL)).then_refused(NotTheRecipient)
    appointed = given(*past).when(appoint).facts
    facts = given(*past, *appointed).when(opens(FIRM, ANNA, CARL)).facts
    assert [type(fact) for fact in facts] == [MessageOpened, ItemOpened]
    assert not [fact for fact in facts if isinstance(fact, ServiceEffected)]


def test_a_mandate_of_the_living_ends_with_the_death_of_the_entry_that_remains_for_the_post_of_both() -> None:
    past = (*merged(GIVEN), *ARRIVED, PersonDied(person=CARL, died_on=DIED))
    given(*past).when(opens(BO, ANNA, CARL)).then_refused(NotTheRecipient)


def test_the_estate_of_an_entry_that_was_merged_when_both_were_dead_is_represented_on() -> None:
    dead = tuple(PersonDied(person=person, died_on=DIED) for person in (ANNA, CARL))
    (new,) = followed(*dead, mandate(ANNA, FIRM, **ESTATE))
    assert (new.party, new.kind, new.document) == (CARL, MandateKind.ESTATE, "case 7")
    past = merged(*dead, mandate(ANNA, FIRM, **ESTATE))
    assert given(*past, *ARRIVED).when(opens(FIRM, ANNA, CARL)).facts
    given(*past, *to(CARL, *ARRIVED)).when(opens(CARL, CARL)).then_refused(MailboxClosed)


def test_who_acted_for_the_nemkonto_of_the_merged_entry_acts_for_that_of_the_one_that_remains() -> None:
    attorney = mandate(ANNA, BO, MandateKind.POWER_OF_ATTORNEY, scope=MandateScope.NEMKONTO)
    designate = replace(SELF_SERVICE, payee=CARL, acted_by=BO)
    designated = given(*merged(attorney)).when(designate).facts[0]
    assert isinstance(designated, NemkontoDesignated)
    assert designated.mandate == followed(attorney)[0].entry
