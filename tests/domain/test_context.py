"""The context of a fact is the whole request and the legal basis."""

from dataclasses import asdict
from datetime import UTC, datetime
from uuid import UUID

from domain.context import Request

REQUEST = Request(
    authority="34051178",
    actor="system:test",
    command=UUID(int=1),
    correlation=UUID(int=2),
    case="case-1",
    causation=7,
    effective_from=datetime(2026, 3, 2, tzinfo=UTC),
)


def test_a_context_is_the_request_with_a_legal_basis() -> None:
    context = asdict(REQUEST.context("§ 1"))
    assert None not in asdict(REQUEST).values()
    assert context == {**asdict(REQUEST), "legal_basis": "§ 1", "decided_at": None}


def test_the_legal_basis_of_a_context_is_replaced_and_the_decision_is_made_anew() -> None:
    earlier = REQUEST.context("§ 1").at(datetime(2026, 3, 3, tzinfo=UTC))
    assert earlier.context("§ 2") == REQUEST.context("§ 2")
