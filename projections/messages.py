"""The register of messages, with the legal clock."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, LargeBinary, MetaData, Table, Text, Uuid

from domain.message import (
    MessageMadeAvailable,
    MessageOpened,
    MessageRecalled,
    MessageRejected,
    MessageScheduled,
    MessageSubmitted,
    ReleaseRefused,
    ServiceEffected,
)
from projections.declare import SCHEMA, Register, first, last
from projections.ledger_tables import INSTANT
from projections.sources import RECORDED_AT, SEALED, constant

messages = Table(
    "messages",
    MetaData(schema=SCHEMA),
    Column("message", Uuid, primary_key=True),
    Column("sender", Text),
    Column("recipient", Text),
    Column("stage", Text),
    Column("transmission", Uuid),
    Column("memo_version", Text),
    Column("message_type", Text),
    Column("content_sha256", Text),
    Column("bytes_sha256", Text),
    Column("size_bytes", BigInteger),
    Column("file_count", BigInteger),
    Column("mandatory", Boolean),
    Column("legal_notification", Boolean),
    Column("reply", Boolean),
    Column("reply_by", INSTANT),
    Column("do_not_deliver_until", Date),
    Column("submitted_at", INSTANT),
    Column("rejected_at", INSTANT),
    Column("scheduled_for", INSTANT),
    Column("recalled_at", INSTANT),
    Column("refused_at", INSTANT),
    Column("available_at", INSTANT),
    Column("first_opened_at", INSTANT),
    Column("served_at", INSTANT),
    Column("sealed", LargeBinary),
)

SUBMITTED_FIELDS = (
    "sender", "recipient", "transmission", "memo_version", "message_type", "content_sha256", "bytes_sha256",
    "size_bytes", "file_count", "mandatory", "legal_notification", "reply", "reply_by", "do_not_deliver_until",
)  # fmt: skip

MESSAGES = Register(
    messages,
    key="message",
    answers="Has this message arrived, been read, been served, and when?",
    columns={
        **{field: last(MessageSubmitted, field) for field in SUBMITTED_FIELDS},
        "stage": last(
            {
                MessageSubmitted: constant("submitted"),
                MessageRejected: constant("rejected"),
                MessageScheduled: constant("scheduled"),
                MessageRecalled: constant("recalled"),
                ReleaseRefused: constant("refused"),
                MessageMadeAvailable: constant("available"),
            }
        ),
        "submitted_at": first(MessageSubmitted, RECORDED_AT),
        "rejected_at": first(MessageRejected, RECORDED_AT),
        "scheduled_for": last(MessageScheduled, "release_at"),
        "recalled_at": first(MessageRecalled, RECORDED_AT),
        "refused_at": first(ReleaseRefused, RECORDED_AT),
        "available_at": first(MessageMadeAvailable, RECORDED_AT),
        "first_opened_at": first(MessageOpened, RECORDED_AT),
        "served_at": first(ServiceEffected, RECORDED_AT),
        "sealed": last(MessageSubmitted, SEALED),
    },
)
"""What every message came to."""
