"""The audit never raises on what is stored: a value that our writers cannot have stored is named with its place."""

from __future__ import annotations

import pytest

from tests.adapters.seal.sealed_ledger import ADOPTED_AT, SEALED, SIZES, audited, broken, checking
from tests.adapters.seal.sealing_scene import ORIGIN
from tests.volume import slow_except

CHANGED = 12
"""A record whose every column holds something."""
RAW_BYTES = """
create cast (bytea as text) without function;
create cast (bytea as jsonb) without function;
alter table ledger.record drop constraint record_is_sealable, drop constraint record_has_plain_numbers;
"""
"""Lets a superuser store bytes that no input function takes, as a damaged disk does."""
NO_TEXT = r"'\x61ff62'::bytea::text"
NO_CONTAINER = r"'\x00000000'::bytea::jsonb"
"""A value that PostgreSQL itself cannot write as text."""
EARLIEST, LATEST = "4714-11-24 00:00:00+00 BC", "294276-12-31 23:59:59.999999+00"
NULLABLE = {"effective_from", "causation", "case_id", "sealed"}
COLUMNS = (
    "recorded_at", "effective_from", "causation", "command", "correlation", "subject", "kind", "fact", "ordinal",
    "authority", "actor", "legal_basis", "case_id", "payload", "sealed",
)  # fmt: skip


def named_by(url: str, attack: str) -> list[str]:
    """The failed checks of audit and ledger after the attack, each with the places that it names."""
    with checking(url) as (connection, broken_checks):
        connection.execute(RAW_BYTES)
        connection.execute(attack)
        result = audited(connection)
        audit = [f"{check.name}: {place}" for check in result.checks if not check.ok for place in check.differing]
        return audit + [f"{name}: {place}" for name, places in broken_checks().items() for place in places]


def changed(column: str, value: str) -> str:
    """The attack that stores the value in one column of one record."""
    return f"""
        alter table ledger.record alter column {column} drop not null;
        update ledger.record set {column} = {value} where position = {CHANGED}
    """


def nested(levels: int) -> str:
    return f"""('{{"number": ' || repeat('[', {levels}) || repeat(']', {levels}) || '}}')::jsonb"""


def field(value: str) -> str:
    """A payload whose first field holds something else."""
    return f"jsonb_set(payload, array[(select min(key) from jsonb_object_keys(payload) key)], {value})"


VALUES = [
    *[(column, "null") for column in COLUMNS if column != "kind"],
    *[("payload", f"'{value}'") for value in ("[]", "null", '"text"', "17", "{}", "[[], {}]", '{"": null}')],
    *[("payload", nested(levels)) for levels in (60, 200, 253, 254, 260, 1_020, 1_030, 5_000)],
    *[
        ("payload", field(f"'{value}'"))
        for value in ("1e400", "-1e400", "1e-400", "1.5", "9007199254740993", "123456789012345678901234567890", "[{}]")
    ],
    ("payload", field("to_jsonb('person:0000000g-0000-4000-8000-000000000000'::text)")),
    ("payload", field("to_jsonb('person:'::text)")),
    ("payload", field(f"to_jsonb({NO_TEXT})")),
    *[(column, f"'{at}'") for column in ("recorded_at", "effective_from") for at in ("infinity", "-infinity")],
    *[(column, f"'{at}'") for column in ("recorded_at", "effective_from") for at in (EARLIEST, LATEST)],
    *[("causation", str(number)) for number in (-(2**63), 2**63 - 1, 2**53 + 1)],
    *[(column, str(number)) for column in ("fact", "ordinal") for number in (-(2**15), -1, 2**15 - 1)],
    *[(column, NO_TEXT) for column in ("authority", "actor", "legal_basis", "case_id")],
    *[(column, r"E'\u0001\u2028'") for column in ("authority", "actor", "legal_basis", "case_id")],
]


@pytest.mark.parametrize(("column", "value"), slow_except(VALUES[::6], VALUES))
def test_a_value_that_is_not_well_formed_is_named_with_its_position_and_part(url: str, column: str, value: str) -> None:
    (place,) = [one for one in named_by(url, changed(column, value)) if one.startswith("records: ")]

    part = {"sealed": "sealed part"}.get(column, column)
    assert place.startswith(f"records: position {CHANGED}: the record ")
    assert part in place


def test_a_value_that_postgresql_cannot_write_as_text_is_named_with_its_position(url: str) -> None:
    (place,) = [one for one in named_by(url, changed("payload", NO_CONTAINER)) if one.startswith("records: ")]

    assert place == f"records: position {CHANGED}: the record is missing or cannot be read"


@pytest.mark.parametrize("number", [-(2**15), -1, 0, 2**15 - 1])
def test_a_subject_of_an_unknown_kind_is_named(url: str, number: int) -> None:
    assert f"records: position {CHANGED}: the record was changed: subject" in named_by(
        url, changed("kind", str(number))
    )
    assert f"records: position {CHANGED}: the record was changed: subjects" in named_by(
        url, f"update ledger.subject set kind = {number} where position = {CHANGED}"
    )


def test_a_header_without_a_kind_of_subject_is_named(url: str) -> None:
    assert f"records: position {CHANGED}: the record was changed: subject" in named_by(url, changed("kind", "null"))


@pytest.mark.parametrize("table", ["fact_name", "subject_kind"])
@pytest.mark.parametrize("name", [NO_TEXT, "''", "',:'", "null"])
def test_a_stored_name_that_is_not_well_formed_changes_every_record_that_uses_it(
    url: str, table: str, name: str
) -> None:
    number = "fact" if table == "fact_name" else "kind"
    places = named_by(
        url,
        f"""alter table ledger.{table} alter column name drop not null;
            update ledger.{table} set name = {name}
             where {number} = (select {number} from ledger.record where position = {CHANGED})""",
    )

    assert any(place.startswith(f"records: position {CHANGED}: the record was changed: ") for place in places)


@pytest.mark.parametrize(
    ("table", "column", "value", "named"),
    [
        *[("checkpoint", "note", value, f"checkpoints: size {SEALED:,}: ") for value in (NO_TEXT, "''", "null")],
        ("checkpoint", "note", f"replace(note, 'ledger', {NO_TEXT})", f"checkpoints: size {SEALED:,}: "),
        ("checkpoint", "sealed_at", "'-infinity'", f"checkpoints: size {SEALED:,}: it was sealed before "),
        ("checkpoint", "sealed_at", "null", f"checkpoints: size {SEALED:,}: "),
        *[("cosignature", "line", value, f"cosignatures: size {SEALED:,}, ") for value in (NO_TEXT, "''", "null")],
        ("cosignature", "cosigned_at", "null", f"cosignatures: size {SEALED:,}, "),
        ("publication", "published_at", "null", f"publications: size {SEALED:,}: "),
        ("cosignature", "witness", NO_TEXT, f"cosignatures: size {SEALED:,}, "),
        ("cosignature", "cosigned_at", "'-infinity'", f"cosignatures: size {SEALED:,}, "),
        ("publication", "published_at", "'-infinity'", f"publications: size {SEALED:,}: "),
    ],
)
def test_what_was_signed_and_is_not_well_formed_is_named_with_its_size(
    url: str, table: str, column: str, value: str, named: str
) -> None:
    places = named_by(
        url,
        f"""alter table seal.cosignature drop constraint cosignature_pkey;
            alter table seal.{table} alter column {column} drop not null;
            update seal.{table} set {column} = {value} where size = {SEALED}""",
    )

    assert any(place.startswith(named) for place in places), places


@pytest.mark.parametrize(
    ("table", "column", "value", "named"),
    [
        *[("tile", "hashes", value, "tiles: tile 0/1 ") for value in ("null", "''")],
        ("tile", "hashes", "hashes || hashes", "tiles: tile 0/1 holds more than was signed"),
        *[("bundle", "entries", value, "bundles: bundle 1 ") for value in ("null", "''", r"'\xff'")],
    ],
)
def test_a_tile_or_a_bundle_that_is_not_well_formed_is_named(
    url: str, table: str, column: str, value: str, named: str
) -> None:
    where = "index = 1" + " and level = 0" * (table == "tile")
    places = named_by(
        url,
        f"""alter table seal.{table} alter column {column} drop not null;
            alter table seal.tile drop constraint tile_hashes_check;
            update seal.{table} set {column} = {value} where {where}""",
    )

    assert any(place.startswith(named) for place in places), places


@pytest.mark.parametrize("value", ["null", "[]", "17", '"no key"', '"a b+00000000+AQ=="', '{"vkey": 1}'])
def test_an_adopted_key_that_cannot_be_read_is_named(url: str, value: str) -> None:
    attack = (
        f"update ledger.record set payload = jsonb_set(payload, '{{vkey}}', '{value}') where position = {ADOPTED_AT}"
    )

    places = named_by(url, attack)

    assert f"keys: position {ADOPTED_AT}: the adopted key cannot be read" in places
    assert f"records: position {ADOPTED_AT}: the record was changed: payload.vkey" in places


@pytest.mark.parametrize(
    "payload", ["'[]'", "'17'", NO_CONTAINER, f"jsonb_set(payload, '{{vkey}}', to_jsonb({NO_TEXT}))"]
)
def test_an_adoption_that_is_not_well_formed_is_named(url: str, payload: str) -> None:
    places = named_by(url, f"update ledger.record set payload = {payload} where position = {ADOPTED_AT}")

    assert any(place.startswith(f"records: position {ADOPTED_AT}: the record ") for place in places)
    assert any(place.startswith(f"keys: position {ADOPTED_AT}: ") for place in places)


@pytest.mark.parametrize("origin", [NO_TEXT, "''"])
def test_a_log_whose_name_is_not_well_formed_is_not_taken_for_ours(url: str, origin: str) -> None:
    places = named_by(url, f"update seal.log set origin = {origin}")

    assert len(places) == len(SIZES)
    for place, size in zip(places, SIZES, strict=True):
        assert place.startswith(f"checkpoints: size {size}: the checkpoint is of {ORIGIN}, not of ")


def test_a_log_without_a_name_is_not_taken_for_ours(url: str) -> None:
    with checking(url) as (connection, _):
        connection.execute("alter table seal.log alter column origin drop not null; update seal.log set origin = null")

        assert "checkpoints" in broken(audited(connection))


def test_two_logs_in_one_ledger_are_named(url: str) -> None:
    places = named_by(
        url,
        """alter table seal.log drop constraint log_pkey;
           insert into seal.log (log, origin) values (gen_random_uuid(), 'another')""",
    )

    assert [place.partition(": ")[2] for place in places if place.startswith("logs")] == [
        f"{ORIGIN}: no fact at position 0 begins it"
    ]


@pytest.mark.parametrize("at", ["infinity", "-infinity", EARLIEST, LATEST])
def test_the_age_of_what_is_not_sealed_may_be_without_a_number(url: str, at: str) -> None:
    with checking(url) as (connection, _):
        connection.execute(f"update ledger.record set recorded_at = '{at}' where position > {SEALED}")

        assert broken(audited(connection)) == []
