"""A record: a fact as it stands in the ledger, with its context, its position and its registration time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.context import Context
from domain.fact import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Position P means: all that was recorded up to and with P is all there was."""

    position: int
    recorded_at: datetime
    """Registration time (*registreringstid*), by the ledger's clock; never earlier than at a lower position."""
    name: str
    """The fact's stored name."""
    event: Event
    context: Context
    ordinal: int = 0
    """The fact's place among the facts of its command, from 0."""
