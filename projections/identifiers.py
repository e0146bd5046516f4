"""The register of identifiers: whose a CPR or CVR number is, or was, by the number's random subject."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, MetaData, Table, Text

from domain.identity.number import (
    CPR_FACTS,
    CprAnnulled,
    CprAssigned,
    CprChanged,
    CprRedirected,
    CprWithdrawn,
    CvrAssigned,
)
from projections.declare import SCHEMA, Register, by, last
from projections.engine.ledger_tables import INSTANT
from projections.sources import EMPTY, NO, RECORDED_AT, YES

CHANGES = (CprChanged, by(CprChanged, "previous"), CprWithdrawn, CprAnnulled)
"""The facts of one number, which have a source of their own."""

identifiers = Table(
    "identifiers",
    MetaData(schema=SCHEMA),
    Column("identifier", Text, primary_key=True),
    Column("bearer", Text),
    Column("in_use", Boolean),
    Column("borne_since", INSTANT),
    Column("out_of_use_since", INSTANT),
    Column("annulled_at", INSTANT),
    Column("source", Text),
    Column("decided_by", Text),
)

IDENTIFIERS = Register(
    identifiers,
    key="identifier",
    answers="Whose is this number, and is it still in use?",
    keys=dict.fromkeys((*CPR_FACTS, CvrAssigned), "index"),
    columns={
        "bearer": last(
            {
                CprAssigned: "person",
                CprChanged: "person",
                by(CprChanged, "previous"): "person",
                CprRedirected: "into",
                CprWithdrawn: EMPTY,
                CprAnnulled: EMPTY,
                CvrAssigned: "company",
            }
        ),
        "in_use": last(
            {
                CprAssigned: YES,
                CprChanged: YES,
                by(CprChanged, "previous"): NO,
                CprRedirected: "in_use",
                CprWithdrawn: NO,
                CprAnnulled: NO,
                CvrAssigned: YES,
            }
        ),
        "borne_since": last(
            {CprAssigned: RECORDED_AT, CprChanged: RECORDED_AT, CprWithdrawn: EMPTY, CvrAssigned: RECORDED_AT}
        ),
        "out_of_use_since": last(
            {
                by(CprChanged, "previous"): RECORDED_AT,
                CprAnnulled: RECORDED_AT,
                CprChanged: EMPTY,
                CprAssigned: EMPTY,
            }
        ),
        "annulled_at": last(CprAnnulled, RECORDED_AT),
        "source": last({CprAssigned: EMPTY, CprRedirected: EMPTY, **dict.fromkeys(CHANGES, "source")}),
        "decided_by": last({CprAssigned: EMPTY, CprRedirected: EMPTY, **dict.fromkeys(CHANGES, "decided_by")}),
    },
)
"""A number that went out of use still leads to its bearer, and that of a merged entry to the entry that remains; one
that was given by mistake, or is annulled, leads to nobody. `source` and `decided_by` are of the last change,
withdrawal or annulment; after a registration or a merging they are empty, and the row of the person has them."""
