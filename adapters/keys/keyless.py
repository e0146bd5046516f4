"""A vault without a key, for commands that carry no personal data."""

from __future__ import annotations

import os
from hashlib import blake2b
from uuid import UUID

from adapters.keys.key_store import MemoryKeys
from adapters.keys.vault import INDEX_BYTES, KEY_BYTES, Vault
from domain.fact import Event


class Keyless(Vault):
    """Encrypts nothing, and its digest needs no key, since there is nothing to hide."""

    def __init__(self) -> None:
        super().__init__(MemoryKeys(), os.urandom(KEY_BYTES))

    def encrypt(self, event: Event, name: str, command: UUID, ordinal: int) -> bytes | None:
        """None: only a fact without personal fields is allowed."""
        assert not event.personal, f"{name} holds personal data: record it with the vault"
        return None

    def digest(self, content: bytes) -> bytes:
        """A digest without a key."""
        return blake2b(content, digest_size=INDEX_BYTES, person=b"rigsbog keyless").digest()
