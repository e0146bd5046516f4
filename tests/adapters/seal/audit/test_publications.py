"""When checkpoints were sealed and published hangs together, and of the older ones no long stretch is missing."""

from __future__ import annotations

import pytest

from adapters.seal.audit import publications
from adapters.seal.writer import sealer
from tests.adapters.seal.sealed_ledger import SEALED, SEALED_TABLES, SIZES, attacked, audited, broken, differing

AT_ONCE = 260
"""No checkpoint of the ledger that the tests attack covers more new records."""


@pytest.mark.parametrize(
    ("size", "change", "said"),
    [
        (300, "published_at + interval '30 days'", "published after the next one was sealed"),
        (300, "published_at - interval '30 days'", "published before it was sealed"),
        (SEALED, "published_at + interval '30 days'", "published at another time than it was cosigned"),
        (SEALED, "'infinity'", "published at another time than it was cosigned"),
        (SEALED, "'-infinity'", "published before it was sealed"),
    ],
)
def test_a_publication_of_another_time_is_named(url: str, size: int, change: str, said: str) -> None:
    with attacked(url) as connection:
        connection.execute(f"update seal.publication set published_at = {change} where size = %s", [size])

        result = audited(connection)

        assert differing(result, "publications") == (f"size {size}: {said}",)
        assert broken(result) == ["publications"]


def test_a_publication_without_its_checkpoint_is_named(url: str) -> None:
    with attacked(url) as connection:
        connection.execute("alter table seal.publication drop constraint publication_size_fkey")
        connection.execute("insert into seal.publication values (299, ledger.clock())")

        assert differing(audited(connection), "publications") == ("size 299: no such checkpoint",)


@pytest.mark.parametrize(("gone", "between"), [(SIZES[:1], ()), (SIZES[:2], (0, 300)), (SIZES[2:3], (256, SEALED))])
def test_older_checkpoints_that_are_gone_are_named_when_the_rest_could_not_have_been_sealed_at_once(
    url: str, gone: tuple[int, ...], between: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publications, "SEALED_AT_ONCE_MAX", AT_ONCE)
    with attacked(url) as connection:
        assert broken(audited(connection)) == []
        for table in reversed(SEALED_TABLES[3:]):
            connection.execute(f"delete from {table} where size = any (%s)", [list(gone)])

        result = audited(connection)

        named = ("between the sizes {} and {} at least one is missing".format(*between),) if between else ()
        assert differing(result, "checkpoint history") == named
        (check,) = [one for one in result.checks if one.name == "checkpoint history"]
        assert check.ok is not bool(between)
        assert between or "that no older one was removed together with its publication is not proved" in check.detail


def test_no_sealer_seals_more_at_once_than_the_audit_allows() -> None:
    assert sealer.STEP_RECORDS_MAX <= publications.SEALED_AT_ONCE_MAX
