"""The tables that store the state of the registers, for SQLAlchemy Core."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Double, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from projections.declare import SCHEMA
from projections.engine.ledger_tables import INSTANT

REGISTER_TABLES = MetaData(schema=SCHEMA)

progress = Table(
    "progress",
    REGISTER_TABLES,
    Column("name", Text, primary_key=True),
    Column("declaration", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("state", Text, CheckConstraint("state in ('following', 'stopped', 'stale')"), nullable=False),
    Column("error", JSONB(none_as_null=True)),
    Column("updated_at", INSTANT, nullable=False),
)

rebuild = Table(
    "rebuild",
    REGISTER_TABLES,
    Column("name", Text, primary_key=True),
    Column("declaration", Text, nullable=False),
    Column("phase", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("workers", Integer, nullable=False),
    Column("busy_seconds", Double, nullable=False),
    Column("started_at", INSTANT, nullable=False),
    Column("updated_at", INSTANT, nullable=False),
)

previous = Table(
    "previous",
    REGISTER_TABLES,
    Column("name", Text, primary_key=True),
    Column("declaration", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("swapped_at", INSTANT, nullable=False),
)
"""The previous tables, and the position from which each would continue."""
