"""Where answers about people are recorded: a port, and the ledger behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from typing import Protocol
from uuid import uuid4

from bin.application.command_handler import CommandHandler
from bin.application.contexts import Reading
from domain.context import Request
from domain.operations.disclosure import PARTIES_MAX, DataDisclosed, DiscloseData, QuestionKind
from domain.subject import DisclosureId, PartyId


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is about to be given to a reader."""

    question: QuestionKind
    parties: tuple[PartyId, ...]
    """About whom; see `parties_of` of bin/application/disclosure.py."""
    known: int
    register_name: str | None = None
    columns: tuple[str, ...] = ()
    valid_on: date | None = None
    rows: int
    stored_sha256: str | None = None


class DisclosureLog(Protocol):
    def record(self, answer: Answer, reading: Reading, actor: str, *, opened: bool) -> None:
        """Record the answer before it is given; when this fails, nothing may be given."""


class LedgerDisclosures:
    """Records answers in the ledger, with everything else about their subjects."""

    def __init__(self, handler: CommandHandler, request: Callable[..., Request]) -> None:
        self._handler = handler
        self._request = request

    def record(self, answer: Answer, reading: Reading, actor: str, *, opened: bool) -> None:
        asked = {field.name: getattr(answer, field.name) for field in fields(answer)}
        parties = asked.pop("parties")
        disclosed = tuple(
            DataDisclosed(
                **asked,
                disclosure=DisclosureId(uuid4()),
                parties=parties[first : first + PARTIES_MAX],
                opened=opened,
            )
            for first in range(0, max(1, len(parties)), PARTIES_MAX)
        )
        command = DiscloseData(facts=disclosed, legal_basis=reading.legal_basis)
        request = self._request(actor, authority=reading.authority.value, case=reading.case)
        self._handler.execute(command, request)
