"""The register of deletions by term: what is to be deleted, by which rule, when, and whether it is done."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, MetaData, Table, Text

from domain.operations.retention import DeletionCompleted, DeletionDropped, DeletionFellDue, DeletionPlanned
from projections.declare import SCHEMA, Register, last
from projections.engine.ledger_tables import INSTANT
from projections.sources import EMPTY, RECORDED_AT

deletions = Table(
    "deletions",
    MetaData(schema=SCHEMA),
    Column("holder", Text, primary_key=True),
    Column("retention_class", Text),
    Column("due_on", Date),
    Column("rule", Text),
    Column("fell_due_at", INSTANT),
    Column("dropped_at", INSTANT),
    Column("completed_at", INSTANT),
)
Index("deletions_due_on", deletions.c.due_on)

DELETIONS = Register(
    deletions,
    key="holder",
    answers="When is what is encrypted for this holder to be deleted, by which rule, and is it done?",
    columns={
        "retention_class": last(DeletionPlanned, "retention_class"),
        "due_on": last(DeletionPlanned, "due_on"),
        "rule": last(DeletionPlanned, "rule"),
        "fell_due_at": last({DeletionPlanned: EMPTY, DeletionFellDue: RECORDED_AT}),
        "dropped_at": last({DeletionPlanned: EMPTY, DeletionDropped: RECORDED_AT}),
        "completed_at": last({DeletionPlanned: EMPTY, DeletionCompleted: RECORDED_AT}),
    },
)
"""A deletion is due from `fell_due_at` until `completed_at`. Without a rule an authority set its day."""
