"""The register of mail registrations (*tilslutning*): who can receive Digital Post, and why not."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import Column, Date, MetaData, Table, Text

from domain.identity.company import CessationCorrected, CompanyCeased
from domain.identity.merge import EntriesMerged, MergeAnnulled
from domain.identity.person import DeathCorrected, PersonDied
from domain.post.mail_registration import (
    MailGraceBroken,
    MailRegistered,
    MailRegistrationAnnounced,
    MailRegistrationAnnulled,
)
from projections.declare import SCHEMA, Register, Setting, first, last
from projections.engine.ledger_tables import INSTANT
from projections.sources import EMPTY, RECORDED_AT, Source, constant

mail_registrations = Table(
    "mail_registrations",
    MetaData(schema=SCHEMA),
    Column("recipient", Text, primary_key=True),
    Column("announced_for", Text),
    Column("effective_on", Date),
    Column("grace_broken_at", INSTANT),
    Column("mode", Text),
    Column("registered_at", INSTANT),
    Column("annulled_at", INSTANT),
    Column("closed_on", Date),
    Column("closed_because", Text),
    Column("closing_learned_at", INSTANT),
    Column("merged_into", Text),
)

OPENED_AGAIN: Mapping[Setting, str | Source] = MappingProxyType({DeathCorrected: EMPTY, CessationCorrected: EMPTY})
"""A death or cessation by mistake closes nothing."""

MAIL_REGISTRATIONS = Register(
    mail_registrations,
    key="recipient",
    answers="Is this recipient registered for Digital Post, since when, or from when?",
    columns={
        "announced_for": last(MailRegistrationAnnounced, "reason"),
        "effective_on": last(MailRegistrationAnnounced, "effective_on"),
        "grace_broken_at": first(MailGraceBroken, RECORDED_AT),
        "mode": last({MailRegistered: "mode", MailRegistrationAnnulled: EMPTY}),
        "registered_at": first(MailRegistered, RECORDED_AT),
        "annulled_at": last({MailRegistrationAnnulled: RECORDED_AT, MailRegistered: EMPTY}),
        "closed_on": last({PersonDied: "died_on", CompanyCeased: "ceased_on", **OPENED_AGAIN}),
        "closed_because": last({PersonDied: constant("death"), CompanyCeased: constant("cessation"), **OPENED_AGAIN}),
        "closing_learned_at": last({PersonDied: RECORDED_AT, CompanyCeased: RECORDED_AT, **OPENED_AGAIN}),
        "merged_into": last({EntriesMerged: "into", MergeAnnulled: EMPTY}),
    },
)
"""No message arrives for a recipient who is closed, exempt or not yet registered; they are checked in that order.

An entry that was merged into another is closed. The register `exemptions` says from when until when one is exempt.
"""
