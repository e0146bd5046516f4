"""Values as JSON and as plain text, the same for every program."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.fact import SEALED
from domain.identity.uncertain_day import UncertainDay
from domain.masked import MaskedText
from domain.subject import SubjectId


def as_json(value: Any) -> Any:
    """A value of the domain as JSON; an encrypted one shows as SEALED."""
    if isinstance(value, (SubjectId, UUID, MaskedText, UncertainDay)):
        return str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if value is SEALED or isinstance(value, (bytes, memoryview)):
        return "SEALED"
    raise TypeError(f"{type(value).__name__} has no JSON form")


def plain(value: Any) -> str:
    """A value as one word or line for a person; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, default=as_json, ensure_ascii=False).strip('"')
