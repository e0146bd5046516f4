"""`rigsbog bench`: how fast Rigsbog is; each figure is compared with a limit or a peer measured in the same run."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated

import typer

from adapters.postgres.database import open_source, resolve
from adapters.settings import load_settings
from bin.cli import output
from bin.cli.options import Json
from bin.dev.bench import append, follow, rebuild, seal
from bin.dev.bench.measure import Measure, drop_databases_on_sigterm
from bin.dev.bench.server import BenchServer

FACTS = 1_000_000
FACTS_MIN = 1_000
RUNS = 3
RUNS_MAX = 100


class Name(StrEnum):
    APPEND_ONE = "append_one"
    APPEND_EIGHT = "append_eight"
    APPEND_BATCH = "append_batch"
    APPEND_CHECKED = "append_checked"
    FOLLOW_P99 = "follow_p99"
    REBUILD_FLOOR = "rebuild_floor"
    REBUILD_LIBRARY = "rebuild_library"
    REBUILD_CHECKED = "rebuild_checked"
    AS_OF_ONE = "as_of_one"
    SEAL_RATE = "seal_rate"
    SEAL_AGE = "seal_age"
    PROVE_ONE = "prove_one"


def measured(
    server_url: str, names: Sequence[Name], *, facts: int = FACTS, runs: int = RUNS
) -> tuple[list[Measure], Mapping[str, str]]:
    """The measures of those names, on databases of the server that are made for it; and the server's settings."""
    measures = {
        Name.APPEND_ONE: append.append_one,
        Name.APPEND_EIGHT: append.append_eight,
        Name.APPEND_BATCH: append.append_batch,
        Name.APPEND_CHECKED: append.append_checked,
        Name.FOLLOW_P99: follow.follow_p99,
        Name.REBUILD_FLOOR: rebuild.rebuild_floor,
        Name.REBUILD_LIBRARY: rebuild.rebuild_library,
        Name.REBUILD_CHECKED: rebuild.rebuild_checked,
        Name.AS_OF_ONE: rebuild.as_of_one,
        Name.SEAL_RATE: seal.seal_rate,
        Name.SEAL_AGE: seal.seal_age,
        Name.PROVE_ONE: seal.prove_one,
    }
    with BenchServer(server_url, facts, runs) as server:
        settings = server.settings()
        output.print_notice(
            f"The server as it is, for nothing is tuned: {', '.join(f'{k} {v}' for k, v in settings.items())}"
        )
        return [measures[name](server) for name in names], settings


def bench(
    names: Annotated[list[Name] | None, typer.Argument(metavar="[NAME]...", help="What to measure; else all.")] = None,
    *,
    facts: Annotated[int, typer.Option(min=FACTS_MIN, help="Facts of the ledger that is rebuilt.")] = FACTS,
    runs: Annotated[int, typer.Option(min=1, max=RUNS_MAX, help="Runs of each; one more warms up.")] = RUNS,
    json: Json = False,
) -> None:
    """fsync and synchronous_commit stay on, and nothing is set that a user's server does not have. Takes some
    minutes at the full size. The exit code says nothing about speed.
    """
    chosen = list(dict.fromkeys(names or Name))
    drop_databases_on_sigterm()
    with open_source(resolve(load_settings())) as url:
        measures, settings = measured(url, chosen, facts=facts, runs=runs)
    if json:
        output.print_json({"measures": [measure.document() for measure in measures]})
        return
    output.print_table("Measured, the median of each", [measure.row() for measure in measures])
    call = ["rigsbog", "bench", *chosen, "--facts", str(facts), "--runs", str(runs)]
    output.print_notice(
        f"PostgreSQL {settings['server_version']}, {os.cpu_count()} processors, fsync {settings['fsync']},"
    )
    output.print_notice(f"synchronous_commit {settings['synchronous_commit']}. Again: {shlex.join(call)}")
