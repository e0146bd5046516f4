"""A tree of three levels: a change in the highest tile is found, and the memory of the audit does not grow."""

from __future__ import annotations

import tracemalloc
from typing import Any

import psycopg
import pytest

from adapters.seal.audit import audit as audits
from adapters.seal.formats.tiles import WIDTH
from tests.adapters.seal.sealed_ledger import attacked, audited, broken, differing, forge_seal, guard, unguard

pytestmark = pytest.mark.slow
RECORDS = WIDTH**2 + 300
FILLED = """
with filled as (
    insert into ledger.record (position, recorded_at, command, correlation, subject, kind, fact, ordinal, authority,
                               actor, legal_basis, payload)
    select n, '2026-01-01Z'::timestamptz + n * interval '1 second', gen_random_uuid(), gen_random_uuid(),
           gen_random_uuid(), (select kind from ledger.subject_kind where name = 'message'),
           (select fact from ledger.fact_name where name = 'MessageOpened'), 0, '34051178', 'system:test',
           'a paragraph', '{}'
      from generate_series(1, %s) n
    returning position, subject, kind, fact, command
)
insert into ledger.subject (subject, position, kind, fact) select subject, position, kind, fact from filled
"""


@pytest.fixture(scope="module")
def url(database_url: str) -> str:
    with psycopg.connect(database_url) as connection:
        unguard(connection)
        connection.execute(FILLED, [RECORDS])
        forge_seal(connection, (1_000, 20_000, 40_000, 60_000, RECORDS))
        guard(connection)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("analyze ledger.record, ledger.subject")
    return database_url


def changed(connection: psycopg.Connection[Any], level: int, index: int, hash_number: int) -> None:
    """Flip a bit of one hash of a tile."""
    connection.execute(
        "update seal.tile set hashes = set_bit(hashes, %(bit)s, 1 - get_bit(hashes, %(bit)s))"
        " where level = %(level)s and index = %(index)s",
        {"level": level, "index": index, "bit": hash_number * 256},
    )


@pytest.mark.parametrize(
    ("level", "index", "hash_number", "named"),
    [
        (2, 0, 0, "tile 2/0: the hash over positions 1 to 65,536"),
        (1, 0, 200, "tile 1/0: the hash over positions 51,201 to 51,456"),
        (1, 1, 0, "tile 1/1: the hash over positions 65,537 to 65,792"),
    ],
)
def test_a_changed_tile_of_a_higher_level_is_named_with_the_positions_under_it(
    url: str, level: int, index: int, hash_number: int, named: str
) -> None:
    with attacked(url) as connection:
        changed(connection, level, index, hash_number)

        result = audited(connection)

        assert broken(result) == ["tiles"]
        assert differing(result, "tiles") == (named,)


def test_the_audit_of_many_records_needs_no_more_memory_than_that_of_few(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[int, int]] = []
    monkeypatch.setattr(audits, "STRIDE", 8 * WIDTH)
    with attacked(url) as connection:
        tracemalloc.start()
        try:
            audits.audit(
                connection,
                audits.AuditRequest(),
                lambda done, _: heard.append((done, tracemalloc.get_traced_memory()[0])),
            )
        finally:
            tracemalloc.stop()

    assert [done for done, _ in heard][-1] == RECORDS
    assert max(held for _, held in heard[4:]) < 2 * max(held for _, held in heard[:4])
