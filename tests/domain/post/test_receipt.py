"""A receipt is made once, and remains after it is acknowledged."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.fact import Event
from domain.post.receipt import (
    FINAL,
    RECEIPT,
    AcknowledgeReceipt,
    NoSuchReceipt,
    NotItsSender,
    Receipt,
    ReceiptAcknowledged,
    ReceiptStatus,
    receipt_of,
)
from domain.subject import MessageId
from tests.controls import ARRIVED, COMPLETED, FIRM, LETTER, RECEIVED, SKAT
from tests.law import folded, given

OTHER = MessageId(UUID("1e77e400-0000-4000-8000-000000000009"))
ACKNOWLEDGE = AcknowledgeReceipt(receipt=COMPLETED.receipt, message=LETTER, sender=SKAT)
ACKNOWLEDGED = ReceiptAcknowledged(receipt=COMPLETED.receipt, message=LETTER, sender=SKAT)


def test_edge_26_a_receipt_waits_until_its_sender_acknowledges_it() -> None:
    waiting = folded(RECEIPT.of(COMPLETED.receipt), ARRIVED)
    assert waiting == Receipt(message=LETTER, sender=SKAT, acknowledged=False)
    given(*ARRIVED).when(ACKNOWLEDGE).then(ACKNOWLEDGED)


def test_edge_26_acknowledging_again_changes_nothing() -> None:
    given(*ARRIVED, ACKNOWLEDGED).when(ACKNOWLEDGE).then_nothing()


def test_acknowledging_one_receipt_leaves_the_messages_others_waiting() -> None:
    other = AcknowledgeReceipt(receipt=RECEIVED.receipt, message=LETTER, sender=SKAT)
    given(*ARRIVED, ACKNOWLEDGED).when(other).then(
        ReceiptAcknowledged(receipt=RECEIVED.receipt, message=LETTER, sender=SKAT)
    )


def test_a_receipt_that_was_never_issued_is_not_acknowledged() -> None:
    given().when(ACKNOWLEDGE).then_refused(NoSuchReceipt)


def test_a_receipt_of_another_message_is_not_acknowledged() -> None:
    other = AcknowledgeReceipt(receipt=COMPLETED.receipt, message=OTHER, sender=SKAT)
    given(*ARRIVED).when(other).then_refused(NoSuchReceipt)


@pytest.mark.parametrize("past", [ARRIVED, (*ARRIVED, ACKNOWLEDGED)])
def test_w22_a_receipt_is_acknowledged_by_its_sender_only(past: tuple[Event, ...]) -> None:
    by_another = AcknowledgeReceipt(receipt=COMPLETED.receipt, message=LETTER, sender=FIRM)
    given(*past).when(by_another).then_refused(NotItsSender)


def test_a_message_has_one_receipt_of_each_status_with_every_caller() -> None:
    receipts = {receipt_of(message, status) for message in (LETTER, OTHER) for status in ReceiptStatus}
    assert len(receipts) == 2 * len(ReceiptStatus)
    assert receipt_of(LETTER, ReceiptStatus.COMPLETED) == COMPLETED.receipt


def test_the_derivation_of_a_receipts_id_never_changes() -> None:
    assert str(receipt_of(LETTER, ReceiptStatus.RECEIVED)) == "receipt:11181bd0-711f-57db-ae77-0e34bae6a34a"


def test_the_last_word_on_delivery_is_one_of_three() -> None:
    assert (
        set(ReceiptStatus)
        - {
            ReceiptStatus.RECEIVED,
            ReceiptStatus.SERVED,
            ReceiptStatus.UNAVAILABLE,
            ReceiptStatus.AVAILABLE_AGAIN,
        }
        == FINAL
    )
