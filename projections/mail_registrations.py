"""The register of mail registrations (*tilslutning*): who can receive Digital Post, and why not."""

from __future__ import annotations

from sqlalchemy import Column, Date, MetaData, Table, Text

from domain.post.mail_registration import (
    MailGraceBroken,
    MailRegistered,
    MailRegistrationAnnounced,
    MailRegistrationClosed,
    MailRegistrationReopened,
)
from projections.declare import SCHEMA, Register, first, last
from projections.engine.ledger_tables import INSTANT
from projections.sources import EMPTY, RECORDED_AT

mail_registrations = Table(
    "mail_registrations",
    MetaData(schema=SCHEMA),
    Column("recipient", Text, primary_key=True),
    Column("announced_for", Text),
    Column("effective_on", Date),
    Column("grace_broken_at", INSTANT),
    Column("mode", Text),
    Column("registered_at", INSTANT),
    Column("closed_on", Date),
    Column("closed_because", Text),
    Column("closing_learned_at", INSTANT),
)

MAIL_REGISTRATIONS = Register(
    mail_registrations,
    key="recipient",
    answers="Is this recipient registered for Digital Post, since when, or from when?",
    columns={
        "announced_for": last(MailRegistrationAnnounced, "reason"),
        "effective_on": last(MailRegistrationAnnounced, "effective_on"),
        "grace_broken_at": first(MailGraceBroken, RECORDED_AT),
        "mode": last(MailRegistered, "mode"),
        "registered_at": first(MailRegistered, RECORDED_AT),
        "closed_on": last({MailRegistrationClosed: "happened_on", MailRegistrationReopened: EMPTY}),
        "closed_because": last({MailRegistrationClosed: "cause", MailRegistrationReopened: EMPTY}),
        "closing_learned_at": last({MailRegistrationClosed: RECORDED_AT, MailRegistrationReopened: EMPTY}),
    },
)
"""No message arrives for a recipient who is closed, exempt or not yet registered; they are checked in that order.

The register `exemptions` says from when until when a recipient is exempt.
"""
