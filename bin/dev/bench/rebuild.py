"""Measures a rebuild against its floor and the library's, and an as-of question about one message."""

from __future__ import annotations

import random
from statistics import median
from uuid import UUID

import sqlalchemy
from psycopg import Connection as Driver
from sqlalchemy import text

from bin.application.operations.rebuilds import rebuild_registers
from bin.application.operations.sealing import seal_now
from bin.application.questions.as_of import as_of
from bin.dev.bench import library
from bin.dev.bench.measure import Measure, alternate, progress, seconds, shown
from bin.dev.bench.server import BenchApplication, BenchServer
from domain.subject import MessageId
from projections.declare import SCHEMA
from projections.engine.build import set_bulk_limits
from projections.messages import MESSAGES
from projections.rebuilding.rebuild import Rebuild
from projections.rebuilding.shadow import drop, shadow
from projections.rebuilding.step import Choices, RebuildAction

LIBRARY_EVENTS_MAX = 3_000
"""Enough for its rate, which does not depend on how many there are."""
ASKED = 200
"""Messages asked for in one run."""
LIMIT_MILLISECONDS = 10.0
CHECKED_FACTS_PER_SECOND_WANTED = 40_000.0
GROUPED = text(
    "select count(*) from (select subject, min(position), max(position), min(recorded_at), max(recorded_at),"
    " min(fact), max(fact), count(*) from ledger.record group by subject) grouped"
)


def rebuild_floor(server: BenchServer) -> Measure:
    """Seconds from nothing to the finished message register, before it is compared and swapped."""
    bench = server.large
    rebuilt(bench)
    label = f"rebuild_floor at {bench.ledger.head():,} facts, s"
    figures, peer_figures = alternate(label, server.runs, lambda: rebuilt(bench), lambda: floor(bench))
    against = "headers grouped by subject, and the finished register copied out and in, with its key"
    return Measure("rebuild_floor", "s", figures, against, peer_figures, 1.2, "at most")


def rebuild_library(server: BenchServer) -> Measure:
    """Facts/s of the same rebuild, against the library's projection of a few thousand events, one a transaction."""
    bench, url = server.large, server.database()
    events = library.write_letters(url, min(LIBRARY_EVENTS_MAX, server.facts))
    head = bench.ledger.head()
    figures, peer_figures = alternate(
        "rebuild_library, facts/s",
        server.runs,
        lambda: head / rebuilt(bench),
        lambda: library.run_projection(url, events),
    )
    against = f"eventsourcing ProjectionRunner, over {events:,} events"
    return Measure("rebuild_library", "facts/s", figures, against, peer_figures, 300, "at least")


def rebuild_checked(server: BenchServer) -> Measure:
    """Facts/s of `rigsbog rebuild messages` until it is attested, with every sealed record compared with the seal."""
    bench = server.large
    for step in Rebuild(bench.database.project, MESSAGES).steps():
        assert step.did is not RebuildAction.WAITED, "nobody reads the bench's own database"
    seal_now(bench)
    label = f"rebuild_checked at {bench.ledger.head():,} facts, facts/s"
    (figures,) = alternate(label, server.runs, lambda: bench.ledger.head() / attested(bench))
    against = "the rate that is wanted, with every sealed record compared with the seal"
    return Measure("rebuild_checked", "facts/s", figures, against, [CHECKED_FACTS_PER_SECOND_WANTED], 1, "at least")


def as_of_one(server: BenchServer) -> Measure:
    """The median of many messages, in ms, each as it stood in the middle of the ledger and compared with the seal."""
    bench = server.large
    seal_now(bench)
    middle = max(1, bench.ledger.head() // 2)
    chance = random.Random(1)  # noqa: S311 - a choice of messages, no secret

    def ours() -> float:
        with bench.database.audit.connect() as connection:
            known = text("select subject from ledger.record where position = any (:positions)")
            positions = [chance.randint(1, middle) for _ in range(ASKED)]
            messages = connection.execute(known, {"positions": positions}).scalars().all()
        return median(1_000 * _asked(bench, message, middle) for message in messages)

    (figures,) = alternate(f"as_of_one at position {middle:,}, ms", server.runs, ours)
    against = f"the limit, in a ledger of {bench.ledger.head():,} facts"
    return Measure("as_of_one", "ms", figures, against, [LIMIT_MILLISECONDS], 1, "at most")


def rebuilt(bench: BenchApplication) -> float:
    """Seconds of a rebuild by the engine itself, from nothing until the shadow has its rows, key and statistics."""
    _abort(bench)

    def until_indexed() -> None:
        steps = Rebuild(bench.database.project, MESSAGES, Choices(postpone_swap=True)).steps()
        assert any(step.did is RebuildAction.INDEXED for step in steps), "a rebuild indexes what it has loaded"
        steps.close()

    return seconds(until_indexed)


def attested(bench: BenchApplication) -> float:
    """Seconds of a rebuild from nothing until it is attested; the swap is postponed."""
    _abort(bench)

    def until_attested() -> None:
        choices = Choices(postpone_swap=True)
        rebuilt = rebuild_registers(bench, [MESSAGES], choices, lambda _: None, lambda *_: None)
        assert rebuilt.results[0].attested is not None, "the two tables are equal"
        assert rebuilt.sealed is not None, "the ledger is sealed"

    return seconds(until_attested)


def _abort(bench: BenchApplication) -> None:
    with bench.database.project.begin() as connection:
        drop(connection, MESSAGES)
        connection.execute(text("delete from register.rebuild"))


def floor(bench: BenchApplication) -> float:
    """Seconds of what no rebuild can do without, with the same limits; the last rebuild's shadow is what is copied."""
    source = f"{SCHEMA}.{shadow(MESSAGES).name}"
    with bench.database.project.connect() as reading, bench.database.project.connect() as writing:
        for connection in (reading, writing):
            set_bulk_limits(connection)
        group = seconds(lambda: reading.execute(GROUPED).scalar_one())
        writing.execute(text(f"create table {SCHEMA}.bench_floor (like {source})"))
        copy = seconds(lambda: _copied(_driver(reading), _driver(writing), source))
        keyed = text(f"alter table {SCHEMA}.bench_floor add primary key (message)")
        key = seconds(lambda: writing.execute(keyed)) + seconds(writing.commit)
        writing.execute(text(f"drop table {SCHEMA}.bench_floor"))
        writing.commit()
    progress(f"rebuild_floor: grouping {shown(group)} s, copying {shown(copy)} s, key {shown(key)} s")
    return group + copy + key


def _copied(reading: Driver[tuple[object, ...]], writing: Driver[tuple[object, ...]], source: str) -> None:
    """Copy the register out of one connection and into another, in the form that costs least."""
    with (
        reading.cursor().copy(f"copy {source} to stdout (format binary)") as out,
        writing.cursor().copy(f"copy {SCHEMA}.bench_floor from stdin (format binary)") as into,
    ):
        for block in out:
            into.write(block)


def _asked(bench: BenchApplication, message: UUID, position: int) -> float:
    def ask() -> None:
        rows = as_of(bench, MESSAGES, MessageId(message), position).rows
        assert len(rows) == 1, "a message that had a fact by then had a row"

    return seconds(ask)


def _driver(connection: sqlalchemy.Connection) -> Driver[tuple[object, ...]]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, Driver), "the engine is made for psycopg"
    return driver
