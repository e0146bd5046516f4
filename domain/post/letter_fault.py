"""Faults: what is wrong with a letter, where, and who must correct it; all faults of a letter are reported together."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

MESSAGE_HEADER_PATH = "/Message/MessageHeader"
"""The path of a MeMo file's header, with which most paths of faults begin."""


class Party(StrEnum):
    """Who must correct a fault."""

    SENDER = "sender"
    RECIPIENT = "recipient"
    SOLUTION = "solution"


class Advice(StrEnum):
    """What the sender does about a fault; of the advice of several faults, the first in this order holds."""

    NOTIFY = "notify"
    """Notify somebody who corrects the letter: sending it again, or on paper, would not help."""
    NEXT_CHANNEL = "next_channel"
    """Take the next channel, which is paper."""
    RETRY = "retry"
    """Submit it again later, as a new message."""


class Fault(BaseModel):
    """One fault of a letter. The message is a sentence for the sender and quotes nothing of the letter's content."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    """A dotted string such as `recipient.is.closed`."""
    path: str
    """Where in the letter, as an XPath-like path."""
    message: str
    fault: Party = Party.SENDER
    advice: Advice = Advice.NOTIFY


def advice_on(faults: Iterable[Fault]) -> Advice | None:
    """What the sender does about all these faults; None when there are none."""
    given = {fault.advice for fault in faults}
    return next((advice for advice in Advice if advice in given), None)
