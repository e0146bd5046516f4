"""The sealed ledger that the audits of one module read."""

from __future__ import annotations

import pytest

from tests.adapters.seal.sealed_ledger import sealed


@pytest.fixture(scope="module")
def url(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    sealed(database_url, tmp_path_factory.mktemp("home"))
    return database_url
