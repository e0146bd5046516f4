"""Where the live table is not what the ledger says, the facts that say otherwise are named, and never a value."""

from __future__ import annotations

import pytest

from projections.engine.verify import verify_register
from projections.rebuilding.mismatch import Mismatch
from tests.projections.mailed_ledger import MESSAGES, CommandHandler


def test_a_row_that_is_missing_or_invented_is_explained_by_the_fact_that_made_it_or_by_none(
    handler: CommandHandler,
) -> None:
    first, second, *_ = handler.ask("select message from register.messages order by message")
    invented = "00000000-0000-4000-8000-00000000dead"
    handler.say(f"delete from register.messages where message = '{first}'")
    handler.say(f"update register.messages set message = '{invented}' where message = '{second}'")

    with pytest.raises(Mismatch) as refused:
        handler.rebuild()

    told = {one.key["message"]: (one.column, one.fact, one.actor, one.legal_basis) for one in refused.value.explained}
    made = (None, "MessageSubmitted", "system:test", "a paragraph")
    assert told == {str(first): made, str(second): made, invented: (None, None, None, None)}
    assert f"message={invented}: not in the ledger (in the ledger no fact)" in str(refused.value)


def test_each_changed_column_is_explained_by_the_fact_that_set_it_and_no_value_is_told(handler: CommandHandler) -> None:
    handler.say("update register.messages set memo_version = 'secret', available_at = null where size_bytes = 9")

    with pytest.raises(Mismatch) as refused:
        handler.rebuild()

    told = {one.column: (one.fact, one.position) for one in refused.value.explained}
    assert told == {"memo_version": ("MessageSubmitted", 17), "available_at": ("MessageMadeAvailable", 18)}
    assert "secret" not in str(refused.value)


def test_a_row_that_stands_twice_is_found_though_every_row_is_as_it_should_be(handler: CommandHandler) -> None:
    handler.say("alter table register.messages drop constraint messages_pkey")
    handler.say("insert into register.messages select * from register.messages where size_bytes = 9")

    with pytest.raises(Mismatch, match="stands more than once"):
        handler.rebuild()
    with handler.projecting.connect() as connection:
        check = verify_register(connection, MESSAGES)

    assert not check.ok
    assert "51 rows" in check.detail
