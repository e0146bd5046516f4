"""The register of messages: the legal times of each, from its submission to its service."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, LargeBinary, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from domain.post.arrival_flag import ArrivalFlagged, ArrivalFlagLifted
from domain.post.imported_arrival import ArrivalImportAnnulled, ArrivalImported
from domain.post.legal_times import LEGAL_TIMES, LegalTime
from domain.post.message import STAGES, ReleaseRefused, Stage
from domain.post.postponement import ReleasePostponed
from domain.post.reply import ReplyLinked
from domain.post.routing import MessageRouted
from domain.post.submission import MessageSubmitted
from domain.post.unavailability import MessageMadeUnavailable, UnavailabilityLifted, VirusFindingAnnulled, VirusFound
from projections.declare import SCHEMA, Declared, Register, Setting, first, last
from projections.engine.ledger_tables import INSTANT
from projections.sources import EMPTY, RECORDED_AT, SEALED, Source, constant

messages = Table(
    "messages",
    MetaData(schema=SCHEMA),
    Column("message", Uuid, primary_key=True),
    Column("sender", Text),
    Column("recipient", Text),
    Column("stage", Text),
    Column("transmission", Uuid),
    Column("memo_version", Text),
    Column("message_type", Text),
    Column("size_bytes", BigInteger),
    Column("files", JSONB),
    Column("reference_index", Uuid),
    Column("representative", Text),
    Column("answers", Uuid),
    Column("thread", Uuid),
    Column("forwards", Uuid),
    Column("contact_point", Uuid),
    Column("route", Text),
    Column("routed_to", Text),
    Column("mandatory", Boolean),
    Column("legal_notification", Boolean),
    Column("reply", Boolean),
    Column("reply_by", INSTANT),
    Column("late_reply", Boolean),
    Column("do_not_deliver_until", Date),
    Column("submitted_at", INSTANT),
    Column("rejected_at", INSTANT),
    Column("scheduled_for", INSTANT),
    Column("recalled_at", INSTANT),
    Column("refused_at", INSTANT),
    Column("refused_because", Text),
    Column("available_at", INSTANT),
    Column("first_opened_at", INSTANT),
    Column("first_handled_at", INSTANT),
    Column("served_at", INSTANT),
    Column("postponed_until", INSTANT),
    Column("arrived_after", Date),
    Column("virus_found_at", INSTANT),
    Column("virus_file", Integer),
    Column("virus_annulled_at", INSTANT),
    Column("unavailable_at", INSTANT),
    Column("unavailable_because", Text),
    Column("available_again_at", INSTANT),
    Column("arrival_system", Text),
    Column("sealed", LargeBinary),
)
Index(
    "messages_without_final_receipt",
    messages.c.scheduled_for,
    postgresql_where=messages.c.stage.in_((Stage.SUBMITTED.value, Stage.SCHEDULED.value)),
)


def _as_submitted(*fields: str) -> dict[str, Declared]:
    return {field: last(MessageSubmitted, field) for field in fields}


def _legal_time(time: LegalTime) -> Declared:
    """The registration time of the first of its facts, or the instant that its fact names."""
    settings: dict[Setting, str | Source] = {fact: field or RECORDED_AT for fact, field in time.sources.items()}
    if time.annulled is not None:
        return last({**settings, time.annulled: EMPTY})
    return last(settings) if time.field else first(settings)


STAGE_SET_BY: dict[Setting, str | Source] = {
    **{fact: constant(stage) for fact, stage in STAGES.items()},
    ReleasePostponed: constant(Stage.SCHEDULED),
}

MESSAGES = Register(
    messages,
    key="message",
    answers="Has this message arrived, been read, been served by its first handling (for others see `services`), and "
    "when?",
    columns={
        **{party: last({MessageSubmitted: party, ArrivalImported: party}) for party in ("sender", "recipient")},
        **_as_submitted("transmission", "memo_version", "message_type"),
        **_as_submitted(
            "size_bytes", "files", "reference_index", "representative", "answers", "thread", "forwards", "contact_point"
        ),
        **_as_submitted("mandatory", "legal_notification", "reply", "reply_by", "do_not_deliver_until"),
        "late_reply": last(ReplyLinked, "late"),
        "sealed": last({MessageSubmitted: SEALED, ArrivalImported: SEALED}),
        "arrival_system": last({ArrivalImported: "system", ArrivalImportAnnulled: EMPTY}),
        "route": last(MessageRouted, "route"),
        "routed_to": last(MessageRouted, "entry"),
        "stage": last(STAGE_SET_BY),
        "refused_because": last(ReleaseRefused, "because"),
        "postponed_until": last(ReleasePostponed, "release_at"),
        "arrived_after": last({ArrivalFlagged: "ended_on", ArrivalFlagLifted: EMPTY}),
        "virus_found_at": last(VirusFound, RECORDED_AT),
        "virus_file": last(VirusFound, "file"),
        "virus_annulled_at": last({VirusFindingAnnulled: RECORDED_AT, VirusFound: EMPTY}),
        "unavailable_at": last({MessageMadeUnavailable: RECORDED_AT, UnavailabilityLifted: EMPTY}),
        "unavailable_because": last({MessageMadeUnavailable: "cause", UnavailabilityLifted: EMPTY}),
        "available_again_at": last({UnavailabilityLifted: RECORDED_AT, MessageMadeUnavailable: EMPTY}),
        **{time.name: _legal_time(time) for time in LEGAL_TIMES},
    },
)
