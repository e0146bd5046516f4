"""A register's declaration, written as JSON, makes the same rows from the same facts without the product's code."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from bin.verify_receipt import rows_of, to_json
from domain.entities import FACTS
from projections.catalogue import REGISTERS, register
from projections.declare import Register
from projections.engine.as_of import rows_as_of
from projections.engine.position import head
from projections.portable import portable, row_form
from tests.projections.histories import Happened, histories, put
from tests.projections.opened_leaves import opened_leaves
from tests.projections.reference import fold, stored

EXAMPLES_PER_REGISTER = 15
FACTS_WITH_AND_WITHOUT: list[tuple[str, dict[str, Any]]] = [("a", {}), ("b", {"kind": None}), ("c", {"kind": "odd"})]


def as_json_text(declared: Register) -> dict[str, Any]:
    """The declaration after a journey as text."""
    found: dict[str, Any] = json.loads(json.dumps(portable(declared)))
    return found


@pytest.mark.parametrize("declared", REGISTERS, ids=lambda one: one.name)
@settings(max_examples=EXAMPLES_PER_REGISTER, deadline=None, suppress_health_check=list(HealthCheck))
@given(choice=st.data(), middle=st.integers(0, 100))
def test_the_verifier_makes_the_rows_that_the_database_has(
    owner: Engine, projecting: Engine, *, declared: Register, choice: st.DataObject, middle: int
) -> None:
    others = [one for one in FACTS.values() if one not in declared.facts][:3]
    history: list[Happened] = choice.draw(histories((*declared.facts, *others)))
    with owner.connect() as connection:
        put(connection, history)
        until = middle % (head(connection) + 1)
        declaration, facts = as_json_text(declared), opened_leaves(connection, until)
        made = {to_json(row) for row in rows_of(declaration, facts).values()}

        expected = fold(declared, stored(connection)[:until]).values()
        assert made == {to_json(row_form(declared, row)) for row in expected}
        for about in {one for happened in history for one in happened.event.subjects()}:
            rows = rows_as_of(connection, declared, about, until)
            assert {to_json(row_form(declared, row)) for row in rows} <= made
            # Each row about a subject has a key that the facts about that subject alone make.
            keys = rows_of(declaration, [one for one in facts if str(about) in one["subjects"]]).keys()
            assert all(tuple(row_form(declared, row)[name] for name in declared.key) in keys for row in rows)
        connection.rollback()


def test_the_digest_of_a_declaration_is_that_of_its_portable_form() -> None:
    for one in REGISTERS:
        assert one.declaration == hashlib.sha256(to_json(as_json_text(one)).encode()).hexdigest()
    assert len({one.declaration for one in REGISTERS}) == len(REGISTERS)


def test_a_row_in_an_answer_has_its_instants_in_utc_and_its_encrypted_part_as_a_digest() -> None:
    messages = register("messages")
    empty = dict.fromkeys(messages.table.columns.keys())
    row = empty | {"submitted_at": datetime(2026, 1, 2, tzinfo=UTC), "sealed": b"a part", "stage": "submitted"}

    form = row_form(messages, row)

    assert form["submitted_at"] == "2026-01-02T00:00:00.000000Z"
    assert form["sealed"] == hashlib.sha256(b"a part").hexdigest()
    assert form["stage"] == "submitted"


@pytest.mark.parametrize(("day", "instant"), [("2026-01-31", "2026-01-30T23"), ("2026-03-30", "2026-03-29T22")])
def test_a_day_begins_at_midnight_in_copenhagen(day: str, instant: str) -> None:
    declaration = as_json_text(register("due_times"))
    record = {
        "fact": "ProtectionReminderPlanned",
        "subject": "entry:a11a0000-0000-4000-8000-000000000001",
        "payload": {"remind_on": day},
    }
    (row,) = rows_of(declaration, [record]).values()
    assert row["due_at"] == f"{instant}:00:00.000000Z"


def test_a_field_that_an_earlier_fact_has_not_takes_its_default() -> None:
    declaration = {
        "register": "trial",
        "table": "",
        "key": ["key"],
        "types": {"key": "text", "kind": "text"},
        "begins": [],
        "columns": [
            {
                "name": "kind",
                "law": "last",
                "setters": [
                    {
                        "fact": "Happened",
                        "key": [{"header": "subject"}],
                        "source": {"field": "kind", "default": "plain"},
                    }
                ],
            }
        ],
    }
    facts = [{"fact": "Happened", "subject": name, "payload": payload} for name, payload in FACTS_WITH_AND_WITHOUT]
    assert [row["kind"] for row in rows_of(declaration, facts).values()] == ["plain", None, "odd"]
