"""A ledger whose seal is too old accepts no record until it is sealed, and never one that could not be sealed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from adapters.ledger.entry import Decision, FactTooLarge, SealTooOld
from adapters.ledger.ledger import BULK_DECISIONS_MIN
from adapters.postgres.database import connect
from adapters.seal.writer.lag import lag
from domain.operations.seal import SetSealAgeLimit
from domain.subject import LogId, PersonId
from tests.adapters.ledger.ledger_scenes import context, decision, entry
from tests.adapters.seal.sealing_scene import SealingScene

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MANY = BULK_DECISIONS_MIN + 1
BOTH_PATHS = pytest.mark.parametrize("decisions", [1, 2, MANY], ids=["one", "few", "copied"])


@pytest.fixture
def scene(scene: SealingScene) -> SealingScene:
    """A sealed ledger with its own clock, in which a record may be unsealed for four hours."""
    limit_age(scene)
    return scene


@pytest.fixture(scope="module")
def noon_scene(shared_scene: SealingScene) -> SealingScene:
    """The same for all tests in which no time passes."""
    limit_age(shared_scene)
    return shared_scene


def limit_age(scene: SealingScene) -> None:
    """Stop the clock at noon, allow four hours, and seal."""
    with connect(scene.url) as owner:
        owner.execute("insert into ledger.simulated_clock (now_is) values (%s)", [NOON])
        owner.execute("insert into seal.age_limit (max_age) values ('4 hours')")
    scene.seal()


def later(scene: SealingScene, **passed: int) -> None:
    """Let time pass."""
    with connect(scene.url) as owner:
        owner.execute("update ledger.simulated_clock set now_is = now_is + %s", [timedelta(**passed)])


@BOTH_PATHS
def test_past_the_limit_nothing_is_recorded_until_it_is_sealed(scene: SealingScene, decisions: int) -> None:
    head = scene.record(1)
    later(scene, hours=4)
    head = scene.record(decisions)
    later(scene, seconds=1)
    with pytest.raises(SealTooOld, match="start `rigsbog run`"):
        scene.record(decisions)
    assert scene.record(0) == head
    assert lag(scene.pool).too_old

    scene.seal()
    assert scene.record(decisions) == head + decisions
    assert not lag(scene.pool).too_old


def test_a_sealed_ledger_may_rest_as_long_as_it_likes(scene: SealingScene) -> None:
    later(scene, days=300)
    assert scene.record(1) == 2


def test_what_is_sealed_and_not_published_counts_as_unsealed(scene: SealingScene) -> None:
    scene.record(1)
    later(scene, hours=5)
    with connect(scene.url, "rigsbog_seal") as sealing:
        assert sealing.execute("select count(*) from seal.publication").fetchone() == (1,)
    assert lag(scene.pool).age == timedelta(hours=5)


def test_the_facts_of_the_seal_are_never_locked_out(scene: SealingScene) -> None:
    scene.record(1)
    later(scene, hours=5)
    log = scene.store.log()
    assert log is not None

    scene.handler.execute(SetSealAgeLimit(log=LogId(log.log), max_age_seconds=60), context())
    assert scene.record(0) == 3


def test_without_a_limit_the_seal_may_be_as_old_as_it_gets(scene: SealingScene) -> None:
    with connect(scene.url, "rigsbog_owner") as owner:
        owner.execute("delete from seal.age_limit")
    scene.record(1)
    later(scene, days=300)
    assert scene.record(1) == 3


@pytest.mark.parametrize("role", ["rigsbog_append", "rigsbog_project", "rigsbog_audit", "rigsbog_seal"])
def test_nobody_but_the_owner_moves_the_limit(noon_scene: SealingScene, role: Any) -> None:
    for act in ("delete from seal.age_limit", "update seal.age_limit set max_age = '1 year'"):
        with connect(noon_scene.url, role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(act)


def holding(payload: dict[str, Any], **named: Any) -> Decision:
    """A decision whose fact holds that."""
    entry = decision()
    (made,) = entry.entries
    fact = replace(made, payload={**made.payload, **payload}, context=replace(made.context, **named))
    return replace(entry, entries=(fact,))


def crowded(subjects: int) -> Decision:
    """A decision whose fact concerns so many."""
    large = decision()
    (made,) = large.entries
    people = tuple(PersonId(uuid4()) for _ in range(subjects))
    return replace(large, entries=(replace(entry(made.subject, to=made.context), subjects=people),))  # type: ignore[arg-type]  # a message


UNSEALABLE = {
    "a long payload": lambda: holding({"note": "x" * 25_000}),
    "a payload of control characters": lambda: holding({"note": "\x01" * 10_000}),
    "a long header": lambda: holding({}, legal_basis="§" * 600),
    "a crowd": lambda: crowded(501),
    "a number beyond 2^53": lambda: holding({"number": 2**53}),
    "a number below -2^53": lambda: holding({"number": -(2**53)}),
    "a number deep inside": lambda: holding({"deep": [{"inside": [1, 10**30]}]}),
    "a fraction": lambda: holding({"number": 0.5}),
}


@BOTH_PATHS
@pytest.mark.parametrize("name", UNSEALABLE)
def test_what_could_not_be_sealed_is_not_recorded(noon_scene: SealingScene, name: str, decisions: int) -> None:
    head = noon_scene.record(0)
    made = [*(decision() for _ in range(decisions - 1)), UNSEALABLE[name]()]
    with pytest.raises(FactTooLarge, match="too long to be sealed, or holds a number beyond"):
        noon_scene.handler.ledger.append_many(made)
    assert noon_scene.record(0) == head


SEALABLE = {
    "a long payload": lambda: holding({"note": "ø" * 12_400}),
    "a payload of control characters": lambda: holding({"note": "\x01" * 4_100}),
    "a header of control characters": lambda: holding({}, legal_basis="\x01" * 900),
    "a crowd": lambda: crowded(500),
    "a great number": lambda: holding({"number": 2**53 - 1, "below": -(2**53) + 1, "none": 0}),
}


@BOTH_PATHS
@pytest.mark.parametrize("name", SEALABLE)
def test_what_is_just_within_the_bounds_is_recorded_and_sealed(
    noon_scene: SealingScene, name: str, decisions: int
) -> None:
    head = noon_scene.record(0)
    noon_scene.handler.ledger.append_many([SEALABLE[name]() for _ in range(decisions)])
    assert noon_scene.seal() == head + decisions


def test_everything_at_its_longest_at_once_can_be_sealed(scene: SealingScene) -> None:
    longest = holding({"note": "\x01" * 4_100}, legal_basis="\x01" * 900)
    (made,) = longest.entries
    people = tuple(PersonId(uuid4()) for _ in range(500))
    scene.handler.ledger.append_many([replace(longest, entries=(replace(made, subjects=people),))])
    assert scene.seal() == 2
    (content,) = scene.store.entries(1, 1)
    assert 50_000 < len(content) <= 65_535


@contextmanager
def raw(scene: SealingScene) -> Iterator[psycopg.Connection[Any]]:
    """A writer that bypasses the command handler."""
    with connect(scene.url, "rigsbog_append") as connection:
        connection.execute("select ledger.take_lock()")
        yield connection


@pytest.mark.parametrize("payload", ["repeat('x', 30000)", "1e400", "1.5"])
def test_no_insert_stores_a_record_that_could_not_be_sealed(scene: SealingScene, payload: str) -> None:
    with raw(scene) as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute(
            "insert into ledger.record select position + 1, ledger.clock(), effective_from, causation, command,"
            " correlation, subject, kind, fact, ordinal, authority, actor, legal_basis, case_id,"
            f" jsonb_build_object('x', {payload}), sealed from ledger.record order by position desc limit 1"
        )


def test_nothing_enters_squeezed_or_nested_so_that_it_could_not_be_sealed(scene: SealingScene) -> None:
    """What a table holds compressed is short there and long when it is sealed; what nests deep cannot be read again."""
    copied = (
        "insert into ledger.record select position + 1, ledger.clock(), effective_from, causation, command,"
        " correlation, subject, kind, fact, ordinal, authority, actor, legal_basis, case_id,"
        " (select payload from aside), sealed from ledger.record order by position desc limit 1"
    )
    for payload in ("jsonb_build_object('x', repeat('x', 300000))", "(repeat('[', 1100) || repeat(']', 1100))::jsonb"):
        with raw(scene) as connection:
            connection.execute("create temp table aside (payload jsonb)")
            connection.execute(f"insert into aside select {payload}")
            with pytest.raises(psycopg.errors.CheckViolation):
                connection.execute(copied)
    assert scene.seal() == 1
