"""Gives the tests of use cases an application on a migrated, empty database of the module's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.settings import load_settings
from bin.application.application import Application


@pytest.fixture(scope="module")
def application(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """The application, with a home folder of the module's own."""
    home = tmp_path_factory.mktemp("application")
    opened = Application(load_settings({"DATABASE_URL": database_url, "RIGSBOG_HOME": str(home)}), database_url)
    yield opened
    opened.close()
