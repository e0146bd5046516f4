"""Nobody writes that reactions were executed that were not: not beyond the head, the clock, or what is held."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, get_args

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, IntegrityConstraintViolation

from adapters.postgres.connections import Database
from adapters.postgres.database import Role, connect
from bin.application.reactions.leader_lock import Progress, leader_lock
from migrations.advisory_locks import AdvisoryLock
from tests.adapters.ledger.ledger_scenes import decision, opened_ledger
from tests.adapters.ledger.test_ledger_append_only import MASTERS

HEAD = 6
OTHERS = [role for role in get_args(Role) if role not in {"rigsbog_owner", "rigsbog_react"}]


@pytest.fixture(scope="module")
def url(database_url: str) -> str:
    """A ledger of six records, whose reactions were executed."""
    with opened_ledger(database_url) as ledger:
        ledger.append_many([decision() for _ in range(HEAD)])
    with leading(database_url, "set role rigsbog_react") as connection:
        connection.execute("update reaction.progress set position = %s, due_until = ledger.clock()", [HEAD])
        connection.commit()
    return database_url


@contextmanager
def leading(url: str, *steps: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection that holds the leader lock, after these steps; what it changed is undone."""
    with connect(url) as connection:
        for step in steps:
            connection.execute(step)
        connection.execute("select pg_advisory_lock(%s)", [AdvisoryLock.REACTIONS])
        yield connection
        connection.rollback()


@pytest.mark.parametrize("role", OTHERS)
def test_only_the_leaders_role_may_write_how_far_reactions_ran(url: str, role: Role) -> None:
    with leading(url, f"set role {role}") as connection, pytest.raises(InsufficientPrivilege, match="permission"):
        connection.execute("update reaction.progress set position = 0")


@pytest.mark.parametrize("master", MASTERS)
def test_nobody_writes_it_without_the_leader_lock_which_a_running_leader_holds(url: str, master: str) -> None:
    with connect(url) as connection:
        for step in MASTERS[master]:
            connection.execute(step)
        with pytest.raises(InsufficientPrivilege):
            connection.execute("update reaction.progress set position = 0")


@pytest.mark.parametrize("master", ["rigsbog_owner", "superuser", "superuser as a replica"])
@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("due_until = '2100-01-01'", "what falls due after"),
        ("due_until = 'infinity'", "what falls due after"),
        ("due_until = ledger.clock() + interval '1 second'", "what falls due after"),
        (f"position = {HEAD + 1}", "beyond the head"),
    ],
)
def test_nobody_writes_that_reactions_of_the_future_were_executed(url: str, master: str, claim: str, said: str) -> None:
    with leading(url, *MASTERS[master]) as connection, pytest.raises(IntegrityConstraintViolation, match=said):
        connection.execute(f"update reaction.progress set {claim}")


@pytest.mark.parametrize("act", ["delete from reaction.progress", "truncate reaction.progress"])
@pytest.mark.parametrize("master", MASTERS)
def test_nobody_removes_how_far_reactions_ran(url: str, master: str, act: str) -> None:
    with leading(url, *MASTERS[master]) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(act)


@pytest.mark.parametrize("past", ["held_from = null", "held_from = 5", f"held_from = null, position = {HEAD}"])
def test_what_is_held_for_a_newer_version_is_not_passed_over(url: str, past: str) -> None:
    with leading(url, "set role rigsbog_react") as connection:
        connection.execute("update reaction.progress set held_from = 4")
        with pytest.raises(IntegrityConstraintViolation, match="from position 4 on are held"):
            connection.execute(f"update reaction.progress set {past}")


def test_the_leader_goes_back_to_what_is_held_in_one_step(url: str) -> None:
    database = Database(url)
    with leader_lock(database) as lock:
        assert lock is not None
        lock.hold(5)
        lock.hold(4)
        lock.resume()
        reached = lock.progress()
        assert (reached.position, reached.held_from) == (3, None)
        lock.note(Progress(HEAD, None))
        assert lock.progress() == Progress(HEAD, None)
    database.close()
