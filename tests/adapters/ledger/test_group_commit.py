"""Callers that share a write share its fate, and none of them waits for ever."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from adapters.ledger.entry import Appended, Decision, Indeterminate
from adapters.ledger.group_commit import GroupCommit, _Ticket
from tests.adapters.ledger.ledger_scenes import decision


class Interrupted:
    """A ledger whose writer is interrupted in the middle of its work."""

    def append_many(self, decisions: Sequence[Decision]) -> list[Appended]:
        raise KeyboardInterrupt


def test_whoever_shared_a_write_that_was_interrupted_is_told_that_nobody_knows_its_outcome() -> None:
    writer, other = GroupCommit(Interrupted()), _Ticket(decision())
    writer._waiting.append(other)

    with pytest.raises(KeyboardInterrupt):
        writer.append(decision())

    assert isinstance(other.failure, Indeterminate)
    assert not writer._writing
