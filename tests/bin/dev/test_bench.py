"""The bench at a small size: what it says has the promised form, and what it made is gone. Never a speed."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import psycopg
import pytest

from adapters.postgres.embedded import EmbeddedServer
from bin.dev.bench.command import Name
from bin.dev.bench.measure import Measure

pytestmark = pytest.mark.slow

FIELDS = {"name", "unit", "median", "runs", "against", "against_median", "ratio"}
RUNS = 2


def bench(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the tool on the server of the tests."""
    return subprocess.run(
        [sys.executable, "-m", "bin.rigsbog", "bench", *words],
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def databases(server: EmbeddedServer) -> set[str]:
    """What databases the server holds."""
    with psycopg.connect(server.url("postgres")) as connection:
        return {name for (name,) in connection.execute("select datname from pg_database")}


@pytest.fixture(scope="module")
def whole(postgres_server: EmbeddedServer) -> Mapping[str, Any]:
    """One small run of everything: its documents by name, and the databases before and after."""
    before = databases(postgres_server)
    ran = bench(postgres_server.url("postgres"), "--facts", "4000", "--runs", str(RUNS), "--json")
    assert ran.returncode == 0, ran.stderr
    return {"document": json.loads(ran.stdout), "said": ran.stderr, "left": databases(postgres_server) - before}


def test_every_promised_measure_is_there_once_and_in_order(whole: Mapping[str, Any]) -> None:
    assert list(whole["document"]) == ["measures"]
    assert [one["name"] for one in whole["document"]["measures"]] == [name.value for name in Name]


def test_every_measure_has_the_promised_fields_and_figures_that_can_be(whole: Mapping[str, Any]) -> None:
    for measure in whole["document"]["measures"]:
        assert set(measure) == FIELDS
        assert measure["unit"] in {"facts/s", "ms", "s"}
        assert measure["against"]
        assert len(measure["runs"]) == RUNS
        assert all(figure > 0 and math.isfinite(figure) for figure in measure["runs"])
        assert measure["against_median"] > 0
        assert measure["ratio"] == pytest.approx(measure["median"] / measure["against_median"])


def test_it_says_that_the_disk_is_waited_for(whole: Mapping[str, Any]) -> None:
    assert "fsync on" in whole["said"]
    assert "synchronous_commit on" in whole["said"]


def test_its_databases_are_dropped(whole: Mapping[str, Any]) -> None:
    assert whole["left"] == set()


def test_its_databases_are_dropped_when_it_is_ended_half_way(postgres_server: EmbeddedServer) -> None:
    before = databases(postgres_server)
    with subprocess.Popen(
        [sys.executable, "-m", "bin.rigsbog", "bench", "rebuild_floor", "--facts", "400000"],
        env={**os.environ, "DATABASE_URL": postgres_server.url("postgres")},
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stderr is not None
        writing = next(line for line in running.stderr if line.startswith("Writing the ledger"))
        running.terminate()
        running.stderr.read()
    assert "of 400,000" in writing
    assert running.returncode == 130
    assert databases(postgres_server) == before


def test_one_measure_alone_is_shown_as_a_table_with_the_command_to_repeat_it(postgres_server: EmbeddedServer) -> None:
    ran = bench(postgres_server.url("postgres"), "append_one", "--facts", "1000", "--runs", "1")
    assert "append_one" in ran.stdout
    assert "rigsbog bench append_one --facts 1000 --runs 1" in ran.stderr.replace("\n", " ")


def test_an_unknown_measure_is_refused_with_the_names_there_are(postgres_server: EmbeddedServer) -> None:
    ran = bench(postgres_server.url("postgres"), "append_two")
    assert ran.returncode == 2
    assert "append_one" in ran.stderr


@pytest.mark.parametrize(
    ("wanted", "target", "reached"), [("at least", 2, True), ("at least", 3, False), ("at most", 2, True)]
)
def test_a_target_is_reached_at_its_own_value(wanted: Any, target: float, reached: bool) -> None:
    measure = Measure("append_one", "facts/s", [90, 200, 1_000], "the peer", [100], target, wanted)
    assert measure.ratio == 2
    assert measure.reached is reached
