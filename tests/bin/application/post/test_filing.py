"""The digests by which a letter is filed need the vault's key, and tell no two letters with the same content alike."""

from __future__ import annotations

from uuid import UUID

from adapters.keys.vault import Vault
from bin.application.post.filing import holding_of, stored_letter, transmission_of
from domain.fact import Retention
from domain.post.submission import StoredLetter
from domain.subject import MessageId, PartyId
from tests.adapters.keys.memory_keys import MemoryKeys
from tests.controls import ANNA, BO, LETTER

OTHER_LETTER = MessageId(UUID("1e77e400-0000-4000-8000-000000000002"))
VAULT = Vault(MemoryKeys(), bytes(32))


def stored(
    vault: Vault = VAULT, message: MessageId = LETTER, recipient: PartyId | None = ANNA, sha256: str = "b0" * 32
) -> StoredLetter:
    return stored_letter(vault, message, recipient, meaning="c0" * 32, sha256=sha256, size_bytes=1)


def test_the_same_letter_is_filed_alike() -> None:
    assert stored() == stored()
    assert transmission_of(VAULT, LETTER, "b0" * 32) == transmission_of(VAULT, LETTER, "b0" * 32)


def test_other_bytes_with_the_same_meaning_have_the_same_content_and_another_document() -> None:
    other = stored(sha256="bb" * 32)
    assert other.content == stored().content
    assert other.document != stored().document
    assert transmission_of(VAULT, LETTER, "bb" * 32) != transmission_of(VAULT, LETTER, "b0" * 32)


def test_two_letters_with_the_same_content_have_nothing_in_common() -> None:
    other = stored(message=OTHER_LETTER)
    assert {other.content, other.document} & {stored().content, stored().document} == set()


def test_each_holder_has_a_document_of_its_own() -> None:
    assert len({stored(recipient=recipient).document for recipient in (ANNA, BO, None)}) == 3


def test_without_the_vaults_key_nothing_of_it_can_be_computed() -> None:
    other = stored(Vault(MemoryKeys(), bytes(32)))
    assert {other.content, other.document} & {stored().content, stored().document} == set()


def test_a_letter_to_a_recipient_is_encrypted_with_the_recipients_key_and_any_other_with_its_own() -> None:
    assert holding_of(LETTER, ANNA) == (ANNA, Retention.POST)
    assert holding_of(LETTER, None) == (LETTER, Retention.REJECTED)
