"""Proves that the embedded server survives real kills of its users, itself and initdb, and a broken pid file."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from adapters.postgres.cluster import SOCKET_PATH_BYTES_MAX
from adapters.postgres.embedded import EmbeddedServer
from adapters.postgres.programs import NoPrograms, ServerFault, find_programs
from tests.conftest import is_ready, temporary_home
from tests.volume import part_or_whole

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
FOLDERS = [find_programs(), *part_or_whole([], sorted(Path("/usr/lib/postgresql").glob("*/bin")))]
"""The programs of the installed wheel; in `make soak` those of the system too."""
PATIENCE_SECONDS = 20.0
HOLD = """
import sys
from pathlib import Path
from adapters.postgres.embedded import EmbeddedServer
with EmbeddedServer(Path(sys.argv[1]), Path(sys.argv[2])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(params=FOLDERS, ids=str)
def programs(request: pytest.FixtureRequest) -> Path:
    assert isinstance(request.param, Path)
    return request.param


@pytest.fixture
def server(programs: Path) -> Iterator[EmbeddedServer]:
    with temporary_home() as home:
        server = EmbeddedServer(home, programs)
        yield server
        server.destroy()


def another_user(server: EmbeddedServer) -> subprocess.Popen[str]:
    """A process that holds the server until its input ends or it is killed."""
    command = [sys.executable, "-c", HOLD, str(server.home), str(server.programs.folder)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def wait_until_held(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"


def end(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate(timeout=PATIENCE_SECONDS)


def wait_for(condition: Callable[[], bool]) -> None:
    ending = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < ending, "waited in vain"
        time.sleep(0.002)


def pid_file(server: EmbeddedServer) -> Path:
    return server.home / "postgresql" / "pgdata" / "postmaster.pid"


def kill_postmaster(server: EmbeddedServer) -> None:
    os.kill(int(pid_file(server).read_text().splitlines()[0]), signal.SIGKILL)


def record(server: EmbeddedServer, rows: int) -> None:
    with psycopg.connect(server.url("postgres")) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS fact (position bigint PRIMARY KEY)")
        connection.execute("INSERT INTO fact SELECT generate_series(1, %s)", [rows])


def recorded(server: EmbeddedServer) -> int:
    with psycopg.connect(server.url("postgres")) as connection:
        row = connection.execute("SELECT count(*) FROM fact").fetchone()
        assert row is not None
        return int(row[0])


def modes_above(folder: Path) -> dict[Path, int]:
    return {parent: stat.S_IMODE(parent.stat().st_mode) for parent in folder.parents}


def test_the_last_to_leave_stops_the_server(server: EmbeddedServer) -> None:
    with server:
        other = another_user(server)
        wait_until_held(other)
        assert is_ready(server)
    assert is_ready(server)
    end(other)
    assert not is_ready(server)
    assert not server._is_held("alive")


def test_a_server_is_held_as_often_as_it_was_acquired(server: EmbeddedServer) -> None:
    with server:
        with server:
            pass
        assert is_ready(server)
    assert not is_ready(server)


def test_the_next_user_after_a_killed_one_works_and_stops_the_server_on_leaving(server: EmbeddedServer) -> None:
    killed = another_user(server)
    wait_until_held(killed)
    record(server, 10)
    kill(killed)
    assert is_ready(server)
    with server:
        assert recorded(server) == 10
    assert not is_ready(server)


def test_committed_rows_outlive_a_killed_postmaster_that_is_restarted_at_once(server: EmbeddedServer) -> None:
    with server:
        record(server, 200_000)
        kill_postmaster(server)
        with server:
            assert recorded(server) == 200_000


def test_a_killed_server_comes_back_while_its_connections_still_hang(server: EmbeddedServer) -> None:
    with server:
        record(server, 10)
        with psycopg.connect(server.url("postgres"), autocommit=True):
            kill_postmaster(server)
            with server:
                assert recorded(server) == 10


def test_a_torn_pid_file_is_survived_however_it_is_torn(server: EmbeddedServer) -> None:
    with server:
        record(server, 10)
        for torn in ("", "12", "no pid at all\n", "\0\0\0\0"):
            kill_postmaster(server)
            pid_file(server).write_text(torn)
            with server:
                assert recorded(server) == 10, f"torn to {torn!r}"


def test_a_stale_pid_file_that_names_a_living_process_of_the_same_account_is_survived(server: EmbeddedServer) -> None:
    with server:
        record(server, 10)
        before = pid_file(server).read_text()
        owner = pid_file(server).stat()
    lent = (owner.st_uid, owner.st_gid) if os.geteuid() == 0 else (None, None)
    innocent = subprocess.Popen(["sleep", "60"], user=lent[0], group=lent[1])
    try:
        pid_file(server).write_text(before.replace(before.splitlines()[0], str(innocent.pid), 1))
        with server:
            assert recorded(server) == 10
        assert innocent.poll() is None, "the other process was left alone"
    finally:
        innocent.kill()
        innocent.wait()


def test_four_processes_may_start_a_new_server_at_once(server: EmbeddedServer) -> None:
    users = [another_user(server) for _ in range(4)]
    for user in users:
        wait_until_held(user)
    assert is_ready(server)
    for user in users:
        end(user)
    assert not is_ready(server)


def test_a_user_killed_during_initdb_leaves_no_half_cluster(server: EmbeddedServer) -> None:
    killed = another_user(server)
    wait_for((server.home / "postgresql" / "pgdata.new" / "PG_VERSION").exists)
    kill(killed)
    assert not (server.home / "postgresql" / "pgdata").exists()
    with server:
        record(server, 10)
        assert recorded(server) == 10
        assert not (server.home / "postgresql" / "pgdata.new").exists()


def test_a_user_killed_while_the_server_starts_leaves_it_startable(server: EmbeddedServer) -> None:
    with server:
        record(server, 10)
    killed = another_user(server)
    wait_for(lambda: pid_file(server).exists())
    kill(killed)
    with server:
        assert recorded(server) == 10
    assert not is_ready(server)


def test_a_started_server_keeps_running_until_it_is_stopped(server: EmbeddedServer) -> None:
    server.keep_running()
    with server:
        pass
    assert is_ready(server)
    server.stop()
    assert not is_ready(server)
    with server:
        pass
    assert not is_ready(server), "stopping also ends the keeping"


def test_no_mode_of_a_parent_folder_changes_although_the_home_is_closed_to_others(programs: Path) -> None:
    closed = Path(tempfile.mkdtemp(prefix="rigsbog-test-"))
    server = EmbeddedServer(closed / "inner" / "home", programs)
    (closed / "inner").mkdir(mode=0o750)
    before = modes_above(server.home)
    try:
        with server:
            record(server, 10)
            assert modes_above(server.home) == before
        with EmbeddedServer(server.home, programs) as again:
            assert recorded(again) == 10
        cluster = (server.home / "postgresql").resolve()
        assert stat.S_IMODE(cluster.stat().st_mode) == 0o700
        server.destroy()
        assert not cluster.exists()
    finally:
        shutil.rmtree(closed)


def test_programs_in_a_folder_closed_to_others_still_run_the_server(programs: Path) -> None:
    closed = Path(tempfile.mkdtemp(prefix="rigsbog-test-"))
    copy = closed / "package" / "install"
    shutil.copytree(programs.parent, copy, symlinks=True, ignore=shutil.ignore_patterns("include"))
    libraries = programs.parents[1].with_name(programs.parents[1].name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, closed / libraries.name)
        (closed / "package").rename(closed / programs.parents[1].name)
        copy = closed / programs.parents[1].name / "install"
    try:
        with temporary_home() as home:
            server = EmbeddedServer(home, copy / "bin")
            with server:
                record(server, 10)
                assert recorded(server) == 10
            server.destroy()
            assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    finally:
        shutil.rmtree(closed)


def test_a_home_too_deep_for_a_socket_gets_a_short_private_folder_for_it(programs: Path) -> None:
    with temporary_home() as home:
        deep = home / ("d" * SOCKET_PATH_BYTES_MAX) / "home"
        server = EmbeddedServer(deep, programs)
        with server:
            record(server, 10)
            assert EmbeddedServer(deep, programs).url() == server.url()
            short = (deep / "postgresql.socket").readlink()
            assert stat.S_IMODE(short.stat().st_mode) == 0o700
        shutil.rmtree(short)
        with server:
            assert recorded(server) == 10
        server.destroy()


def test_a_lost_cluster_is_never_replaced_by_an_empty_one(programs: Path) -> None:
    with temporary_home() as home:
        (home / "postgresql").symlink_to(home / "gone")
        with pytest.raises(ServerFault, match="which does not exist"):
            EmbeddedServer(home, programs).acquire()


def test_a_server_that_cannot_start_says_why_at_once(server: EmbeddedServer) -> None:
    with server:
        record(server, 10)
    settings = server.home / "postgresql" / "pgdata" / "postgresql.auto.conf"
    settings.write_text("max_connections = 'nonsense'\n")
    with pytest.raises(ServerFault, match="max_connections"):
        server.acquire()
    settings.write_text("")
    with server:
        assert recorded(server) == 10


def test_a_failing_statement_leaves_no_value_in_the_log(server: EmbeddedServer) -> None:
    with server, psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE TABLE person (name text PRIMARY KEY)")
        connection.execute("INSERT INTO person VALUES ('Karen Blicher')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO person VALUES ('Karen Blicher')")
    logs = list((server.home / "postgresql" / "log").iterdir())
    written = "".join(log.read_text() for log in logs)
    assert "duplicate key value" in written
    assert "Karen" not in written


@pytest.mark.parametrize("setting", ["fsync", "synchronous_commit", "full_page_writes", "data_checksums"])
def test_what_keeps_a_recorded_fact_safe_is_on(bare_database_url: str, setting: str) -> None:
    with psycopg.connect(bare_database_url) as connection:
        assert connection.execute(f"SHOW {setting}").fetchone() == ("on",)


def test_a_folder_without_programs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoPrograms, match="pg_ctl"):
        EmbeddedServer(tmp_path, tmp_path)
