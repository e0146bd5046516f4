"""While a register is rebuilt and swapped, again and again, writers write, followers follow and readers read."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from adapters.postgres.database import engine
from adapters.postgres.embedded import EmbeddedServer
from projections.catalogue import register
from projections.engine.follow import all_progress, establish, follow
from projections.engine.position import head
from projections.engine.verify import verify_register
from projections.rebuilding.pace import Pace
from projections.rebuilding.rebuild import Rebuild
from projections.rebuilding.rollback import roll_back_swap
from projections.rebuilding.step import Choices, RebuildAction
from projections.rebuilding.swap import LOCK_MILLISECONDS
from tests.conftest import fresh_database
from tests.projections.mailings import mailed

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
MESSAGES = register("messages")
LETTERS = 5_000
REBUILDS = 6
BYSTANDERS = ("write", "follow", "read", "read", "look-back", "look-back")
MARGIN_SECONDS = 1.0
"""For the poll itself, on a machine where everything at once waits for two cores."""


@contextmanager
def bystanders(url: str) -> Iterator[list[dict[str, Any]]]:
    """Processes that work until the with statement ends; then the list holds what each of them saw."""
    seen: list[dict[str, Any]] = []
    command = [sys.executable, "-m", "tests.projections.bystanders"]
    started = [
        subprocess.Popen(
            [*command, role, url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for role in BYSTANDERS
    ]
    yield seen
    for process in started:
        said, error = process.communicate(timeout=30)
        assert process.returncode == 0, error[-2_000:]
        seen.append(json.loads(said))


def test_nothing_is_lost_and_no_reader_sees_half_a_register_or_waits(
    postgres_server: EmbeddedServer, template_database: str
) -> None:
    with fresh_database(postgres_server, template_database) as url:
        owner, projecting = engine(url), engine(url, "rigsbog_project")
        mailed(owner, LETTERS)
        with projecting.connect() as connection:
            establish(connection, [MESSAGES])
            connection.commit()
            follow(connection, [MESSAGES])
        with bystanders(url) as seen:
            taken = [
                step
                for _ in range(REBUILDS)
                for step in Rebuild(projecting, MESSAGES, Choices(Pace(range_facts_max=4_000))).steps()
            ]
        with projecting.connect() as connection:
            follow(connection, [MESSAGES])
            (progress,) = (one for one in all_progress(connection) if one.name == MESSAGES.name)
            newest, check = head(connection), verify_register(connection, MESSAGES)
        owner.dispose()
        projecting.dispose()

    assert [step.note for step in taken if step.did is RebuildAction.COMPARED] == ["equal"] * REBUILDS
    assert [step.did for step in taken].count(RebuildAction.SWAPPED) == REBUILDS
    writer, follower, *readers = seen
    assert newest == 2 * (LETTERS + writer["letters"]) == progress.position
    assert writer["letters"] > 0
    assert follower["moves"] > 0
    assert check.ok, check
    for reader in readers:
        assert reader["wrong"] == []
        assert reader["least"] >= LETTERS
        assert reader["polls"] > REBUILDS
        assert reader["wait_seconds"] < LOCK_MILLISECONDS / 1_000 + MARGIN_SECONDS


def test_readers_see_a_whole_register_during_a_rollback(
    postgres_server: EmbeddedServer, template_database: str
) -> None:
    with fresh_database(postgres_server, template_database) as url:
        owner, projecting = engine(url), engine(url, "rigsbog_project")
        mailed(owner, LETTERS)
        list(Rebuild(projecting, MESSAGES).steps())
        list(Rebuild(projecting, MESSAGES).steps())
        with bystanders(url) as seen:
            back = [step for _ in range(4) for step in roll_back_swap(projecting, MESSAGES)]
        with projecting.connect() as connection:
            follow(connection, [MESSAGES])
            check = verify_register(connection, MESSAGES)
        owner.dispose()
        projecting.dispose()

    assert [step.did for step in back].count(RebuildAction.ROLLED_BACK) == 4
    assert check.ok, check
    for reader in seen[2:]:
        assert reader["least"] >= LETTERS
        assert reader["wait_seconds"] < LOCK_MILLISECONDS / 1_000 + MARGIN_SECONDS
