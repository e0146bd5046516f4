"""The table of acts: what may happen to a person or a company, each with its command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

import typer
from pydantic import TypeAdapter

from bin.application.people.field_errors import read_json, read_text
from domain.command import Command
from domain.identity.company import CeaseCompany, ChangeCompanyAddress, ChangeCompanyName
from domain.identity.cpr import parse_cpr
from domain.identity.names import Address, CompanyName, PersonName
from domain.identity.number import CprChangeReason
from domain.identity.person_commands import (
    BeginResidence,
    ChangeAddress,
    ChangeCpr,
    ChangeName,
    CorrectDeath,
    EndResidence,
    ProtectNameAndAddress,
    RecordDeath,
    WithdrawProtection,
)
from domain.post.exemption import ExemptFromMail, JoinVoluntarily, RevokeExemption
from domain.post.mail_registration import AccessEnd, RevocationCause
from domain.post.mail_registration_commands import BreakGrace
from domain.post.read_access import GrantReadAccess, RevokeReadAccess
from domain.subject import CompanyId, CprIndex, PartyId, PersonId

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Said:
    """What the caller said beside the act and its subject."""

    on: date | None = None
    until: date | None = None
    reader: PartyId | None = None
    by: str | None = None
    read: Callable[[], str] = str
    """Reads what stands on standard input."""
    cpr: Callable[[str], CprIndex] | None = None
    """The index of a CPR number."""

    @property
    def day(self) -> date:
        """The day that the act needs; a usage error without one."""
        if self.on is None:
            raise typer.BadParameter("this act needs --on, the day on which it happened")
        return self.on

    @property
    def someone(self) -> PersonId:
        """The reader that the act needs; a usage error without one."""
        if not isinstance(self.reader, PersonId):
            raise typer.BadParameter("this act needs --reader, a person:<uuid>")
        return self.reader

    def one_of(self, kind: type[E], usual: str) -> E:
        """What --by names, or what is usual without it; a usage error that lists the words for anything else."""
        try:
            return kind(self.by or usual)
        except ValueError:
            raise typer.BadParameter(f"--by is one of {', '.join(kind)}") from None


@dataclass(frozen=True, slots=True)
class Act:
    """One act: its command, and the kinds of subject that it can concern."""

    command: Callable[[Any, Said], Command[*tuple[Any, ...]]]
    of: tuple[type[PartyId], ...] = (PersonId,)


BOTH = (PersonId, CompanyId)
FIRM = (CompanyId,)


def _rename(who: PartyId, said: Said) -> Command[*tuple[Any, ...]]:
    if isinstance(who, PersonId):
        return ChangeName(person=who, name=read_json(TypeAdapter(PersonName), said.read(), "name"))
    return ChangeCompanyName(company=who, name=read_text(TypeAdapter(CompanyName), said.read(), "name"))


def _move(who: PartyId, said: Said) -> Command[*tuple[Any, ...]]:
    address = read_json(TypeAdapter(Address), said.read(), "address")
    return (
        ChangeAddress(person=who, address=address)
        if isinstance(who, PersonId)
        else ChangeCompanyAddress(company=who, address=address)
    )


def _renumber(who: PersonId, said: Said) -> Command[*tuple[Any, ...]]:
    assert said.cpr is not None, "who reads a number can make its index"
    number = parse_cpr(said.read().strip())
    reason = said.one_of(CprChangeReason, "other")
    return ChangeCpr(person=who, index=said.cpr(number.value), number=number, reason=reason)


ACTS = {
    "renumber": Act(_renumber),
    "rename": Act(_rename, BOTH),
    "move": Act(_move, BOTH),
    "protect": Act(lambda who, said: ProtectNameAndAddress(person=who, until=said.until)),
    "unprotect": Act(lambda who, said: WithdrawProtection(person=who)),
    "leave": Act(lambda who, said: EndResidence(person=who, ended_on=said.day)),
    "return": Act(lambda who, said: BeginResidence(person=who, began_on=said.day)),
    "died": Act(lambda who, said: RecordDeath(person=who, died_on=said.day)),
    "correct-death": Act(lambda who, said: CorrectDeath(person=who)),
    "cease": Act(lambda who, said: CeaseCompany(company=who, ceased_on=said.day), FIRM),
    "exempt": Act(lambda who, said: ExemptFromMail(recipient=who, decided_by=said.by or "municipality"), BOTH),
    "revoke-exemption": Act(
        lambda who, said: RevokeExemption(recipient=who, cause=said.one_of(RevocationCause, "self")), BOTH
    ),
    "join": Act(
        lambda who, said: JoinVoluntarily(recipient=who, birth_date=said.on, digital_signature=True),
        BOTH,
    ),
    "break-grace": Act(lambda who, said: BreakGrace(recipient=who), FIRM),
    "grant-access": Act(lambda who, said: GrantReadAccess(owner=who, reader=said.someone), BOTH),
    "revoke-access": Act(
        lambda who, said: RevokeReadAccess(owner=who, reader=said.someone, cause=said.one_of(AccessEnd, "owner")),
        BOTH,
    ),
}
"""Every act by its word."""
