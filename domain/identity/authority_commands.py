"""Entering an authority, and granting it a right to send. LBK 686/2021 §§ 1 and 7."""

from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar
from uuid import uuid5

from domain.command import Consulted
from domain.context import Context
from domain.entry import Entries, EntrySource
from domain.fact import Event
from domain.identity.authority import (
    AUTHORITIES,
    SENDING_RIGHTS,
    AuthorityEntered,
    AuthorityKind,
    NotAnAuthority,
    SendingRight,
    SendingRightGranted,
)
from domain.identity.company import COMPANY, Company, RegisterCompany, must_exist_on
from domain.identity.number import Number
from domain.identity.sender import DecidedByAuthority
from domain.subject import CompanyId, EntryId


class EnterAuthority(DecidedByAuthority[Company, Entries]):
    """Enter a registered company as an authority from a day. Another kind from the same day corrects it."""

    affairs: ClassVar[str] = "company"
    legal_basis = AUTHORITIES.legal_basis

    company: CompanyId
    kind: AuthorityKind
    valid_from: date | None = None
    """None: today."""

    def _consults(self) -> tuple[Consulted[Any], ...]:
        return COMPANY.of(self.company), AUTHORITIES.of(self.company)

    def _decide(self, context: Context, company: Company, authorities: Entries) -> Iterator[Event]:
        """Enter it. The same kind on a day when it holds changes nothing. Raises UnknownParty, AfterTheCessation."""
        new = AuthorityEntered(
            entry=AUTHORITIES.new_entry(context),
            party=self.company,
            valid_from=self.valid_from or context.today,
            source=EntrySource.AUTHORITY,
            decided_by=self.decided_by,
            kind=self.kind,
        )
        must_exist_on(new.valid_from, company)
        present = authorities.on(new.valid_from)
        if present and isinstance(present.entered, AuthorityEntered) and present.entered.kind == self.kind:
            return
        yield from AUTHORITIES.enter_or_correct(authorities, new)


class GrantSendingRight(DecidedByAuthority[Company, Entries, Entries]):
    """Grant an authority a right to send, from a day to a day. The same right again changes nothing."""

    affairs: ClassVar[str] = "company"
    legal_basis = SENDING_RIGHTS.legal_basis

    company: CompanyId
    kind: SendingRight
    valid_from: date | None = None
    """None: today."""
    valid_to: date | None = None
    """The first day on which it does not hold any more."""

    def _consults(self) -> tuple[Consulted[Any], ...]:
        return (
            COMPANY.of(self.company),
            AUTHORITIES.of(self.company),
            SENDING_RIGHTS.of(self.company),
        )

    def _decide(self, context: Context, company: Company, authorities: Entries, rights: Entries) -> Iterator[Event]:
        """Grant it. Raises UnknownParty, AfterTheCessation, NotAnAuthority and what Matter.enter raises."""
        new = SendingRightGranted(
            entry=SENDING_RIGHTS.new_entry(context),
            party=self.company,
            valid_from=self.valid_from or context.today,
            valid_to=self.valid_to,
            source=EntrySource.AUTHORITY,
            decided_by=self.decided_by,
            kind=self.kind,
        )
        must_exist_on(new.valid_from, company)
        if authorities.on(new.valid_from) is None:
            raise NotAnAuthority
        present = rights.on(new.valid_from, self.kind)
        if present and present.stated_to == self.valid_to:
            return
        yield from SENDING_RIGHTS.enter_or_correct(rights, new)


class RegisterAuthority(RegisterCompany):
    """Register a company that is an authority, with its rights to send from today. The same again changes nothing."""

    legal_basis = SENDING_RIGHTS.legal_basis

    kind: AuthorityKind
    rights: tuple[SendingRight, ...]

    def decide(self, context: Context, company: Company, number: Number) -> Iterator[Event]:
        facts = tuple(super().decide(context, company, number))
        yield from facts
        if not facts:
            return
        begins: dict[str, Any] = {
            "party": self.company,
            "valid_from": context.today,
            "source": EntrySource.REGISTER_LOAD,
        }
        yield AuthorityEntered(entry=AUTHORITIES.new_entry(context), kind=self.kind, **begins)
        for kind in dict.fromkeys(self.rights):
            entry = EntryId(uuid5(context.command, f"{SENDING_RIGHTS.name} {kind}"))
            yield SendingRightGranted(entry=entry, kind=kind, **begins)
