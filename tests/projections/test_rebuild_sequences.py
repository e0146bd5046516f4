"""After any acts in any order, the live rows are those of the ledger, and in the end all of them."""

from __future__ import annotations

import contextlib
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from adapters.postgres.database import engine
from adapters.postgres.embedded import EmbeddedServer
from projections.catalogue import register
from projections.engine.follow import advance, all_progress, establish, follow
from projections.engine.verify import verify_register
from projections.rebuilding.pace import Pace
from projections.rebuilding.rebuild import Rebuild
from projections.rebuilding.rollback import abort_rebuild, roll_back_swap
from projections.rebuilding.step import Choices, RebuildStep
from projections.rebuilding.swap import NothingToRollBack
from tests.conftest import fresh_database
from tests.projections.mailings import mailed

pytestmark = pytest.mark.slow

MESSAGES = register("messages")
EXAMPLES = 15
RANGE_FACTS = 12
FOLLOWED_FACTS = 7
ACTS = ("append", "follow", "step", "step", "step", "finish", "kill", "roll back", "postpone", "abort")


class Scene:
    """One register, and at most one rebuild of it under way."""

    def __init__(self, owner: Engine, projecting: Engine) -> None:
        self.owner = owner
        self.projecting = projecting
        self.under_way: Generator[RebuildStep] | None = None

    def act(self, what: str) -> None:
        match what:
            case "append":
                mailed(self.owner, 4)
            case "follow":
                with self.projecting.connect() as connection:
                    advance(connection, [MESSAGES], limit=FOLLOWED_FACTS)
            case "step":
                self.under_way = self.under_way or self.rebuild()
                if next(self.under_way, None) is None:
                    self.under_way = None
            case "finish":
                list(self.under_way or self.rebuild())
                self.under_way = None
            case _:
                self.kill()
        match what:
            case "roll back":
                with contextlib.suppress(NothingToRollBack):
                    list(roll_back_swap(self.projecting, MESSAGES))
            case "postpone":
                list(self.rebuild(postpone=True))
            case "abort":
                abort_rebuild(self.projecting, MESSAGES)
            case _:
                pass

    def rebuild(self, *, postpone: bool = False) -> Generator[RebuildStep]:
        pace = Pace(range_facts_max=RANGE_FACTS)
        return Rebuild(self.projecting, MESSAGES, Choices(pace, postpone_swap=postpone)).steps()

    def kill(self) -> None:
        if self.under_way is not None:
            self.under_way.close()
        self.under_way = None

    def is_as_the_ledger_says(self) -> bool:
        with self.projecting.connect() as connection:
            return verify_register(connection, MESSAGES).ok


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(st.sampled_from(ACTS), max_size=14))
def test_the_live_rows_are_what_the_ledger_says_after_every_act(
    postgres_server: EmbeddedServer, template_database: str, *, acts: list[str]
) -> None:
    with fresh_database(postgres_server, template_database) as url:
        scene = Scene(engine(url), engine(url, "rigsbog_project"))
        mailed(scene.owner, 10)
        with scene.projecting.begin() as connection:
            establish(connection, [MESSAGES])
        for what in acts:
            scene.act(what)
            assert scene.is_as_the_ledger_says(), what
        scene.kill()
        with scene.projecting.connect() as connection:
            follow(connection, [MESSAGES])
            (progress,) = (one for one in all_progress(connection) if one.name == MESSAGES.name)
        letters = 10 + 4 * acts.count("append")
        assert progress.position == 2 * letters
        assert scene.is_as_the_ledger_says()
        scene.owner.dispose()
        scene.projecting.dispose()
