"""Readers open and keep what has arrived; the first handling of a summons serves it, and nothing else has effect."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.fact import Event
from domain.identity.merge import EntriesMerged
from domain.identity.person import DeathCorrected, PersonDied
from domain.post.item import (
    Folder,
    ForwardedTo,
    ItemDeleted,
    ItemDownloaded,
    ItemForwarded,
    ItemMarkedRead,
    ItemMarkedUnread,
    ItemMoved,
    ItemOpened,
)
from domain.post.item_commands import (
    HandleMessage,
    ItemIsDeleted,
    MailboxClosed,
    MarkRead,
    MarkUnread,
    NotAvailable,
    NotTheRecipient,
    OnlyTheOwnerDeletes,
    ReadersAct,
)
from domain.post.message import Channel, Handling, MessageOpened, ServiceEffected
from domain.post.receipt import ReceiptCopied, ReceiptIssued, ReceiptStatus
from domain.subject import PartyId
from tests.controls import (
    ANNA,
    ANNA_DIED,
    ANNA_EXEMPT,
    ARRIVED,
    BO,
    BO_READS_FOR_ANNA,
    BO_REPRESENTS_ANNAS_ESTATE,
    EVERYBODY,
    FIRM,
    HELD_BACK,
    LETTER,
    SUMMONED,
    letter_receipt,
    mandate,
)
from tests.law import Decided, folded, given

SERVED = letter_receipt(ReceiptStatus.SERVED)
COPY = ReceiptCopied(receipt=SERVED.receipt, message=LETTER, recipient=ANNA)


def act(reader: PartyId = ANNA, channel: Channel = Channel.BORGER_DK) -> dict[str, Any]:
    """What a fact of the letter in Anna's mailbox names."""
    by = BO_READS_FOR_ANNA.entry if reader == BO else None
    return {"message": LETTER, "recipient": ANNA, "reader": reader, "channel": channel, "mandate": by}


def wish(reader: PartyId = ANNA, channel: Channel = Channel.BORGER_DK) -> dict[str, Any]:
    """What a reader's wish about the letter in Anna's mailbox names."""
    return {"message": LETTER, "owner": ANNA, "reader": reader, "channel": channel}


def service(handling: Handling, reader: PartyId = ANNA) -> tuple[Event, ...]:
    """The summons is served by that handling, the court gets a receipt, and the recipient a copy of it."""
    return ServiceEffected(**act(reader), handling=handling), SERVED, COPY


OPENED = MessageOpened(**act())
OPENED_ITEM = ItemOpened(**act())
DELETED = ItemDeleted(**act())


def effects(decided: Decided) -> list[Event]:
    """The facts with legal effect on service."""
    return [fact for fact in decided.facts if isinstance(fact, (ServiceEffected, ReceiptIssued))]


def handle(handling: Handling, reader: PartyId = ANNA, folder: Folder = Folder.ARCHIVE) -> HandleMessage:
    """The wish to handle the letter."""
    return HandleMessage(**wish(reader), handling=handling, folder=folder)


def opening(reader: PartyId = ANNA, channel: Channel = Channel.BORGER_DK) -> HandleMessage:
    """The wish to open the letter."""
    return HandleMessage(**wish(reader, channel), handling=Handling.OPENED)


OPEN = opening()


def test_the_first_opening_of_an_ordinary_letter_is_recorded_and_serves_nothing() -> None:
    given(*ARRIVED).when(OPEN).then(OPENED, OPENED_ITEM)


@pytest.mark.parametrize("channel", list(Channel))
def test_an_opening_keeps_the_channel_in_which_it_happened(channel: Channel) -> None:
    given(*ARRIVED).when(opening(channel=channel)).then(
        MessageOpened(**act(channel=channel)), ItemOpened(**act(channel=channel))
    )


def test_a_later_opening_is_the_items_alone() -> None:
    given(*ARRIVED, OPENED, OPENED_ITEM).when(OPEN).then(OPENED_ITEM)


def test_opening_a_summons_serves_it_and_informs_the_court_before_the_item_changes() -> None:
    given(*SUMMONED).when(OPEN).then(*service(Handling.OPENED), OPENED, OPENED_ITEM)


def basis(command: HandleMessage, *facts: Event) -> str:
    """The paragraph by which the ledger records what follows from the command."""
    states: list[Any] = [folded(consulted, facts) for consulted in command.consults()]
    return command.basis(*states)


def test_the_opening_that_serves_a_summons_rests_on_another_paragraph_than_a_later_one() -> None:
    assert basis(OPEN, *SUMMONED) == "retsplejeloven § 155(1) no. 3"
    served = given(*SUMMONED).when(OPEN).facts
    assert basis(OPEN, *SUMMONED, *served) == basis(OPEN, *ARRIVED) == "LBK 686/2021 § 10"


def test_moving_a_summons_serves_it() -> None:
    given(*SUMMONED).when(handle(Handling.MOVED)).then(
        *service(Handling.MOVED), ItemMoved(**act(), folder=Folder.ARCHIVE)
    )


def test_deleting_a_summons_serves_it() -> None:
    given(*SUMMONED).when(handle(Handling.DELETED)).then(*service(Handling.DELETED), DELETED)


@pytest.mark.parametrize("to", list(ForwardedTo))
def test_forwarding_a_summons_serves_it(to: ForwardedTo) -> None:
    given(*SUMMONED).when(HandleMessage(**wish(), handling=Handling.FORWARDED, to=to)).then(
        *service(Handling.FORWARDED), ItemForwarded(**act(), to=to)
    )


def test_a_holder_of_read_access_forwards_and_the_item_stays_where_it_is() -> None:
    forward = HandleMessage(**wish(BO), handling=Handling.FORWARDED, to=ForwardedTo.AUTHORITY)
    forwarded = ItemForwarded(**act(BO), to=ForwardedTo.AUTHORITY)
    given(*ARRIVED, BO_READS_FOR_ANNA).when(forward).then(forwarded)
    given(*ARRIVED, BO_READS_FOR_ANNA, forwarded).when(OPEN).then(OPENED, OPENED_ITEM)


def test_downloading_a_summons_serves_it() -> None:
    given(*SUMMONED).when(handle(Handling.DOWNLOADED)).then(*service(Handling.DOWNLOADED), ItemDownloaded(**act()))


@pytest.mark.parametrize("handling", list(Handling))
def test_no_handling_of_an_ordinary_letter_serves_anything(handling: Handling) -> None:
    assert effects(given(*ARRIVED).when(handle(handling))) == []


@pytest.mark.parametrize("first", list(Handling))
def test_a_summons_is_served_once_however_it_is_handled_later(first: Handling) -> None:
    served = given(*SUMMONED).when(handle(first))
    assert len(effects(served)) == 2
    for later in (OPEN, handle(Handling.MOVED, folder=Folder.OWN), handle(Handling.DOWNLOADED)):
        again = given(*SUMMONED, *served.facts).when(later)
        assert not any(isinstance(fact, (ServiceEffected, ReceiptIssued)) for fact in again.facts_unless_refused)


def test_of_two_readers_at_once_the_one_that_the_ledger_takes_first_is_served() -> None:
    winner = given(*SUMMONED, BO_READS_FOR_ANNA).when(opening(BO, Channel.APP))
    loser = given(*SUMMONED, BO_READS_FOR_ANNA, *winner.facts).when(OPEN)
    assert len(effects(winner)) == 2
    loser.then(OPENED_ITEM)


@pytest.mark.parametrize("mark", [MarkRead(**wish()), MarkUnread(**wish())])
def test_marking_a_summons_read_or_unread_does_not_serve_it(mark: ReadersAct) -> None:
    assert effects(given(*SUMMONED).when(mark)) == []


def test_w34_a_representatives_opening_after_the_death_is_no_service_on_the_deceased() -> None:
    by_the_estate = act(BO) | {"mandate": BO_REPRESENTS_ANNAS_ESTATE.entry}
    given(*SUMMONED, ANNA_DIED, BO_REPRESENTS_ANNAS_ESTATE).when(opening(BO)).then(
        MessageOpened(**by_the_estate), ItemOpened(**by_the_estate)
    )


def test_the_representative_of_an_estate_reads_nothing_of_the_living() -> None:
    given(*SUMMONED, BO_REPRESENTS_ANNAS_ESTATE).when(opening(BO)).then_refused(NotTheRecipient)


def test_nobody_opens_the_deceaseds_mailbox_as_its_owner() -> None:
    given(*SUMMONED, ANNA_DIED).when(OPEN).then_refused(MailboxClosed)


def test_a_reader_whose_access_ended_with_the_death_is_refused() -> None:
    given(*SUMMONED, BO_READS_FOR_ANNA, ANNA_DIED).when(opening(BO)).then_refused(NotTheRecipient)


@pytest.mark.parametrize("over", [{"valid_to": date(2026, 3, 2)}, {"valid_from": date(2026, 3, 3)}])
def test_nobody_reads_before_or_after_the_days_of_a_mandate(over: dict[str, Any]) -> None:
    outside = BO_READS_FOR_ANNA.model_copy(update=over)
    given(*SUMMONED, outside).when(opening(BO)).then_refused(NotTheRecipient)


def test_a_firm_reads_for_a_person_by_its_mandate() -> None:
    granted = mandate(ANNA, FIRM)
    by_the_firm = act(FIRM) | {"mandate": granted.entry}
    given(*ARRIVED, granted).when(opening(FIRM)).then(MessageOpened(**by_the_firm), ItemOpened(**by_the_firm))


def test_w23_a_dead_reader_serves_nobody_though_no_reaction_has_ended_the_access() -> None:
    died = PersonDied(person=BO, died_on=date(2026, 3, 1))
    past = (*SUMMONED, BO_READS_FOR_ANNA, died)
    given(*past).when(opening(BO)).then_refused(NotTheRecipient)
    assert len(effects(given(*past, DeathCorrected(person=BO)).when(opening(BO)))) == 2


def test_an_exemption_after_arrival_does_not_hinder_service() -> None:
    assert len(effects(given(*SUMMONED, ANNA_EXEMPT).when(OPEN))) == 2


def test_edge_21_a_holder_of_read_access_is_served_on_behalf_of_the_owner() -> None:
    given(*SUMMONED, BO_READS_FOR_ANNA).when(opening(BO)).then(
        *service(Handling.OPENED, BO), MessageOpened(**act(BO)), ItemOpened(**act(BO))
    )


def test_edge_21_read_access_covers_letters_that_arrived_before_it() -> None:
    given(*ARRIVED, BO_READS_FOR_ANNA).when(opening(BO)).then(MessageOpened(**act(BO)), ItemOpened(**act(BO)))


@pytest.mark.parametrize("command", [opening(BO), handle(Handling.MOVED, BO), MarkRead(**wish(BO))])
def test_a_stranger_neither_opens_nor_handles_nor_marks_a_message(command: ReadersAct) -> None:
    given(*ARRIVED).when(command).then_refused(NotTheRecipient)


def test_the_owner_of_another_mailbox_does_not_find_the_message_there() -> None:
    theirs = HandleMessage(message=LETTER, owner=FIRM, reader=FIRM, channel=Channel.VIRK_DK, handling=Handling.OPENED)
    given(*ARRIVED).when(theirs).then_refused(NotTheRecipient)


def test_read_access_to_another_mailbox_opens_nothing_here() -> None:
    swapped = BO_READS_FOR_ANNA.model_copy(update={"party": BO, "held_by": ANNA})
    given(*ARRIVED, swapped).when(opening(BO)).then_refused(NotTheRecipient)


def test_a_message_nobody_submitted_is_refused_like_a_strangers() -> None:
    given().when(OPEN).then_refused(NotTheRecipient)


def test_a_message_held_back_cannot_be_opened_even_by_its_recipient() -> None:
    given(*HELD_BACK).when(OPEN).then_refused(NotAvailable)


@pytest.mark.parametrize("command", [handle(Handling.DELETED, BO), handle(Handling.MOVED, BO, Folder.DELETED)])
def test_read_access_gives_no_right_to_delete(command: HandleMessage) -> None:
    given(*SUMMONED, BO_READS_FOR_ANNA).when(command).then_refused(OnlyTheOwnerDeletes)


def test_a_reader_moves_and_downloads_with_read_access() -> None:
    given(*ARRIVED, BO_READS_FOR_ANNA).when(handle(Handling.DOWNLOADED, BO)).then(ItemDownloaded(**act(BO)))
    given(*ARRIVED, BO_READS_FOR_ANNA).when(handle(Handling.MOVED, BO)).then(
        ItemMoved(**act(BO), folder=Folder.ARCHIVE)
    )


def test_moving_a_message_to_its_own_folder_changes_nothing_and_serves_nothing() -> None:
    given(*SUMMONED).when(handle(Handling.MOVED, folder=Folder.INBOX)).then_nothing()


def test_a_message_is_moved_back_out_of_the_bin() -> None:
    binned = ItemMoved(**act(), folder=Folder.DELETED)
    given(*ARRIVED, binned).when(handle(Handling.MOVED, folder=Folder.INBOX)).then(
        ItemMoved(**act(), folder=Folder.INBOX)
    )


def test_deleting_again_changes_nothing() -> None:
    given(*ARRIVED, DELETED).when(handle(Handling.DELETED)).then_nothing()


@pytest.mark.parametrize(
    "command",
    [
        OPEN,
        handle(Handling.MOVED, folder=Folder.INBOX),
        handle(Handling.DOWNLOADED),
        MarkRead(**wish()),
        MarkUnread(**wish()),
    ],
)
def test_a_deleted_message_is_gone_for_its_readers(command: ReadersAct) -> None:
    given(*ARRIVED, DELETED).when(command).then_refused(ItemIsDeleted)


def test_a_message_is_marked_read_once() -> None:
    given(*ARRIVED).when(MarkRead(**wish())).then(ItemMarkedRead(**act()))
    given(*ARRIVED, ItemMarkedRead(**act())).when(MarkRead(**wish())).then_nothing()


def test_an_opened_message_is_read_until_it_is_marked_unread() -> None:
    given(*ARRIVED, OPENED, OPENED_ITEM).when(MarkRead(**wish())).then_nothing()
    given(*ARRIVED, OPENED, OPENED_ITEM).when(MarkUnread(**wish())).then(ItemMarkedUnread(**act()))


def test_a_message_nobody_read_is_unread_already() -> None:
    given(*ARRIVED).when(MarkUnread(**wish())).then_nothing()


def test_edge_22_a_message_marked_unread_is_not_first_opened_again() -> None:
    given(*ARRIVED, OPENED, OPENED_ITEM, ItemMarkedUnread(**act())).when(OPEN).then(OPENED_ITEM)


def test_the_post_of_a_merged_entry_is_read_by_the_one_that_remains_while_both_live() -> None:
    merged = EntriesMerged(person=ANNA, into=BO)
    read = HandleMessage(**wish(BO), handling=Handling.OPENED)
    assert given(*EVERYBODY, *ARRIVED, merged).when(read).facts
    given(*EVERYBODY, *ARRIVED, merged, PersonDied(person=BO, died_on=date(2026, 2, 28))).when(read).then_refused(
        NotTheRecipient
    )
    given(*EVERYBODY, *ARRIVED, ANNA_DIED, merged).when(read).then_refused(MailboxClosed)
