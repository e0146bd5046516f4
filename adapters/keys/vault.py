"""The vault: encrypts and decrypts personal data, and makes the keyed indexes by which numbers are looked up.

AES-256-GCM (NIST SP 800-38D) with one random data key for each holder and retention class; each data key is wrapped by
a key-encryption key (KEK) that is never in the database. An encrypted part never changes its form:

    1 byte form (2) | 16 data key's id | 16 command | 2 ordinal | 32 commitment | 12 nonce
        | ciphertext of (32 salt | JSON [fact, {fields}]) | 16 tag

The tag also covers everything before the nonce, and the fact's own subject, so that a part cannot be moved to another
fact or subject. The commitment is SHA-256(salt | JSON): salt and JSON can be checked against the part without a key,
and without them the commitment reveals nothing, since the salt is random and as long as the digest. Form 1, from before
proofs, has neither commitment nor salt and can still be decrypted. Destroying a data key erases everything that was
encrypted with it, the salts too, in every copy of the database at once.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b, sha256
from typing import Any, Protocol
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.errors import ErrorKind, RigsbogError
from domain.fact import Event, Retention
from domain.subject import SubjectId

FORM = b"\x02"
EARLIER_FORM = b"\x01"
DOCUMENT_FORM = b"\x01"
KEY_BYTES = 32
NONCE_BYTES = 12
PLACE_BYTES = 1 + 16 + 16 + 2
"""Form, key, command and ordinal; both forms begin so."""
SALT_BYTES = 32
COMMITMENT_BYTES = 32
HEADER_BYTES = {FORM: PLACE_BYTES + COMMITMENT_BYTES, EARLIER_FORM: PLACE_BYTES}
"""The length of everything before the nonce, by form."""
DOCUMENT_BYTES_MIN = 1 + 16 + NONCE_BYTES + 16
"""Form, key, nonce and tag, of a document without content."""
INDEX_BYTES = 16
UNWRAPPED_KEYS_MAX = 100_000
"""Unwrapped data keys in the memory of one process, about 20 MB."""
KEY_SECONDS_MAX = 60.0
"""How long a process caches keys: a minute after a key is destroyed no process can use it."""

Holding = tuple[SubjectId, Retention]


class NotWhatWasEncrypted(RigsbogError):
    """An encrypted part belongs to another fact or was changed: run `rigsbog verify`."""

    kind = ErrorKind.CORRUPT


class UnknownKey(NotWhatWasEncrypted):
    """An encrypted part or a document names a key that the vault does not hold: run `rigsbog doctor`."""


class WrongKey(RigsbogError):
    """The key-encryption key is not the one that wrapped this vault's keys: give the right RIGSBOG_KEK_FILE."""

    kind = ErrorKind.CONFIGURATION


class KeyStore(Protocol):
    def wrapped(self, holdings: Iterable[Holding]) -> Mapping[Holding, tuple[UUID, bytes]]:
        """The keys that exist, by holder and retention class."""

    def wrapped_by_id(self, keys: Iterable[UUID]) -> Mapping[UUID, bytes | None]:
        """Keys by their ids, None for a destroyed key; an unknown key is left out."""

    def holder(self, key: UUID) -> SubjectId | None:
        """Whose key it is; None when it is unknown or destroyed."""

    def add(self, keys: Mapping[Holding, tuple[UUID, bytes]]) -> None:
        """Store new keys; if another process was first, its key stays."""

    def index_key(self, purpose: str, fresh: bytes) -> bytes:
        """The wrapped key of a look-up index; when there is none, `fresh` is stored."""

    def destroy(self, holder: SubjectId, retention: Retention | None) -> tuple[UUID, ...]:
        """Destroy a holder's keys of one class or of all, and return their ids."""


@dataclass(frozen=True, slots=True)
class Decrypted:
    """A decrypted part: the fact it belongs to and its personal fields as JSON values.

    `commits` checks `salt` and `json_bytes`, the JSON exactly as it was encrypted; a part of form 1 has neither.
    """

    fact: str
    command: UUID
    ordinal: int
    fields: Mapping[str, Any]
    salt: bytes | None = None
    json_bytes: bytes | None = None

    def check_origin(self, where: str, facts: Container[str], origin: tuple[UUID, int] | None = None) -> None:
        """Check that the part was encrypted for one of the facts, and for this command and ordinal if they are known.

        Raises NotWhatWasEncrypted, which says where the part was found.
        """
        if self.fact not in facts or origin not in (None, (self.command, self.ordinal)):
            raise NotWhatWasEncrypted(f"the encrypted part {where} belongs to another fact")


class Vault:
    """Encrypts and decrypts with the keys of one store, which it caches."""

    def __init__(self, store: KeyStore, kek: bytes) -> None:
        """Raises ValueError unless `kek` is 32 bytes."""
        self._store = store
        self._kek = AESGCM(kek)
        self._keys: dict[Holding, tuple[UUID, AESGCM]] = {}
        self._ciphers: dict[UUID, AESGCM | None] = {}
        """By the key's id; None for a destroyed key."""
        self._index_key = lru_cache(maxsize=64)(self._index_key_of)
        self._cached_since = time.monotonic()

    def prepare(self, holdings: Iterable[Holding]) -> None:
        """Give each holder a key, in one round trip, so that a mass mailing asks once."""
        self._expire()
        missing = {holding for holding in holdings if holding not in self._keys}
        if missing:
            self._fetch_or_create(missing)

    def encrypt(self, event: Event, name: str, command: UUID, ordinal: int) -> bytes | None:
        """Encrypt a fact's personal fields with its holder's key; None when it has no personal fields."""
        fields = event.personal_fields()
        if not fields:
            return None
        self._expire()
        key, cipher = self._keys.get(event.holding) or self._fetch_or_create({event.holding})[event.holding]
        json_bytes = json.dumps([name, fields], ensure_ascii=False, separators=(",", ":")).encode()
        salt, nonce = os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
        header = FORM + key.bytes + command.bytes + ordinal.to_bytes(2, "big") + _commitment(salt, json_bytes)
        return header + nonce + cipher.encrypt(nonce, salt + json_bytes, header + str(event.own_subject).encode())

    def fetch(self, encrypted: Iterable[bytes]) -> None:
        """Cache the keys of many parts, in one round trip, before they are decrypted."""
        self._expire()
        missing = {UUID(bytes=part[1:17]) for part in encrypted} - self._ciphers.keys()
        if missing:
            self._cache(self._store.wrapped_by_id(missing))

    def decrypt(self, encrypted: bytes, subject: SubjectId) -> Decrypted | None:
        """Decrypt a part of a fact about `subject`; None when its key is destroyed.

        Raises NotWhatWasEncrypted when the part belongs to another subject or was changed.
        """
        length = HEADER_BYTES.get(encrypted[:1], 0)
        header, nonce = encrypted[:length], encrypted[length : length + NONCE_BYTES]
        if not header or len(nonce) != NONCE_BYTES:
            raise NotWhatWasEncrypted(f"an encrypted part of {subject} has an unknown form")
        cipher = self._cipher(UUID(bytes=header[1:17]))
        if cipher is None:
            return None
        try:
            plain = cipher.decrypt(nonce, encrypted[length + NONCE_BYTES :], header + str(subject).encode())
        except InvalidTag as error:
            raise NotWhatWasEncrypted(f"an encrypted part does not belong to {subject}, or was changed") from error
        return _decrypted(encrypted, plain)

    def holder(self, encrypted: bytes) -> SubjectId | None:
        """Whose data an encrypted part holds; None when the key is destroyed."""
        return self._store.holder(UUID(bytes=encrypted[1:17]))

    def encrypt_bytes(self, holding: Holding, name: bytes, content: bytes) -> bytes:
        """Encrypt a document with its holder's key; decryption needs the same `name`."""
        self.prepare((holding,))
        key, cipher = self._keys[holding]
        header, nonce = DOCUMENT_FORM + key.bytes, os.urandom(NONCE_BYTES)
        return header + nonce + cipher.encrypt(nonce, content, header + name)

    def decrypt_bytes(self, encrypted: bytes, name: bytes) -> bytes | None:
        """Decrypt a document; None when its key is destroyed. Raises NotWhatWasEncrypted, also if it is incomplete."""
        if len(encrypted) < DOCUMENT_BYTES_MIN:
            raise NotWhatWasEncrypted("a document is incomplete: restore it from a backup")
        header, nonce = encrypted[:17], encrypted[17 : 17 + NONCE_BYTES]
        cipher = self._cipher(UUID(bytes=header[1:]))
        if cipher is None:
            return None
        try:
            return cipher.decrypt(nonce, encrypted[17 + NONCE_BYTES :], header + name)
        except InvalidTag as error:
            raise NotWhatWasEncrypted("a document does not belong to its name, or was changed") from error

    def index(self, purpose: str, text: str) -> UUID:
        """The keyed index of a number: equal for equal texts, and the text cannot be computed from it."""
        digest = blake2b(text.encode(), digest_size=INDEX_BYTES, key=self._index_key(purpose)).digest()
        return UUID(bytes=digest)

    def digest(self, content: bytes) -> bytes:
        """A keyed digest: only this vault can compare contents by it."""
        return blake2b(content, digest_size=INDEX_BYTES, key=self._index_key("command")).digest()

    def destroy(self, holder: SubjectId, retention: Retention | None = None) -> int:
        """Destroy a holder's keys of one class or of all permanently, and return how many there were."""
        destroyed = self._store.destroy(holder, retention)
        self._clear()
        return len(destroyed)

    def _fetch_or_create(self, missing: set[Holding]) -> Mapping[Holding, tuple[UUID, AESGCM]]:
        stored = self._store.wrapped(missing)
        fresh = {holding: self._new_key() for holding in missing if holding not in stored}
        if fresh:
            self._store.add(fresh)
            stored = self._store.wrapped(missing)
        ciphers = self._cache(dict(stored.values()))
        keys = {holding: (key, ciphers[key]) for holding, (key, _) in stored.items()}
        self._keys.update(keys)
        return keys

    def _cache(self, wrapped: Mapping[UUID, bytes | None]) -> dict[UUID, AESGCM]:
        """Unwrap and cache keys; returns those that are not destroyed."""
        ciphers = {key: AESGCM(self._unwrap(key.bytes, wrap)) for key, wrap in wrapped.items() if wrap is not None}
        if len(self._ciphers) + len(wrapped) > UNWRAPPED_KEYS_MAX:
            self._clear()
        self._ciphers |= {key: ciphers.get(key) for key in wrapped}
        return ciphers

    def _cipher(self, key: UUID) -> AESGCM | None:
        """The key of a part, None when it is destroyed; raises UnknownKey."""
        self._expire()
        if key not in self._ciphers:
            self._cache(self._store.wrapped_by_id((key,)))
        if key not in self._ciphers:
            raise UnknownKey
        return self._ciphers[key]

    def _expire(self) -> None:
        if time.monotonic() - self._cached_since > KEY_SECONDS_MAX:
            self._clear()

    def _clear(self) -> None:
        self._keys = {}
        self._ciphers = {}
        self._cached_since = time.monotonic()

    def _new_key(self) -> tuple[UUID, bytes]:
        key = uuid4()
        return key, self._wrap(key.bytes, AESGCM.generate_key(bit_length=KEY_BYTES * 8))

    def _index_key_of(self, purpose: str) -> bytes:
        fresh = self._wrap(purpose.encode(), os.urandom(KEY_BYTES))
        return self._unwrap(purpose.encode(), self._store.index_key(purpose, fresh))

    def _wrap(self, name: bytes, key: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._kek.encrypt(nonce, key, name)

    def _unwrap(self, name: bytes, wrapped: bytes) -> bytes:
        try:
            return self._kek.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], name)
        except InvalidTag as error:
            raise WrongKey from error


def commits(encrypted: bytes, salt: bytes, json_bytes: bytes) -> bool:
    """Whether an encrypted part commits to this salt and JSON; needs no key. A part of form 1 commits to nothing."""
    if encrypted[:1] != FORM or len(salt) != SALT_BYTES:
        return False
    return encrypted[PLACE_BYTES : PLACE_BYTES + COMMITMENT_BYTES] == _commitment(salt, json_bytes)


def _commitment(salt: bytes, json_bytes: bytes) -> bytes:
    return sha256(salt + json_bytes).digest()


def _decrypted(encrypted: bytes, plain: bytes) -> Decrypted:
    """The decrypted part; raises NotWhatWasEncrypted when it commits to other fields, though the key is right."""
    salt, json_bytes = (plain[:SALT_BYTES], plain[SALT_BYTES:]) if encrypted[:1] == FORM else (None, plain)
    if salt is not None and not commits(encrypted, salt, json_bytes):
        raise NotWhatWasEncrypted("an encrypted part holds other fields than it commits to")
    fact, fields = json.loads(json_bytes)
    command, ordinal = UUID(bytes=encrypted[17:33]), int.from_bytes(encrypted[33:PLACE_BYTES], "big")
    return Decrypted(fact, command, ordinal, fields, salt, None if salt is None else json_bytes)


def unwraps(kek: bytes, name: bytes, wrapped: bytes) -> bool:
    """Whether this key-encryption key wrapped the key; `name` is a data key's id or an index's purpose, as bytes."""
    try:
        AESGCM(kek).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], name)
    except InvalidTag:
        return False
    return True
