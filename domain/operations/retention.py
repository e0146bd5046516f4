"""Terms of storage (*sletningsfrister*): when what keys encrypt is to be deleted, without anybody asking for it.

The content of a mailbox: 5 years after a death, unless a representative gets a later day (BEK 1553/2013 § 14(3) to
(5)), and 10 years after a company ceased (virk.dk); never earlier than a wait after the death or cessation was
recorded, in which a wrong one is corrected (our decision). A letter to nobody registered: GDPR art. 5(1)(e). When the
day has come it is a fact that the deletion is due; the erasure itself is an operator's act
(domain/operations/operation.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from domain.command import Entity, State
from domain.danish_time import years_after
from domain.fact import Event, Retention
from domain.policy import (
    CONTENT_AFTER_CESSATION_YEARS,
    CONTENT_AFTER_DEATH_YEARS,
    CONTENT_AFTER_RECORDING_DAYS,
    REJECTED_LETTER_DAYS,
)
from domain.subject import CompanyId, MessageId, PartyId


class DeletionPlanned(Event):
    """What the keys of a class encrypt is to be deleted on a day (*sletning planlagt*); a later plan moves the day.

    BEK 1553/2013 § 14(3); GDPR art. 5(1)(e).
    """

    subject: PartyId | MessageId
    """Who or what holds the keys."""
    retention_class: Retention
    due_on: date
    rule: str | None
    """The rule and its version that set the day; None where an authority set it for a representative, § 14(5)."""


class DeletionDropped(Event):
    """The death or cessation was a mistake: nothing is to be deleted (*planlagt sletning opgivet*). BEK 1553/2013."""

    subject: PartyId | MessageId
    retention_class: Retention


class DeletionFellDue(Event):
    """The day of the deletion has come (*sletning forfalden*): the keys are to be destroyed. GDPR art. 5(1)(e)."""

    subject: PartyId | MessageId
    retention_class: Retention


class DeletionCompleted(Event):
    """No key of the class is left (*sletning gennemført*): nobody can read what they encrypted. GDPR art. 5(1)(e)."""

    subject: PartyId | MessageId
    retention_class: Retention


@dataclass(frozen=True, slots=True)
class Deletion(State):
    """The deletion that is planned of one holder."""

    planned: DeletionPlanned | None = None
    extension: DeletionPlanned | None = None
    """The day that an authority set last, if one did."""
    fell_due: bool = False

    def evolve(self, event: Event) -> Self:
        match event:
            case DeletionPlanned(rule=rule):
                return self.but(planned=event, extension=self.extension if rule else event, fell_due=False)
            case DeletionFellDue():
                return self.but(fell_due=True)
            case DeletionDropped() | DeletionCompleted():
                return self.but(planned=None, extension=None, fell_due=False)
            case _:
                return self


DELETION = Entity(
    "deletion",
    Deletion(),
    {
        "DeletionPlanned": DeletionPlanned,
        "DeletionDropped": DeletionDropped,
        "DeletionFellDue": DeletionFellDue,
        "DeletionCompleted": DeletionCompleted,
    },
)


def rejected_deletion(message: MessageId, today: date) -> DeletionPlanned:
    """The deletion of a letter that was rejected today, because its recipient is not registered."""
    version = REJECTED_LETTER_DAYS.on(today)
    return DeletionPlanned(
        subject=message,
        retention_class=Retention.REJECTED,
        due_on=today + timedelta(days=version.value),
        rule=str(version),
    )


def content_deletion(party: PartyId, ended_on: date, today: date, earlier: Deletion) -> DeletionPlanned:
    """The deletion of the content of a mailbox whose owner died or ceased on the day, as it is recorded today.

    By the term after that day, or by the wait after the recording, if that is over later. An earlier plan of the same
    term, a wait that runs, or an extension, began when the end was recorded first: no wait begins anew.
    """
    policy = CONTENT_AFTER_CESSATION_YEARS if isinstance(party, CompanyId) else CONTENT_AFTER_DEATH_YEARS
    version = policy.on(today)
    by_term = _content(party, years_after(ended_on, version.value), str(version))
    if earlier.extension is not None or earlier.planned == by_term:
        return by_term
    wait = CONTENT_AFTER_RECORDING_DAYS.on(today)
    by_wait = _content(party, today + timedelta(days=wait.value), str(wait))
    if earlier.planned is not None and earlier.planned.rule == by_wait.rule:
        by_wait = earlier.planned
    return max(by_term, by_wait, key=lambda plan: plan.due_on)


def _content(party: PartyId, due_on: date, rule: str) -> DeletionPlanned:
    return DeletionPlanned(subject=party, retention_class=Retention.POST, due_on=due_on, rule=rule)
