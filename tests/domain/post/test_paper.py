"""What cannot be delivered, or was not opened, goes on paper, with an arrival of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.command import AnyCommand
from domain.danish_time import months_before
from domain.due import dues_by
from domain.entry import EntryEndCause, Marker, NoSuchEntry
from domain.fact import Event
from domain.identity.company import CessationCorrected, CompanyCeased
from domain.identity.merge import EntriesMerged
from domain.identity.person import DeathCorrected, PersonRegistered
from domain.identity.person_address import PERSON_ADDRESSES, AddressEntered, AddressKind
from domain.policy import PAPER_ARRIVAL_DAYS, RESEND_WINDOW_MONTHS
from domain.post.exemption import ExemptionAnnulled, ExemptionEndCorrected, ExemptionEnded
from domain.post.exemption_commands import ExemptFromMail
from domain.post.item import ItemDeleted
from domain.post.item_commands import HandleMessage
from domain.post.legal_times import legal_times
from domain.post.mail_registration import UnopenedPostOrdered, UnreachableBecause
from domain.post.message import Channel, Handling, MessageMadeAvailable, ReleaseRefused
from domain.post.paper import (
    PaperLetterOrdered,
    PaperLetterPosted,
    PaperLetterReturned,
    PaperOccasion,
    PaperReturn,
)
from domain.post.paper_commands import (
    NoSuchPaperLetter,
    NotForPrint,
    NothingForPaper,
    NotPosted,
    NotTheAddress,
    PostedInTheFuture,
    PostPaperLetter,
    RecipientIsGone,
    ReturnedBeforePosted,
    ReturnPaperLetter,
    SendOnPaper,
    address_for_paper,
)
from domain.post.release_commands import NoSuchMessage, ReleaseMessage
from domain.post.unavailability import MessageMadeUnavailable, UnavailabilityCause, VirusFound
from domain.post.unopened_post import OrderUnopenedPost, SendUnopenedOnPaper
from domain.reactions import fall_due, react
from domain.subject import EntryId, MessageId, PaperLetterId, PartyId, PersonId
from tests.controls import (
    ANNA,
    ANNA_DIED,
    ANNA_EXEMPT,
    ANNAS_ADDRESS_ENTERED,
    ANNAS_MAIL,
    ARRIVED,
    BO,
    EVERYBODY,
    EXEMPT_FROM,
    FIRM,
    HELD_BACK,
    LETTER,
    RELEASE_AT,
    SKAT,
    exemption,
    letter,
    post,
)
from tests.domain.test_reactions import recorded
from tests.law import CONTEXT, NOW, folded, given

TODAY = NOW.date()
PAPER_LETTER = PaperLetterId(uuid5(CONTEXT.command, f"paper {LETTER}"))
OF_LETTER: dict[str, Any] = {"letter": PAPER_LETTER, "message": LETTER, "recipient": ANNA}
TO_ANNA: dict[str, Any] = OF_LETTER | {"addressee": ANNA}
ORDERED = PaperLetterOrdered(**OF_LETTER, occasion=PaperOccasion.UNDELIVERED)
UNOPENED = PaperLetterOrdered(**OF_LETTER, occasion=PaperOccasion.UNOPENED)
POSTED = PaperLetterPosted(
    **OF_LETTER,
    address=ANNAS_ADDRESS_ENTERED.entry,
    posted_on=TODAY,
    arrives_on=date(2026, 3, 7),
    rule=str(PAPER_ARRIVAL_DAYS.on(TODAY)),
)
RETURNED = PaperLetterReturned(**OF_LETTER, returned_on=TODAY, because=PaperReturn.MOVED)
SEND = SendOnPaper(message=LETTER, sender=SKAT, recipient=ANNA)
HAND_OVER = PostPaperLetter(**TO_ANNA, address=ANNAS_ADDRESS_ENTERED.entry, posted_on=TODAY)
COME_BACK = ReturnPaperLetter(**OF_LETTER, returned_on=TODAY, because=PaperReturn.MOVED)
WISHED = exemption(ANNA, valid_from=TODAY, resend_on=TODAY)
WISH_DUE = OrderUnopenedPost(recipient=ANNA, exemption=WISHED.entry)
SINCE = date(2025, 9, 2)
WISH_ORDERED = UnopenedPostOrdered(
    entry=WISHED.entry, party=ANNA, since=SINCE, rule=str(RESEND_WINDOW_MONTHS.on(TODAY))
)
RESEND = SendUnopenedOnPaper(recipient=ANNA, exemption=WISHED.entry, messages=(LETTER,))


def refused_letter(*past: Event, **changes: Any) -> tuple[Event, ...]:
    """The facts of a letter that could not be delivered."""
    return (*past, *post(*past).when(letter(**changes)).facts)


TO_THE_EXEMPT = refused_letter(ANNAS_MAIL, ANNA_EXEMPT)


def test_what_cannot_be_delivered_goes_on_paper_once() -> None:
    given(*TO_THE_EXEMPT).when(SEND).then(ORDERED)
    given(*TO_THE_EXEMPT, ORDERED).when(SEND).then_nothing()
    given(*TO_THE_EXEMPT, ORDERED, POSTED).when(SEND).then_nothing()


def test_a_letter_to_one_who_is_not_registered_goes_on_paper() -> None:
    given(*refused_letter()).when(SEND).then(ORDERED)


def test_a_letter_refused_at_its_release_goes_on_paper_with_an_arrival_of_its_own() -> None:
    release = ReleaseMessage(message=LETTER, sender=SKAT, recipient=ANNA, due=RELEASE_AT)
    refused = given(*HELD_BACK, ANNA_EXEMPT).at(RELEASE_AT).when(release).facts
    past = (*HELD_BACK, ANNA_EXEMPT, *refused)
    assert any(isinstance(fact, ReleaseRefused) for fact in refused)
    given(*past).when(SEND).then(ORDERED)
    given(*past, ORDERED, ANNAS_ADDRESS_ENTERED).when(HAND_OVER).then(POSTED)
    clock = legal_times([recorded(fact, nth) for nth, fact in enumerate((*past, ORDERED, POSTED), 1)])
    assert clock.available_at is None
    assert POSTED.arrives_on == TODAY + timedelta(days=5)


@pytest.mark.parametrize(
    "past",
    [
        ARRIVED,
        HELD_BACK,
        refused_letter(ANNAS_MAIL, ANNA_DIED),
        refused_letter(ANNAS_MAIL, ANNA_EXEMPT, do_not_deliver_until=date(2026, 1, 1)),
        refused_letter(ANNAS_MAIL, ANNA_EXEMPT, mandatory=True, sender=BO),
    ],
    ids=["arrived", "held back", "dead", "faulty", "not allowed to its sender"],
)
def test_what_can_be_delivered_is_faulty_or_is_to_the_dead_does_not_go_on_paper(past: tuple[Event, ...]) -> None:
    sender = BO if any(getattr(fact, "sender", None) == BO for fact in past) else SKAT
    given(*past).when(SendOnPaper(message=LETTER, sender=sender, recipient=ANNA)).then_refused(NothingForPaper)


def test_only_its_sender_orders_a_letter_on_paper() -> None:
    given(*TO_THE_EXEMPT).when(SendOnPaper(message=LETTER, sender=BO, recipient=ANNA)).then_refused(NoSuchMessage)
    given().when(SEND).then_refused(NoSuchMessage)


def test_a_letter_is_reported_once_with_the_address_that_was_used() -> None:
    past = (*TO_THE_EXEMPT, ORDERED, ANNAS_ADDRESS_ENTERED)
    given(*past).when(HAND_OVER).then(POSTED)
    given(*past, POSTED).when(HAND_OVER).then_nothing()


def test_a_letter_is_not_posted_to_an_address_that_does_not_hold_nor_on_a_day_to_come() -> None:
    past = (*TO_THE_EXEMPT, ORDERED, ANNAS_ADDRESS_ENTERED)
    early = PostPaperLetter(**TO_ANNA, address=ANNAS_ADDRESS_ENTERED.entry, posted_on=date(2019, 1, 1))
    late = PostPaperLetter(**TO_ANNA, address=ANNAS_ADDRESS_ENTERED.entry, posted_on=TODAY + timedelta(days=1))
    unknown = PostPaperLetter(**TO_ANNA, address=EntryId(UUID(int=1)), posted_on=TODAY)
    other = PostPaperLetter(
        **TO_ANNA | {"letter": PaperLetterId(UUID(int=1))}, address=ANNAS_ADDRESS_ENTERED.entry, posted_on=TODAY
    )
    given(*past).when(early).then_refused(NotTheAddress)
    none = ANNAS_ADDRESS_ENTERED.model_copy(update={"kind": AddressKind.NONE, "address": None})
    given(*TO_THE_EXEMPT, ORDERED, none).when(HAND_OVER).then_refused(NotTheAddress)
    given(*past).when(late).then_refused(PostedInTheFuture)
    given(*past).when(unknown).then_refused(NoSuchEntry)
    given(*past).when(other).then_refused(NoSuchPaperLetter)


def test_a_letter_that_came_back_can_be_sent_again() -> None:
    past = (*TO_THE_EXEMPT, ORDERED, POSTED)
    given(*past).when(COME_BACK).then(RETURNED)
    given(*past, RETURNED).when(COME_BACK).then_nothing()
    given(*past, RETURNED).when(SEND).then(ORDERED)


def test_what_was_not_posted_does_not_come_back_and_nothing_before_it_was() -> None:
    given(*TO_THE_EXEMPT, ORDERED).when(COME_BACK).then_refused(NotPosted)
    before = ReturnPaperLetter(**OF_LETTER, returned_on=TODAY - timedelta(days=1), because=PaperReturn.OTHER)
    after = ReturnPaperLetter(**OF_LETTER, returned_on=TODAY + timedelta(days=1), because=PaperReturn.OTHER)
    given(*TO_THE_EXEMPT, ORDERED, POSTED).when(before).then_refused(ReturnedBeforePosted)
    given(*TO_THE_EXEMPT, ORDERED, POSTED).when(after).then_refused(PostedInTheFuture)
    given(*TO_THE_EXEMPT).when(COME_BACK).then_refused(NoSuchPaperLetter)


WRONG_DISPATCH = MessageMadeUnavailable(
    message=LETTER, recipient=ANNA, cause=UnavailabilityCause.WRONG_DISPATCH, opened=False
)
INFECTED = VirusFound(message=LETTER, recipient=ANNA, scanner="clamav")
DELETED = ItemDeleted(message=LETTER, recipient=ANNA, reader=ANNA, channel=Channel.APP)


@pytest.mark.parametrize("barred", [WRONG_DISPATCH, INFECTED])
def test_what_was_made_unavailable_or_holds_a_virus_is_not_ordered_and_what_was_posted_before_is_reported(
    barred: Event,
) -> None:
    given(*ARRIVED, WISHED, barred).when(RESEND).then_nothing()
    given(*ARRIVED, WISHED, UNOPENED, ANNAS_ADDRESS_ENTERED, barred).when(HAND_OVER).then(POSTED)
    given(*ARRIVED, WISHED, UNOPENED, POSTED, RETURNED, barred).when(SEND).then_refused(NotForPrint)
    given(*TO_THE_EXEMPT, barred).when(SEND).then_refused(NotForPrint)


def test_what_its_owner_deleted_is_not_sent_on_paper() -> None:
    given(*ARRIVED, WISHED, DELETED).when(RESEND).then_nothing()


def test_nothing_goes_to_the_dead_and_what_was_posted_before_the_death_is_reported_after_it() -> None:
    given(*TO_THE_EXEMPT, ANNA_DIED).when(SEND).then_refused(RecipientIsGone)
    given(*ARRIVED, WISHED, ANNA_DIED).when(RESEND).then_nothing()
    ordered = (*TO_THE_EXEMPT, ORDERED, ANNAS_ADDRESS_ENTERED)
    given(*ordered, ANNA_DIED).when(HAND_OVER).then_refused(RecipientIsGone)
    given(*ordered, ANNA_DIED.model_copy(update={"died_on": TODAY})).when(HAND_OVER).then(POSTED)


def test_a_death_by_mistake_hinders_no_letter() -> None:
    alive = DeathCorrected(person=ANNA)
    given(*TO_THE_EXEMPT, ANNA_DIED, alive).when(SEND).then(ORDERED)


def test_what_was_held_back_for_an_entry_that_was_merged_goes_on_paper_to_the_one_that_remains() -> None:
    merged = EntriesMerged(person=ANNA, into=BO)
    release = ReleaseMessage(message=LETTER, sender=SKAT, recipient=ANNA, due=RELEASE_AT)
    refused = given(*EVERYBODY, *HELD_BACK, merged).at(RELEASE_AT).when(release).facts
    assert refused[0] == ReleaseRefused(message=LETTER, recipient=ANNA, because=UnreachableBecause.MERGED)
    past = (*EVERYBODY, *HELD_BACK, merged, *refused)
    given(*past).when(SEND).then(ORDERED)
    bos = ANNAS_ADDRESS_ENTERED.model_copy(update={"entry": EntryId(UUID(int=5)), "party": BO})
    to_bo = PostPaperLetter(**OF_LETTER | {"addressee": BO}, address=bos.entry, posted_on=TODAY)
    given(*past, ORDERED, bos).when(to_bo).then(POSTED.model_copy(update={"address": bos.entry}))
    given(*TO_THE_EXEMPT, ORDERED, bos).when(to_bo).then_refused(NotTheAddress)
    carl = PersonId(UUID(int=78))
    later = EntriesMerged(person=BO, into=carl, merged_before=(ANNA,))
    known = (PersonRegistered(person=carl, birth_date=None), *past)
    given(*known, ORDERED, bos, later).when(to_bo).then(POSTED.model_copy(update={"address": bos.entry}))
    to_nobody = replace(to_bo, addressee=carl)
    given(*past, ORDERED, bos.model_copy(update={"party": carl})).when(to_nobody).then_refused(NotTheAddress)
    died = ANNA_DIED.model_copy(update={"person": BO})
    given(*past, ORDERED, bos, died).when(to_bo).then_refused(RecipientIsGone)


@pytest.mark.parametrize("occasion", PaperOccasion)
def test_a_letter_that_came_back_is_sent_again_for_the_same_reason(occasion: PaperOccasion) -> None:
    past = TO_THE_EXEMPT if occasion is PaperOccasion.UNDELIVERED else (*ARRIVED, WISHED)
    order = ORDERED.model_copy(update={"occasion": occasion})
    given(*past, order, POSTED, RETURNED).when(SEND).then(order)


def addresses(*facts: Event) -> EntryId | None:
    state: Any = folded(PERSON_ADDRESSES.of(ANNA), facts)
    return address_for_paper(state, TODAY)


def test_a_contact_address_comes_before_the_home_and_without_a_fixed_address_there_is_none() -> None:
    contact = ANNAS_ADDRESS_ENTERED.model_copy(update={"entry": EntryId(UUID(int=2)), "kind": AddressKind.CONTACT})
    none = AddressEntered(
        entry=EntryId(UUID(int=3)),
        party=ANNA,
        valid_from=TODAY,
        source=ANNAS_ADDRESS_ENTERED.source,
        kind=AddressKind.NONE,
        address=None,
    )
    assert addresses(ANNAS_ADDRESS_ENTERED) == ANNAS_ADDRESS_ENTERED.entry
    assert addresses(ANNAS_ADDRESS_ENTERED, contact) == contact.entry
    assert addresses(none) is None
    assert addresses() is None


OPEN = HandleMessage(message=LETTER, reader=ANNA, owner=ANNA, channel=Channel.APP, handling=Handling.OPENED)


def resent(ordered: UnopenedPostOrdered, past: tuple[Event, ...]) -> AnyCommand | None:
    """The command that follows, given the past of the exempt."""
    reactions = react(recorded(ordered), [recorded(fact) for fact in past])
    return reactions[0].command if reactions else None


def test_unopened_post_of_the_last_six_months_goes_on_paper_and_its_arrival_does_not_move() -> None:
    past = (*ARRIVED, WISHED, WISH_ORDERED)
    assert resent(WISH_ORDERED, past) == RESEND
    given(*past).when(RESEND).then(UNOPENED)
    before = legal_times([recorded(fact, nth) for nth, fact in enumerate(past)])
    after = legal_times([recorded(fact, nth) for nth, fact in enumerate((*past, UNOPENED, POSTED))])
    assert after == before
    assert before.available_at is not None


def test_post_that_is_older_than_six_months_was_opened_or_is_not_wished_for_stays_where_it_is() -> None:
    arrived = MessageMadeAvailable(message=MessageId(UUID(int=4)), recipient=ANNA)
    assert months_before(TODAY, 6) == SINCE
    for days, within in ((0, True), (1, False)):
        old = replace(recorded(arrived), recorded_at=NOW - (TODAY - SINCE) - timedelta(days=days))
        assert bool(react(recorded(WISH_ORDERED), [old])) is within
    opened = given(*ARRIVED).when(OPEN)
    assert resent(WISH_ORDERED, (*ARRIVED, *opened.facts)) is None
    assert dues_by(recorded(ANNA_EXEMPT)) == ()


def test_of_an_exemption_that_begins_later_what_is_unopened_then_goes_on_paper() -> None:
    begins = TODAY + timedelta(days=30)
    exempt = ExemptFromMail(recipient=ANNA, valid_from=begins, resend_unopened=True)
    (later,) = given(*EVERYBODY, *ARRIVED).when(exempt).facts
    assert react(recorded(later), [recorded(fact) for fact in (*ARRIVED, later)]) == ()
    (due,) = dues_by(recorded(later))
    assert due.due_at == datetime(2026, 3, 31, 22, tzinfo=UTC)

    past = (*EVERYBODY, *ARRIVED, later)
    given(*past).at(due.due_at - timedelta(seconds=1)).when(fall_due(due).command).then_nothing()
    (ordered,) = given(*past).at(due.due_at).when(fall_due(due).command).facts
    assert isinstance(ordered, UnopenedPostOrdered)
    assert (ordered.party, ordered.since) == (ANNA, date(2025, 10, 1))

    meanwhile = MessageMadeAvailable(message=MessageId(UUID(int=4)), recipient=ANNA)
    opened = given(*ARRIVED).when(OPEN).facts
    command = resent(ordered, (*past, *opened, meanwhile))
    assert isinstance(command, SendUnopenedOnPaper)
    assert command.messages == (meanwhile.message,)


def test_an_exemption_that_is_annulled_or_over_or_of_the_dead_sends_nothing_and_one_sends_once() -> None:
    past = (ANNAS_MAIL, *ARRIVED, WISHED)
    given(*past).when(WISH_DUE).then(WISH_ORDERED)
    given(*past, WISH_ORDERED).when(WISH_DUE).then_nothing()
    given(*past, ANNA_DIED).when(WISH_DUE).then_nothing()
    annulled = ExemptionAnnulled(entry=WISHED.entry, party=ANNA, marker=Marker.ANNULLED)
    given(*past, annulled).when(WISH_DUE).then_refused(NoSuchEntry)
    over = WISHED.model_copy(update={"valid_from": EXEMPT_FROM, "valid_to": TODAY})
    given(ANNAS_MAIL, over).when(WISH_DUE).then_nothing()


def test_what_was_opened_since_or_is_under_way_is_not_sent_on_paper() -> None:
    opened = given(*ARRIVED).when(OPEN)
    given(*ARRIVED, WISHED, *opened.facts).when(RESEND).then_nothing()
    given(*ARRIVED, WISHED, UNOPENED).when(RESEND).then_nothing()
    given(*ARRIVED).when(RESEND).then_refused(NoSuchEntry)


def ordered_after(*past: Event) -> list[PartyId]:
    """Of whom unopened post is ordered by the reactions to the last fact."""
    *earlier, last = past
    reactions = react(recorded(last), [recorded(fact) for fact in past])
    wishes = [each.command for each in reactions if isinstance(each.command, OrderUnopenedPost)]
    facts = [fact for command in wishes for fact in given(*past).when(command).facts]
    assert earlier
    assert all(isinstance(fact, UnopenedPostOrdered) for fact in facts)
    return [fact.party for fact in facts if isinstance(fact, UnopenedPostOrdered)]


FIRM_CEASED = CompanyCeased(company=FIRM, ceased_on=date(2026, 2, 1))
FIRMS_WISH = exemption(FIRM, valid_from=TODAY, resend_on=TODAY)
FELL = ExemptionEnded(
    entry=WISHED.entry, party=ANNA, valid_to=TODAY, cause=EntryEndCause.RE_ENTRY, by=EntryId(UUID(int=4))
)
HOLDS_AGAIN = ExemptionEndCorrected(entry=WISHED.entry, party=ANNA, valid_to=None, corrected=EntryEndCause.RE_ENTRY)


def test_unopened_post_that_fell_due_during_a_death_a_cessation_or_a_return_by_mistake_is_ordered_afterwards() -> None:
    annas = (*EVERYBODY, *ARRIVED, WISHED)
    assert ordered_after(*annas, ANNA_DIED, DeathCorrected(person=ANNA)) == [ANNA]
    assert ordered_after(*EVERYBODY, FIRMS_WISH, FIRM_CEASED, CessationCorrected(company=FIRM)) == [FIRM]
    assert ordered_after(*annas, FELL, HOLDS_AGAIN) == [ANNA]


def test_afterwards_nothing_is_ordered_twice_before_its_day_or_without_the_wish() -> None:
    unwished, to_come = WISHED.model_copy(update={"resend_on": None}), date(2026, 4, 1)
    later = WISHED.model_copy(update={"valid_from": to_come, "resend_on": to_come})
    for exempt in ((WISHED, WISH_ORDERED), (unwished,), (later,)):
        past = (*EVERYBODY, *ARRIVED, *exempt)
        assert ordered_after(*past, ANNA_DIED, DeathCorrected(person=ANNA)) == []
        assert ordered_after(*past, FELL, HOLDS_AGAIN) == []
