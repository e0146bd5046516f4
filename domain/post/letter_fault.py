"""Faults: what is wrong with a letter, where, and who must correct it; all faults of a letter are reported together."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

MESSAGE_HEADER_PATH = "/Message/MessageHeader"
"""The path of a MeMo file's header, with which most paths of faults begin."""


class Party(StrEnum):
    """Who must correct a fault."""

    SENDER = "sender"
    RECIPIENT = "recipient"
    SOLUTION = "solution"


class Fault(BaseModel):
    """One fault of a letter. The message is a sentence for the sender and quotes nothing of the letter's content."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    """A dotted string such as `recipient.is.closed`."""
    path: str
    """Where in the letter, as an XPath-like path."""
    message: str
    fault: Party = Party.SENDER
