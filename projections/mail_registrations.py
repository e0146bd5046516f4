"""The register of mail registrations (*tilslutning*): who can receive Digital Post, and why not."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, LargeBinary, MetaData, Table, Text

from domain.post.mail_registration import (
    ExemptionRevoked,
    MailExempted,
    MailGraceBroken,
    MailRegistered,
    MailRegistrationAnnounced,
    MailRegistrationClosed,
    MailRegistrationReopened,
)
from projections.declare import SCHEMA, Register, first, last
from projections.engine.ledger_tables import INSTANT
from projections.sources import EMPTY, NO, RECORDED_AT, SEALED, YES

mail_registrations = Table(
    "mail_registrations",
    MetaData(schema=SCHEMA),
    Column("recipient", Text, primary_key=True),
    Column("announced_for", Text),
    Column("effective_on", Date),
    Column("grace_broken_at", INSTANT),
    Column("mode", Text),
    Column("registered_at", INSTANT),
    Column("exempt", Boolean),
    Column("exempted_at", INSTANT),
    Column("exempt_because", Text),
    Column("exempted_by", Text),
    Column("ground_sealed", LargeBinary),
    Column("closed_on", Date),
    Column("closed_because", Text),
    Column("closing_learned_at", INSTANT),
)

MAIL_REGISTRATIONS = Register(
    mail_registrations,
    key="recipient",
    answers="Can this recipient receive Digital Post, since when, and if not, why?",
    columns={
        "announced_for": last(MailRegistrationAnnounced, "reason"),
        "effective_on": last(MailRegistrationAnnounced, "effective_on"),
        "grace_broken_at": first(MailGraceBroken, RECORDED_AT),
        "mode": last(MailRegistered, "mode"),
        "registered_at": first(MailRegistered, RECORDED_AT),
        "exempt": last({MailExempted: YES, ExemptionRevoked: NO, MailRegistered: NO}),
        "exempted_at": last({MailExempted: RECORDED_AT, ExemptionRevoked: EMPTY, MailRegistered: EMPTY}),
        "exempt_because": last({MailExempted: "reason", ExemptionRevoked: EMPTY, MailRegistered: EMPTY}),
        "exempted_by": last({MailExempted: "decided_by", ExemptionRevoked: EMPTY, MailRegistered: EMPTY}),
        "ground_sealed": last({MailExempted: SEALED, ExemptionRevoked: EMPTY, MailRegistered: EMPTY}),
        "closed_on": last({MailRegistrationClosed: "happened_on", MailRegistrationReopened: EMPTY}),
        "closed_because": last({MailRegistrationClosed: "cause", MailRegistrationReopened: EMPTY}),
        "closing_learned_at": last({MailRegistrationClosed: RECORDED_AT, MailRegistrationReopened: EMPTY}),
    },
)
"""No message arrives for a recipient who is closed, exempt or not yet registered; they are checked in that order."""
