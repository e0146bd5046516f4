"""A ledger of a mailing and its register, for the tests of rebuilding."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, text

from projections.catalogue import register
from projections.engine.compile import Range, rows
from projections.engine.diff import differences
from projections.engine.follow import RegisterProgress, all_progress, establish, follow
from projections.engine.ledger_names import read_names
from projections.engine.position import head
from projections.rebuilding.rebuild import Rebuild
from projections.rebuilding.step import Choices, RebuildStep
from tests.projections.mailings import mailed

MESSAGES = register("messages")
LETTERS = 50


@dataclass
class PostLedger:
    """A ledger of a mailing, its owner and the one who projects."""

    owner: Engine
    projecting: Engine

    def mail(self, letters: int = 5) -> None:
        mailed(self.owner, letters)

    def follow(self) -> RegisterProgress:
        with self.projecting.connect() as connection:
            establish(connection, [MESSAGES])
            connection.commit()
            (progress,) = follow(connection, [MESSAGES])
            return progress

    def rebuild(self, choices: Choices | None = None) -> list[RebuildStep]:
        return list(Rebuild(self.projecting, MESSAGES, choices).steps())

    def say(self, statement: str) -> None:
        with self.owner.begin() as connection:
            connection.execute(text(statement))

    def ask(self, question: str) -> list[object]:
        with self.owner.connect() as connection:
            return list(connection.execute(text(question)).scalars())

    def progress(self) -> RegisterProgress:
        with self.projecting.connect() as connection:
            (found,) = (one for one in all_progress(connection) if one.name == MESSAGES.name)
            return found

    def is_as_the_ledger_says(self) -> bool:
        """Whether the live rows are those of one undisturbed build up to their position, row for row."""
        position = self.progress().position
        with self.projecting.connect() as connection:
            expected = rows(MESSAGES, read_names(connection), Range(0, position)).subquery("expected")
            return not list(differences(connection, MESSAGES, MESSAGES.table.alias("live"), expected, 1))

    def head(self) -> int:
        with self.owner.connect() as connection:
            return head(connection)
