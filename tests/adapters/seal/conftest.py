"""Gives each test of the seal its own ledger, or one ledger to those that leave it as it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.postgres.embedded import EmbeddedServer
from tests.adapters.seal.sealing_scene import SealingScene, sealing_scene
from tests.conftest import fresh_database


@pytest.fixture
def scene(postgres_server: EmbeddedServer, template_database: str, tmp_path: Path) -> Iterator[SealingScene]:
    """An empty ledger for each test."""
    with fresh_database(postgres_server, template_database) as url, sealing_scene(url, tmp_path / "home") as one:
        yield one


@pytest.fixture(scope="module")
def shared_scene(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SealingScene]:
    """One ledger for all tests of a module that only add to it, or are refused."""
    with sealing_scene(database_url, tmp_path_factory.mktemp("home")) as one:
        yield one
