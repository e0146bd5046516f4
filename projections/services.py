"""The register of service (*forkyndelser*): who was served, by whom, by which method and handling, and when."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Column, Date, Index, MetaData, Table, Text, Uuid

from domain.post.message import ServiceEffected
from domain.post.service import (
    SERVED_ON,
    SERVING,
    ServedOtherwise,
    ServiceAbandoned,
    ServiceAnnulled,
    ServiceConfirmationRequested,
    ServiceConfirmed,
    ServiceRequestAnnulled,
    SummonsReachedAddressee,
)
from projections.declare import SCHEMA, Declared, Register, Setting, first, last
from projections.engine.ledger_tables import INSTANT
from projections.sources import EMPTY, RECORDED_AT, Source, constant

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
    Column("annulled_at", INSTANT),
    Column("annulled_because", Text),
)
Index("services_recipient", services.c.recipient)


def _of_service(settings: Mapping[Setting, str | Source]) -> Declared:
    """What the last service says; of one that says nothing, what the one before it said does not remain."""
    return last({**dict.fromkeys(SERVING, EMPTY), **settings})


SERVICES = Register(
    services,
    key="message",
    answers="Who was served with this message, by whom and which mandate, by which method and handling, and when?",
    columns={
        "recipient": last(
            dict.fromkeys(
                (*SERVING, ServiceConfirmationRequested, ServiceRequestAnnulled, ServiceAbandoned, ServiceAnnulled),
                "recipient",
            )
        ),
        "method": last(
            {
                ServiceEffected: constant("simplified_digital"),
                ServiceConfirmed: constant("digital"),
                ServedOtherwise: "method",
                SummonsReachedAddressee: constant("reached_addressee"),
            }
        ),
        "reader": _of_service({ServiceEffected: "reader", ServiceConfirmed: "reader"}),
        "mandate": _of_service({ServiceEffected: "mandate", ServiceConfirmed: "mandate"}),
        "handling": _of_service({ServiceEffected: "handling"}),
        "channel": _of_service({ServiceEffected: "channel", ServiceConfirmed: "channel"}),
        "served_at": last(dict.fromkeys(SERVING, RECORDED_AT)),
        "served_on": _of_service(dict(SERVED_ON.items())),
        "abandoned_at": first(ServiceAbandoned, RECORDED_AT),
        "next_method": last(ServiceAbandoned, "next_method"),
        "annulled_at": _of_service({ServiceAnnulled: RECORDED_AT, ServiceRequestAnnulled: RECORDED_AT}),
        "annulled_because": _of_service(
            {ServiceAnnulled: "because", ServiceRequestAnnulled: constant("sender_not_entitled")}
        ),
    },
)
"""A message is served on `served_on`, the day that its recipient or its court stated; where none was stated, at
`served_at`, the registration time of the handling. With `annulled_at` that service does not hold: it is not served.
Where the sender was not entitled, the request for it does not hold either.
"""
