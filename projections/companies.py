"""The register of companies: the present state of each; names and addresses stay encrypted."""

from __future__ import annotations

from sqlalchemy import Column, Date, LargeBinary, MetaData, Table, Text, Uuid

from domain.identity.company import (
    CessationCorrected,
    CompanyCeased,
    CompanyRegistered,
)
from domain.identity.number import CvrAssigned
from projections.declare import SCHEMA, Register, first, last
from projections.engine.ledger_tables import INSTANT
from projections.sources import EMPTY, RECORDED_AT, SEALED

companies = Table(
    "companies",
    MetaData(schema=SCHEMA),
    Column("company", Uuid, primary_key=True),
    Column("number", Text),
    Column("number_sealed", LargeBinary),
    Column("entry_cause", Text),
    Column("source", Text),
    Column("ceased_on", Date),
    Column("cessation_source", Text),
    Column("cessation_decided_by", Text),
    Column("registered_at", INSTANT),
)

COMPANIES = Register(
    companies,
    key="company",
    answers="Which company is this: number (sealed), why entered, and has it ceased?",
    columns={
        "number": last(CvrAssigned, "index"),
        "number_sealed": last(CvrAssigned, SEALED),
        "entry_cause": last(CompanyRegistered, "cause"),
        "source": last(CompanyRegistered, "source"),
        "ceased_on": last({CompanyCeased: "ceased_on", CessationCorrected: EMPTY}),
        "cessation_source": last({CompanyCeased: "source", CessationCorrected: EMPTY}),
        "cessation_decided_by": last({CompanyCeased: "decided_by", CessationCorrected: EMPTY}),
        "registered_at": first(CompanyRegistered, RECORDED_AT),
    },
)
"""`number` is the CVR number's index, `cvr:<uuid>`."""
