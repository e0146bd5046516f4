"""A checkpoint whose commit may not have reached the standbys is not published until a later commit surely has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.embedded import EmbeddedServer
from tests.adapters.seal.sealed_books import SealedBook, sealed_book
from tests.adapters.test_indeterminate import standby_missing
from tests.conftest import fresh_database


@pytest.fixture
def scene(postgres_server: EmbeddedServer, template_database: str, tmp_path: Path) -> Iterator[SealedBook]:
    """A sealed book."""
    with fresh_database(postgres_server, template_database) as url, sealed_book(url, tmp_path) as one:
        one.seal()
        yield one


def test_nothing_is_published_while_commits_reach_no_standby(scene: SealedBook) -> None:
    head = scene.record(5)
    with scene.sealer() as sealer:
        with standby_missing(scene.url):
            for _ in range(2):
                reached = sealer.round()
                assert (reached.size, reached.published) == (head, 1)
        assert sealer.round().published == head


def test_a_sealer_that_begins_anew_does_not_trust_the_last_commit_either(scene: SealedBook) -> None:
    head = scene.record(5)
    with standby_missing(scene.url):
        for _ in range(2):
            assert scene.seal() == 1
    assert scene.seal() == head
