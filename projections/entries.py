"""The registers of entries: of each matter, a row an entry with the days on which it holds, its source and its end."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Boolean, Column, Date, Index, LargeBinary, MetaData, Table, Text, Uuid
from sqlalchemy.types import TypeEngine

from domain.identity.authority import AUTHORITIES, SENDING_RIGHTS
from domain.identity.company_address import COMPANY_ADDRESSES
from domain.identity.company_name import COMPANY_NAMES
from domain.identity.contact_point import CONTACT_POINTS
from domain.identity.firm_owner import FIRM_OWNERS
from domain.identity.mandate import MANDATES
from domain.identity.parent import PARENTS
from domain.identity.person_address import PERSON_ADDRESSES
from domain.identity.person_name import PERSON_NAMES
from domain.identity.protection import PROTECTIONS
from domain.identity.residence import RESIDENCES
from domain.matter import Matter
from domain.post.exemption import EXEMPTIONS
from projections.declare import SCHEMA, Register, first, last
from projections.engine.ledger_tables import INSTANT
from projections.sources import RECORDED_AT, SEALED

NO_FIELDS: Mapping[str, type[TypeEngine[Any]]] = MappingProxyType({})


def entry_register(
    name: str,
    matter: Matter,
    *,
    answers: str,
    fields: Mapping[str, type[TypeEngine[Any]]] = NO_FIELDS,
    sealed: bool = False,
) -> Register:
    """The register of a matter; `fields` are columns for open fields of its own, `sealed` one for the personal ones."""
    table = _table(name, fields, sealed=sealed)
    entered, ended, end_corrected, annulled = matter.facts
    return Register(
        table,
        key="entry",
        answers=answers,
        columns={
            "party": last(entered, "party"),
            **{field: last(entered, field) for field in fields},
            **({"sealed": last(entered, SEALED)} if sealed else {}),
            "valid_from": last(entered, "valid_from"),
            "valid_to": last({entered: "valid_to", ended: "valid_to", end_corrected: "valid_to"}),
            "uncertain": last(entered, "uncertain"),
            "annulled_at": last(annulled, RECORDED_AT),
            "end_cause": last({ended: "cause", end_corrected: "cause"}),
            "source": last(entered, "source"),
            "decided_by": last(entered, "decided_by"),
            "entered_at": first(entered, RECORDED_AT),
        },
    )


def _table(name: str, fields: Mapping[str, type[TypeEngine[Any]]], *, sealed: bool) -> Table:
    table = Table(
        name,
        MetaData(schema=SCHEMA),
        Column("entry", Uuid, primary_key=True),
        Column("party", Text),
        *(Column(field, kind) for field, kind in fields.items()),
        *([Column("sealed", LargeBinary)] if sealed else []),
        Column("valid_from", Date),
        Column("valid_to", Date),
        Column("uncertain", Boolean),
        Column("annulled_at", INSTANT),
        Column("end_cause", Text),
        Column("source", Text),
        Column("decided_by", Text),
        Column("entered_at", INSTANT),
    )
    Index(f"{name}_party", table.c.party, table.c.valid_from)
    return table


PERSON_NAME_REGISTER = entry_register(
    "person_names",
    PERSON_NAMES,
    answers="Which names did this person bear (sealed), from when until when?",
    sealed=True,
)
PERSON_ADDRESS_REGISTER = entry_register(
    "person_addresses",
    PERSON_ADDRESSES,
    answers="Which addresses did this person have (sealed), of which kind, from when until when?",
    fields={"kind": Text, "municipality": Text},
    sealed=True,
)
RESIDENCE_REGISTER = entry_register(
    "residences",
    RESIDENCES,
    answers="Did this person live in Denmark, or where instead, from when until when?",
    fields={"kind": Text},
)
PROTECTION_REGISTER = entry_register(
    "protections",
    PROTECTIONS,
    answers="From what was this person protected, from when until when?",
    fields={"scope": Text, "rule": Text},
)
COMPANY_NAME_REGISTER = entry_register(
    "company_names",
    COMPANY_NAMES,
    answers="Which names did this company bear (sealed), from when until when?",
    sealed=True,
)
COMPANY_ADDRESS_REGISTER = entry_register(
    "company_addresses",
    COMPANY_ADDRESSES,
    answers="Which addresses did this company have (sealed), from when until when?",
    sealed=True,
)
FIRM_OWNER_REGISTER = entry_register(
    "firm_owners",
    FIRM_OWNERS,
    answers="Who owned this sole firm, from when until when?",
    fields={"owner": Text},
)
CONTACT_POINT_REGISTER = entry_register(
    "contact_points",
    CONTACT_POINTS,
    answers="To which of its parts did this authority take letters, from when until when?",
    fields={"contact_point": Uuid, "name": Text, "code": Text, "default": Boolean},
)
AUTHORITY_REGISTER = entry_register(
    "authorities",
    AUTHORITIES,
    answers="Was this company an authority, of which kind, from when until when?",
    fields={"kind": Text},
)
SENDING_RIGHT_REGISTER = entry_register(
    "sending_rights",
    SENDING_RIGHTS,
    answers="What might this authority send to others than authorities, from when until when?",
    fields={"kind": Text},
)
EXEMPTION_REGISTER = entry_register(
    "exemptions",
    EXEMPTIONS,
    answers="Was this recipient exempt from Digital Post, by whose decision, from when until when?",
    fields={"reason": Text, "request": Text},
    sealed=True,
)
PARENT_REGISTER = entry_register(
    "parents",
    PARENTS,
    answers="Who was a parent of this child (party), from when until when?",
    fields={"parent": Text, "kind": Text},
)
MANDATE_REGISTER = entry_register(
    "mandates",
    MANDATES,
    answers="Who (held_by) might act for whom (party), by which kind of mandate, in what, from when until when?",
    fields={"held_by": Text, "kind": Text, "scope": Text, "rule": Text, "follows": Text},
    sealed=True,
)
Index("mandates_held_by", MANDATE_REGISTER.table.c.held_by, MANDATE_REGISTER.table.c.valid_from)
