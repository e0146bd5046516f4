"""Which parts of a record differ from what was sealed; their names, never their values."""

from __future__ import annotations

from typing import Any

import orjson

WORDS = {"sealed_sha256": "sealed part", "case": "case_id", "salt_sha256": "salt"}
"""Names in the canonical form that differ from the ledger's."""
UNREADABLE = "the whole record"


def differing_parts(sealed: bytes, now: bytes) -> str:
    """The header columns, subjects, payload fields and sealed part that differ, by the names that were sealed."""
    before, after = _fields(sealed), _fields(now)
    if before is None or after is None:
        return UNREADABLE
    names = [WORDS.get(name, name) for name in before if name != "payload" and before[name] != after.get(name)]
    names += _payload(before.get("payload"), after.get("payload"))
    # Bytes that differ though every part is the same: no canonical form.
    return ", ".join(names) or UNREADABLE


def _payload(before: Any, after: Any) -> list[str]:
    if not isinstance(before, dict) or not isinstance(after, dict):
        return [] if _same(before, after) else ["payload"]
    names = [f"payload.{name}" for name in before if name not in after or not _same(before[name], after[name])]
    # What a stranger wrote as a name may be somebody's name.
    return names + ["payload (a field more)"] * bool(after.keys() - before.keys())


def _same(one: Any, other: Any) -> bool:
    """Equal, and of one kind: 1 is neither true nor 1.0."""
    return orjson.dumps(one, option=orjson.OPT_SORT_KEYS) == orjson.dumps(other, option=orjson.OPT_SORT_KEYS)


def _fields(content: bytes) -> dict[str, Any] | None:
    try:
        read = orjson.loads(content)
    except ValueError:
        return None
    return read if isinstance(read, dict) else None
