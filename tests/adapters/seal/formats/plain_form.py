"""The form record/2 once more, word by word as docs/proofs.md has it and without any speed, to compare with."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import orjson

from adapters.seal.formats.canonical import OPTIONS, header

SUBJECT = re.compile(
    r"(?!log:|register:)([a-z_]+):([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[A-Za-z0-9_-]{43})"
)


def plain_content(row: Sequence[Any]) -> bytes | None:
    """The canonical bytes of a row that has a salt; None if it has none."""
    try:
        fields = {**header(row), "payload": orjson.loads(row[14])}
        more = {"rigsbog": "record/2", "caller": row[16], "salt_sha256": sha256(row[17]).hexdigest()}
        return orjson.dumps(plainly_blinded(fields | more, row[17]), option=OPTIONS)
    except (TypeError, ValueError, RecursionError):
        return None


def plainly_blinded(fields: Mapping[str, Any], salt: bytes) -> dict[str, Any]:
    """Every text of any depth that is a subject, or looks like a commitment, is replaced; `subjects` is sorted."""
    made: dict[str, Any] = _replaced(fields, salt)
    if made.get("subjects") is not None:
        made["subjects"].sort()
    return made


def _replaced(value: Any, salt: bytes) -> Any:
    match value:
        case str() if kind_and_rest := SUBJECT.fullmatch(value):
            subject_salt = sha256(salt + value.encode()).digest()
            digest = sha256(subject_salt + value.encode()).digest()
            return f"{kind_and_rest[1]}:{base64.urlsafe_b64encode(digest).decode().removesuffix('=')}"
        case list():
            return [_replaced(each, salt) for each in value]
        case dict():
            return {name: _replaced(each, salt) for name, each in value.items()}
        case _:
            return value
