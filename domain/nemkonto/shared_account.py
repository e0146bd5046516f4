"""Others who use the account of somebody who died or ceased: their bank may block it, so they are warned.

No rule requires it: vestjyskbank.dk, dødsfald.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from domain.command import Command, Consulted, Entity, State
from domain.context import Context
from domain.fact import Event
from domain.nemkonto.designation import AccountHolderEnded, NemkontoDesignated
from domain.nemkonto.nemkonto import NEMKONTO, Nemkonto
from domain.record import Record
from domain.subject import AccountIndex, DesignationId, PartyId


@dataclass(frozen=True, slots=True)
class SharedAccount(State):
    """Who has designated one account, each with every designation of it."""

    designations: Mapping[DesignationId, PartyId] = field(default_factory=dict)

    def evolve(self, event: Event) -> Self:
        match event:
            case NemkontoDesignated(payee=payee, designation=designation):
                return self.but(designations={**self.designations, designation: payee})
            case _:
                return self


SHARED_ACCOUNT = Entity("shared_account", SharedAccount(), {}, follows=(NemkontoDesignated,))
"""Consulted by the index of the account."""


class FindAccountSharers(Command[Nemkonto, SharedAccount]):
    """Find the others who designated the account of a payee who died or ceased, each designation once.

    Nothing is found of a payee who lives, or whose NemKonto the account neither is today nor becomes later.
    """

    legal_basis = "BEK 788/2025 § 10"

    holder: PartyId
    account_index: AccountIndex

    def consults(self) -> tuple[Consulted[Any], ...]:
        return NEMKONTO.of(self.holder), SHARED_ACCOUNT.of(self.account_index)

    def decide(self, context: Context, nemkonto: Nemkonto, account: SharedAccount) -> Iterator[Event]:
        if nemkonto.payee.ended_on is None or self.account_index not in nemkonto.accounts_from(context.today):
            return
        for designation, payee in account.designations.items():
            if payee != self.holder and designation not in nemkonto.sharers:
                yield AccountHolderEnded(
                    designation=designation, payee=payee, other=self.holder, account_index=self.account_index
                )


def accounts_of(past: Sequence[Record], day: date) -> tuple[AccountIndex, ...]:
    """Each account that, by these records about a payee, is the NemKonto on the day or becomes it later."""
    nemkonto = NEMKONTO.opening
    for record in past:
        if isinstance(record.event, NEMKONTO.facts()):
            nemkonto = nemkonto.evolve(record.event)
    return nemkonto.accounts_from(day)
