"""The ledger's tables as SQLAlchemy Core knows them, for the statements that read them and for the drift check."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

LEDGER = MetaData(schema="ledger")

INSTANT = DateTime(timezone=True)

fact_name = Table(
    "fact_name",
    LEDGER,
    Column("fact", SmallInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, unique=True),
)
subject_kind = Table(
    "subject_kind",
    LEDGER,
    Column("kind", SmallInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, unique=True),
)
record = Table(
    "record",
    LEDGER,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("recorded_at", INSTANT, nullable=False),
    Column("effective_from", INSTANT),
    Column("causation", BigInteger),
    Column("command", Uuid, nullable=False),
    Column("correlation", Uuid, nullable=False),
    Column("subject", Uuid, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("fact", SmallInteger, nullable=False),
    Column("ordinal", SmallInteger, nullable=False),
    Column("authority", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("case_id", Text),
    Column("payload", JSONB, nullable=False),
    Column("sealed", LargeBinary),
)
Index("record_authority_case", record.c.authority, record.c.case_id, record.c.position)
concerns = Table(
    "subject",
    LEDGER,
    Column("subject", Uuid, primary_key=True),
    Column("kind", SmallInteger, primary_key=True, autoincrement=False),
    Column("fact", SmallInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
)
Index("subject_position", concerns.c.position)
command = Table(
    "command",
    LEDGER,
    Column("command", Uuid, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("first_position", BigInteger, nullable=False),
    Column("last_position", BigInteger, nullable=False),
)
simulated_clock = Table(
    "simulated_clock",
    LEDGER,
    Column("one", Boolean, CheckConstraint("one"), primary_key=True, server_default=text("true")),
    Column("now_is", INSTANT, nullable=False),
)
