"""The bookkeeping of the registers as SQLAlchemy Core knows it."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from projections.declare import SCHEMA
from projections.engine.ledger_tables import INSTANT

progress = Table(
    "progress",
    MetaData(schema=SCHEMA),
    Column("name", Text, primary_key=True),
    Column("declaration", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("state", Text, CheckConstraint("state in ('following', 'stopped', 'stale')"), nullable=False),
    Column("error", JSONB(none_as_null=True)),
    Column("updated_at", INSTANT, nullable=False),
)
