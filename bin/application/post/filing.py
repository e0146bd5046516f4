"""Files a letter: whose key encrypts it, the name of its document, and the digest by which a repeat is recognised.

Name and digest are keyed. Without the vault's key nobody can compute them from a guess at what the letter says, and two
letters with the same content have different ones.
"""

from __future__ import annotations

from uuid import UUID

from adapters.keys.vault import Holding, Vault
from domain.fact import Retention
from domain.post.submission import StoredLetter
from domain.subject import MessageId, PartyId

PURPOSE = "submission"
"""Of the key of these digests."""


def holding_of(message: MessageId, recipient: PartyId | None) -> Holding:
    """Whose key encrypts the letter: its recipient's; or its own, when no such recipient is registered."""
    return (message, Retention.REJECTED) if recipient is None else (recipient, Retention.POST)


def stored_letter(
    vault: Vault, message: MessageId, recipient: PartyId | None, *, meaning: str, sha256: str, size_bytes: int
) -> StoredLetter:
    """The letter as it is to be stored; `meaning` is a digest that is equal for files with the same meaning."""
    holder, retention = holding_of(message, recipient)
    return StoredLetter(
        content=_keyed(vault, "content", message, meaning),
        document=_keyed(vault, "document", message, f"{holder} {retention} {sha256}"),
        bytes_sha256=sha256,
        size_bytes=size_bytes,
    )


def transmission_of(vault: Vault, message: MessageId, sha256: str) -> UUID:
    """The id of a transmission: the same file submitted again is the same transmission."""
    return _keyed(vault, "transmission", message, sha256)


def _keyed(vault: Vault, what: str, message: MessageId, text: str) -> UUID:
    return vault.index(PURPOSE, f"{what} {message} {text}")
