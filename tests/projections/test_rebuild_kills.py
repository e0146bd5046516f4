"""Killed at any moment, a rebuild or a follower goes on to exactly the rows of an undisturbed one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.postgres.embedded import EmbeddedServer
from tests.conftest import fresh_database
from tests.volume import part_or_whole

pytestmark = pytest.mark.kills
ROOT = Path(__file__).parents[2]
DEADLINE_SECONDS = 300


def assert_every_kill_leaves_the_same_rows(
    what: str, moments_min: int, postgres_server: EmbeddedServer, template_database: str
) -> None:
    """Kill it at some of its moments (at all of them in `make soak`); after no kill is anything wrong."""
    with fresh_database(postgres_server, template_database) as url:
        run = subprocess.run(
            [sys.executable, "-m", "tests.projections.killing", what, url],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=DEADLINE_SECONDS,
            check=False,
        )
    assert run.returncode == 0, run.stderr[-2_000:]
    report = json.loads(run.stdout)
    assert report["wrong"] == {}
    assert report["moments"] >= moments_min
    assert report["kills"] >= part_or_whole(moments_min // 5, moments_min)


@pytest.mark.parametrize(("what", "moments_min"), [("rebuild", 50), ("follow", 5)])
def test_a_rebuild_killed_at_any_moment_goes_on_to_the_same_rows(
    what: str, moments_min: int, postgres_server: EmbeddedServer, template_database: str
) -> None:
    assert_every_kill_leaves_the_same_rows(what, moments_min, postgres_server, template_database)


def test_killed_at_any_moment_no_rebuild_leaves_a_swap_without_its_attestation(
    postgres_server: EmbeddedServer, template_database: str
) -> None:
    assert_every_kill_leaves_the_same_rows("attested", 40, postgres_server, template_database)
