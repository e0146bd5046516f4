"""Registers follow the ledger, stop where they must and nowhere else, and let a writer wait for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Column, Engine, MetaData, Table, Text, Uuid, select, text

from adapters.postgres.database import engine
from domain.identity.number import CvrAssigned
from domain.subject import PersonId
from projections.catalogue import register
from projections.declare import Register, last
from projections.engine.follow import FollowState, RegisterProgress, advance, all_progress, establish, follow
from projections.engine.position import head
from projections.persons import PERSONS
from tests.projections.histories import fact, pool, put, put_commands
from tests.projections.reference import fold, stored

ANNA, BO, _ = pool(PersonId)
COMPANIES = register("companies")
OURS = (PERSONS, COMPANIES)

born = fact("PersonRegistered", person=ANNA, resident=True)
died = fact("PersonDied", person=ANNA, died_on="2026-03-01")


def progress(found: list[RegisterProgress], of: Register) -> RegisterProgress:
    return next(one for one in found if one.name == of.name)


@pytest.fixture(autouse=True)
def caught_up(owner: Engine, projecting: Engine) -> Iterator[None]:
    """Every test begins with something recorded, and with every register at the head."""
    with owner.begin() as connection:
        put(connection, [fact("DeathCorrected", person=BO)])
    with projecting.connect() as connection:
        follow(connection, OURS)
        yield
        connection.rollback()
        assert {one.state for one in follow(connection, OURS)} == {FollowState.FOLLOWING}


def test_registers_come_to_the_head_in_batches_of_a_limited_size(owner: Engine, projecting: Engine) -> None:
    with owner.begin() as connection:
        put(connection, [fact("DeathCorrected", person=ANNA)] * 7)
        before = head(connection) - 7

    with projecting.connect() as connection:
        assert progress(advance(connection, OURS, limit=5), PERSONS) == RegisterProgress(
            "persons", before + 5, FollowState.FOLLOWING
        )
        assert progress(advance(connection, OURS, limit=5), PERSONS) == RegisterProgress(
            "persons", before + 7, FollowState.FOLLOWING
        )
        assert progress(follow(connection, OURS), COMPANIES).position == before + 7
        live = {(row["person"],): dict(row) for row in connection.execute(select(PERSONS.table)).mappings()}
        assert live == fold(PERSONS, stored(connection))


def test_a_batch_ends_where_a_command_ends(owner: Engine, projecting: Engine) -> None:
    name = fact("DeathCorrected", person=ANNA)
    with owner.begin() as connection:
        before = head(connection)
        put_commands(connection, [[name] * 3, [name] * 3, [name] * 8, [name]])

    with projecting.connect() as connection:
        reached = [progress(advance(connection, OURS, limit=5), PERSONS).position - before for _ in range(4)]

    assert reached == [3, 6, 14, 15]


def test_a_register_that_stops_shows_nothing_of_the_command_that_it_cannot_apply(
    owner: Engine, projecting: Engine
) -> None:
    wrong = fact("PersonDied", person=ANNA, died_on="2031-01-01")
    with owner.begin() as connection:
        put_commands(connection, [[born, born], [died, wrong, born], [born]])
        end = head(connection)
        connection.execute(text("alter table register.persons add constraint early check (died_on < '2031-01-01')"))

    with projecting.connect() as connection:
        stopped = progress(follow(connection, OURS), PERSONS)
        assert (stopped.position, stopped.state) == (end - 4, FollowState.STOPPED)
        assert stopped.error is not None
        assert (stopped.error.position, stopped.error.fact) == (end - 2, "PersonDied")
        live = {(row["person"],): dict(row) for row in connection.execute(select(PERSONS.table)).mappings()}
        assert live == fold(PERSONS, stored(connection)[: end - 4])
        connection.rollback()
        assert progress(follow(connection, OURS), PERSONS) == stopped

    with owner.begin() as connection:
        connection.execute(text("alter table register.persons drop constraint early"))
    with projecting.connect() as connection:
        assert progress(follow(connection, OURS), PERSONS) == RegisterProgress("persons", end, FollowState.FOLLOWING)


def test_a_register_stops_before_the_record_it_cannot_apply_and_goes_on_when_the_cause_is_gone(
    owner: Engine, projecting: Engine
) -> None:
    wrong = fact("EntriesMerged", person=ANNA, into=ANNA)
    with owner.begin() as connection:
        put(connection, [born, died, died, wrong, born, died])
        end = head(connection)
        connection.execute(text("alter table register.persons add constraint unborn check (merged_into is null)"))

    with projecting.connect() as connection:
        stopped = progress(follow(connection, OURS), PERSONS)
        assert stopped.state is FollowState.STOPPED
        assert stopped.position == end - 3
        assert stopped.error is not None
        assert (stopped.error.position, stopped.error.fact) == (end - 2, "EntriesMerged")
        assert "unborn" in stopped.error.cause
        assert progress(follow(connection, OURS), COMPANIES) == RegisterProgress(
            "companies", end, FollowState.FOLLOWING
        )
        known = connection.execute(text("select died_on from register.persons where died_on is not null")).all()
        assert len(known) == 1
        connection.rollback()
        assert progress(follow(connection, OURS), PERSONS) == stopped

    with owner.begin() as connection:
        connection.execute(text("alter table register.persons drop constraint unborn"))
    with projecting.connect() as connection:
        assert progress(follow(connection, OURS), PERSONS) == RegisterProgress("persons", end, FollowState.FOLLOWING)


def test_what_fails_in_passing_is_raised_and_stops_nothing(
    owner: Engine, projecting: Engine, database_url: str
) -> None:
    impatient = engine(database_url, "rigsbog_project")
    with owner.begin() as connection:
        put(connection, [died])
    with owner.begin() as holding:
        holding.execute(text("lock table register.persons in access exclusive mode"))
        with impatient.connect() as connection:
            connection.execute(text("set lock_timeout = 50"))
            connection.commit()
            with pytest.raises(Exception, match="lock timeout"):
                follow(connection, OURS)
    impatient.dispose()
    with projecting.connect() as connection:
        assert progress(follow(connection, OURS), PERSONS).state is FollowState.FOLLOWING


def test_a_register_that_is_declared_otherwise_is_stale_until_it_is_rebuilt(owner: Engine, projecting: Engine) -> None:
    table = Table(
        "companies", MetaData(schema="register"), Column("company", Uuid, primary_key=True), Column("number", Text)
    )
    otherwise = Register(table, key="company", answers="Which?", columns={"number": last(CvrAssigned, "index")})
    with owner.begin() as connection:
        put(connection, [died])
    with projecting.connect() as connection:
        before = progress(all_progress(connection), COMPANIES)
        connection.rollback()
        (stale,) = follow(connection, [otherwise])
        assert stale == replace(before, state=FollowState.STALE)


def test_establishing_again_keeps_what_is_there(projecting: Engine) -> None:
    with projecting.begin() as connection:
        before = all_progress(connection)
        establish(connection, OURS)
        assert all_progress(connection) == before
        assert progress(before, PERSONS).position > 0


def test_a_listener_gets_the_name_and_the_position(owner: Engine, projecting: Engine) -> None:
    with owner.begin() as connection:
        put(connection, [died])
        end = head(connection)
    with projecting.connect() as listening, projecting.connect() as connection:
        listening.execute(text("listen rigsbog_register"))
        listening.commit()
        follow(connection, OURS)
        driver = listening.connection.driver_connection
        assert driver is not None
        heard = {notice.payload for notice in driver.notifies(timeout=5, stop_after=2)}

    assert heard == {f"persons {end}", f"companies {end}"}


def test_readers_may_read_every_register_and_change_none(projecting: Engine, database_url: str) -> None:
    auditing = engine(database_url, "rigsbog_audit")
    with auditing.connect() as connection:
        assert connection.execute(select(PERSONS.table)).all() is not None
        assert connection.execute(text("select count(*) from register.subject_trail")).scalar_one() > 0
        with pytest.raises(Exception, match="permission denied"):
            connection.execute(text("delete from register.persons"))
    auditing.dispose()


@pytest.mark.parametrize(
    "damage", ["command = gen_random_uuid()", "last_position = 1000000", "first_position = 1000000"]
)
def test_a_damaged_row_of_a_command_moves_no_register_past_the_ledger(
    owner: Engine, projecting: Engine, damage: str
) -> None:
    name = fact("DeathCorrected", person=ANNA)
    with owner.begin() as connection:
        before = head(connection)
        put_commands(connection, [[name] * 8, [name]])
        begun = text("select * from ledger.command where first_position = :first")
        sound = dict(connection.execute(begun, {"first": before + 1}).mappings().one())
        connection.execute(text("alter table ledger.command disable trigger refuse_change"))
        damaged = text(f"update ledger.command set {damage} where command = :command returning command")
        command = connection.execute(damaged, sound).scalar_one()

    with projecting.connect() as connection:
        reached = [progress(advance(connection, OURS, limit=5), PERSONS).position - before for _ in range(2)]

    with owner.begin() as connection:
        repair = "command = :command, first_position = :first_position, last_position = :last_position"
        repaired = text(f"update ledger.command set {repair} where command = :damaged")
        connection.execute(repaired, {**sound, "damaged": command})
        connection.execute(text("alter table ledger.command enable always trigger refuse_change"))
    assert reached == [8, 9]
