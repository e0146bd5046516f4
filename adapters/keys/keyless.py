"""A vault without a key, for commands that carry no personal data."""

from __future__ import annotations

import os
from hashlib import blake2b
from uuid import UUID

from adapters.keys.vault import INDEX_BYTES, KEY_BYTES, KeyStore, Vault
from domain.fact import Event


class Keyless(Vault):
    """Encrypts nothing, and its digest needs no key, since there is nothing to hide."""

    def __init__(self, keys: KeyStore) -> None:
        super().__init__(keys, os.urandom(KEY_BYTES))

    def encrypt(self, event: Event, name: str, command: UUID, ordinal: int) -> bytes | None:
        """None: only a fact without personal fields is allowed."""
        assert not event.personal, f"{name} holds personal data: record it with the vault"
        return None

    def digest(self, content: bytes) -> bytes:
        return blake2b(content, digest_size=INDEX_BYTES, person=b"rigsbog keyless").digest()
