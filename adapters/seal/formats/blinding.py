"""Blinds the subjects of a record in its leaf: the leaf alone does not show whom the fact concerns.

Each subject is replaced by a commitment to it, salted for the record and the subject. The salt of one subject
shows that subject and no other one. The form never changes (docs/proofs.md); docs/decisions/0021 says why it is so.
"""

from __future__ import annotations

import base64
import re
from binascii import b2a_base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

import orjson

FORM = "record/2"
DEPTH_MAX = 254
"""So deep orjson writes; a payload of the ledger nests less than 64."""
OPEN = ("log:", "register:")
"""These kinds are nobody's data."""
FORMS = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Za-z0-9_-]{43}"
BLINDED = re.compile(rf"[a-z_]+:(?:{FORMS})")
"""A subject, and what looks like a commitment, so that no text of a fact can pass for one."""


VALUE = re.compile(rb'"(?<!\\")([a-z_]+:(?:' + FORMS.encode() + rb'))"(?!:)')
"""The same in canonical JSON: no value, and no name, begins behind a backslash, and a name is followed by a colon."""
TEXT = re.compile(BLINDED.pattern.encode())
OPEN_KINDS = tuple(kind.encode() for kind in OPEN)
URL_SAFE = bytes.maketrans(b"+/", b"-_")


def blinded_json(fields: bytes, subjects: Sequence[str] | None, salt: bytes) -> bytes:
    """What `blinded` makes, as canonical JSON, and quicker: of the JSON without `subjects`, whose name comes last."""
    parts, hidden = VALUE.split(fields), {}
    for nth in range(1, len(parts), 2):
        text = parts[nth]
        if text not in hidden:
            hidden[text] = _hidden(text, salt)
        parts[nth] = b'"%b"' % hidden[text]
    if subjects is None:
        shown = b"null"
    else:
        texts = [subject.encode() for subject in subjects]
        commitments = [hidden.get(text) or (_hidden(text, salt) if TEXT.fullmatch(text) else text) for text in texts]
        shown = orjson.dumps(sorted([commitment.decode() for commitment in commitments]))
    return b'%b,"subjects":%b}' % (b"".join(parts)[:-1], shown)


def _hidden(text: bytes, salt: bytes) -> bytes:
    """What replaces such a text in a record with that salt: the same as `commitment`."""
    if text.startswith(OPEN_KINDS):
        return text
    digest = sha256(sha256(salt + text).digest() + text).digest()
    return text[: text.index(b":") + 1] + b2a_base64(digest, newline=False)[:43].translate(URL_SAFE)


def blinded(fields: Mapping[str, Any], salt: bytes) -> dict[str, Any]:
    """The fields of a record with every text that is a subject blinded; the subjects are in order again.

    Raises ValueError for a record that nests too deep.
    """
    replaced: dict[str, Any] = _replaced(fields, lambda text: commitment(text, subject_salt(salt, text)))
    if isinstance(replaced.get("subjects"), list):
        replaced["subjects"].sort()
    return replaced


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
    shown: dict[str, Any] = _replaced(record, lambda text: subjects.get(text, text))
    return shown


def _hides(text: str) -> bool:
    return not text.startswith(OPEN) and BLINDED.fullmatch(text) is not None


def _replaced(value: Any, by: Callable[[str], str], depth: int = 0) -> Any:
    if depth > DEPTH_MAX:
        raise ValueError("the record nests deeper than any record does")
    if isinstance(value, str):
        return by(value) if _hides(value) else value
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
