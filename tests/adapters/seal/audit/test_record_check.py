"""Records are compared with their tiles and the signed root: what differs is named, in the whole and for a few."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from adapters.postgres.database import connect
from adapters.seal.audit import parallel_check
from adapters.seal.audit.check_round import CheckRound, Step
from adapters.seal.audit.parallel_check import CheckEnded, record_check
from adapters.seal.audit.record_check import (
    RecordsDiffer,
    check_positions,
    check_tables,
    differing_in,
    extents,
    newest_checkpoint,
)
from adapters.seal.formats import canonical
from adapters.seal.formats.tree import leaf_hash
from adapters.seal.writer.frontier import SealMismatch
from tests.adapters.seal.sealed_ledger import OPEN, SEALED, attacked, forge_seal, guard, unguard
from tests.adapters.seal.sealing_scene import SECOND

FLIP_LEAF = "update seal.tile set hashes = set_byte(hashes, 32, get_byte(hashes, 32) # 1) where level = 0 and index = 0"
FLIP_ABOVE = "update seal.tile set hashes = set_byte(hashes, 32, get_byte(hashes, 32) # 1) where level = 1"
ATTACKS = {
    "a payload": ("update ledger.record set payload = payload || '{\"kind\": 1}' where position = 300", [(300, 300)]),
    "a header column": (
        "update ledger.record set legal_basis = 'another' where position in (7, 8, 300)",
        [(7, 8), (300, 300)],
    ),
    "a record that cannot be read": ("update ledger.record set fact = 9999 where position = 17", [(17, 17)]),
    "a record that is gone": ("delete from ledger.record where position between 250 and 260", [(250, 260)]),
    "a subject that is gone": ("delete from ledger.subject where position = 512", [(512, 512)]),
    "a leaf in a tile": (FLIP_LEAF, [(2, 2)]),
    "a tile that is gone": ("delete from seal.tile where level = 0 and index = 1", [(257, 512)]),
}


def differing(connection: psycopg.Connection[Any]) -> list[tuple[int, int]]:
    """What differs, of all sealed records."""
    checkpoint = newest_checkpoint(connection)
    assert checkpoint is not None
    return differing_in(connection, checkpoint, 0, checkpoint.size)


def seal_again(connection: psycopg.Connection[Any], position: int) -> None:
    """Let the leaf in the tile be that of the record as it is now, as a forger without the key could."""
    ((_, content),) = canonical.records(connection, position - 1, position)
    connection.execute(
        "update seal.tile set hashes = overlay(hashes placing %s from %s) where level = 0 and index = 0",
        [leaf_hash(content), (position - 1) * 32 + 1],
    )


@contextmanager
def other_actor(url: str, positions: Sequence[int]) -> Iterator[None]:
    """Other processes see another actor in these records, until the end of the with statement."""
    with psycopg.connect(url, autocommit=True) as connection:
        unguard(connection)
        chosen = [list(positions)]
        connection.execute("update ledger.record set actor = actor || 'x' where position = any (%s)", chosen)
        try:
            yield
        finally:
            connection.execute("update ledger.record set actor = rtrim(actor, 'x') where position = any (%s)", chosen)
            guard(connection)


def test_what_was_sealed_is_equal_in_the_whole_and_for_each_record(url: str) -> None:
    with attacked(url) as connection:
        assert differing(connection) == []
        check_positions(connection, range(1, SEALED + OPEN + 1))


@pytest.mark.parametrize("attack", ATTACKS)
def test_each_position_that_differs_is_named(url: str, attack: str) -> None:
    statement, places = ATTACKS[attack]
    with attacked(url) as connection:
        connection.execute(statement)

        assert differing(connection) == places
        first, last = places[-1]
        with pytest.raises(RecordsDiffer, match=rf"position.* {first}"):
            check_positions(connection, [first, last])


def test_other_records_are_still_what_was_sealed(url: str) -> None:
    with attacked(url) as connection:
        connection.execute(ATTACKS["a payload"][0])

        check_positions(connection, [1, 299, 301, SEALED])
        assert differing(connection) == [(300, 300)]


def test_a_record_whose_leaf_was_altered_with_it_does_not_lead_to_the_signed_root(url: str) -> None:
    with attacked(url) as connection:
        connection.execute("update ledger.record set actor = 'system:other' where position = 9")
        seal_again(connection, 9)

        assert differing(connection) == [(1, 256)]
        with pytest.raises(RecordsDiffer, match=r"at position 9$"):
            check_positions(connection, [9, 300])


def test_under_an_altered_hash_of_an_upper_tile_the_records_that_need_it_are_named(url: str) -> None:
    with attacked(url) as connection:
        connection.execute(FLIP_ABOVE)

        assert differing(connection) == [(1, 256), (513, SEALED)]
        with pytest.raises(RecordsDiffer, match=r"at position 9$"):
            check_positions(connection, [9])


def test_a_checkpoint_of_another_key_is_no_root(url: str) -> None:
    with attacked(url) as connection:
        forge_seal(connection, [SEALED], SECOND)

        with pytest.raises(SealMismatch, match="not this log's"):
            differing(connection)


def test_a_log_that_is_gone_though_a_fact_adopts_its_key_is_named(url: str) -> None:
    with attacked(url) as connection:
        connection.execute("delete from seal.log")

        with pytest.raises(SealMismatch, match="its log is gone"):
            newest_checkpoint(connection)


def test_a_view_in_place_of_a_table_is_named(url: str) -> None:
    with attacked(url) as connection:
        connection.execute("alter table ledger.record enable row level security")

        with pytest.raises(SealMismatch, match=r"ledger\.record hides rows"):
            check_tables(connection)


def test_positions_are_written_as_ranges() -> None:
    assert list(extents([])) == []
    assert list(extents([1, 2, 4, 7, 8, 9])) == [(1, 2), (4, 4), (7, 9)]
    assert str(RecordsDiffer([(4, 4)])) == "records and seal differ at position 4"
    assert str(RecordsDiffer([(1, 2), (4, 4)])) == "records and seal differ at positions 1 to 2, 4"


class TestInProcesses:
    """Compared in processes of its own."""

    def test_all_that_is_sealed_is_compared_and_what_was_sealed_meanwhile_at_the_next_look(self, url: str) -> None:
        counted: list[tuple[int, int]] = []
        with record_check(url, lambda done, total: counted.append((done, total))) as check:
            assert check.compared() == SEALED
            assert check.compared() == SEALED

        assert set(counted) == {(SEALED, SEALED)}

    def test_records_that_differ_are_named_at_each_look(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(parallel_check, "STRIDE", 256)
        with other_actor(url, [5, 500]), record_check(url, lambda *_: None) as check:
            for _ in range(2):
                with pytest.raises(RecordsDiffer, match=r"positions 5, 500$"):
                    check.compared()

    def test_who_waits_when_it_is_ended_is_not_kept_waiting(self, url: str) -> None:
        with record_check(url, lambda *_: None) as check:
            check.end()
            with pytest.raises(CheckEnded):
                check.compared()


class TestRound:
    """Compared in small steps."""

    def test_a_round_goes_on_where_it_was_and_begins_again_after_its_end(self, url: str) -> None:
        with connect(url, "rigsbog_seal", autocommit=True) as connection:
            first = CheckRound(connection)
            assert first.step(1) == Step(256, ended=False)
            second = CheckRound(connection)
            assert second.seconds_since_end() is None
            assert second.step(1) == Step(256, ended=False)
            assert second.step(1_000) == Step(SEALED - 512, ended=True)
            again = CheckRound(connection)
            assert (again.seconds_since_end() or 0) < 60
            assert again.step(1) == Step(256, ended=False)
