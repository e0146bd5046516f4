"""The facts that follow when a period of a NemKonto ends, goes on, or is called off before it had effect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.fact import Event
from domain.nemkonto.designation import (
    DesignationCancelled,
    EndCause,
    NemkontoEndCorrected,
    NemkontoEnded,
    NemkontoRestored,
    NemkontoSuperseded,
)
from domain.nemkonto.nemkonto import BY_THE_PAYEE, Acting, Nemkonto, Period
from domain.subject import PartyId

OF_A_COMPANY = frozenset({EndCause.BANKRUPTCY, EndCause.CEASED_PLUS_360D})
OF_THE_PAYEE = frozenset({EndCause.DEATH_PLUS_3Y, *OF_A_COMPANY})
"""Causes that end every account of the payee that holds on the day or later."""


def end(  # noqa: PLR0917 - whose end, why, when and by which rule
    nemkonto: Nemkonto,
    period: Period,
    payee: PartyId,
    cause: EndCause,
    day: date,
    rule: str | None = None,
    acting: Acting = BY_THE_PAYEE,
) -> Iterator[Event]:
    """End the period on the day for the cause, unless something else ends it no later."""
    day = max(day, period.effective_on)
    other = nemkonto.valid_to(period.without(cause))
    if other is not None and other <= day:
        yield from undo(nemkonto, period, payee, cause)
    elif cause not in period.ended:
        yield NemkontoEnded(
            designation=period.designation, payee=payee, cause=cause, valid_to=day, rule=rule, **acting.fields
        )
    elif period.ended[cause].day != day:
        yield NemkontoEndCorrected(designation=period.designation, payee=payee, cause=cause, valid_to=day, rule=rule)


def undo(nemkonto: Nemkonto, period: Period, payee: PartyId, cause: EndCause) -> Iterator[Event]:
    if cause in period.ended:
        yield NemkontoRestored(designation=period.designation, payee=payee, cause=cause)
        yield from _still_ends(nemkonto, period.without(cause), payee)


def call_off(nemkonto: Nemkonto, period: Period, payee: PartyId, cause: EndCause, acting: Acting) -> Iterator[Event]:
    """The change never takes effect, and every account that it would have superseded goes on."""
    yield DesignationCancelled(designation=period.designation, payee=payee, cause=cause, **acting.fields)
    yield from restore_the_others(nemkonto, period, payee)


def restore_the_others(nemkonto: Nemkonto, period: Period, payee: PartyId) -> Iterator[Event]:
    """Without the period every account that it superseded goes on, unless something else ends it."""
    of_the_payee = {cause: end for cause, end in period.ended.items() if cause in OF_THE_PAYEE}
    after = nemkonto.but(periods=tuple(each for each in nemkonto.periods if each is not period))
    for former in after.periods:
        if after.valid_to(former) != nemkonto.valid_to(former):
            yield NemkontoRestored(designation=former.designation, payee=payee, cause=None)
            yield from _still_ends(after, replace(former, ended={**of_the_payee, **former.ended}), payee)


def _still_ends(nemkonto: Nemkonto, period: Period, payee: PartyId) -> Iterator[Event]:
    """What ends a restored account all the same, said again so that its last day is recorded."""
    valid_to = nemkonto.valid_to(period)
    by = nemkonto.superseding(period)
    if valid_to is None:
        return
    if by and max(by.effective_on, period.effective_on) == valid_to:
        yield NemkontoSuperseded(designation=period.designation, payee=payee, by=by.designation, valid_to=valid_to)
        return
    cause, end = min(period.ended.items(), key=lambda each: each[1].day)
    yield NemkontoEnded(
        designation=period.designation, payee=payee, cause=cause, valid_to=valid_to, rule=end.rule, **end.acting.fields
    )
