"""Signed notes (C2SP signed-note) and the cosignatures of witnesses (C2SP tlog-cosignature, v1), all by Ed25519.

A key is written as a vkey: name+id+base64. The id is four bytes that distinguish keys; it protects nothing. A verifier
trusts only the keys that its caller gives.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Protocol, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from domain.errors import ErrorKind, RigsbogError

NOTE_BYTES_MAX = 65_536
SIGNATURES_MAX = 64
PUBLIC_KEY_BYTES = 32
SIGNATURE_BYTES = 64
TIMESTAMP_BYTES = 8
KEY_ID_BYTES = 4
DASH = "\N{EM DASH}"
NAME = re.compile(r"[^\s+\x00-\x1f]+")
LINE = re.compile(rf"{DASH} ([^\s+]+) ([A-Za-z0-9+/]+={{0,2}})")
COSIGNATURE_HEADER = "cosignature/v1\n"


class NotANote(RigsbogError):
    """The text is no signed note: give the file as it was published, without changes."""

    kind = ErrorKind.BAD_INPUT


class NotAKey(RigsbogError):
    """The text is no vkey of a known kind: copy the whole line that the key's owner published."""

    kind = ErrorKind.BAD_INPUT


class UnknownSigner(RigsbogError):
    """No trusted key has signed the note: check the note, or give the vkey of its signer."""

    kind = ErrorKind.DIFFERENT


class BadSignature(RigsbogError):
    """A trusted key is named, but did not sign this text: do not use the file, and ask its sender for another."""

    kind = ErrorKind.DIFFERENT


class Kind(IntEnum):
    """What a key signs: the byte in its vkey."""

    LOG = 0x01
    """Note texts."""
    WITNESS = 0x04
    """Cosignatures with a time."""


@dataclass(frozen=True, slots=True)
class Key:
    name: str
    public: bytes
    kind: Kind = Kind.LOG

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise NotAKey("a key's name is not empty, and has neither spaces nor a plus sign")
        if len(self.public) != PUBLIC_KEY_BYTES:
            raise NotAKey(f"an Ed25519 key has {PUBLIC_KEY_BYTES} bytes: copy the whole vkey from its owner")

    @property
    def id(self) -> bytes:
        """The four bytes that its signatures begin with."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:KEY_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a vkey; raises NotAKey."""
        name, plus, rest = text.strip().partition("+")
        key_id, plus_too, encoded = rest.partition("+")
        try:
            material = base64.b64decode(encoded, validate=True)
            kind = Kind(material[0])
        except (ValueError, IndexError) as error:
            raise NotAKey(
                "a vkey is written name+id+base64, and is of Ed25519: copy the whole line from its owner"
            ) from error
        key = cls(name, material[1:], kind)
        if not (plus and plus_too) or key.id.hex() != key_id:
            raise NotAKey(f"the id in the vkey of {name} is not that of its key: copy it again from its owner")
        return key


class Signer(Protocol):
    """Signs with a private key: one in a file, or one in a security module that a command reaches."""

    @property
    def key(self) -> Key: ...

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of the Ed25519 signature."""


@dataclass(frozen=True, slots=True)
class Signature:
    name: str
    key_id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"{DASH} {self.name} {base64.b64encode(self.key_id + self.value).decode()}\n"

    @classmethod
    def read(cls, line: str) -> Self:
        """Read one line without its end; raises NotANote."""
        match = LINE.fullmatch(line)
        if match is None:
            raise NotANote("a signature line is written: em dash, name, base64")
        try:
            value = base64.b64decode(match[2], validate=True)
        except ValueError as error:
            raise NotANote("a signature is not base64") from error
        if len(value) <= KEY_ID_BYTES:
            raise NotANote("a signature is too short")
        return cls(match[1], value[:KEY_ID_BYTES], value[KEY_ID_BYTES:])

    def is_by(self, key: Key) -> bool:
        """Whether the line names the key; it is not verified by that."""
        return (self.name, self.key_id) == (key.name, key.id)


@dataclass(frozen=True, slots=True)
class Note:
    """A text, with its end of line, and the signatures under it."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"

    @classmethod
    def read(cls, written: str) -> Self:
        """Read a signed note; nothing is verified. Raises NotANote."""
        if len(written.encode("utf-8", "surrogatepass")) > NOTE_BYTES_MAX:
            raise NotANote(f"the note is longer than {NOTE_BYTES_MAX} bytes")
        if any(character < " " and character != "\n" for character in written):
            raise NotANote("the note holds a control character")
        text, blank, lines = written.rpartition("\n\n")
        if not blank or not text or not lines.endswith("\n"):
            raise NotANote("the note has no signatures under its text")
        signatures = lines.removesuffix("\n").split("\n")
        if len(signatures) > SIGNATURES_MAX:
            raise NotANote(f"the note has more than {SIGNATURES_MAX} signatures")
        return cls(f"{text}\n", tuple(Signature.read(line) for line in signatures))

    def signed_by(self, keys: Iterable[Key]) -> tuple[Key, ...]:
        """Which of the keys have signed it; raises BadSignature when one is named that has not."""
        return tuple(key for key in keys if self.times(key))

    def times(self, key: Key) -> tuple[int, ...]:
        """For each signature by the key its time (POSIX seconds; 0 for a log's); raises BadSignature."""
        return tuple(_verified(self.text, one, key) for one in self.signatures if one.is_by(key))

    def opened(self, keys: Sequence[Key]) -> tuple[Key, ...]:
        """As `signed_by`, but raises UnknownSigner when it is none of them."""
        signatures = self.signed_by(keys)
        if not signatures:
            names = ", ".join(f"{signature.name} ({signature.key_id.hex()})" for signature in self.signatures)
            raise UnknownSigner(f"the note is signed by {names}, and by no key that is trusted here")
        return signatures

    def with_signatures(self, more: Iterable[Signature]) -> Note:
        """The same note with further signatures, each once."""
        return Note(self.text, tuple(dict.fromkeys((*self.signatures, *more))))

    def with_lines(self, lines: Iterable[str]) -> Note:
        """The same note with further signature lines, with or without their ends; raises NotANote."""
        return self.with_signatures(Signature.read(line.removesuffix("\n")) for line in lines)


def signed(text: str, *signers: Signer) -> Note:
    assert text.endswith("\n"), "a note's text ends with its end of line"
    return Note(text, tuple(Signature(one.key.name, one.key.id, one.sign(text.encode())) for one in signers))


def cosigned(text: str, signer: Signer, time: int) -> Signature:
    """A witness's cosignature of a checkpoint's text at that time (POSIX seconds)."""
    assert signer.key.kind is Kind.WITNESS, "a witness has a key of its own kind"
    stamp = time.to_bytes(TIMESTAMP_BYTES, "big")
    return Signature(signer.key.name, signer.key.id, stamp + signer.sign(_cosigned_message(text, time)))


def _cosigned_message(text: str, time: int) -> bytes:
    return f"{COSIGNATURE_HEADER}time {time}\n{text}".encode()


def _verified(text: str, signature: Signature, key: Key) -> int:
    time, value, message = 0, signature.value, text.encode()
    if key.kind is Kind.WITNESS:
        time, value = int.from_bytes(value[:TIMESTAMP_BYTES], "big"), value[TIMESTAMP_BYTES:]
        message = _cosigned_message(text, time)
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(value, message)
    except (InvalidSignature, ValueError) as error:
        raise BadSignature(f"{key.name} ({key.id.hex()}) did not sign this") from error
    return time
