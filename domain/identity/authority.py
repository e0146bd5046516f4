"""Authorities, and their rights to send Digital Post: each holds from a day to a day. LBK 686/2021 §§ 1 and 7."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import uuid5

from domain.command import Command, Consulted, Refused
from domain.context import Context
from domain.entry import Annulled, EndCorrected, Ended, Entered, Entries, EntrySource
from domain.fact import Event
from domain.identity.company import COMPANY, Company, RegisterCompany, must_exist_on
from domain.identity.number import Number
from domain.matter import Matter
from domain.subject import CompanyId, EntryId


class AuthorityKind(StrEnum):
    """What an authority is part of (*myndighedstype*)."""

    STATE = "state"
    MUNICIPALITY = "municipality"
    REGION = "region"
    COURT = "court"
    OTHER = "other"


class SendingRight(StrEnum):
    """What a sender may send to others than authorities (*afsenderrettighed*)."""

    PUBLIC_SENDER = "public_sender"
    """Letters with the effects of § 10 (*offentlig afsender*)."""
    LEGAL_NOTIFICATION = "legal_notification"
    """A service of process (*forkyndelse*)."""
    MANDATORY = "mandatory"
    """A mandatory notice (*pligtmeddelelse*)."""


class AuthorityEntered(Entered):
    """The company is an authority from a day (*myndighed*)."""

    party: CompanyId
    kind: AuthorityKind


class AuthorityEnded(Ended):
    """The company is no longer an authority (*myndighed nedlagt*)."""

    party: CompanyId


class AuthorityEndCorrected(EndCorrected):
    """The company was an authority longer than was recorded (*nedlæggelse rettet*)."""

    party: CompanyId


class AuthorityAnnulled(Annulled):
    """The company was never an authority (*myndighed annulleret*)."""

    party: CompanyId


AUTHORITIES = Matter(
    "authority",
    entered=AuthorityEntered,
    ended=AuthorityEnded,
    end_corrected=AuthorityEndCorrected,
    annulled=AuthorityAnnulled,
    legal_basis="LBK 686/2021 § 1",
)


class SendingRightGranted(Entered):
    """The authority has a right to send from a day (*afsenderrettighed tildelt*). LBK 686/2021 § 7."""

    party: CompanyId
    kind: SendingRight

    @property
    def track(self) -> str:
        """Rights of different kinds hold at the same time."""
        return self.kind


class SendingRightEnded(Ended):
    """The authority has the right no longer (*afsenderrettighed ophørt*). LBK 686/2021 § 7."""

    party: CompanyId


class SendingRightEndCorrected(EndCorrected):
    """The authority had the right longer than was recorded (*ophør af afsenderrettighed rettet*). LBK 686/2021 § 7."""

    party: CompanyId


class SendingRightAnnulled(Annulled):
    """The authority never had the right (*afsenderrettighed annulleret*). LBK 686/2021 § 7."""

    party: CompanyId


SENDING_RIGHTS = Matter(
    "sending_right",
    entered=SendingRightGranted,
    ended=SendingRightEnded,
    end_corrected=SendingRightEndCorrected,
    annulled=SendingRightAnnulled,
    legal_basis="LBK 686/2021 § 7",
)


class NotAnAuthority(Refused):
    """This company is not entered as an authority on that day. Enter it as one first, or give a later day."""


class EnterAuthority(Command[Company, Entries]):
    """Enter a registered company as an authority from a day. Another kind from the same day corrects it."""

    legal_basis = AUTHORITIES.legal_basis

    company: CompanyId
    kind: AuthorityKind
    valid_from: date | None = None
    """None: today."""

    def consults(self) -> tuple[Consulted[Any], ...]:
        return COMPANY.of(self.company), AUTHORITIES.of(self.company)

    def decide(self, context: Context, company: Company, authorities: Entries) -> Iterator[Event]:
        """Enter it. The same kind on a day when it holds changes nothing. Raises UnknownCompany, AfterTheCessation."""
        new = AuthorityEntered(
            entry=AUTHORITIES.new_entry(context),
            party=self.company,
            valid_from=self.valid_from or context.today,
            source=EntrySource.AUTHORITY,
            kind=self.kind,
        )
        must_exist_on(new.valid_from, company)
        present = authorities.on(new.valid_from)
        if present and isinstance(present.entered, AuthorityEntered) and present.entered.kind == self.kind:
            return
        yield from AUTHORITIES.enter_or_correct(authorities, new)


class GrantSendingRight(Command[Company, Entries, Entries]):
    """Grant an authority a right to send, from a day to a day. The same right again changes nothing."""

    legal_basis = SENDING_RIGHTS.legal_basis

    company: CompanyId
    kind: SendingRight
    valid_from: date | None = None
    """None: today."""
    valid_to: date | None = None
    """The first day on which it does not hold any more."""

    def consults(self) -> tuple[Consulted[Any], ...]:
        return COMPANY.of(self.company), AUTHORITIES.of(self.company), SENDING_RIGHTS.of(self.company)

    def decide(self, context: Context, company: Company, authorities: Entries, rights: Entries) -> Iterator[Event]:
        """Grant it. Raises UnknownCompany, AfterTheCessation, NotAnAuthority and what Matter.enter raises."""
        new = SendingRightGranted(
            entry=SENDING_RIGHTS.new_entry(context),
            party=self.company,
            valid_from=self.valid_from or context.today,
            valid_to=self.valid_to,
            source=EntrySource.AUTHORITY,
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
