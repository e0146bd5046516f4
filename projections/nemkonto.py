"""The register of NemKonto designations (*anvisninger*): which account a payee has designated, and when it is valid."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Index, LargeBinary, MetaData, Table, Text, Uuid

from domain.nemkonto.designation import (
    STATUSES,
    ActivationLetterOrdered,
    ActivationRefused,
    DesignationCancelled,
    DesignationReplaced,
    DesignationVoided,
    NemkontoActivated,
    NemkontoDesignated,
    NemkontoEndCorrected,
    NemkontoEndDropped,
    NemkontoEnded,
    NemkontoEndPlanned,
    NemkontoRestored,
    NemkontoSuperseded,
)
from projections.declare import SCHEMA, Register, first, last, total
from projections.engine.ledger_tables import INSTANT
from projections.sources import EMPTY, RECORDED_AT, SEALED, constant

nemkonto = Table(
    "nemkonto",
    MetaData(schema=SCHEMA),
    Column("designation", Uuid, primary_key=True),
    Column("payee", Text),
    Column("status", Text),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("void_from", Date),
    Column("void_sealed", LargeBinary),
    Column("account", Text),
    Column("account_kind", Text),
    Column("account_sealed", LargeBinary),
    Column("channel", Text),
    Column("acted_by", Text),
    Column("mandate", Uuid),
    Column("requested_on", Date),
    Column("latest_on", Date),
    Column("supersedes", Uuid),
    Column("gave_way_to", Uuid),
    Column("end_cause", Text),
    Column("end_planned_on", Date),
    Column("code_valid_until", INSTANT),
    Column("wrong_attempts", BigInteger, nullable=False),
    Column("designated_at", INSTANT),
    Column("activated_at", INSTANT),
)
Index("nemkonto_payee", nemkonto.c.payee, nemkonto.c.valid_from)

NEMKONTO_DESIGNATIONS = Register(
    nemkonto,
    key="designation",
    answers="Which account is this payee's NemKonto, from which day to which day, and how did it become so?",
    columns={
        "payee": last(NemkontoDesignated, "payee"),
        "status": last({fact: constant(status) for fact, status in STATUSES.items()}),
        "valid_from": last({NemkontoActivated: "effective_on", DesignationCancelled: EMPTY, DesignationVoided: EMPTY}),
        "valid_to": last(
            {
                NemkontoSuperseded: "valid_to",
                NemkontoEnded: "valid_to",
                NemkontoEndCorrected: "valid_to",
                NemkontoRestored: EMPTY,
                DesignationVoided: EMPTY,
            }
        ),
        "void_from": last(DesignationVoided, "valid_from"),
        "void_sealed": last(DesignationVoided, SEALED),
        "account": last(NemkontoDesignated, "account_index"),
        "account_kind": last(NemkontoDesignated, "account_kind"),
        "account_sealed": last(NemkontoDesignated, SEALED),
        "channel": last(NemkontoDesignated, "channel"),
        "acted_by": last(NemkontoDesignated, "acted_by"),
        "mandate": last(NemkontoDesignated, "mandate"),
        "requested_on": last(NemkontoDesignated, "requested_on"),
        "latest_on": last(NemkontoActivated, "latest_on"),
        "supersedes": last(NemkontoActivated, "supersedes"),
        "gave_way_to": last(
            {NemkontoSuperseded: "by", DesignationReplaced: "by", NemkontoRestored: EMPTY, NemkontoEnded: EMPTY}
        ),
        "end_cause": last(
            {
                NemkontoEnded: "cause",
                NemkontoEndCorrected: "cause",
                DesignationCancelled: "cause",
                NemkontoRestored: EMPTY,
                NemkontoSuperseded: EMPTY,
            }
        ),
        "end_planned_on": last(
            {
                NemkontoEndPlanned: "ends_on",
                NemkontoEndDropped: EMPTY,
                NemkontoEnded: EMPTY,
                DesignationCancelled: EMPTY,
                DesignationVoided: EMPTY,
            }
        ),
        "code_valid_until": last(ActivationLetterOrdered, "valid_until"),
        "wrong_attempts": total(ActivationRefused, constant(1)),
        "designated_at": first(NemkontoDesignated, RECORDED_AT),
        "activated_at": first(NemkontoActivated, RECORDED_AT),
    },
)
"""In force from `valid_from` until the day before `valid_to`."""
