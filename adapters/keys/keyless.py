"""Stands where a vault is asked for, for those who hold no key: it seals nothing and opens nothing."""

from __future__ import annotations

import os
from hashlib import blake2b
from uuid import UUID

from adapters.keys.key_store import MemoryKeys
from adapters.keys.vault import INDEX_BYTES, KEY_BYTES, Vault
from domain.fact import Event


class Keyless(Vault):
    """For commands without personal data, whose content need not be hidden behind a keyed digest."""

    def __init__(self) -> None:
        super().__init__(MemoryKeys(), os.urandom(KEY_BYTES))

    def encrypt(self, event: Event, name: str, command: UUID, ordinal: int) -> bytes | None:
        """Nothing, for a fact without personal fields; there is no key for others."""
        assert not event.personal, f"{name} holds personal data: record it with the vault"
        return None

    def digest(self, content: bytes) -> bytes:
        """A plain digest, the same for everybody."""
        return blake2b(content, digest_size=INDEX_BYTES, person=b"rigsbog keyless").digest()
