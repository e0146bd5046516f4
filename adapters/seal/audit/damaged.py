"""Reads what is so damaged that no writer of ours can have stored it, far enough to name the part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
import psycopg
from psycopg.adapt import Buffer
from psycopg.types.string import TextLoader

from adapters.seal.formats.canonical import formed, header, payload_text

DAMAGED = "\x00"
"""What PostgreSQL stores in no text: a value that begins with it equals nothing that was sealed."""


class DamagedTextLoader(TextLoader):
    """Loads a text that is not valid UTF-8 with its bytes escaped, behind the mark of damage."""

    def load(self, data: Buffer) -> str | bytes:
        try:
            return super().load(data)
        except UnicodeDecodeError:
            return DAMAGED + bytes(data).decode(errors="backslashreplace")


def read_damaged_texts(connection: psycopg.Connection[Any]) -> None:
    """Let the connection return texts that are not valid UTF-8 instead of raising."""
    for name in ("text", "varchar", "name"):
        connection.adapters.register_loader(name, DamagedTextLoader)


def comparable(row: Sequence[Any]) -> bytes | None:
    """Bytes that show the differing parts of a record without canonical form; None if it is unreadable.

    They equal no sealed entry: they hold a field that the canonical form does not have.
    """
    if len(row) == 1:
        return None
    fields = formed(row, {**header(row), "payload": _payload(payload_text(row))})
    return orjson.dumps({**fields, "damaged": True})


def _payload(text: str | None) -> Any:
    try:
        payload = orjson.loads(text or "")
    except ValueError:
        return DAMAGED
    if not isinstance(payload, dict):
        return DAMAGED
    return {name: value if _writable(value) else DAMAGED for name, value in payload.items()}


def _writable(value: Any) -> bool:
    try:
        orjson.dumps([[value]])
    except TypeError:
        return False
    return True
