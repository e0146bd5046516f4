"""The register of read access (*læseadgang*): who may read whose post."""

from __future__ import annotations

from sqlalchemy import Column, Index, MetaData, Table, Text

from domain.post.mail_registration import ReadAccessGranted, ReadAccessRevoked
from projections.declare import SCHEMA, Register, last
from projections.engine.ledger_tables import INSTANT
from projections.sources import EMPTY, RECORDED_AT, Field, Source

read_access = Table(
    "read_access",
    MetaData(schema=SCHEMA),
    Column("owner", Text, primary_key=True),
    Column("reader", Text, primary_key=True),
    Column("kind", Text),
    Column("granted_at", INSTANT),
    Column("revoked_at", INSTANT),
    Column("revoked_because", Text),
)
Index("read_access_reader", read_access.c.reader, postgresql_where=read_access.c.revoked_at.is_(None))

_OWNER_AND_READER: dict[str, str | Source] = {"owner": Field("owner"), "reader": Field("reader")}

READ_ACCESS = Register(
    read_access,
    key=("owner", "reader"),
    answers="Who may read whose post, since when, and until when?",
    keys={ReadAccessGranted: _OWNER_AND_READER, ReadAccessRevoked: _OWNER_AND_READER},
    columns={
        "kind": last(ReadAccessGranted, "kind"),
        "granted_at": last(ReadAccessGranted, RECORDED_AT),
        "revoked_at": last({ReadAccessGranted: EMPTY, ReadAccessRevoked: RECORDED_AT}),
        "revoked_because": last({ReadAccessGranted: EMPTY, ReadAccessRevoked: "cause"}),
    },
)
"""Access is in force while `revoked_at` is empty."""
