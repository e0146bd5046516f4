"""A question about a position inside a command is answered as of the end of the command before it."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from domain.subject import PersonId
from projections.catalogue import REGISTERS
from projections.declare import Register
from projections.engine.as_of import rows_as_of
from projections.engine.position import head, known_at
from tests.projections.histories import Happened, fact, histories, pool, put_commands
from tests.projections.reference import fold, keys_about, stored

EXAMPLES_PER_REGISTER = 15


def recorded(connection: Connection, history: list[Happened], sizes: list[int]) -> list[int]:
    """Record the history in commands of these sizes; where each command ends."""
    commands, rest = [], list(history)
    for size in sizes:
        if rest:
            commands.append(rest[:size])
            rest = rest[size:]
    commands += [[one] for one in rest]
    put_commands(connection, commands)
    return list(accumulate(len(facts) for facts in commands))


@pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.name)
@settings(max_examples=EXAMPLES_PER_REGISTER, deadline=None, suppress_health_check=list(HealthCheck))
@given(choice=st.data(), sizes=st.lists(st.integers(1, 6), min_size=5, max_size=8))
def test_every_position_answers_as_the_end_of_the_last_whole_command(
    owner: Engine, projecting: Engine, *, register: Register, choice: st.DataObject, sizes: list[int]
) -> None:
    history = choice.draw(histories(register.facts, most=20).filter(bool))
    with owner.connect() as connection:
        ends = recorded(connection, history, sizes)
        records = stored(connection)
        for position in range(head(connection) + 1):
            whole = max((end for end in ends if end <= position), default=0)
            known = known_at(connection, position)
            assert (known.asked, known.position) == (position, whole)
            assert (known.note is None) is (position == whole)
        wanted = choice.draw(st.integers(0, head(connection)))
        whole = max((end for end in ends if end <= wanted), default=0)
        expected = fold(register, records[:whole])
        for about in {one for happened in history for one in happened.event.subjects()}:
            keys = keys_about(register, records[:whole], about)
            rows = rows_as_of(connection, register, about, known_at(connection, wanted).position)
            assert sorted(rows, key=str) == sorted((expected[key] for key in keys if key in expected), key=str)
        connection.rollback()


def test_a_ledger_with_holes_is_cut_by_what_it_holds(owner: Engine, projecting: Engine) -> None:
    """A bundle holds a part of the ledger, and perhaps not the record that is asked for."""
    with owner.connect() as connection:
        read = fact("MailGraceBroken", recipient=pool(PersonId)[0])
        recorded(connection, [read] * 5, [1, 4])
        connection.execute(text("alter table ledger.record disable trigger user"))
        connection.execute(text("delete from ledger.record where position in (3, 4)"))

        assert [known_at(connection, position).position for position in range(6)] == [0, 1, 1, 1, 1, 5]
        connection.rollback()


def test_a_damaged_row_of_a_command_answers_no_later_position_than_asked(owner: Engine, projecting: Engine) -> None:
    with owner.connect() as connection:
        read = fact("MailGraceBroken", recipient=pool(PersonId)[0])
        recorded(connection, [read] * 5, [1, 4])
        connection.execute(text("alter table ledger.command disable trigger refuse_change"))
        connection.execute(text("update ledger.command set first_position = 9, last_position = 12"))

        assert [known_at(connection, position).position for position in range(6)] == [0, 1, 2, 3, 4, 5]
        connection.rollback()
