"""Fixtures for tests of commands: a migrated database and a home folder for each module."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.postgres.embedded import EmbeddedServer
from tests.bin.auditing import Scene, played
from tests.bin.terminal import Terminal, person
from tests.conftest import fresh_database


@pytest.fixture(scope="module")
def terminal(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """A terminal with an empty ledger. At the end, no output may hold a CPR number or the name of a test person."""
    home: Path = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as monkeypatch:
        made = Terminal(database_url, home, monkeypatch)
        yield made
    assert not [said for said in made.heard if "610190" in said or "Prøvehansen" in said]


@pytest.fixture
def simulated(
    postgres_server: EmbeddedServer,
    template_database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Iterator[Terminal]:
    """A terminal with an empty ledger for one test, and a simulated clock that begins at BEGIN of its module."""
    with fresh_database(postgres_server, template_database) as url:
        made = Terminal(url, tmp_path, monkeypatch)
        made.set_clock(request.module.BEGIN)
        yield made


@pytest.fixture(scope="module")
def scene(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A short history of one person, for the auditor's commands."""
    with played(database_url, tmp_path_factory.mktemp("home")) as one:
        yield one


@pytest.fixture
def few_people(
    postgres_server: EmbeddedServer,
    template_database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Terminal]:
    """A terminal with four registered people, for one test."""
    with fresh_database(postgres_server, template_database) as url:
        made = Terminal(url, tmp_path, monkeypatch)
        made.register(*(person(serial) for serial in range(4)), options=("--no-reactions",))
        yield made
