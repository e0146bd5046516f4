"""What follows for the NemKonto from the death or cessation of its payee."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from domain.due import Due
from domain.nemkonto.designation import NemkontoRestored
from domain.nemkonto.ending_commands import FollowEndOfPayee
from domain.reaction import Step
from domain.record import Record
from domain.subject import CompanyId, PartyId, PersonId

NEMKONTO_SYSTEM = "nemkonto"


def follows_end_of(payee: PartyId) -> Step:
    """The account of a payee who died or ceased ends in time; after a death or cessation by mistake it does not."""
    return Step(FollowEndOfPayee(payee=payee), authority=NEMKONTO_SYSTEM)


def follows_restored(event: NemkontoRestored, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """An account that goes on ends in time if its payee is dead or has ceased."""
    yield follows_end_of(event.payee)


def ends_nemkonto(due: Due) -> FollowEndOfPayee:
    """The account of a payee who died or ceased ends on its day."""
    assert isinstance(due.also, PersonId | CompanyId), "a NemKonto names its payee"
    return FollowEndOfPayee(payee=due.also)
