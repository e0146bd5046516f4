"""The vault: seals what is personal, opens it for those who may, and makes the indexes that numbers are looked up by.

AES-256-GCM (NIST SP 800-38D) under one random data key for each holder and retention class; each data key is wrapped by
a key-encryption key (KEK) that is never in the database. A sealed part is, for ever:

    1 byte form (2) | 16 data key's id | 16 command | 2 ordinal | 32 commitment | 12 nonce
        | ciphertext of (32 salt | JSON [fact, {fields}]) | 16 tag

and the tag also covers everything before the nonce and the fact's own subject, so that a part cannot be moved to
another fact or another subject. The commitment is SHA-256(salt | JSON): whoever is given both can check them against
the part with no key, and to anyone else it tells nothing, since the salt is random and as long as the digest. Form 1,
from before receipts, has neither commitment nor salt and is still opened. Destroying a data key erases all that it
sealed, in every copy of the database at once, and the salts with it.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Mapping
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
"""What stands before the nonce, by form."""
INDEX_BYTES = 16
OPENED_KEYS_MAX = 100_000
"""Data keys kept unwrapped in memory by one process, about 20 MB."""
KEY_SECONDS_MAX = 60.0
"""How long a process goes on with keys that it holds: a minute after a destruction no process can open anything."""

Holding = tuple[SubjectId, Retention]


class NotWhatWasSealed(RigsbogError):
    """A sealed part does not belong where it stands, or was altered: run `rigsbog verify`."""

    kind = ErrorKind.CORRUPT


class WrongKey(RigsbogError):
    """The key-encryption key is not the one that wrapped this vault's keys: give the right RIGSBOG_KEK_FILE."""

    kind = ErrorKind.CONFIGURATION


class KeyStore(Protocol):
    """Where wrapped keys are kept."""

    def wrapped(self, holdings: Iterable[Holding]) -> Mapping[Holding, tuple[UUID, bytes]]:
        """The keys that exist, by holder and class."""

    def wrapped_by_id(self, keys: Iterable[UUID]) -> Mapping[UUID, bytes | None]:
        """Keys by their ids, None for each that is destroyed; one that never was is left out."""

    def holder(self, key: UUID) -> SubjectId | None:
        """Whose key it is, or None when it never was or is destroyed."""

    def add(self, keys: Mapping[Holding, tuple[UUID, bytes]]) -> None:
        """Keep new keys; where another process was first, its key stands."""

    def index_key(self, purpose: str, fresh: bytes) -> bytes:
        """The wrapped key of a look-up index: the one that is there, else `fresh` from now on."""

    def destroy(self, holder: SubjectId, retention: Retention | None) -> tuple[UUID, ...]:
        """Destroy a holder's keys of one class or of all; says which there were."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A sealed part, opened: the fact it belongs to and its personal fields as JSON values.

    `salt` and `written`, the JSON's very bytes, are what `commits` takes; a part of form 1 has none.
    """

    fact: str
    command: UUID
    ordinal: int
    fields: Mapping[str, Any]
    salt: bytes | None = None
    written: bytes | None = None


class Vault:
    """One process's way to the keys."""

    def __init__(self, store: KeyStore, kek: bytes) -> None:
        """Raises ValueError unless `kek` is 32 bytes."""
        self._store = store
        self._kek = AESGCM(kek)
        self._keys: dict[Holding, tuple[UUID, AESGCM]] = {}
        self._ciphers: dict[UUID, AESGCM | None] = {}
        """By the key's id; None for a destroyed one."""
        self._index_key = lru_cache(maxsize=64)(self._index_key_of)
        self._learnt = time.monotonic()

    def prepare(self, holdings: Iterable[Holding]) -> None:
        """See to it that each holder has a key; one round trip for many, so a mass mailing asks once."""
        self._forget_in_time()
        missing = {holding for holding in holdings if holding not in self._keys}
        if missing:
            self._learn(missing)

    def encrypt(self, event: Event, name: str, command: UUID, ordinal: int) -> bytes | None:
        """Seal a fact's personal fields under its holder's key; None when it has none."""
        fields = event.personal_fields()
        if not fields:
            return None
        self._forget_in_time()
        holding = (event.key_holder, event.retention)
        key, cipher = self._keys.get(holding) or self._learn({holding})[holding]
        written = json.dumps([name, fields], ensure_ascii=False, separators=(",", ":")).encode()
        salt, nonce = os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
        header = FORM + key.bytes + command.bytes + ordinal.to_bytes(2, "big") + _commitment(salt, written)
        return header + nonce + cipher.encrypt(nonce, salt + written, header + str(event.own_subject).encode())

    def fetch(self, sealed: Iterable[bytes]) -> None:
        """Have the keys of many parts at hand before they are opened, by one round trip."""
        self._forget_in_time()
        missing = {UUID(bytes=part[1:17]) for part in sealed} - self._ciphers.keys()
        if missing:
            self._admit(self._store.wrapped_by_id(missing))

    def decrypt(self, sealed: bytes, subject: SubjectId) -> Opened | None:
        """Open a sealed part that stands with `subject`; None when its key is destroyed.

        Raises NotWhatWasSealed when the part was sealed for another subject or is altered.
        """
        length = HEADER_BYTES.get(sealed[:1], 0)
        header, nonce = sealed[:length], sealed[length : length + NONCE_BYTES]
        if not header or len(nonce) != NONCE_BYTES:
            raise NotWhatWasSealed(f"a sealed part of {subject} has an unknown form")
        cipher = self._cipher(UUID(bytes=header[1:17]))
        if cipher is None:
            return None
        try:
            plain = cipher.decrypt(nonce, sealed[length + NONCE_BYTES :], header + str(subject).encode())
        except InvalidTag as error:
            raise NotWhatWasSealed(f"a sealed part does not belong to {subject}, or was altered") from error
        return _opened(sealed, plain)

    def holder(self, sealed: bytes) -> SubjectId | None:
        """Whose data a sealed part holds; None when the key is destroyed."""
        return self._store.holder(UUID(bytes=sealed[1:17]))

    def encrypt_bytes(self, holding: Holding, name: bytes, content: bytes) -> bytes:
        """Seal a document under its holder's key; `name` must be given again to open it."""
        self.prepare((holding,))
        key, cipher = self._keys[holding]
        header, nonce = DOCUMENT_FORM + key.bytes, os.urandom(NONCE_BYTES)
        return header + nonce + cipher.encrypt(nonce, content, header + name)

    def decrypt_bytes(self, sealed: bytes, name: bytes) -> bytes | None:
        """Open a sealed document; None when its key is destroyed. Raises NotWhatWasSealed."""
        header, nonce = sealed[:17], sealed[17 : 17 + NONCE_BYTES]
        cipher = self._cipher(UUID(bytes=header[1:]))
        if cipher is None:
            return None
        try:
            return cipher.decrypt(nonce, sealed[17 + NONCE_BYTES :], header + name)
        except InvalidTag as error:
            raise NotWhatWasSealed("a document is not what its name says, or was altered") from error

    def index(self, purpose: str, text: str) -> UUID:
        """The keyed index of a number: the same text always gives the same index, and no index gives the text back."""
        digest = blake2b(text.encode(), digest_size=INDEX_BYTES, key=self._index_key(purpose)).digest()
        return UUID(bytes=digest)

    def digest(self, content: bytes) -> bytes:
        """A keyed digest: proves sameness to this vault, tells nothing to anyone else."""
        return blake2b(content, digest_size=INDEX_BYTES, key=self._index_key("command")).digest()

    def destroy(self, holder: SubjectId, retention: Retention | None = None) -> int:
        """Erase for ever what a holder's keys sealed, of one class or of all; says how many keys there were."""
        destroyed = self._store.destroy(holder, retention)
        self._forget()
        return len(destroyed)

    def _learn(self, missing: set[Holding]) -> Mapping[Holding, tuple[UUID, AESGCM]]:
        """Fetch keys, and make those that do not exist."""
        there = self._store.wrapped(missing)
        fresh = {holding: self._fresh() for holding in missing if holding not in there}
        if fresh:
            self._store.add(fresh)
            there = self._store.wrapped(missing)
        ciphers = self._admit(dict(there.values()))
        opened = {holding: (key, ciphers[key]) for holding, (key, _) in there.items()}
        self._keys.update(opened)
        return opened

    def _admit(self, wrapped: Mapping[UUID, bytes | None]) -> dict[UUID, AESGCM]:
        """Keep keys for a while, unwrapped; those that are not destroyed."""
        ciphers = {key: AESGCM(self._unwrap(key.bytes, one)) for key, one in wrapped.items() if one is not None}
        if len(self._ciphers) + len(wrapped) > OPENED_KEYS_MAX:
            self._forget()
        self._ciphers |= {key: ciphers.get(key) for key in wrapped}
        return ciphers

    def _cipher(self, key: UUID) -> AESGCM | None:
        """The key of a part, None when it is destroyed; raises NotWhatWasSealed when it never was."""
        self._forget_in_time()
        if key not in self._ciphers:
            self._admit(self._store.wrapped_by_id((key,)))
        if key not in self._ciphers:
            raise NotWhatWasSealed("a sealed part names a key that never was")
        return self._ciphers[key]

    def _forget_in_time(self) -> None:
        if time.monotonic() - self._learnt > KEY_SECONDS_MAX:
            self._forget()

    def _forget(self) -> None:
        self._keys = {}
        self._ciphers = {}
        self._learnt = time.monotonic()

    def _fresh(self) -> tuple[UUID, bytes]:
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


def commits(sealed: bytes, salt: bytes, written: bytes) -> bool:
    """Whether a sealed part commits to this salt and these JSON bytes; needs no key. Form 1 commits to nothing."""
    if sealed[:1] != FORM or len(salt) != SALT_BYTES:
        return False
    return sealed[PLACE_BYTES : PLACE_BYTES + COMMITMENT_BYTES] == _commitment(salt, written)


def _commitment(salt: bytes, written: bytes) -> bytes:
    return sha256(salt + written).digest()


def _opened(sealed: bytes, plain: bytes) -> Opened:
    """What was sealed; whoever had the key and committed to something else is found out here."""
    salt, written = (plain[:SALT_BYTES], plain[SALT_BYTES:]) if sealed[:1] == FORM else (None, plain)
    if salt is not None and not commits(sealed, salt, written):
        raise NotWhatWasSealed("a sealed part holds other fields than it commits to")
    fact, fields = json.loads(written)
    command, ordinal = UUID(bytes=sealed[17:33]), int.from_bytes(sealed[33:PLACE_BYTES], "big")
    return Opened(fact, command, ordinal, fields, salt, None if salt is None else written)


def unwraps(kek: bytes, name: bytes, wrapped: bytes) -> bool:
    """Whether this key-encryption key wrapped the key; `name` is a data key's id or an index's purpose, as bytes."""
    try:
        AESGCM(kek).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], name)
    except InvalidTag:
        return False
    return True
