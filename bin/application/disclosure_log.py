"""Where answers about people are recorded: a port, and the ledger behind it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Protocol
from uuid import UUID, uuid4, uuid5

from bin.application.command_handler import CommandHandler
from bin.application.contexts import Reading
from bin.application.outcomes import CommandReused
from domain.context import Request
from domain.operations.disclosure import (
    PARTIES_MAX,
    DataDisclosed,
    DiscloseData,
    DisclosureRefused,
    QuestionKind,
    RefuseDisclosure,
)
from domain.operations.refusal import REFUSALS
from domain.subject import DisclosureId, PartyId

NAMESPACE = UUID("5269675f-7362-4f67-8272-646973630001")
"""Of the ids of refused disclosures; never changed."""


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

    def refuse(self, answer: Answer, actor: str, because: type[Exception], day: date) -> None:
        """Record that the answer was refused on this day."""


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

    def refuse(self, answer: Answer, actor: str, because: type[Exception], day: date) -> None:
        """Record it once a day for one question about the same people; not about anybody who is not registered."""
        states = self._handler.known_states([REFUSALS.of(party) for party in answer.parties])
        parties = tuple(
            party for party, state in zip(answer.parties, states, strict=True) if state is None or state.known
        )[:PARTIES_MAX]
        if answer.parties and not parties:
            return
        named = " ".join(map(str, (answer.question, answer.register_name, *parties, day)))
        fact = DisclosureRefused(
            disclosure=DisclosureId(uuid5(NAMESPACE, named)),
            parties=parties,
            question=answer.question,
            register_name=answer.register_name,
            columns=answer.columns,
            known=answer.known,
            valid_on=answer.valid_on,
            because=because.__name__,
        )
        request = replace(self._request(actor), command=uuid5(NAMESPACE, named))
        with suppress(CommandReused):  # asked before on this day, at another position
            self._handler.execute(RefuseDisclosure(fact=fact), request)
