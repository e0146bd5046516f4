"""The register of mail registrations (*tilslutning*): who can receive Digital Post, and why not."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import Column, Date, LargeBinary, MetaData, Table, Text, Uuid

from domain.identity.company import CessationCorrected, CompanyCeased
from domain.identity.merge import EntriesMerged, MergeAnnulled
from domain.identity.person import DeathCorrected, PersonDied
from domain.post.correction import MailRegistrationAnnulled
from domain.post.mail_registration import MailGraceBroken, MailRegistered
from domain.post.mail_registration_plan import (
    MailRegistrationPlanDropped,
    MailRegistrationPlanned,
    RegistrationAnnounced,
    RegistrationAnnouncementOmitted,
)
from projections.declare import SCHEMA, Register, Setting, first, last
from projections.engine.ledger_tables import INSTANT
from projections.sources import EMPTY, RECORDED_AT, SEALED, Source, constant

mail_registrations = Table(
    "mail_registrations",
    MetaData(schema=SCHEMA),
    Column("recipient", Text, primary_key=True),
    Column("planned_for", Text),
    Column("plan", Uuid),
    Column("plan_sealed", LargeBinary),
    Column("waits_until", Date),
    Column("announced_at", INSTANT),
    Column("announcement_letter", Uuid),
    Column("announcement_omitted_at", INSTANT),
    Column("grace_broken_at", INSTANT),
    Column("mode", Text),
    Column("registered_at", INSTANT),
    Column("annulled_at", INSTANT),
    Column("closed_on", Date),
    Column("closed_because", Text),
    Column("closing_learned_at", INSTANT),
    Column("merged_into", Text),
)

NOT_PLANNED: Mapping[Setting, str | Source] = MappingProxyType(
    {MailRegistrationAnnulled: EMPTY, MailRegistrationPlanDropped: EMPTY}
)
OPENED_AGAIN: Mapping[Setting, str | Source] = MappingProxyType({DeathCorrected: EMPTY, CessationCorrected: EMPTY})
"""A death or cessation by mistake closes nothing."""

MAIL_REGISTRATIONS = Register(
    mail_registrations,
    key="recipient",
    answers="Is this recipient registered for Digital Post, since when, or from when?",
    columns={
        "planned_for": last({MailRegistrationPlanned: "reason", **NOT_PLANNED}),
        "plan": last({MailRegistrationPlanned: "plan", **NOT_PLANNED}),
        "plan_sealed": last({MailRegistrationPlanned: SEALED, **NOT_PLANNED}),
        "waits_until": last({MailRegistrationPlanned: "waits_until", **NOT_PLANNED}),
        "announced_at": last({RegistrationAnnounced: RECORDED_AT, MailRegistrationPlanned: EMPTY}),
        "announcement_letter": last({RegistrationAnnounced: "letter", MailRegistrationPlanned: EMPTY}),
        "announcement_omitted_at": last({RegistrationAnnouncementOmitted: RECORDED_AT, MailRegistrationPlanned: EMPTY}),
        "grace_broken_at": first(MailGraceBroken, RECORDED_AT),
        "mode": last({MailRegistered: "mode", MailRegistrationAnnulled: EMPTY}),
        "registered_at": last({MailRegistered: RECORDED_AT, MailRegistrationAnnulled: EMPTY}),
        "annulled_at": last({MailRegistrationAnnulled: RECORDED_AT, MailRegistered: EMPTY}),
        "closed_on": last({PersonDied: "died_on", CompanyCeased: "ceased_on", **OPENED_AGAIN}),
        "closed_because": last({PersonDied: constant("death"), CompanyCeased: constant("cessation"), **OPENED_AGAIN}),
        "closing_learned_at": last({PersonDied: RECORDED_AT, CompanyCeased: RECORDED_AT, **OPENED_AGAIN}),
        "merged_into": last({EntriesMerged: "into", MergeAnnulled: EMPTY}),
    },
)
"""`plan_sealed` holds the day of the registration, which of a child is a birthday.

No message arrives for a recipient who is closed, exempt or not yet registered; they are checked in that order.

An entry that was merged into another is closed. The register `exemptions` says from when until when one is exempt.
"""
