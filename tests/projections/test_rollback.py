"""A rollback makes the table of before the last swap live again, when it is what the ledger says."""

from __future__ import annotations

import pytest

from projections.rebuilding.mismatch import Mismatch
from projections.rebuilding.recorder import RollingBack
from projections.rebuilding.rollback import roll_back_swap
from projections.rebuilding.step import RebuildAction
from projections.rebuilding.swap import NothingToRollBack
from tests.projections.post_ledger import LETTERS, MESSAGES, PostLedger
from tests.projections.test_rebuild import dids


def test_a_rollback_goes_on_from_the_previous_tables_position(post_ledger: PostLedger) -> None:
    old = post_ledger.ask("select 'register.messages'::regclass::oid")
    post_ledger.rebuild()
    post_ledger.mail(20)
    post_ledger.follow()

    steps = list(roll_back_swap(post_ledger.projecting, MESSAGES))

    assert [(step.did, step.position) for step in steps] == [
        (RebuildAction.COMPARED, 2 * LETTERS),
        (RebuildAction.ROLLED_BACK, 2 * LETTERS),
        (RebuildAction.FOLLOWED, 2 * LETTERS + 40),
    ]
    assert post_ledger.ask("select 'register.messages'::regclass::oid") == old
    assert post_ledger.is_as_the_ledger_says()
    _, again, *_ = roll_back_swap(post_ledger.projecting, MESSAGES)
    assert (again.did, again.position) == (RebuildAction.ROLLED_BACK, 2 * LETTERS + 40)
    assert post_ledger.ask("select 'register.messages'::regclass::oid") != old
    assert post_ledger.is_as_the_ledger_says()


TAMPERED = {
    "a cell": ("update register.messages__previous set size_bytes = 9999 where size_bytes = 3", "changed size_bytes"),
    "a row that is gone": ("delete from register.messages__previous where size_bytes = 3", "missing in the register"),
    "a row twice": (
        """alter table register.messages__previous drop constraint messages__previous_pkey;
           insert into register.messages__previous select * from register.messages__previous where size_bytes = 3""",
        "a row occurs more than once",
    ),
    "its position": ("update register.previous set position = position - 1", "changed"),
}


@pytest.mark.parametrize("tampered", TAMPERED)
def test_a_previous_table_that_differs_from_the_ledger_is_not_made_live(post_ledger: PostLedger, tampered: str) -> None:
    statement, named = TAMPERED[tampered]
    post_ledger.rebuild()
    live = post_ledger.ask("select 'register.messages'::regclass::oid")
    post_ledger.say(statement)
    acts: list[object] = []

    with pytest.raises(Mismatch, match=f"previous rows .* were not made live.*{named}"):
        list(roll_back_swap(post_ledger.projecting, MESSAGES, acts.append))

    assert post_ledger.ask("select 'register.messages'::regclass::oid") == live
    assert acts == []


def test_a_previous_table_that_differs_is_made_live_on_request_and_the_act_says_so(post_ledger: PostLedger) -> None:
    post_ledger.rebuild()
    post_ledger.say(TAMPERED["a cell"][0])
    acts: list[object] = []

    steps = list(roll_back_swap(post_ledger.projecting, MESSAGES, acts.append, despite_differences=True))

    assert acts == [RollingBack("messages", despite_differences=True)]
    assert dids(steps) == [RebuildAction.COMPARED, RebuildAction.ROLLED_BACK]
    assert steps[0].note.startswith("different: message=")
    assert post_ledger.ask("select count(*) from register.messages where size_bytes = 9999") == [1]


def test_there_is_no_rollback_before_the_first_swap(post_ledger: PostLedger) -> None:
    with pytest.raises(NothingToRollBack, match="messages"):
        list(roll_back_swap(post_ledger.projecting, MESSAGES))
