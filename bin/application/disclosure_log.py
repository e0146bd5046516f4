"""Where answers about people are recorded: a port, and the ledger behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import uuid4

from bin.application.command_handler import CommandHandler
from bin.application.contexts import Reading
from domain.context import Request
from domain.operations.disclosure import PARTIES_MAX, DiscloseData, QuestionKind
from domain.subject import DisclosureId, PartyId


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is about to be given to a reader."""

    question: QuestionKind
    parties: tuple[PartyId, ...]
    """About whom; see `parties_of` of bin/application/disclosure.py."""
    known: int
    register: str | None = None
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
        facts = max(1, -(-len(answer.parties) // PARTIES_MAX))
        command = DiscloseData(
            disclosures=tuple(DisclosureId(uuid4()) for _ in range(facts)),
            parties=answer.parties,
            question=answer.question,
            register_name=answer.register,
            columns=answer.columns,
            known=answer.known,
            valid_on=answer.valid_on,
            opened=opened,
            rows=answer.rows,
            stored_sha256=answer.stored_sha256,
            legal_basis=reading.legal_basis,
        )
        request = self._request(actor, authority=reading.authority.value, case=reading.case)
        self._handler.execute(command, request)
