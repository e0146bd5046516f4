"""Where the live table differs from the ledger, the causing facts are named, and never a value."""

from __future__ import annotations

import pytest

from projections.engine.verify import verify_register
from projections.rebuilding.mismatch import Mismatch
from tests.projections.post_ledger import MESSAGES, PostLedger


def test_a_row_that_is_missing_or_invented_is_explained_by_the_fact_that_made_it_or_by_none(
    post_ledger: PostLedger,
) -> None:
    first, second, *_ = post_ledger.ask("select message from register.messages order by message")
    invented = "00000000-0000-4000-8000-00000000dead"
    post_ledger.say(f"delete from register.messages where message = '{first}'")
    post_ledger.say(f"update register.messages set message = '{invented}' where message = '{second}'")

    with pytest.raises(Mismatch) as refused:
        post_ledger.rebuild()

    explained_by = {
        one.key["message"]: (one.column, one.fact, one.actor, one.legal_basis) for one in refused.value.explained
    }
    made = (None, "MessageSubmitted", "system:test", "a paragraph")
    assert explained_by == {str(first): made, str(second): made, invented: (None, None, None, None)}
    assert f"message={invented}: not in the ledger (in the ledger no fact)" in str(refused.value)


def test_each_changed_column_is_explained_by_its_fact_and_without_its_value(post_ledger: PostLedger) -> None:
    post_ledger.say("update register.messages set memo_version = 'secret', available_at = null where size_bytes = 9")

    with pytest.raises(Mismatch) as refused:
        post_ledger.rebuild()

    explained_by = {one.column: (one.fact, one.position) for one in refused.value.explained}
    assert explained_by == {"memo_version": ("MessageSubmitted", 17), "available_at": ("MessageMadeAvailable", 18)}
    assert "secret" not in str(refused.value)


def test_a_duplicate_row_is_found_even_if_every_row_is_correct(post_ledger: PostLedger) -> None:
    post_ledger.say("alter table register.messages drop constraint messages_pkey")
    post_ledger.say("insert into register.messages select * from register.messages where size_bytes = 9")

    with pytest.raises(Mismatch, match="occurs more than once"):
        post_ledger.rebuild()
    with post_ledger.projecting.connect() as connection:
        check = verify_register(connection, MESSAGES)

    assert not check.ok
    assert "51 rows" in check.detail
