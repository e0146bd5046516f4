"""Fixtures for tests on a real PostgreSQL: one server a worker process, one new database a module."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]  # it ships no types

from adapters.postgres.database import create_database
from adapters.postgres.embedded import EmbeddedServer
from bin.application.operations.migration import migrate
from tests.volume import SOAK

TEMPLATE = "rigsbog_template"
LONGEST_FILES = ("test_readme.py", "test_bench.py", "test_demo.py")
"""Minutes long, and a file runs in one process: begun last, one of them would leave the other process idle."""

hypothesis.settings.register_profile("repeatable", derandomize=True, print_blob=True, deadline=None)
hypothesis.settings.register_profile("random", derandomize=False, print_blob=True, deadline=None)
hypothesis.settings.load_profile("random" if SOAK else "repeatable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Kills and volumes are slow; the longest files begin first."""
    for item in items:
        if any(item.get_closest_marker(name) for name in ("kills", "volumes")):
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: item.path.name not in LONGEST_FILES)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """The tests of a file share one database, and some go on where those before them ended: one process runs a file."""
    return LoadFileScheduling(config, log)


@contextmanager
def temporary_home() -> Iterator[Path]:
    """A home folder that every account may traverse, so that tests as root need no folder outside it."""
    home = Path(tempfile.mkdtemp(prefix="rigsbog-test-"))
    home.chmod(0o711)
    try:
        yield home
    finally:
        remove_server(home)
        shutil.rmtree(home)


def remove_server(home: Path) -> None:
    """Stop the home's server, if it has one, and remove its cluster, which may lie outside the home."""
    if (home / "postgresql").is_dir():
        EmbeddedServer(home).destroy()


def is_ready(server: EmbeddedServer) -> bool:
    """Whether the server accepts connections now."""
    try:
        psycopg.connect(server.url("postgres"), connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def fresh_database(server: EmbeddedServer, template: str | None = None) -> Iterator[str]:
    """A new database, dropped afterwards even if a test left a connection open."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    create_database(server.url("postgres"), name, template)
    yield server.url(name)
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session", autouse=True)
def without_settings_of_the_caller() -> Iterator[None]:
    """The settings of who runs the tests are none of theirs."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("RIGSBOG_")]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[EmbeddedServer]:
    """The server of this test run: the wheel's programs, or those in the folder named by the variable PG."""
    named = os.environ.get("PG")
    with temporary_home() as home:
        server = EmbeddedServer(home, Path(named) if named else None)
        with server:
            yield server
        server.destroy()


@pytest.fixture(scope="session")
def template_database(postgres_server: EmbeddedServer) -> str:
    """The name of a migrated database, used as a template only."""
    create_database(postgres_server.url("postgres"), TEMPLATE)
    migrate(postgres_server.url(TEMPLATE))
    return TEMPLATE


@pytest.fixture(scope="module")
def database_url(postgres_server: EmbeddedServer, template_database: str) -> Iterator[str]:
    """The owner's URL of a migrated, empty database for this module."""
    with fresh_database(postgres_server, template_database) as url:
        yield url


@pytest.fixture(scope="module")
def bare_database_url(postgres_server: EmbeddedServer) -> Iterator[str]:
    """The owner's URL of a database without tables for this module."""
    with fresh_database(postgres_server) as url:
        yield url
