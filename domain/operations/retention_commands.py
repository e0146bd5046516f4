"""The commands of deletion by term: plan it after a death or cessation, extend it, let it fall due, complete it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from domain.command import Command, Consulted, Refused
from domain.context import Context
from domain.due import Due
from domain.fact import Event, Retention
from domain.identity.existence import EXISTENCE, Existence
from domain.operations.operation import OPERATION, Operation
from domain.operations.operation_commands import OrderErasure
from domain.operations.retention import (
    DELETION,
    Deletion,
    DeletionCompleted,
    DeletionDropped,
    DeletionFellDue,
    DeletionPlanned,
    content_deletion,
)
from domain.post.mail_registration import MAIL_REGISTRATION, MailRegistration
from domain.subject import CompanyId, MessageId, PartyId, PersonId


class NothingToExtend(Refused):
    """No deletion of this mailbox is planned, or it has fallen due. Extend it while it is planned."""


class NotALaterDay(Refused):
    """The deletion is planned for that day or a later one. Give a later day."""


class DeletionNotDueYet(Refused):
    """The day of the deletion has not come. Delete when it has."""


class NothingFellDue(Refused):
    """No deletion of these data has fallen due, or their owner turned out to live: nothing is deleted. Correct a wrong
    death or cessation first.
    """


class PlanDeletion(Command[MailRegistration, Deletion]):
    """The content of a mailbox is to be deleted in time after its owner's death or cessation, as it is known now."""

    legal_basis = "BEK 1553/2013 § 14(3)"

    holder: PartyId

    def consults(self) -> tuple[Consulted[MailRegistration], Consulted[Deletion]]:
        """Whether the owner is dead or has ceased, and what is planned."""
        return MAIL_REGISTRATION.of(self.holder), DELETION.of(self.holder)

    def decide(self, context: Context, owner: MailRegistration, deletion: Deletion) -> Iterator[Event]:
        """Plan it, move it, or drop it; while the owner is dead, a day that an authority set becomes no earlier one."""
        ended_on = owner.recipient.ended_on
        if ended_on is None:
            if deletion.planned is not None:
                yield DeletionDropped(subject=self.holder, retention_class=Retention.POST)
            return
        by_rule, extension = content_deletion(self.holder, ended_on, context.today, deletion), deletion.extension
        planned = by_rule if extension is None or extension.due_on < by_rule.due_on else extension
        if deletion.planned != planned:
            yield planned


class ExtendRetention(Command[Deletion]):
    """An authority lets a representative keep the content of a mailbox until a later day."""

    legal_basis: str
    """The paragraph by which it decides."""
    holder: PartyId
    due_on: date

    def consults(self) -> tuple[Consulted[Deletion]]:
        return (DELETION.of(self.holder),)

    def decide(self, context: Context, deletion: Deletion) -> Iterator[Event]:
        """Move the day; raises NothingToExtend and NotALaterDay."""
        if deletion.planned is None or deletion.fell_due:
            raise NothingToExtend
        if self.due_on <= deletion.planned.due_on:
            raise NotALaterDay
        yield DeletionPlanned(subject=self.holder, retention_class=Retention.POST, due_on=self.due_on, rule=None)


class EndRetention(Command[Deletion]):
    """The day of a planned deletion has come. A deletion that is dropped or has fallen due stays as it is."""

    legal_basis = "GDPR art. 5(1)(e)"

    holder: PartyId | MessageId

    def consults(self) -> tuple[Consulted[Deletion]]:
        return (DELETION.of(self.holder),)

    def decide(self, context: Context, deletion: Deletion) -> Iterator[Event]:
        """Let it fall due; raises DeletionNotDueYet."""
        if deletion.planned is None or deletion.fell_due:
            return
        if context.today < deletion.planned.due_on:
            raise DeletionNotDueYet
        yield DeletionFellDue(subject=self.holder, retention_class=deletion.planned.retention_class)


class OrderDueErasure(Command[Deletion, Existence, Operation]):
    """Order that the keys of a deletion be destroyed that has fallen due; not when its owner turned out to live."""

    legal_basis = "GDPR art. 5(1)(e)"

    holder: PartyId | MessageId
    retention_class: Retention
    keys: tuple[UUID, ...]

    def consults(self) -> tuple[Consulted[Any], ...]:
        """The deletion, whether its owner is dead or has ceased, and what was ordered."""
        return DELETION.of(self.holder), EXISTENCE.of(self.holder), OPERATION.of(self.holder)

    def decide(self, context: Context, deletion: Deletion, owner: Existence, earlier: Operation) -> Iterator[Event]:
        """Order it, unless there are no keys or all of them are ordered. Raises NothingFellDue."""
        lives = not isinstance(self.holder, MessageId) and owner.ended_on is None
        of_another = deletion.planned is None or deletion.planned.retention_class is not self.retention_class
        if lives or of_another or not deletion.fell_due:
            raise NothingFellDue
        order = OrderErasure(
            subject=self.holder,
            retention_class=self.retention_class,
            legal_basis=self.legal_basis,
            keys=self.keys,
        )
        yield from order.decide(context, earlier)


class CompleteDeletion(Command[Deletion]):
    """No key of a deletion that had fallen due is left."""

    legal_basis = "GDPR art. 5(1)(e)"

    holder: PartyId | MessageId

    def consults(self) -> tuple[Consulted[Deletion]]:
        return (DELETION.of(self.holder),)

    def decide(self, context: Context, deletion: Deletion) -> Iterator[Event]:
        """Complete it once."""
        if deletion.planned is not None and deletion.fell_due:
            yield DeletionCompleted(subject=self.holder, retention_class=deletion.planned.retention_class)


def ends_retention(due: Due) -> EndRetention:
    """The deletion of what was stored long enough falls due."""
    assert isinstance(due.subject, PersonId | CompanyId | MessageId), "no other subject holds keys"
    return EndRetention(holder=due.subject)
