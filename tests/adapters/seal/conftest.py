"""Gives each test of the seal its own ledger."""

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
