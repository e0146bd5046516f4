"""The register of due times: which acts follow by themselves, when, and whether they still must."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, MetaData, Table, Text, and_, false

from domain.due import DueKind
from domain.fact import Event
from domain.identity.person import NameAndAddressProtected, ProtectionLapsed, ProtectionWithdrawn
from domain.nemkonto.designation import (
    ActivationLetterOrdered,
    DesignationBlocked,
    DesignationExpired,
    DesignationWithdrawn,
    NemkontoActivated,
)
from domain.post.mail_registration import (
    ExemptionRevoked,
    MailExempted,
    MailRegistered,
    MailRegistrationAnnounced,
    MailRegistrationClosed,
    MailRegistrationReopened,
)
from domain.post.message import MessageMadeAvailable, MessageRecalled, MessageScheduled, ReleaseRefused
from projections.declare import SCHEMA, Key, Register, last
from projections.engine.ledger_tables import INSTANT
from projections.sources import EMPTY, NO, SUBJECT, YES, constant, start_of_day

due_times = Table(
    "due_times",
    MetaData(schema=SCHEMA),
    Column("kind", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("due_at", INSTANT),
    Column("also", Text),
    Column("settled", Boolean),
    Column("suspended", Boolean),
)
Index(
    "due_times_unsettled",
    due_times.c.due_at,
    postgresql_where=and_(due_times.c.settled.is_(false()), due_times.c.suspended.is_(false())),
)


def _about(kind: DueKind, *facts: type[Event]) -> dict[type[Event], Key]:
    return {fact: {"kind": constant(kind), "subject": SUBJECT} for fact in facts}


DUE_TIMES = Register(
    due_times,
    key=("kind", "subject"),
    answers="What falls due by itself, when, and does it still have to happen?",
    begins=(MessageScheduled, MailRegistrationAnnounced, ActivationLetterOrdered, NameAndAddressProtected),
    keys={
        **_about(DueKind.RELEASE, MessageScheduled, MessageRecalled, ReleaseRefused, MessageMadeAvailable),
        **_about(DueKind.REGISTRATION, MailRegistrationAnnounced, MailRegistered, MailRegistrationClosed),
        **_about(DueKind.REGISTRATION, MailRegistrationReopened, MailExempted, ExemptionRevoked),
        **_about(DueKind.ACTIVATION_EXPIRY, ActivationLetterOrdered, NemkontoActivated, DesignationWithdrawn),
        **_about(DueKind.ACTIVATION_EXPIRY, DesignationExpired, DesignationBlocked),
        **_about(DueKind.PROTECTION_LAPSE, NameAndAddressProtected, ProtectionLapsed, ProtectionWithdrawn),
    },
    columns={
        "due_at": last(
            {
                MessageScheduled: "release_at",
                MailRegistrationAnnounced: start_of_day("effective_on"),
                ActivationLetterOrdered: "valid_until",
                NameAndAddressProtected: start_of_day("until"),
            }
        ),
        "also": last(
            {
                MessageScheduled: "recipient",
                MailRegistrationAnnounced: EMPTY,
                ActivationLetterOrdered: "payee",
                NameAndAddressProtected: EMPTY,
            }
        ),
        "settled": last(
            {
                MessageScheduled: NO,
                MessageRecalled: YES,
                ReleaseRefused: YES,
                MessageMadeAvailable: YES,
                MailRegistrationAnnounced: NO,
                MailRegistered: YES,
                ActivationLetterOrdered: NO,
                NemkontoActivated: YES,
                DesignationWithdrawn: YES,
                DesignationExpired: YES,
                DesignationBlocked: YES,
                NameAndAddressProtected: NO,
                ProtectionLapsed: YES,
                ProtectionWithdrawn: YES,
            }
        ),
        "suspended": last(
            {
                MessageScheduled: NO,
                MailRegistrationAnnounced: NO,
                ActivationLetterOrdered: NO,
                NameAndAddressProtected: NO,
                MailRegistrationClosed: YES,
                MailRegistrationReopened: NO,
                MailExempted: YES,
                ExemptionRevoked: NO,
            }
        ),
    },
)
"""What falls due by itself, and does it still have to happen? Not when settled, and not while suspended."""
