"""A checkpoint whose commit may not have reached the standbys is not published until a later commit surely has."""

from __future__ import annotations

import pytest

from tests.adapters.ledger.test_indeterminate import standby_missing
from tests.adapters.seal.sealing_scene import SealingScene


@pytest.fixture
def scene(scene: SealingScene) -> SealingScene:
    """A sealed ledger."""
    scene.seal()
    return scene


def test_nothing_is_published_while_commits_reach_no_standby(scene: SealingScene) -> None:
    head = scene.record(5)
    with scene.sealer() as sealer:
        with standby_missing(scene.url):
            for _ in range(2):
                reached = sealer.round()
                assert (reached.size, reached.published) == (head, 1)
        assert sealer.round().published == head


def test_a_sealer_that_begins_anew_does_not_trust_the_last_commit_either(scene: SealingScene) -> None:
    head = scene.record(5)
    with standby_missing(scene.url):
        for _ in range(2):
            assert scene.seal() == 1
    assert scene.seal() == head
