"""Who may read another's Digital Post: granting and giving up read access (*læseadgang*).

borger.dk; mariagerfjord.dk; vejle.dk. The facts belong to the registration, for a death or cessation ends them there.
"""

from collections.abc import Iterator
from typing import Any

from domain.command import Command, Consulted, Refused
from domain.context import Context
from domain.fact import Event
from domain.post.mail_registration import (
    MAIL_REGISTRATION,
    AccessEnd,
    AccessKind,
    MailRegistration,
    ReadAccessGranted,
    ReadAccessRevoked,
)
from domain.subject import PartyId, PersonId


class OwnerHasNoMailbox(Refused):
    """The owner has no open mailbox to give access to. Look up the owner's registration for Digital Post."""


class ReaderHasNoMailbox(Refused):
    """Only somebody with an open mailbox can read another's post. Have the reader join Digital Post first."""


class OwnersNeedNoAccess(Refused):
    """Owners read their own post without a grant. Name another reader."""


class OnlyOwnerOrReaderEndsAccess(Refused):
    """Only the owner or the reader ends access; death and cessation end it automatically. Name one of the two."""


class GrantReadAccess(Command[MailRegistration, MailRegistration]):
    """Let a reader read the owner's public post; the same grant again changes nothing, another kind replaces it."""

    legal_basis = "BEK 2020/2021 § 12"

    owner: PartyId
    reader: PersonId
    kind: AccessKind = AccessKind.READ

    def consults(self) -> tuple[Consulted[Any], ...]:
        return MAIL_REGISTRATION.of(self.owner), MAIL_REGISTRATION.of(self.reader)

    def decide(self, context: Context, owner: MailRegistration, reader: MailRegistration) -> Iterator[Event]:
        if self.owner == self.reader:
            raise OwnersNeedNoAccess
        if not owner.has_mailbox:
            raise OwnerHasNoMailbox
        if not reader.has_mailbox:
            raise ReaderHasNoMailbox
        grant = ReadAccessGranted(owner=self.owner, reader=self.reader, kind=self.kind)
        if grant != owner.grant(self.owner, self.reader):
            yield grant


class RevokeReadAccess(Command[MailRegistration]):
    """End a reader's access, as the owner or the reader asked. Without access nothing changes."""

    legal_basis = "BEK 2020/2021 § 12"

    owner: PartyId
    reader: PersonId
    cause: AccessEnd

    def consults(self) -> tuple[Consulted[Any], ...]:
        return (MAIL_REGISTRATION.of(self.owner),)

    def decide(self, context: Context, owner: MailRegistration) -> Iterator[Event]:
        if self.cause not in {AccessEnd.OWNER, AccessEnd.READER}:
            raise OnlyOwnerOrReaderEndsAccess
        if owner.grant(self.owner, self.reader):
            yield ReadAccessRevoked(owner=self.owner, reader=self.reader, cause=self.cause)
