"""Attacks on the audit itself: views before the tables, a stranger's functions, sizes without bound."""

from __future__ import annotations

import json

import pytest

from adapters.seal.audit import audit as audits
from adapters.seal.audit.audit import AuditRequest
from adapters.seal.formats.checkpoint import Checkpoint
from adapters.seal.formats.tiles import entries_in
from tests.adapters.seal.sealed_ledger import (
    ADOPTED_AT,
    LOG,
    OPEN,
    SEALED,
    WITNESS,
    WITNESSING,
    attacked,
    audited,
    broken,
    differing,
)


@pytest.mark.parametrize(
    ("attack", "named"),
    [
        ("alter table ledger.record enable row level security", "ledger.record hides rows from some of its readers"),
        (
            """alter table ledger.subject rename to own;
               create view ledger.subject as select * from ledger.own;
               grant select on ledger.subject to rigsbog_audit""",
            "ledger.subject is no plain table",
        ),
    ],
)
def test_everything_between_the_audit_and_the_tables_is_named(url: str, attack: str, named: str) -> None:
    with attacked(url) as connection:
        connection.execute(attack)

        assert differing(audited(connection), "tables") == (named,)


def test_a_strangers_function_does_not_hide_a_change(url: str) -> None:
    with attacked(url) as connection:
        connection.execute("update ledger.record set sealed = 'forged' where position = 12")
        ((entries,),) = connection.execute("select entries from seal.bundle where index = 0").fetchall()
        was = json.loads(entries_in(entries)[11])["sealed_sha256"]
        connection.execute("create schema evil; grant usage on schema evil to public")
        connection.execute(
            "create function evil.encode(bytea, text) returns text language sql as"
            f" $$ select case when $1 = sha256('forged') then '{was}' else pg_catalog.encode($1, $2) end $$"
        )
        connection.execute("set local search_path = evil, pg_catalog")
        ((hidden,),) = connection.execute("select encode(sha256('forged'::bytea), 'hex')").fetchall()

        assert hidden == was
        assert differing(audited(connection), "records") == ("position 12: the record was changed: sealed part",)


def test_a_checkpoint_of_more_records_than_there_can_be_ends_the_audit_all_the_same(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audits, "LOST_MAX", 1_000)
    with attacked(url) as connection:
        far = Checkpoint(LOG.key.name, 2**61, bytes(32))
        connection.execute(
            "insert into seal.checkpoint values (%s, %s, ledger.clock())", [far.size, str(far.signed(LOG))]
        )

        result = audited(connection)

        assert {"records", "unsealed"} <= set(broken(result))
        assert differing(result, "records")[0].startswith(f"position {SEALED + OPEN + 1}: the record is missing")


def test_a_key_that_was_adopted_for_another_log_is_named(url: str) -> None:
    with attacked(url) as connection:
        connection.execute("update seal.log set log = gen_random_uuid()")

        assert differing(audited(connection), "keys") == (f"position {ADOPTED_AT}: the fact is of another log",)


@pytest.mark.parametrize("at", ["infinity", "-infinity"])
def test_an_infinite_time_is_not_null(url: str, at: str) -> None:
    with attacked(url) as connection:
        position = connection.execute(
            "select min(position) from ledger.record where effective_from is null"
        ).fetchall()[0][0]
        connection.execute("update ledger.record set effective_from = %s where position = %s", [at, position])

        named = f"position {position}: the record was changed: effective_from"
        assert differing(audited(connection), "records") == (named,)


def test_a_kind_named_like_two_subjects_is_not_taken_for_them(url: str) -> None:
    with attacked(url) as connection:
        ((position, (first, second)),) = connection.execute(
            "select position, array_agg(name || ':' || subject order by (name || ':' || subject) collate \"C\")"
            " from ledger.subject join ledger.subject_kind using (kind) where position <= 560"
            " group by position having count(*) = 2 order by position limit 1"
        ).fetchall()
        kind, _, own = second.partition(":")
        connection.execute("insert into ledger.subject_kind values (900, %s)", [f"{first},{kind}"])
        connection.execute("delete from ledger.subject where position = %s and subject <> %s", [position, own])
        connection.execute("update ledger.subject set kind = 900 where position = %s", [position])

        named = f"position {position}: the record was changed: subjects"
        assert differing(audited(connection), "records") == (named,)


def test_a_history_without_any_cosignature_does_not_pass_for_a_witnessed_one(url: str) -> None:
    """A thief signs with the log's own key; only the witness's cosignature is missing."""
    with attacked(url) as connection:
        assert broken(audited(connection, AuditRequest((LOG.key,), (WITNESSING.key,)))) == []
        connection.execute("delete from seal.cosignature")

        result = audited(connection, AuditRequest((LOG.key,), (WITNESSING.key,)))

        assert differing(result, "cosignatures") == (
            f"{WITNESS}, which you named, has cosigned 0 of the {SEALED:,} published records",
        )
        assert broken(audited(connection, AuditRequest((LOG.key,)))) == []


def test_a_ledger_whose_whole_seal_was_wiped_does_not_pass_for_one_that_was_never_sealed(url: str) -> None:
    with attacked(url) as connection:
        for table in ("publication", "cosignature", "checkpoint", "tile", "bundle", "log"):
            connection.execute(f"delete from seal.{table}")
        connection.execute(f"update ledger.record set fact = 1, payload = '{{}}' where position = {ADOPTED_AT}")

        assert broken(audited(connection, AuditRequest((LOG.key,)))) == ["keys"]
        assert broken(audited(connection, AuditRequest((), (WITNESSING.key,)))) == ["keys"]
