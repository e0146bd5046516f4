"""The register of service (*forkyndelser*): who was served, by whom, by which method and handling, and when."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, MetaData, Table, Text, Uuid

from domain.post.message import ServiceEffected
from domain.post.service import (
    SERVING,
    ServedOtherwise,
    ServiceAbandoned,
    ServiceConfirmationRequested,
    ServiceConfirmed,
    SummonsReachedAddressee,
)
from projections.declare import SCHEMA, Register, first, last
from projections.engine.ledger_tables import INSTANT
from projections.sources import RECORDED_AT, constant

services = Table(
    "services",
    MetaData(schema=SCHEMA),
    Column("message", Uuid, primary_key=True),
    Column("recipient", Text),
    Column("method", Text),
    Column("reader", Text),
    Column("mandate", Text),
    Column("handling", Text),
    Column("channel", Text),
    Column("served_at", INSTANT),
    Column("served_on", Date),
    Column("abandoned_at", INSTANT),
    Column("next_method", Text),
)
Index("services_recipient", services.c.recipient)

SERVICES = Register(
    services,
    key="message",
    answers="Who was served with this message, by whom and which mandate, by which method and handling, and when?",
    columns={
        "recipient": last(dict.fromkeys((*SERVING, ServiceConfirmationRequested, ServiceAbandoned), "recipient")),
        "method": last(
            {
                ServiceEffected: constant("simplified_digital"),
                ServiceConfirmed: constant("digital"),
                ServedOtherwise: "method",
                SummonsReachedAddressee: constant("reached_addressee"),
            }
        ),
        "reader": last({ServiceEffected: "reader", ServiceConfirmed: "reader"}),
        "mandate": last({ServiceEffected: "mandate", ServiceConfirmed: "mandate"}),
        "handling": last(ServiceEffected, "handling"),
        "channel": last({ServiceEffected: "channel", ServiceConfirmed: "channel"}),
        "served_at": first(dict.fromkeys(SERVING, RECORDED_AT)),
        "served_on": last(
            {ServiceConfirmed: "stated_on", ServedOtherwise: "served_on", SummonsReachedAddressee: "reached_on"}
        ),
        "abandoned_at": first(ServiceAbandoned, RECORDED_AT),
        "next_method": last(ServiceAbandoned, "next_method"),
    },
)
"""A message is served on `served_on`, the day that its recipient or its court stated; where none was stated, at
`served_at`, the registration time of the first handling.
"""
