"""Proves what a tool says to a database that is new, misnamed or elsewhere: the cause, at once, and what to do."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from adapters.postgres.database import DatabaseUnavailable
from adapters.postgres.embedded import EmbeddedServer
from adapters.postgres.pool import CONNECTION_DEADLINE_SECONDS, Pool
from bin.cli import exits
from tests.conftest import temporary_home

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
AT_ONCE_SECONDS = CONNECTION_DEADLINE_SECONDS - 5
"""Below what a pool would wait, and enough to start Python on a busy machine."""


def status(**environment: str) -> subprocess.CompletedProcess[str]:
    """Ask for the status in an environment without other settings of Rigsbog, within a few seconds."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "RIGSBOG_"))}
    return subprocess.run(
        [sys.executable, "-m", "bin.rigsbog", "status"],
        cwd=ROOT,
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_database_of_a_new_home_is_migrated_by_the_first_tool_which_says_so() -> None:
    with temporary_home() as home:
        first, second = status(RIGSBOG_HOME=str(home)), status(RIGSBOG_HOME=str(home))
    assert first.returncode == second.returncode
    assert first.returncode in (exits.OK, exits.DIFFERENT), first.stderr
    assert "it is migrated first" in first.stderr
    assert second.stderr == ""
    assert first.stdout == second.stdout


def test_a_database_of_someone_elses_is_never_migrated_unasked(bare_database_url: str, tmp_path: Path) -> None:
    began = time.monotonic()
    said = status(DATABASE_URL=bare_database_url, RIGSBOG_HOME=str(tmp_path))
    assert said.returncode == exits.CONFIGURATION
    assert said.stderr == "rigsbog: The database holds no Rigsbog, or an older one: run `rigsbog migrate`.\n"
    assert time.monotonic() - began < AT_ONCE_SECONDS
    with psycopg.connect(bare_database_url) as connection:
        assert connection.execute("select to_regnamespace('ledger')").fetchone() == (None,)


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("postgresql://clerk:verysecret@127.0.0.1:1/rigsbog", "refused"),
        ("postgresql://clerk:verysecret@no.such.host.invalid/rigsbog", "no.such.host.invalid"),
    ],
)
def test_an_address_where_nobody_answers_ends_at_once_with_its_cause(url: str, cause: str, tmp_path: Path) -> None:
    began = time.monotonic()
    said = status(DATABASE_URL=url, RIGSBOG_HOME=str(tmp_path))
    assert said.returncode == exits.UNAVAILABLE
    assert said.stderr.startswith("rigsbog: The database cannot be reached: ")
    assert said.stderr.count("\n") == 1
    assert cause in said.stderr
    assert "verysecret" not in said.stderr
    assert time.monotonic() - began < AT_ONCE_SECONDS


def test_a_pool_that_never_connected_names_the_cause_at_once(postgres_server: EmbeddedServer) -> None:
    for url, cause in (
        (postgres_server.url("nowhere"), 'database "nowhere" does not exist'),
        (postgres_server.url("postgres", "nobody_here"), 'role "nobody_here" does not exist'),
    ):
        pool, began = Pool(url, None), time.monotonic()
        with pytest.raises(DatabaseUnavailable, match=cause), pool.connection():
            pass
        assert time.monotonic() - began < AT_ONCE_SECONDS
        pool.close()


def test_a_pool_whose_connections_are_all_in_use_says_that(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.postgres.pool.CONNECTION_DEADLINE_SECONDS", 0.2)
    monkeypatch.setattr("adapters.postgres.pool.POOL_MAX", 1)
    pool = Pool(database_url, "rigsbog_append")
    with pool.connection(), pytest.raises(DatabaseUnavailable, match="were in use"), pool.connection():
        pass
    pool.close()


@pytest.mark.parametrize("word", ["prod", "Production", "staging"])
def test_an_unknown_environment_is_refused(word: str, tmp_path: Path) -> None:
    said = status(RIGSBOG_ENV=word, RIGSBOG_HOME=str(tmp_path), DATABASE_URL="postgresql://127.0.0.1:1/rigsbog")
    assert said.returncode == exits.CONFIGURATION
    assert (
        said.stderr == "rigsbog: RIGSBOG_ENV cannot be used: unset it, or set it to development, test or production.\n"
    )
