"""What falls due: acts that the law lets follow at a known time, without anybody asking for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.subject import SubjectId


class DueKind(StrEnum):
    """Which act falls due."""

    RELEASE = "release"
    """A message that was held back; subject the message, also its recipient."""
    REGISTRATION = "registration"
    """The opening of an announced mailbox; subject the recipient."""
    ACTIVATION_EXPIRY = "activation_expiry"
    """The end of an activation code; subject the designation, also its payee."""
    PROTECTION_LAPSE = "protection_lapse"
    """The end of a protection of name and address; subject the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One act that falls due at `due_at` (UTC), about `subject`, which may need to know whom it concerns also."""

    kind: DueKind
    subject: SubjectId
    due_at: datetime
    also: SubjectId | None = None
