"""`rigsbog rebuild` shows its plan, rebuilds, and says by its exit code how it ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import text

from adapters.postgres.database import engine
from adapters.postgres.embedded import EmbeddedServer
from projections.catalogue import REGISTERS
from projections.engine.follow import establish, follow
from projections.rebuilding.rebuild_lock import rebuild_lock
from tests.conftest import fresh_database
from tests.projections.mailings import mailed

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
PATIENCE_SECONDS = 30.0
END_SECONDS_MAX = 4.0
"""Less than a lock is waited for, which would end the process by itself."""
T = TypeVar("T")
MESSAGES = next(one for one in REGISTERS if one.name == "messages")


class Admin:
    """Runs the tool in a new process."""

    def __init__(self, url: str, home: Path) -> None:
        self.owner = engine(url)
        self._environment = os.environ | {"DATABASE_URL": url, "RIGSBOG_HOME": str(home)}

    def rebuilds(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.runs("rebuild", *arguments)

    def runs(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bin.rigsbog", *arguments],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @contextmanager
    def begun(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """A command in a process that is killed at the end if it still runs."""
        with subprocess.Popen(
            [sys.executable, "-m", "bin.rigsbog", *arguments],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def waits_for(self, table: str) -> bool:
        """Whether somebody waits for the lock of that table."""
        statement = "select exists (select from pg_locks where not granted and relation = cast(:name as regclass))"
        with self.owner.connect() as connection:
            return bool(connection.execute(text(statement), {"name": table}).scalar_one())

    def acts(self, fact: str) -> list[dict[str, Any]]:
        """The payloads of the facts of that name."""
        statement = "select payload from ledger.record join ledger.fact_name using (fact) where name = :name"
        with self.owner.connect() as connection:
            return list(connection.execute(text(statement), {"name": fact}).scalars())

    def say(self, statement: str) -> None:
        with self.owner.begin() as connection:
            connection.execute(text(statement))


def children(parent: int) -> list[int]:
    return [pid for pid, above, _ in processes() if above == parent]


def alive(pids: list[int]) -> list[int]:
    return [pid for pid, _, words in processes() if pid in pids and "<defunct>" not in words]


def processes() -> list[tuple[int, int, str]]:
    """Every process: its number, its parent's, and how it was called."""
    listed = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()[1:]]
    return [(int(pid), int(above), words) for pid, above, words in rows]


def until(seen: Callable[[], T], seconds: float = PATIENCE_SECONDS) -> T:
    """Wait until something is so, and return it."""
    deadline = time.monotonic() + seconds
    while not (value := seen()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
    return value


@pytest.fixture
def admin(postgres_server: EmbeddedServer, template_database: str, tmp_path: Path) -> Iterator[Admin]:
    with fresh_database(postgres_server, template_database) as url:
        made, projecting = Admin(url, tmp_path), engine(url, "rigsbog_project")
        mailed(made.owner, 20)
        with projecting.connect() as connection:
            establish(connection, REGISTERS)
            connection.commit()
            follow(connection, REGISTERS)
        projecting.dispose()
        yield made
        made.owner.dispose()


def test_every_register_is_rebuilt_with_one_document_and_progress_on_standard_error(admin: Admin) -> None:
    done = admin.rebuilds("--json", "--workers", "2")

    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["compared_with_seal"] is None
    assert {one["register"]: one["outcome"] for one in document["registers"]} == dict.fromkeys(
        (one.name for one in REGISTERS), "swapped"
    )
    steps = [json.loads(line) for line in done.stderr.splitlines()]
    assert {step["register"] for step in steps} == {one.name for one in REGISTERS}


def test_progress_off_a_terminal_is_logged_as_run_logs(admin: Admin) -> None:
    done = admin.rebuilds("messages")

    assert done.returncode == 0, done.stderr
    steps = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    assert {"event", "level", "timestamp", "register", "did", "position", "total"} <= set(steps[0])
    assert {(step["event"], step["register"]) for step in steps} == {("rebuild_step", "messages")}


def test_a_plan_is_shown_and_nothing_is_done(admin: Admin) -> None:
    done = admin.rebuilds("messages", "--plan")

    assert done.returncode == 0, done.stderr
    assert "messages: to be built from nothing; 40 facts to read" in done.stderr
    assert done.stdout == ""


def test_a_swap_is_postponed_made_and_taken_back(admin: Admin) -> None:
    # Each act is a record of its own: begun, attested, swapped, rolled back.
    for arguments, said in [
        (("messages", "--postpone-swap"), "messages: ready at position 41"),
        (("--swap-now",), "messages: swapped at position 43"),
        (("messages", "--rollback"), "messages: the previous table is live again, at position 44"),
        (("messages", "--abort"), "messages: no rebuild was in progress"),
    ]:
        done = admin.rebuilds(*arguments)
        assert done.returncode == 0, done.stderr
        assert said in done.stdout


def test_a_previous_table_that_differs_is_named_by_exit_1_and_made_live_on_request(admin: Admin) -> None:
    assert admin.rebuilds("messages").returncode == 0
    admin.say("update register.messages__previous set stage = 'recalled' where size_bytes = 7")

    refused = admin.rebuilds("messages", "--rollback")
    assert refused.returncode == 1
    assert "the previous rows are not what the ledger says" in refused.stderr
    assert "changed stage (in the ledger stage: MessageMadeAvailable at position 14, by system:test" in refused.stderr
    assert admin.acts("RegisterPutBack") == []

    assert admin.rebuilds("messages", "--rollback", "--despite-differences").returncode == 0
    assert [act["despite_differences"] for act in admin.acts("RegisterPutBack")] == [True]


def test_a_ledger_that_is_not_sealed_is_rebuilt_and_the_rebuild_says_so(admin: Admin) -> None:
    done = admin.rebuilds("messages")

    assert done.returncode == 0
    assert done.stdout.endswith("No record was compared with the seal: nothing is sealed yet.\n")


def test_it_says_up_to_which_position_the_records_were_compared_with_the_seal(admin: Admin) -> None:
    assert admin.runs("seal", "once").returncode == 0

    done, again = admin.rebuilds("messages"), admin.rebuilds("messages", "--json")

    assert done.stdout.endswith("Every record up to position 41 was compared with the seal.\n")
    assert json.loads(again.stdout)["compared_with_seal"] == 41
    steps = [json.loads(line) for line in again.stderr.splitlines()]
    assert [step["position"] for step in steps if step["did"] == "compared with the seal"] == [41]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)])
def test_a_rebuild_that_is_ended_leaves_no_process_behind(admin: Admin, number: signal.Signals, code: int) -> None:
    assert admin.runs("seal", "once").returncode == 0
    with admin.owner.begin() as holding:
        holding.execute(text("lock table seal.tile in access exclusive mode"))
        with admin.begun("rebuild", "messages") as process:
            others = until(lambda: children(process.pid) if admin.waits_for("seal.tile") else [])
            process.send_signal(number)
            assert process.wait(END_SECONDS_MAX) == code
            until(lambda: not alive(others), END_SECONDS_MAX)


def test_a_tampered_row_is_named_by_exit_1(admin: Admin) -> None:
    admin.say("update register.messages set stage = 'recalled' where size_bytes = 7")

    done = admin.rebuilds("messages")
    second = admin.rebuilds("messages", "--json")

    assert done.returncode == second.returncode == 1
    assert "changed stage (in the ledger stage: MessageMadeAvailable at position 14, by system:test" in done.stdout
    (result,) = json.loads(second.stdout)["registers"]
    (explained,) = result["explained"]
    assert (explained["column"], explained["fact"], explained["position"]) == ("stage", "MessageMadeAvailable", 14)
    assert (explained["actor"], explained["legal_basis"]) == ("system:test", "a paragraph")
    assert result["attested"] is None


def test_a_register_that_another_rebuilds_is_exit_75(admin: Admin) -> None:
    with rebuild_lock(admin.owner, MESSAGES):
        done = admin.rebuilds("messages")

    assert done.returncode == 75
    assert "is being rebuilt by another" in done.stdout


def test_contradictory_options_are_exit_2(admin: Admin) -> None:
    assert admin.rebuilds("messages", "--swap-now", "--abort").returncode == 2
    assert admin.rebuilds("--rollback").returncode == 2


def test_a_rollback_of_a_register_that_was_never_swapped_is_refused(admin: Admin) -> None:
    refused = admin.rebuilds("messages", "--rollback")

    assert refused.returncode == 3
    assert refused.stderr == (
        "rigsbog: messages: The register was never swapped, so there is no table to roll back to: "
        "build it again by `rigsbog rebuild`.\n"
    )
