"""Examples of the commands about a deletion by term: it is planned, extended, falls due, and is done."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from domain.command import AnyCommand
from domain.fact import Event, Retention
from domain.identity.person import PersonDied
from domain.operations.retention import DeletionFellDue, DeletionPlanned
from domain.operations.retention_commands import (
    CompleteDeletion,
    EndRetention,
    ExtendRetention,
    OrderDueErasure,
    PlanDeletion,
)
from tests.controls import ANNA, ARRIVED
from tests.law import NOW

TODAY = NOW.date()
DIED = PersonDied(person=ANNA, died_on=TODAY)
PLANNED = DeletionPlanned(subject=ANNA, retention_class=Retention.POST, due_on=TODAY, rule="a rule")
FELL_DUE = DeletionFellDue(subject=ANNA, retention_class=Retention.POST)

RETENTION_EXAMPLES: tuple[tuple[str, tuple[Event, ...], AnyCommand], ...] = (
    ("BEK 1553/2013 § 14(3)", (*ARRIVED, DIED), PlanDeletion(holder=ANNA)),
    (
        "BEK 1553/2013 § 14(5)",
        (PLANNED,),
        ExtendRetention(holder=ANNA, due_on=TODAY + timedelta(days=9), legal_basis="BEK 1553/2013 § 14(5)"),
    ),
    ("GDPR art. 5(1)(e)", (PLANNED,), EndRetention(holder=ANNA)),
    (
        "GDPR art. 5(1)(e)",
        (PLANNED, FELL_DUE),
        CompleteDeletion(holder=ANNA),
    ),
    (
        "GDPR art. 5(1)(e)",
        (DIED, PLANNED, FELL_DUE),
        OrderDueErasure(holder=ANNA, retention_class=Retention.POST, keys=(UUID(int=1),)),
    ),
)
