"""Callers that share a write share its outcome, and none of them waits without end."""

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


def test_callers_of_an_interrupted_shared_write_learn_that_its_outcome_is_unknown() -> None:
    writer, other = GroupCommit(Interrupted()), _Ticket(decision())
    writer._waiting.append(other)

    with pytest.raises(KeyboardInterrupt):
        writer.append(decision())

    assert isinstance(other.failure, Indeterminate)
    assert not writer._writing
