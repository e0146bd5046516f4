"""A stored time stamp that is not over its checkpoint, or of another time, is named without any certificate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from adapters.seal.audit.stamps import stamped
from tests.adapters.seal.sealed_ledger import attacked, audited, differing
from tests.adapters.seal.witness.test_time_stamps import AT, NOTE, TOKEN

AUTHORITY = "http://tsa.example"
SIZE = 300


@pytest.fixture
def connection(url: str) -> Iterator[psycopg.Connection[Any]]:
    """The checkpoint of 300 records is the golden log's, which an openssl authority once stamped."""
    with attacked(url) as made:
        made.execute("alter table seal.time_stamp disable trigger all")
        made.execute("update seal.checkpoint set note = %s where size = %s", [NOTE, SIZE])
        made.execute("update ledger.record set recorded_at = %s where position = %s", [AT, SIZE])
        made.execute("insert into seal.time_stamp values (%s, %s, %s, %s)", [SIZE, AUTHORITY, TOKEN, AT])
        yield made


def test_a_stamp_over_its_checkpoint_holds_and_whose_signature_it_bears_is_left_open(
    connection: psycopg.Connection[Any],
) -> None:
    check = stamped(connection)
    assert (check.ok, check.differing) == (True, ())
    assert check.detail == (
        "1, each over its checkpoint; that an authority signed them is not looked at here, but by"
        " `rigsbog seal stamps --root FILE`"
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("update seal.time_stamp set size = 256", "size 256, {0}: the token is not over this checkpoint"),
        ("update seal.time_stamp set token = set_byte(token, 0, 0)", "size 300, {0}: the token does not hold"),
        ("update seal.time_stamp set token = ''", "size 300, {0}: the token does not hold"),
        (
            "update seal.time_stamp set stamped_at = stamped_at + interval '1 day'",
            "size 300, {0}: the token says 2026-11-27T07:11:50+00:00, and another time is stored",
        ),
        ("update seal.time_stamp set stamped_at = 'infinity'", "size 300, {0}: the token says 2026-11-27T07:11:50+00"),
        (
            "update ledger.record set recorded_at = '2027-06-01' where position = 300",
            "size 300, {0}: the token says 2026-11-27T07:11:50+00:00, and the last record of its checkpoint is of a",
        ),
    ],
)
def test_a_stamp_that_is_not_of_its_checkpoint_is_named(
    connection: psycopg.Connection[Any], change: str, said: str
) -> None:
    connection.execute(change)
    (named,) = stamped(connection).differing
    assert named.startswith(said.format(AUTHORITY))


def test_the_audit_says_that_no_stamp_is_stored(url: str) -> None:
    with attacked(url) as connection:
        result = audited(connection)
        assert differing(result, "time stamps") == ()
        assert [check.detail for check in result.checks if check.name == "time stamps"] == ["none is stored"]
