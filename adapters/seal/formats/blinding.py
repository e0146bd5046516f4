"""Blinds the subjects of a record in its leaf: the leaf alone does not show whom the fact concerns.

Each subject is replaced by a commitment to it, salted for the record and the subject. The salt of one subject
shows that subject and no other one. The form never changes (docs/proofs.md); docs/decisions/0021 says why it is so.
"""

from __future__ import annotations

import base64
import re
from binascii import b2a_base64
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any

FORM = "record/2"
DEPTH_MAX = 254
"""So deep orjson writes; a payload of the ledger nests less than 64."""
TOO_DEEP = "the record nests deeper than any record does"
OPEN = ("log:", "register:")
"""These kinds are nobody's data."""
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
NO_UUID = "00000000-0000-0000-0000-000000000000"
DIGEST_LENGTH = 43
BLINDED = re.compile(rf"[a-z_]++:(?:{UUID}|[A-Za-z0-9_-]{{{DIGEST_LENGTH}}})")
"""A subject, and what looks like a commitment, so that no text of a fact can pass for one."""
UUID_LENGTH = len(NO_UUID)
BLINDED_LENGTH_MIN = len("k:") + UUID_LENGTH
TEXTS = ("actor", "authority", "caller", "case", "fact", "legal_basis", "payload", "subject")
"""The fields of a record that may be such a text; the others are numbers, uuids, instants and digests."""
KINDS_MAX = 256
URL_SAFE = bytes.maketrans(b"+/", b"-_")


def blind(fields: dict[str, Any], salt: bytes) -> None:
    """Blind every text in the fields of a record that is a subject; the subjects are in order again.

    `subject` and `subjects` are as the ledger writes them. Raises ValueError for a record that nests too deep.
    """
    blinding = Blinding(salt)
    subjects = fields["subjects"]
    if subjects is not None:
        fields["subjects"] = sorted(blinding.of_subjects(subjects))
    for name in TEXTS:
        text = fields[name]
        if isinstance(text, str) and len(text) >= BLINDED_LENGTH_MIN:
            fields[name] = blinding[text]
    if isinstance(fields["payload"], (dict, list)):
        blinding.replace_in(fields["payload"])


class Blinding(dict[str, str]):
    """Text -> what replaces it in a record with that salt; most texts replace themselves."""

    __slots__ = ("_salt",)

    def __init__(self, salt: bytes) -> None:
        super().__init__()
        self._salt = salt

    def __missing__(self, text: str) -> str:
        shown = self[text] = commitment(text, subject_salt(self._salt, text)) if _hides(text) else text
        return shown

    def of_subjects(self, subjects: Iterable[str]) -> list[str]:
        """What replaces each text of the form `kind:uuid`: a record has many, so this is written for speed."""
        salt, replacements = self._salt, []
        for text in subjects:
            kind = text[:-UUID_LENGTH]
            if _hides_kind(kind):
                subject = text.encode()
                digest = sha256(sha256(salt + subject).digest() + subject).digest()
                shown = kind + b2a_base64(digest, newline=False)[:DIGEST_LENGTH].translate(URL_SAFE).decode()
            else:
                shown = text
            self[text] = shown
            replacements.append(shown)
        return replacements

    def replace_in(self, container: Any, depth: int = 0) -> None:
        """Replace every text in a dictionary or list, of any depth, in place."""
        if depth > DEPTH_MAX:
            raise ValueError(TOO_DEEP)
        for place, value in container.items() if type(container) is dict else enumerate(container):
            if type(value) is str:
                if len(value) >= BLINDED_LENGTH_MIN:
                    container[place] = self[value]
            elif type(value) is dict or type(value) is list:
                self.replace_in(value, depth + 1)


@lru_cache(KINDS_MAX)
def _hides_kind(kind: str) -> bool:
    """Whether subjects of the kind, which has its colon, are blinded."""
    return _hides(kind + NO_UUID)


def subject_salt(salt: bytes, subject: str) -> bytes:
    """The salt of one subject, of which the record's own salt cannot be computed."""
    return sha256(salt + subject.encode()).digest()


def commitment(subject: str, salt: bytes) -> str:
    """What replaces a subject in the leaf, by the salt of that subject."""
    digest = base64.urlsafe_b64encode(sha256(salt + subject.encode()).digest()).decode().rstrip("=")
    return f"{subject.partition(':')[0]}:{digest}"


def salts_of(fields: Mapping[str, Any], salt: bytes) -> dict[str, str]:
    """The salt of each subject that is blinded, in base64: by these `named` shows them."""
    return {text: base64.b64encode(subject_salt(salt, text)).decode() for text in _texts(fields) if _hides(text)}


def named(record: Mapping[str, Any], salts: Mapping[str, str]) -> dict[str, Any]:
    """A record with the subjects whose salts are given; the others stay blinded."""
    subjects = {commitment(subject, base64.b64decode(salt)): subject for subject, salt in salts.items()}
    shown: dict[str, Any] = _replaced(record, subjects)
    return shown


def _hides(text: str) -> bool:
    return not text.startswith(OPEN) and BLINDED.fullmatch(text) is not None


def _replaced(value: Any, by: Mapping[str, str], depth: int = 0) -> Any:
    if depth > DEPTH_MAX:
        raise ValueError(TOO_DEEP)
    if isinstance(value, str):
        return by.get(value, value) if _hides(value) else value
    if isinstance(value, list):
        return [_replaced(each, by, depth + 1) for each in value]
    if isinstance(value, Mapping):
        return {name: _replaced(each, by, depth + 1) for name, each in value.items()}
    return value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, Mapping):
        yield from _texts(list(value.values()))
