"""Proves that an answer about very many people can be recorded and sealed."""

from __future__ import annotations

import json
from uuid import UUID

from domain.operations.disclosure import PARTIES_MAX, DataDisclosed, QuestionKind
from domain.subject import CompanyId, DisclosureId
from projections.catalogue import REGISTERS

SUBJECTS_MAX = 500
"""Of a record, its own subject among them: `0006_seal.sql`."""
PAYLOAD_BYTES_MAX = 25_000
"""Of a record with blinded subjects: the constraint `record_is_sealable`."""


def test_the_longest_answer_that_one_fact_names_can_be_sealed() -> None:
    widest = max(REGISTERS, key=lambda register: len(" ".join(register.table.columns.keys())))
    fact = DataDisclosed(
        disclosure=DisclosureId(UUID(int=1)),
        parties=tuple(CompanyId(UUID(int=n)) for n in range(PARTIES_MAX)),
        question=QuestionKind.EXPORT,
        register_name=widest.name,
        columns=tuple(widest.table.columns.keys()),
        known=2**53,
        opened=True,
        rows=2**53,
        stored_sha256="0" * 64,
    )
    assert len(json.dumps(fact.model_dump(mode="json")).encode()) < PAYLOAD_BYTES_MAX
    assert len(fact.subjects()) <= SUBJECTS_MAX
