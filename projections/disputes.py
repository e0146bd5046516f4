"""The registers of disputed arrivals and excused answers, and of notifications."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, LargeBinary, MetaData, Table, Text, Uuid

from domain.post.dispute import (
    ArrivalDisputed,
    DisputeDecided,
    LateAnswerExcused,
    NotificationFailed,
    RecipientNotified,
)
from projections.declare import SCHEMA, Register, last
from projections.engine.ledger_tables import INSTANT
from projections.sources import EMPTY, RECORDED_AT, SEALED, SUBJECT, Field, Source

disputes = Table(
    "disputes",
    MetaData(schema=SCHEMA),
    Column("message", Uuid, primary_key=True),
    Column("recipient", Text),
    Column("disputed_at", INSTANT),
    Column("decided_at", INSTANT),
    Column("arrived", Boolean),
    Column("decided_by", Text),
    Column("excused_at", INSTANT),
    Column("answer_by", Date),
    Column("excused_by", Text),
    Column("sealed", LargeBinary),
)

DISPUTES = Register(
    disputes,
    key="message",
    answers="Is the arrival of this letter disputed, what was decided, and is a late answer excused?",
    columns={
        "recipient": last(dict.fromkeys((ArrivalDisputed, DisputeDecided, LateAnswerExcused), "recipient")),
        "disputed_at": last(ArrivalDisputed, RECORDED_AT),
        "decided_at": last({ArrivalDisputed: EMPTY, DisputeDecided: RECORDED_AT}),
        "arrived": last({ArrivalDisputed: EMPTY, DisputeDecided: "arrived"}),
        "decided_by": last({ArrivalDisputed: EMPTY, DisputeDecided: "decided_by"}),
        "excused_at": last(LateAnswerExcused, RECORDED_AT),
        "answer_by": last(LateAnswerExcused, "answer_by"),
        "excused_by": last(LateAnswerExcused, "decided_by"),
        "sealed": last(ArrivalDisputed, SEALED),
    },
)
"""The arrival of the letter is in the register of messages, and no decision changes it."""

notifications = Table(
    "notifications",
    MetaData(schema=SCHEMA),
    Column("message", Text, primary_key=True),
    Column("means", Text, primary_key=True),
    Column("recipient", Text),
    Column("notified_at", INSTANT),
    Column("failed_at", INSTANT),
)

_MESSAGE_AND_MEANS: dict[str, str | Source] = {"message": SUBJECT, "means": Field("means")}

NOTIFICATIONS = Register(
    notifications,
    key=("message", "means"),
    answers="Was the recipient notified of this letter, by which means, and when did it last fail?",
    keys={RecipientNotified: _MESSAGE_AND_MEANS, NotificationFailed: _MESSAGE_AND_MEANS},
    columns={
        "recipient": last({RecipientNotified: "recipient", NotificationFailed: "recipient"}),
        "notified_at": last(RecipientNotified, RECORDED_AT),
        "failed_at": last(NotificationFailed, RECORDED_AT),
    },
)
