"""Takes over the arrival of a message in another system."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from domain.command import Command, Consulted, Refused
from domain.context import Context
from domain.danish_time import day_of
from domain.fact import Event
from domain.policy import FIRST_DAY
from domain.post.arrival_flag import ARRIVAL_FLAG, ArrivalFlag, ArrivalFlagged, ArrivalFlagLifted
from domain.post.imported_arrival import ArrivalImportAnnulled, ArrivalImported
from domain.post.mail_registration import MAIL_REGISTRATION, MailRegistration
from domain.post.message import MESSAGE, Message, Stage
from domain.subject import MessageId, PartyId


class ArrivalToCome(Refused):
    """This arrival is in the future. Only what has happened in the other system is taken over: check the time."""


class ArrivalBeforeTheAct(Refused):
    """No message arrived in law before the Digital Post act came into force on 1 July 2012. Check the time."""


class ArrivalIsKnown(Refused):
    """This message was submitted here, or its arrival was taken over with another time, recipient or system. What is
    recorded is not changed by an import: check the message's UUID, or annul what was taken over by mistake.
    """


class NothingTakenOver(Refused):
    """No arrival of this message was taken over from another system. Check the message's UUID."""


class ImportArrival(Command[Message, MailRegistration]):
    """Take over an arrival from another system. The same arrival again changes nothing.

    One after its recipient's death or cessation is flagged, as BEK 1553/2013 § 14 has it.
    """

    legal_basis = "LBK 686/2021 § 10"

    message: MessageId
    sender: PartyId | None
    recipient: PartyId
    available_at: datetime
    system: str
    evidence_sha256: str

    def consults(self) -> tuple[Consulted[Any], ...]:
        """The message, and whether its recipient is registered."""
        return MESSAGE.of(self.message), MAIL_REGISTRATION.of(self.recipient)

    def decide(self, context: Context, message: Message, recipient: MailRegistration) -> Iterator[Event]:
        """Take it over once; raises ArrivalIsKnown, ArrivalToCome, ArrivalBeforeTheAct and UnknownParty."""
        if message.stage is not Stage.UNKNOWN:
            if message.stage is not Stage.IMPORTED or message.imported != (
                self.recipient,
                self.available_at,
                self.system,
            ):
                raise ArrivalIsKnown
            return
        if self.available_at > context.now:
            raise ArrivalToCome
        if day_of(self.available_at) < FIRST_DAY:
            raise ArrivalBeforeTheAct
        recipient.recipient.must_be_registered()
        yield ArrivalImported(
            message=self.message,
            sender=self.sender,
            recipient=self.recipient,
            available_at=self.available_at,
            system=self.system,
            evidence_sha256=self.evidence_sha256,
        )
        ended_on, arrived_on = recipient.recipient.ended_on, day_of(self.available_at)
        if ended_on is not None and arrived_on > ended_on:
            yield ArrivalFlagged(
                message=self.message, recipient=self.recipient, ended_on=ended_on, arrived_on=arrived_on
            )


class AnnulImportedArrival(Command[Message, ArrivalFlag]):
    """Annul what was taken over by mistake: the right arrival may be taken over then. Again, nothing changes."""

    legal_basis = "LBK 686/2021 § 10"

    message: MessageId

    def consults(self) -> tuple[Consulted[Any], ...]:
        """The message, and whether its arrival is flagged as one after a death or cessation."""
        return MESSAGE.of(self.message), ARRIVAL_FLAG.of(self.message)

    def decide(self, context: Context, message: Message, flag: ArrivalFlag) -> Iterator[Event]:
        """Annul it, and lift its flag; raises NothingTakenOver."""
        if message.imported is None:
            raise NothingTakenOver
        if message.stage is not Stage.IMPORTED:
            return
        recipient, *_ = message.imported
        yield ArrivalImportAnnulled(message=self.message, sender=message.sender, recipient=recipient)
        if flag.ended_on is not None:
            yield ArrivalFlagLifted(message=self.message, recipient=recipient)
