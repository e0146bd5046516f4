"""The evidence of an answer: exactly the records from which its rows can be folded again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from bin.application.evidence.answers import FORM, RegisterAnswer, answer_of
from bin.application.questions.as_of import Question
from bin.verify_receipt import Report, read_answer, verify_rows
from domain.entities import FACTS
from domain.subject import MessageId, PersonId
from projections.catalogue import REGISTERS, register
from projections.declare import Register
from projections.engine.as_of import rows_as_of
from projections.engine.evidence import positions_of
from projections.engine.position import head
from projections.portable import canonical_json, portable, row_form
from tests.projections.histories import QUICK_REGISTERS, Happened, about, fact, histories, pool, put
from tests.projections.opened_leaves import opened_leaves
from tests.projections.reference import fold, stored
from tests.volume import slow_except

ANNA, BO, _ = pool(PersonId)
LETTER, OTHER_LETTER, _ = pool(MessageId)


@pytest.mark.parametrize("register", slow_except(QUICK_REGISTERS, REGISTERS), ids=lambda register: register.name)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(choice=st.data(), middle=st.integers(0, 100))
def test_folding_exactly_these_records_gives_the_same_rows(
    owner: Engine, projecting: Engine, *, register: Register, choice: st.DataObject, middle: int
) -> None:
    others = [one for one in FACTS.values() if one not in register.facts][:3]
    history: list[Happened] = choice.draw(histories((*register.facts, *others)))
    with owner.connect() as connection:
        put(connection, history)
        known, held = middle % (head(connection) + 1), stored(connection)
        for subject in {one for happened in history for one in happened.event.subjects()}:
            rows = rows_as_of(connection, register, subject, known)
            positions = positions_of(connection, register, rows, known)
            folded = fold(register, [record for record in held if record["position"] in positions])

            assert [folded[tuple(row[name] for name in register.key)] for row in rows] == rows
            assert positions == sorted(positions)
            assert all(position <= known for position in positions)
        connection.rollback()


@pytest.mark.parametrize("register", slow_except(QUICK_REGISTERS, REGISTERS), ids=lambda register: register.name)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(choice=st.data(), day=st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_the_verifier_accepts_the_answer_for_every_history(
    owner: Engine, projecting: Engine, *, register: Register, choice: st.DataObject, day: date
) -> None:
    history: list[Happened] = choice.draw(histories(register.facts))
    with owner.connect() as connection:
        put(connection, history)
        sealed = {leaf["position"]: leaf for leaf in opened_leaves(connection, head(connection))}
        for subject in {one for happened in history for one in happened.event.subjects()}:
            for valid in (None, day) if "valid_from" in register.table.columns else (None,):
                answer = answer_of(connection, Question(register, subject, head(connection), valid))
                facts = [sealed[position] for position in answer.positions]
                report = Report()
                verify_rows(read_answer(canonical_json(form(answer))), facts, report)
                assert [line.word for line in report.proved if line.word == "row"] == ["row"] * len(answer.rows)
        connection.rollback()


def form(answer: RegisterAnswer) -> dict[str, Any]:
    """The answer in the file, without the proofs and the signature."""
    question = answer.question
    return {
        "rigsbog": FORM,
        "register": question.register.name,
        "declaration": portable(question.register),
        "subject": str(question.subject),
        "known": question.known,
        "valid": question.valid and question.valid.isoformat(),
        "rows": [row_form(question.register, row) for row in answer.rows],
        "facts": [],
        "checkpoint": "",
        "keys": [],
        "attestation": None,
        "signature": "",
    }


def test_a_record_that_sets_another_row_is_no_evidence_of_this_one(undone: Connection, projecting: Engine) -> None:
    put(
        undone,
        [
            fact("MessageMadeAvailable", message=LETTER, recipient=ANNA),
            fact("MessageMadeAvailable", message=OTHER_LETTER, recipient=ANNA),
            fact("MessageOpened", message=LETTER, recipient=ANNA, reader=BO, channel="mit.dk"),
        ],
    )
    messages = register("messages")
    rows = rows_as_of(undone, messages, about(LETTER), 3)

    assert positions_of(undone, messages, rows, 3) == [1, 3]
    assert positions_of(undone, messages, rows, 2) == [1]
    assert positions_of(undone, messages, [], 3) == []
