"""Proves that an incoming file keeps the digest, the size and the bytes of the file, also when it cannot be read."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

import pytest

from adapters.memo import Draft, Enclosure, LetterParty, write_letter
from adapters.memo.terms import READ_BYTES
from bin.application.post.batches import KEPT_BYTES_MAX, read_incoming

LETTER = write_letter(
    Draft(
        message_uuid=UUID("3f2504e0-4f89-41d3-9a0c-0305e82c3301"),
        sender=LetterParty(id="12345678", id_type="CVR", label="Skattestyrelsen"),
        recipient=LetterParty(id="6101901234", id_type="CPR"),
        label="Brev",
        created_at=datetime(2026, 11, 21, 12, tzinfo=UTC),
        main=Enclosure("brev.pdf", "application/pdf", bytes(3 * READ_BYTES)),
    )
)


@pytest.mark.parametrize(
    ("content", "is_letter"),
    [
        (LETTER, True),
        (LETTER[:-40], False),
        (b"<!DOCTYPE x>" + LETTER, False),
        (b'<?xml version="1.0" encoding="cp1047"?>' + LETTER, False),
        (b"", False),
    ],
)
def test_the_digest_the_size_and_the_bytes_are_of_the_whole_file(content: bytes, *, is_letter: bool) -> None:
    letter = read_incoming("brev.xml", io.BytesIO(content))
    assert (letter.reading.letter is not None) is is_letter
    assert (letter.sha256, letter.size_bytes) == (sha256(content).hexdigest(), len(content))
    assert letter.content == content


def test_the_bytes_of_a_file_that_is_too_large_are_not_held_in_memory() -> None:
    content = bytes(KEPT_BYTES_MAX + 1)
    letter = read_incoming("brev.xml", io.BytesIO(content))
    assert (letter.sha256, letter.size_bytes) == (sha256(content).hexdigest(), len(content))
    assert letter.content is None
