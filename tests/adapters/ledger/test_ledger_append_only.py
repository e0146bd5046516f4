"""Proves that nothing recorded can be changed by anyone, that no record can be forged, and what each role may do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import get_args

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, IntegrityConstraintViolation
from psycopg.pq import TransactionStatus

from adapters.postgres.database import Role, connect
from adapters.postgres.embedded import EmbeddedServer
from tests.adapters.ledger.ledger_scenes import decision, opened_ledger
from tests.conftest import fresh_database

TABLES = ("record", "subject", "command", "fact_name", "subject_kind", "simulated_clock")
ACTS = {
    "record": ("update ledger.record set actor = 'another'", "delete from ledger.record"),
    "subject": ("update ledger.subject set position = 7", "delete from ledger.subject"),
    "command": ("update ledger.command set digest = ''", "delete from ledger.command"),
    "fact_name": ("update ledger.fact_name set name = name || 'x'", "delete from ledger.fact_name"),
    "subject_kind": ("update ledger.subject_kind set name = name || 'x'", "delete from ledger.subject_kind"),
    "simulated_clock": (
        "update ledger.simulated_clock set now_is = now_is - interval '1 day'",
        "delete from ledger.simulated_clock",
    ),
}
MASTERS: dict[str, tuple[str, ...]] = {
    "rigsbog_append": ("set role rigsbog_append",),
    "rigsbog_owner": ("set role rigsbog_owner",),
    "superuser": (),
    "superuser as a replica": ("set local session_replication_role = replica",),
}
COPY_OF_HEAD = (
    "select {position}, {recorded_at}, effective_from, causation, gen_random_uuid(), correlation, subject, kind, fact,"
    " ordinal, authority, actor, legal_basis, case_id, payload, sealed"
    " from ledger.record order by position desc limit 1"
)
NEXT = "(select max(position) + 1 from ledger.record)"


@pytest.fixture(scope="module")
def url(postgres_server: EmbeddedServer, template_database: str) -> Iterator[str]:
    """A database with a simulated clock and three records."""
    with fresh_database(postgres_server, template_database) as made:
        with connect(made, autocommit=True) as connection:
            connection.execute("insert into ledger.simulated_clock (now_is) values ('2026-03-02 09:00+00')")
        with opened_ledger(made) as ledger:
            ledger.append_many([decision(), decision(facts=2)])
        yield made


@pytest.fixture(scope="module")
def real_url(database_url: str) -> str:
    """A database with the real clock and one record."""
    with opened_ledger(database_url) as ledger:
        ledger.append_many([decision()])
    return database_url


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("master", MASTERS)
def test_nobody_changes_removes_or_truncates_records_of_the_ledger(url: str, master: str, table: str) -> None:
    for act in (*ACTS[table], f"truncate ledger.{table}", f"truncate ledger.{table} cascade"):
        with connect(url) as connection:
            for step in MASTERS[master]:
                connection.execute(step)
            with pytest.raises(InsufficientPrivilege):
                connection.execute(act)


def test_an_upsert_or_a_merge_cannot_change_a_record_either(url: str) -> None:
    for act in (
        "insert into ledger.command select * from ledger.command on conflict (command) do update set digest = ''",
        "merge into ledger.record r using (values (1)) v(p) on r.position = v.p when matched then delete",
    ):
        with connect(url) as connection, pytest.raises(InsufficientPrivilege, match="append-only"):
            connection.execute(act)


@pytest.mark.parametrize("role", ["rigsbog_append", "rigsbog_owner"])
@pytest.mark.parametrize(
    ("position", "recorded_at"),
    [
        ("(select max(position) from ledger.record) + 2", "clock_timestamp()"),
        ("0", "clock_timestamp()"),
        ("-1", "clock_timestamp()"),
        (NEXT, "recorded_at"),
        (NEXT, "recorded_at - interval '1 second'"),
        (NEXT, "transaction_timestamp() - interval '1 microsecond'"),
        (NEXT, "clock_timestamp() + interval '1 second'"),
    ],
)
def test_a_forged_position_or_registration_time_is_refused(
    real_url: str, role: Role, position: str, recorded_at: str
) -> None:
    with connect(real_url) as connection:
        connection.execute("grant insert on ledger.record to rigsbog_owner")
        connection.execute(f"set local role {role}")
        with pytest.raises(
            IntegrityConstraintViolation, match=r"do not continue from the head|is not the ledger's clock"
        ):
            connection.execute(
                f"insert into ledger.record {COPY_OF_HEAD.format(position=position, recorded_at=recorded_at)}"
            )


def test_records_of_one_statement_have_one_time_and_no_hole(real_url: str) -> None:
    for step, drift in ((2, 0), (1, 1)):
        with connect(real_url, "rigsbog_append") as connection, pytest.raises(IntegrityConstraintViolation):
            connection.execute(
                f"insert into ledger.record select h.position + n * {step}, clock_timestamp() - n * {drift} * interval"
                " '1 us', h.effective_from, h.causation, h.command, h.correlation, h.subject, h.kind, h.fact,"
                " h.ordinal, h.authority, h.actor, h.legal_basis, h.case_id, h.payload, h.sealed"
                " from generate_series(1, 2) n, (select * from ledger.record order by position desc limit 1) h"
            )


@pytest.mark.parametrize(
    "forged",
    [
        "insert into ledger.subject values (gen_random_uuid(), 1, 1, 1)",
        "insert into ledger.subject values (gen_random_uuid(), 999999, 1, 1)",
        "insert into ledger.command values (gen_random_uuid(), '', 1, 1)",
        "insert into ledger.command values (gen_random_uuid(), '', 1, 999999)",
        "insert into ledger.command values (gen_random_uuid(), '', 999999, 999999)",
    ],
)
def test_a_subject_or_a_command_cannot_be_given_to_an_old_or_a_missing_record(real_url: str, forged: str) -> None:
    with (
        connect(real_url, "rigsbog_append") as connection,
        pytest.raises(IntegrityConstraintViolation, match="must be written with their own records"),
    ):
        connection.execute(forged)


def test_an_old_record_cannot_be_claimed_together_with_a_new_one(real_url: str) -> None:
    with connect(real_url, "rigsbog_append") as connection:
        connection.execute("select ledger.take_lock()")
        connection.execute(
            f"insert into ledger.record {COPY_OF_HEAD.format(position=NEXT, recorded_at='clock_timestamp()')}"
        )
        with pytest.raises(IntegrityConstraintViolation, match="must be written with their own records"):
            connection.execute("insert into ledger.subject select gen_random_uuid(), position, 1, 1 from ledger.record")


def test_when_the_clock_is_set_back_the_times_in_the_ledger_do_not_go_back(
    postgres_server: EmbeddedServer, template_database: str
) -> None:
    with fresh_database(postgres_server, template_database) as made:
        with connect(made) as connection:
            connection.execute(
                "create or replace function ledger.clock() returns timestamptz language sql volatile"
                " return clock_timestamp() + interval '1 hour'"
            )
        with opened_ledger(made) as ledger:
            ledger.append_many([decision()])
            with connect(made) as connection:
                connection.execute(
                    "create or replace function ledger.clock() returns timestamptz language sql volatile"
                    " return clock_timestamp()"
                )
            ledger.append_many([decision()])
            first, second = ledger.entries()
            assert first.recorded_at == second.recorded_at


READERS = set(get_args(Role)) - {"rigsbog_react"}
RIGHTS = {
    "select * from ledger.record": READERS,
    "select * from ledger.subject, ledger.command, ledger.fact_name": READERS,
    "select ledger.position_at(now())": READERS,
    "select ledger.take_lock()": {"rigsbog_owner", "rigsbog_append"},
    "select ledger.append('[]', '[]', '[]', '[]')": {"rigsbog_owner", "rigsbog_append"},
    "select ledger.append_one(command, digest, '[]', '[]', '[]', 0) from ledger.command": {
        "rigsbog_owner",
        "rigsbog_append",
    },
    "select * from vault.data_key": {"rigsbog_owner", "rigsbog_append"},
    "insert into vault.data_key values (gen_random_uuid(), 'h', 'r', '', '')": {"rigsbog_owner", "rigsbog_append"},
    "update vault.data_key set wrapped = ''": {"rigsbog_owner"},
    "delete from vault.data_key": {"rigsbog_owner"},
    "insert into vault.destroyed_key values (gen_random_uuid())": {"rigsbog_owner"},
    "delete from vault.index_key": {"rigsbog_owner"},
    "select * from seal.checkpoint, seal.tile, seal.publication": READERS,
    "insert into seal.tile values (7, 0, decode(repeat('00', 32), 'hex'))": {"rigsbog_owner", "rigsbog_seal"},
    "insert into seal.halt values (gen_random_uuid(), now(), 0, 'x')": {"rigsbog_owner", "rigsbog_seal"},
    "insert into seal.age_limit values (true, '4 hours')": {"rigsbog_owner"},
    "update seal.tile set level = 0": {"rigsbog_owner"},
    "delete from seal.age_limit": {"rigsbog_owner"},
    "insert into ledger.fact_name values (9999, 'x')": {"rigsbog_owner"},
    "select position from ledger.record": {*READERS, "rigsbog_react"},
    "select * from reaction.progress": {*READERS, "rigsbog_react"} - {"rigsbog_seal"},
    "select ledger.clock()": {*READERS, "rigsbog_react"},
    "create table ledger.mine (n int)": {"rigsbog_owner"},
    "create table vault.mine (n int)": {"rigsbog_owner"},
    "create table public.mine (n int)": set[str](),
    # An owner of tables can always do this, so `rigsbog verify` and the audit of the owner's logins must find it.
    "alter table ledger.record disable trigger refuse_change": {"rigsbog_owner"},
    "select * from pg_authid": set[str](),
    "set session_replication_role = replica": set[str](),
}


@pytest.mark.parametrize("role", get_args(Role))
@pytest.mark.parametrize("act", RIGHTS)
def test_each_role_can_do_what_its_work_needs_and_no_more(real_url: str, role: Role, act: str) -> None:
    with connect(real_url, role) as connection:
        if role in RIGHTS[act]:
            connection.execute(act)
            assert connection.info.transaction_status is TransactionStatus.INTRANS
        else:
            with pytest.raises(InsufficientPrivilege):
                connection.execute(act)
        connection.rollback()


@pytest.mark.parametrize("role", ["rigsbog_project", "rigsbog_audit"])
@pytest.mark.parametrize("table", ["record", "subject", "command", "simulated_clock"])
def test_who_builds_or_audits_cannot_write_the_ledger(real_url: str, role: Role, table: str) -> None:
    with connect(real_url, role) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(f"insert into ledger.{table} select * from ledger.{table}")


def test_a_simulated_clock_runs_forward_only_and_only_from_the_first_record(url: str, real_url: str) -> None:
    with connect(real_url) as connection, pytest.raises(InsufficientPrivilege, match="only an empty ledger"):
        connection.execute("insert into ledger.simulated_clock (now_is) values (now())")
    with connect(url, autocommit=True) as connection:
        connection.execute("update ledger.simulated_clock set now_is = '2026-03-02 10:00+00'")
        with pytest.raises(InsufficientPrivilege, match="cannot be set back"):
            connection.execute("update ledger.simulated_clock set now_is = '2026-03-02 09:59+00'")
        with pytest.raises(InsufficientPrivilege):
            connection.execute("insert into ledger.simulated_clock values (true, now()) on conflict do nothing")
    with opened_ledger(url) as ledger:
        assert ledger.now() == datetime(2026, 3, 2, 10, tzinfo=UTC)
        ledger.append_many([decision()])
        assert ledger.entries()[-1].recorded_at == datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_a_time_is_answered_by_the_last_position_at_or_before_it(
    postgres_server: EmbeddedServer, template_database: str
) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    with (
        fresh_database(postgres_server, template_database) as made,
        opened_ledger(made) as ledger,
        connect(made, autocommit=True) as connection,
    ):
        at = "select ledger.position_at(%s)"
        assert connection.execute(at, [start]).fetchone() == (0,)
        connection.execute("insert into ledger.simulated_clock (now_is) values (%s)", [start])
        for day in range(5):
            connection.execute("update ledger.simulated_clock set now_is = %s", [start + timedelta(days=day)])
            ledger.append_many([decision(facts=day + 1)])
        for seconds, position in ((-1, 0), (0, 1), (0.5, 1), (1, 3), (2, 6), (3.9, 10), (4, 15), (400, 15)):
            assert connection.execute(at, [start + timedelta(days=seconds)]).fetchone() == (position,)


def test_the_guards_name_what_they_refused(real_url: str) -> None:
    with connect(real_url) as connection, pytest.raises(psycopg.Error, match=r"DELETE of ledger\.record is refused"):
        connection.execute("delete from ledger.record")
