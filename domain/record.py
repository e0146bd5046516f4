"""A record: a fact as the ledger stores it, with its context, position and registration time; and its columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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


class SqlType(StrEnum):
    """A column's type, as PostgreSQL writes it."""

    BIGINT = "bigint"
    SMALLINT = "smallint"
    UUID = "uuid"
    INSTANT = "timestamp with time zone"
    TEXT = "text"
    JSON = "jsonb"
    BYTES = "bytea"


@dataclass(frozen=True, slots=True)
class HeaderColumn:
    """One column of `ledger.record`."""

    name: str
    type: SqlType
    nullable: bool = False
    context: str | None = None
    """The field of the fact's Context that the column holds."""
    meaning: str | None = None
    """How a page calls it, when a register may take it as a source."""
    filled: bool = False
    """Whether the database fills it, whatever a writer sends."""


HEADER: tuple[HeaderColumn, ...] = (
    HeaderColumn("position", SqlType.BIGINT, meaning="its position"),
    HeaderColumn("recorded_at", SqlType.INSTANT, meaning="its registration time"),
    HeaderColumn(
        "effective_from", SqlType.INSTANT, nullable=True, context="effective_from", meaning="its effective time"
    ),
    HeaderColumn("causation", SqlType.BIGINT, nullable=True, context="causation"),
    HeaderColumn("command", SqlType.UUID, context="command"),
    HeaderColumn("correlation", SqlType.UUID, context="correlation"),
    HeaderColumn("subject", SqlType.UUID, meaning="its subject"),
    HeaderColumn("kind", SqlType.SMALLINT),
    HeaderColumn("fact", SqlType.SMALLINT),
    HeaderColumn("ordinal", SqlType.SMALLINT),
    HeaderColumn("authority", SqlType.TEXT, context="authority", meaning="its authority"),
    HeaderColumn("actor", SqlType.TEXT, context="actor", meaning="its actor"),
    HeaderColumn("legal_basis", SqlType.TEXT, context="legal_basis", meaning="its legal basis"),
    HeaderColumn("case_id", SqlType.TEXT, nullable=True, context="case"),
    HeaderColumn("payload", SqlType.JSON),
    HeaderColumn("sealed", SqlType.BYTES, nullable=True, meaning="its sealed part"),
    HeaderColumn("caller", SqlType.TEXT, nullable=True, filled=True),
    HeaderColumn("salt", SqlType.UUID, nullable=True, filled=True),
)
"""The columns of `ledger.record`, in its order. Statements, tables, COPY, registers and pages are made from them. The
SQL of the migrations, the trails and the canonical form repeat them, and tests/test_header.py compares."""

GIVEN = tuple(column for column in HEADER if not column.filled)
"""The columns that a writer gives."""
CONTEXT_COLUMNS: dict[str, str] = {column.name: column.context for column in HEADER if column.context is not None}
"""Column -> field, of those that hold the fact's context."""
