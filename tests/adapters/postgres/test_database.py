"""Proves where the database is looked for, and that a connection has its role, its deadline and no secret in errors."""

import os
import subprocess
import sys
from pathlib import Path
from typing import get_args

import psycopg
import pytest
import sqlalchemy

from adapters.postgres.database import (
    DatabaseUnavailable,
    NoDatabase,
    Role,
    connect,
    create_database,
    engine,
    open_source,
    resolve,
)
from adapters.postgres.embedded import EmbeddedServer
from adapters.settings import load_settings
from tests.conftest import is_ready, temporary_home

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
NOWHERE = "postgresql://clerk:verysecret@127.0.0.1:1/rigsbog"


def db(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "RIGSBOG_ENV"}}
    return subprocess.run(
        [sys.executable, "-m", "bin.rigsbog", "db", *arguments],
        cwd=ROOT,
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_database_url_comes_first() -> None:
    source = resolve(load_settings({"DATABASE_URL": NOWHERE, "RIGSBOG_HOME": "/nowhere"}))
    assert (source.kind, source.url) == ("DATABASE_URL", NOWHERE)


def test_a_sqlalchemy_url_is_understood() -> None:
    source = resolve(load_settings({"DATABASE_URL": NOWHERE.replace("postgresql:", "postgresql+psycopg:")}))
    assert source.url == NOWHERE


def test_without_database_url_the_home_holds_the_embedded_server() -> None:
    with temporary_home() as home:
        source = resolve(load_settings({"RIGSBOG_HOME": str(home)}))
        assert source.kind == "embedded"
        assert source.server is not None
        assert source.server.home == home.resolve()


def test_production_never_falls_back_to_the_embedded_server() -> None:
    with pytest.raises(NoDatabase, match=r"Set DATABASE_URL .* or unset RIGSBOG_ENV"):
        resolve(load_settings({"RIGSBOG_ENV": "production", "RIGSBOG_HOME": "/nowhere"}))


def test_production_with_database_url_is_served() -> None:
    assert resolve(load_settings({"RIGSBOG_ENV": "production", "DATABASE_URL": NOWHERE})).kind == "DATABASE_URL"


def test_a_folder_without_programs_is_no_database() -> None:
    with temporary_home() as home, pytest.raises(NoDatabase, match="DATABASE_URL"):
        resolve(load_settings({"RIGSBOG_HOME": str(home), "RIGSBOG_PG_BIN": str(home)}))


def test_an_unreadable_url_is_refused_without_showing_its_password() -> None:
    with pytest.raises(NoDatabase) as refused:
        resolve(load_settings({"DATABASE_URL": "postgresql://clerk:very%zzsecret@host/rigsbog"}))
    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_an_opened_embedded_source_has_its_database_and_stops_at_the_end() -> None:
    with temporary_home() as home:
        source = resolve(load_settings({"RIGSBOG_HOME": str(home)}))
        with open_source(source) as url, connect(url) as connection:
            assert connection.execute("SELECT current_database()").fetchone() == ("rigsbog",)
        assert source.server is not None
        assert not is_ready(source.server)
        with open_source(source) as again:
            assert again == url
        source.server.destroy()


def test_a_database_is_created_once_and_a_template_is_copied(postgres_server: EmbeddedServer) -> None:
    server_url = postgres_server.url("postgres")
    create_database(server_url, "first_of_two")
    with connect(postgres_server.url("first_of_two")) as connection:
        connection.execute("CREATE TABLE kept (n int)")
    create_database(server_url, "first_of_two")
    create_database(server_url, "second_of_two", template="first_of_two")
    with connect(postgres_server.url("second_of_two")) as connection:
        assert connection.execute("SELECT to_regclass('kept') IS NOT NULL").fetchone() == (True,)


@pytest.mark.parametrize("role", get_args(Role))
def test_a_migrated_database_can_be_entered_in_each_role(database_url: str, role: Role) -> None:
    with connect(database_url, role) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (role,)


def test_a_connection_has_its_role_from_the_first_statement_and_reset_keeps_it(database_url: str) -> None:
    with connect(database_url, "rigsbog_audit") as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("rigsbog_audit",)
        connection.execute("RESET ROLE")
        assert connection.execute("SELECT current_user").fetchone() == ("rigsbog_audit",)


def test_a_connection_has_a_name_and_a_lock_deadline(database_url: str) -> None:
    with connect(database_url) as connection:
        cursor = connection.execute("SELECT current_setting('application_name'), current_setting('lock_timeout')")
        assert cursor.fetchone() == ("rigsbog", "5s")


def test_the_options_of_the_url_are_preserved(database_url: str) -> None:
    with connect(f"{database_url}&options=-c%20statement_timeout%3D7s", "rigsbog_audit") as connection:
        cursor = connection.execute("SELECT current_setting('statement_timeout'), current_user")
        assert cursor.fetchone() == ("7s", "rigsbog_audit")


def test_an_engine_gives_connections_in_its_role(database_url: str) -> None:
    auditing = engine(database_url, "rigsbog_audit")
    with auditing.connect() as connection:
        assert connection.scalar(sqlalchemy.text("SELECT current_user")) == "rigsbog_audit"
    auditing.dispose()


def test_a_database_that_is_down_is_unavailable_with_its_cause_and_without_its_password() -> None:
    with pytest.raises(DatabaseUnavailable) as refused:
        connect(NOWHERE)
    assert isinstance(refused.value.__cause__, psycopg.OperationalError)
    assert "verysecret" not in f"{refused.value}{refused.value.__cause__}"


def test_an_engine_says_unavailable_in_the_same_words() -> None:
    with pytest.raises(DatabaseUnavailable, match="cannot be reached"), engine(NOWHERE).connect():
        pass


def test_an_engine_does_not_know_the_password() -> None:
    assert "verysecret" not in repr(engine(NOWHERE).url.render_as_string(hide_password=False))


def test_the_tool_keeps_the_server_up_after_its_own_end_until_it_is_stopped() -> None:
    with temporary_home() as home:
        started = db("start", RIGSBOG_HOME=str(home))
        assert (started.returncode, started.stdout) == (0, "")
        url = db("url", RIGSBOG_HOME=str(home)).stdout
        with connect(url.removesuffix("\n")) as connection:
            assert connection.execute("SELECT current_database()").fetchone() == ("rigsbog",)
        answer = db("psql", "-Atc", "SELECT 6 * 7", RIGSBOG_HOME=str(home))
        assert (answer.returncode, answer.stdout) == (0, "42\n")
        assert db("stop", RIGSBOG_HOME=str(home)).returncode == 0
        with pytest.raises(DatabaseUnavailable):
            connect(url.removesuffix("\n"))
        EmbeddedServer(home).destroy()


@pytest.mark.parametrize("command", ["start", "stop", "url", "psql"])
def test_the_tool_says_configuration_in_production_without_database_url(command: str) -> None:
    refused = db(command, RIGSBOG_ENV="production")
    assert (refused.returncode, refused.stdout) == (78, "")
    assert "DATABASE_URL" in refused.stderr


def test_the_tool_neither_starts_nor_stops_a_server_that_is_not_ours() -> None:
    assert db("start", DATABASE_URL=NOWHERE).returncode == 78
    assert db("stop", DATABASE_URL=NOWHERE).returncode == 78
