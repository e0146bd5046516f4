"""One flipped bit anywhere that a superuser can reach is found by the audit, which names its place."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.adapters.seal.audit.flips import flip, types
from tests.adapters.seal.sealed_ledger import (
    ADOPTED_AT,
    SEALED,
    SIZES,
    attacked,
    audited,
    broken,
    checking,
    differing,
)
from tests.volume import part_or_whole

NAMED_AS = {
    "position": "the record is missing",
    "kind": "subject",
    "sealed": "sealed part",
    "payload": "payload",
}
"""The audit's names for fields that have another name in the canonical form."""
COLUMNS = (
    "position", "recorded_at", "effective_from", "causation", "command", "correlation", "subject", "kind", "fact",
    "ordinal", "authority", "actor", "legal_basis", "case_id", "payload", "sealed",
    "caller", "salt",
)  # fmt: skip
FILLED = st.integers(2, SEALED // 3).map(lambda third: 3 * third)
"""Records whose every column holds something."""

pytestmark = pytest.mark.volumes
few = settings(
    max_examples=part_or_whole(4, 40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)


def test_an_untouched_ledger_holds(url: str) -> None:
    with attacked(url) as connection:
        result = audited(connection)

        assert broken(result) == []
        assert result.newest is not None
        assert result.newest.size == SEALED


def test_every_column_of_a_record_is_attacked_here(url: str) -> None:
    with attacked(url) as connection:
        assert set(types(connection, "ledger.record")) == set(COLUMNS)


@pytest.mark.parametrize("column", COLUMNS)
@few
@given(data=st.data())
def test_a_flipped_bit_in_any_column_of_a_record_is_found_at_its_position(
    url: str, column: str, data: st.DataObject
) -> None:
    position = data.draw(FILLED, label="position")
    with attacked(url) as connection:
        flip(connection, "ledger.record", column, f"position = {position}", data)

        result = audited(connection)

        (named,) = [one for one in differing(result, "records") if one.startswith(f"position {position}: ")]
        assert NAMED_AS.get(column, column) in named
        assert "bundles" not in broken(result)
        assert "tiles" not in broken(result)


@few
@given(data=st.data())
def test_a_changed_payload_is_named_by_its_field_and_never_by_its_value(url: str, data: st.DataObject) -> None:
    position = data.draw(FILLED)
    field = data.draw(st.sampled_from(["message", "recipient"]))
    with attacked(url) as connection:
        change = (
            "update ledger.record set payload = payload || jsonb_build_object(%s::text, 'geheim') where position = %s"
        )
        connection.execute(change, [field, position])

        (named,) = differing(audited(connection), "records")

        assert named == f"position {position}: the record was changed: payload.{field}"


def test_a_field_that_was_added_is_not_called_by_its_name_which_may_be_somebodys(url: str) -> None:
    with attacked(url) as connection:
        connection.execute("""update ledger.record set payload = payload || '{"Anna Prøve": 1}' where position = 9""")

        (named,) = differing(audited(connection), "records")

        assert named == "position 9: the record was changed: payload (a field more)"


@few
@given(data=st.data())
@pytest.mark.parametrize("column", ["subject", "kind", "position"])
def test_a_flipped_bit_in_the_row_of_a_subject_is_found_at_its_position(
    url: str, column: str, data: st.DataObject
) -> None:
    position = data.draw(st.integers(1, SEALED))
    with attacked(url) as connection:
        ((row,),) = connection.execute(
            "select ctid from ledger.subject where position = %s limit 1", [position]
        ).fetchall()
        flip(connection, "ledger.subject", column, f"ctid = '{row}'", data)

        named = differing(audited(connection), "records")

        assert f"position {position}: the record was changed: subjects" in named


def test_a_flipped_fact_in_the_row_of_a_subject_is_found_by_the_check_of_the_index(url: str) -> None:
    with checking(url) as (connection, broken_checks):
        connection.execute("update ledger.subject set fact = fact # 1 where position = 17")

        assert any(one.startswith("position 17: ") for one in broken_checks()["subject index"])


@pytest.mark.parametrize(
    "change",
    [
        "delete from ledger.subject where ctid = (select ctid from ledger.subject where position = 41 limit 1)",
        "insert into ledger.subject select gen_random_uuid(), 41, kind, fact from ledger.record where position = 41",
    ],
)
def test_a_subject_that_is_removed_or_added_is_found_at_its_position(url: str, change: str) -> None:
    with attacked(url) as connection:
        connection.execute(change)

        assert differing(audited(connection), "records") == ("position 41: the record was changed: subjects",)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ("update ledger.fact_name set name = 'MessageUnmade' where name = 'MessageMadeAvailable'", "fact"),
        ("update ledger.subject_kind set name = 'letter' where name = 'message'", "subject, subjects"),
    ],
)
def test_a_changed_stored_name_is_found_at_every_record_with_that_name(url: str, change: str, part: str) -> None:
    with attacked(url) as connection:
        connection.execute(change)

        result = audited(connection)

        first, *_, more = differing(result, "records")
        assert first == f"position 1: the record was changed: {part}"
        assert more == f"and {SEALED - 1 - 20} more"


@few
@given(data=st.data())
@pytest.mark.parametrize(("level", "index"), [(0, 0), (0, 2), (1, 0)])
def test_a_flipped_bit_in_a_tile_is_found_with_the_positions_under_it(
    url: str, level: int, index: int, data: st.DataObject
) -> None:
    with attacked(url) as connection:
        flip(connection, "seal.tile", "hashes", f"level = {level} and index = {index}", data)

        result = audited(connection)

        (named,) = differing(result, "tiles")
        assert named.startswith(f"tile {level}/{index}: the hash o")
        assert "position" in named
        assert broken(result) == ["tiles"]


@few
@given(data=st.data())
@pytest.mark.parametrize("index", [0, 2])
def test_a_flipped_bit_in_a_bundle_is_found_and_not_held_against_the_records(
    url: str, index: int, data: st.DataObject
) -> None:
    with attacked(url) as connection:
        flip(connection, "seal.bundle", "entries", f"index = {index}", data)

        result = audited(connection)

        assert broken(result) == ["bundles"]
        assert all(one.startswith(f"bundle {index}") and "position" in one for one in differing(result, "bundles"))


@few
@given(data=st.data())
@pytest.mark.parametrize("size", SIZES)
def test_a_flipped_bit_in_a_checkpoint_is_found_at_its_size(url: str, size: int, data: st.DataObject) -> None:
    with attacked(url) as connection:
        flip(connection, "seal.checkpoint", "note", f"size = {size}", data)

        result = audited(connection)

        assert any(one.startswith(f"size {size}: ") for one in differing(result, "checkpoints"))
        assert not {"records", "bundles"} & set(broken(result))


@few
@given(data=st.data())
@pytest.mark.parametrize("column", ["line", "witness"])
def test_a_flipped_bit_in_a_cosignature_is_found_at_its_size(url: str, column: str, data: st.DataObject) -> None:
    size = data.draw(st.sampled_from(SIZES))
    with attacked(url) as connection:
        flip(connection, "seal.cosignature", column, f"size = {size}", data)

        named, *beyond = differing(audited(connection), "cosignatures")

        assert named.startswith(f"size {size}, ")
        assert len(beyond) == (size == SEALED), "without the newest cosignature, its records are covered by nobody"


@few
@given(data=st.data())
@pytest.mark.parametrize("column", ["command", "first_position", "last_position"])
def test_a_flipped_bit_in_the_row_of_a_command_is_found(url: str, column: str, data: st.DataObject) -> None:
    first = data.draw(st.integers(ADOPTED_AT + 1, SEALED))
    with checking(url) as (connection, broken_checks):
        ((command,),) = connection.execute(
            "select command::text from ledger.record where position = %s", [first]
        ).fetchall()
        flip(connection, "ledger.command", column, f"command = '{command}'", data)

        assert f"command {command}" in broken_checks()["commands"]
