"""A receipt is acknowledged only after its page was delivered, so that none is lost."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from bin.application.application import Application
from bin.application.contexts import Reading
from bin.application.disclosure import Reader
from bin.application.people.find import find_registered
from bin.application.post import receipts
from bin.application.post.receipts import awaiting, delivered
from bin.application.post.submit import MessageSubmission
from bin.application.reactions.executor import caught_up
from domain.identity.cvr import parse_cvr
from tests.bin.application.people.registered import register
from tests.bin.terminal import AUTHORITY, company, cpr, letter, person

READING = Reading(parse_cvr(AUTHORITY), "LBK 686/2021 § 10", None)


@pytest.fixture
def submitted(application: Application, tmp_path: Path) -> Application:
    """Two receipts, RECEIVED and COMPLETED, of one letter await acknowledgement."""
    register(application, person(1), company(), company("90000004"))
    caught_up(application)
    file = letter(tmp_path, cpr(1))
    (result,) = MessageSubmission(application).submit([(file.name, io.BytesIO(file.read_bytes()))])
    assert [receipt.status for receipt in result.receipts] == ["RECEIVED", "COMPLETED"]
    return application


def test_a_page_is_acknowledged_when_the_next_is_asked_for(
    submitted: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipts, "PAGE_RECEIPTS_MAX", 1)
    sender = find_registered(submitted, AUTHORITY)
    first, second = awaiting(submitted)[1]
    pages = delivered(Reader(submitted, READING), sender)
    assert next(pages) == [first]
    assert awaiting(submitted)[1] == [first, second]
    assert next(pages) == [second]
    assert awaiting(submitted)[1] == [second]
    assert next(pages, None) is None
    assert awaiting(submitted)[1] == []


def test_a_page_whose_delivery_fails_is_listed_again(submitted: Application) -> None:
    listed = awaiting(submitted)[1]
    pages = delivered(Reader(submitted, READING), find_registered(submitted, AUTHORITY))
    assert next(pages) == listed
    pages.close()  # what Python does when the caller's loop ends in an error
    assert awaiting(submitted)[1] == listed


def test_a_sender_sees_its_own_receipts(submitted: Application) -> None:
    sender = find_registered(submitted, AUTHORITY)
    assert {receipt.sender for receipt in awaiting(submitted, sender)[1]} == {str(sender)}
    assert awaiting(submitted, find_registered(submitted, "90000004"))[1] == []
