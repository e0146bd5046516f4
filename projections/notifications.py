"""The register of notifications (*advisering*): of which letter, by which means, sent or failed, and why."""

from __future__ import annotations

from sqlalchemy import Column, Index, MetaData, Table, Text, Uuid

from domain.post.notification import NotificationFailed, RecipientNotified
from projections.declare import SCHEMA, Register, last
from projections.engine.ledger_tables import INSTANT
from projections.sources import RECORDED_AT

notifications = Table(
    "notifications",
    MetaData(schema=SCHEMA),
    Column("notification", Uuid, primary_key=True),
    Column("message", Text),
    Column("recipient", Text),
    Column("means", Text),
    Column("notified_at", INSTANT),
    Column("failed_at", INSTANT),
    Column("failed_because", Text),
    Column("reported_at", INSTANT),
)
Index("notifications_message", notifications.c.message)

_REPORTS = (RecipientNotified, NotificationFailed)

NOTIFICATIONS = Register(
    notifications,
    key="notification",
    answers="Was the recipient notified of this letter, by which means, when did it fail and why?",
    columns={
        **{field: last(dict.fromkeys(_REPORTS, field)) for field in ("message", "recipient", "means")},
        "notified_at": last(RecipientNotified, "happened_at"),
        "failed_at": last(NotificationFailed, "happened_at"),
        "failed_because": last(NotificationFailed, "cause"),
        "reported_at": last(dict.fromkeys(_REPORTS, RECORDED_AT)),
    },
)
"""`notified_at` and `failed_at` are as the gateway states them; `reported_at` is when the last report was recorded."""
