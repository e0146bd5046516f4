"""The register of disputed arrivals and excused answers."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, LargeBinary, MetaData, Table, Text, Uuid

from domain.post.dispute import (
    ArrivalDisputed,
    DisputeDecided,
    LateAnswerExcused,
)
from projections.declare import SCHEMA, Register, last
from projections.engine.ledger_tables import INSTANT
from projections.sources import EMPTY, RECORDED_AT, SEALED

disputes = Table(
    "disputes",
    MetaData(schema=SCHEMA),
    Column("message", Uuid, primary_key=True),
    Column("recipient", Text),
    Column("disputed_at", INSTANT),
    Column("decided_at", INSTANT),
    Column("arrived", Boolean),
    Column("decided_by", Text),
    Column("decision_sealed", LargeBinary),
    Column("excused_at", INSTANT),
    Column("answer_by", Date),
    Column("excused_by", Text),
    Column("excuse_sealed", LargeBinary),
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
        "decision_sealed": last({ArrivalDisputed: EMPTY, DisputeDecided: SEALED}),
        "excused_at": last(LateAnswerExcused, RECORDED_AT),
        "answer_by": last(LateAnswerExcused, "answer_by"),
        "excused_by": last(LateAnswerExcused, "decided_by"),
        "excuse_sealed": last(LateAnswerExcused, SEALED),
        "sealed": last(ArrivalDisputed, SEALED),
    },
)
"""The arrival of the letter is in the register of messages, and no decision changes it."""
