"""The register of persons: the present state of each; personal fields stay encrypted."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, LargeBinary, MetaData, Table, Text, Uuid

from domain.identity.merge import EntriesMerged, MergeAnnulled
from domain.identity.number import CprAssigned, CprChanged, CprLost
from domain.identity.person import (
    BirthCorrected,
    DeathCorrected,
    PersonDied,
    PersonRegistered,
)
from projections.declare import SCHEMA, Register, first, last
from projections.engine.ledger_tables import INSTANT
from projections.sources import EMPTY, RECORDED_AT, SEALED

persons = Table(
    "persons",
    MetaData(schema=SCHEMA),
    Column("person", Uuid, primary_key=True),
    Column("number", Text),
    Column("number_sealed", LargeBinary),
    Column("birth_date_sealed", LargeBinary),
    Column("entry_cause", Text),
    Column("source", Text),
    Column("registered_as_resident", Boolean),
    Column("died_on", Date),
    Column("death_known", Text),
    Column("death_uncertain", Boolean),
    Column("death_presumed", Boolean),
    Column("death_source", Text),
    Column("death_decided_by", Text),
    Column("merged_into", Text),
    Column("merge_source", Text),
    Column("merge_decided_by", Text),
    Column("registered_at", INSTANT),
)

PERSONS = Register(
    persons,
    key="person",
    answers="Who is this person: number (sealed), why entered, death, and merged with which other entry?",
    columns={
        "number": last({CprAssigned: "index", CprChanged: "index", CprLost: EMPTY}),
        "number_sealed": last({CprAssigned: SEALED, CprChanged: SEALED, CprLost: EMPTY}),
        "birth_date_sealed": last({PersonRegistered: SEALED, BirthCorrected: SEALED}),
        "entry_cause": last(PersonRegistered, "cause"),
        "source": last(PersonRegistered, "source"),
        "registered_as_resident": last(PersonRegistered, "resident"),
        "died_on": last({PersonDied: "died_on", DeathCorrected: EMPTY}),
        "death_known": last({PersonDied: "known", DeathCorrected: EMPTY}),
        "death_uncertain": last({PersonDied: "uncertain", DeathCorrected: EMPTY}),
        "death_presumed": last({PersonDied: "presumed", DeathCorrected: EMPTY}),
        "death_source": last({PersonDied: "source", DeathCorrected: EMPTY}),
        "death_decided_by": last({PersonDied: "decided_by", DeathCorrected: EMPTY}),
        "merged_into": last({EntriesMerged: "into", MergeAnnulled: EMPTY}),
        "merge_source": last({EntriesMerged: "source", MergeAnnulled: EMPTY}),
        "merge_decided_by": last({EntriesMerged: "decided_by", MergeAnnulled: EMPTY}),
        "registered_at": first(PersonRegistered, RECORDED_AT),
    },
)
"""`number` is the CPR number's index, `cpr:<uuid>`."""
