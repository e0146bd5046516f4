"""The ledger's tables as SQLAlchemy Core knows them, for the statements that read them and for the drift check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
from sqlalchemy.types import TypeEngine

from domain.record import HEADER, SqlType

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
SQL_TYPES: Mapping[SqlType, TypeEngine[Any]] = {
    SqlType.BIGINT: BigInteger(),
    SqlType.SMALLINT: SmallInteger(),
    SqlType.UUID: Uuid(),
    SqlType.INSTANT: INSTANT,
    SqlType.TEXT: Text(),
    SqlType.JSON: JSONB(),
    SqlType.BYTES: LargeBinary(),
}
record = Table(
    "record",
    LEDGER,
    *(
        Column(
            column.name,
            SQL_TYPES[column.type],
            primary_key=column.name == "position",
            nullable=column.nullable,
            autoincrement=False,
        )
        for column in HEADER
    ),
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
    Column("consulted", JSONB),
    Column("read_to", BigInteger),
)
Index("command_position", command.c.first_position, postgresql_using="brin")
simulated_clock = Table(
    "simulated_clock",
    LEDGER,
    Column("one", Boolean, CheckConstraint("one"), primary_key=True, server_default=text("true")),
    Column("now_is", INSTANT, nullable=False),
)
