"""The canonical bytes of a record are RFC 8785's own form of all that the ledger stores of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from uuid import UUID

import psycopg
import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from psycopg.rows import TupleRow
from sqlalchemy import Connection

from adapters.postgres.database import engine
from adapters.seal.formats import canonical
from adapters.seal.formats.blinding import commitment, subject_salt
from adapters.seal.formats.tiles import ENTRY_BYTES_MAX
from domain.entities import FACTS
from projections.engine.ledger_names import read_names
from tests.adapters.seal.formats.plain_form import plain_content
from tests.projections.histories import Happened, fact, histories, put

ANNA = "person:a11a0000-0000-4000-8000-000000000001"
BO = "person:b0b00000-0000-4000-8000-000000000002"
ENTRY = "entry:e0000000-0000-4000-8000-000000000001"
SALT = bytes(range(16))


@pytest.fixture(scope="module")
def connected(database_url: str) -> Iterator[Connection]:
    made = engine(database_url)
    with made.connect() as connection:
        yield connection
    made.dispose()


@pytest.fixture
def undone(connected: Connection) -> Iterator[Connection]:
    """A connection whose whole work is undone at the end."""
    yield connected
    connected.rollback()


def stored(connection: Connection) -> list[tuple[int, bytes]]:
    driver = connection.connection.dbapi_connection
    assert isinstance(driver, psycopg.Connection)
    return list(canonical.records(driver, 0, 10**9))


def stored_rows(connection: Connection) -> list[TupleRow]:
    driver = connection.connection.dbapi_connection
    assert isinstance(driver, psycopg.Connection)
    return list(canonical.rows(driver, 0, 10**9))


FIELDS = {
    "actor", "authority", "case", "causation", "command", "correlation", "effective_from", "fact", "legal_basis",
    "ordinal", "payload", "position", "recorded_at", "sealed_sha256", "subject", "subjects",
}  # fmt: skip
ANNULLED = fact("MandateAnnulled", entry=ENTRY, party=ANNA, held_by=BO, marker="annulled")


def forged(connection: Connection, change: str) -> None:
    """Change the stored records as a superuser can."""
    driver = connection.connection.dbapi_connection
    assert isinstance(driver, psycopg.Connection)
    driver.execute("alter table ledger.record disable trigger all")
    driver.execute("alter table ledger.record drop constraint record_has_plain_numbers, alter actor drop not null")
    driver.execute(f"update ledger.record set {change}")


def test_the_first_form_of_a_record_never_changes(undone: Connection) -> None:
    """A record of before the ledger had salts."""
    put(undone, [ANNULLED])
    forged(undone, "caller = null, salt = null")
    ((position, content),) = stored(undone)

    fields = json.loads(content)
    assert position == 1
    assert list(fields) == sorted(fields)
    assert set(fields) == FIELDS
    assert fields["subject"] == ENTRY
    assert fields["subjects"] == [ENTRY, ANNA, BO]
    assert fields["payload"] == {"entry": ENTRY, "party": ANNA, "held_by": BO, "marker": "annulled"}
    assert (fields["effective_from"], fields["causation"], fields["sealed_sha256"]) == (None, None, None)
    assert len(fields["recorded_at"]) == len("2026-01-01T00:00:00.000000Z")


def test_the_second_form_of_a_record_never_changes(undone: Connection) -> None:
    put(undone, [ANNULLED])
    forged(undone, f"caller = 'clerk', salt = '{UUID(bytes=SALT)}'")
    ((_, content),) = stored(undone)

    fields = json.loads(content)
    anna, bo, entry = (commitment(who, subject_salt(SALT, who)) for who in (ANNA, BO, ENTRY))
    assert list(fields) == sorted(fields)
    assert set(fields) == FIELDS | {"rigsbog", "caller", "salt_sha256"}
    assert (fields["rigsbog"], fields["caller"]) == ("record/2", "clerk")
    assert fields["salt_sha256"] == sha256(SALT).hexdigest()
    assert anna == "person:hhVyL4tqUmogO_g6OFIDEQHx24CqyKSgizVJC56XZjY"
    assert fields["subject"] == entry
    assert fields["subjects"] == sorted([anna, bo, entry])
    assert fields["payload"] == {"entry": entry, "party": anna, "held_by": bo, "marker": "annulled"}


def test_personal_fields_are_in_it_as_the_digest_of_the_encrypted_part(undone: Connection) -> None:
    put(undone, [fact("PersonRegistered", sealed=b"ciphertext", person=ANNA)])
    ((_, content),) = stored(undone)

    assert json.loads(content)["sealed_sha256"] == sha256(b"ciphertext").hexdigest()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(histories(tuple(FACTS.values()), most=12))
def test_every_record_has_rfc_8785s_form(connected: Connection, history: list[Happened]) -> None:
    put(connected, history)
    rows = stored(connected)
    plain = [plain_content(row) for row in stored_rows(connected)]
    connected.rollback()

    assert [content for _, content in rows] == plain
    assert len(rows) == len(history)
    for position, content in rows:
        fields = json.loads(content)
        assert rfc8785.dumps(fields) == content
        assert fields["position"] == position
        assert len(content) <= ENTRY_BYTES_MAX


def test_a_name_that_is_missing_or_a_subject_that_is_gone_changes_the_bytes_and_breaks_nothing(
    undone: Connection,
) -> None:
    put(undone, [fact("MandateAnnulled", entry=ENTRY, party=ANNA, held_by=BO, marker="annulled")])
    before = stored(undone)
    number = read_names(undone).facts["MandateAnnulled"]
    driver = undone.connection.dbapi_connection
    assert isinstance(driver, psycopg.Connection)
    driver.execute("alter table ledger.subject disable trigger all")
    driver.execute("delete from ledger.subject where fact = %s", [number])

    ((_, content),) = stored(undone)

    assert json.loads(content)["subjects"] is None
    assert [(1, content)] != before


@pytest.mark.parametrize(
    "change",
    [
        "recorded_at = 'infinity', effective_from = '-infinity'",
        "effective_from = '2026-04-15 12:00:00Z BC'",
        "kind = 999",
        "fact = 999",
        "actor = 'person:a11a0000-0000-4000-8000-000000000001', case_id = 'log:a11a0000-0000-4000-8000-000000000001'",
        f"legal_basis = '{commitment(ANNA, bytes(32))}'",
        f"caller = '{ANNA}', authority = '{BO}'",
        f"""payload = '{{"{ANNA}": "{ANNA}", "a": ["\\"{ANNA}\\"", {{"b": "{BO}"}}, 1e15, null, true]}}'""",
        f"""payload = '"{ANNA}"'""",
        f"""payload = '["{ANNA}"]'""",
        "payload = '1.5', actor = null",
    ],
)
def test_a_record_that_was_changed_in_the_database_has_the_bytes_of_the_plain_definition(
    undone: Connection, change: str
) -> None:
    put(undone, [ANNULLED])
    forged(undone, change)
    (row,) = stored_rows(undone)

    assert canonical.of_row(row) == plain_content(row)


def test_a_time_before_our_era_does_not_look_like_one_of_ours(undone: Connection) -> None:
    put(undone, [fact("MandateAnnulled", entry=ENTRY, party=ANNA, held_by=BO, marker="annulled")])
    driver = undone.connection.dbapi_connection
    assert isinstance(driver, psycopg.Connection)
    driver.execute("alter table ledger.record disable trigger all")
    forms = set()
    for era in ("", " BC"):
        driver.execute(f"update ledger.record set effective_from = '2026-04-15 12:00:00Z{era}'")
        forms.add(stored(undone)[0][1])

    assert len(forms) == 2
