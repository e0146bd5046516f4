"""Gives the tests of the seal a book of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.postgres.embedded import EmbeddedServer
from tests.adapters.seal.sealing_scene import SealingScene, sealing_scene
from tests.conftest import fresh_database


@pytest.fixture
def scene(postgres_server: EmbeddedServer, template_database: str, tmp_path: Path) -> Iterator[SealingScene]:
    """An empty book of each test's own."""
    with fresh_database(postgres_server, template_database) as url, sealing_scene(url, tmp_path / "home") as one:
        yield one
