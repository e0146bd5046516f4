"""`rigsbog rebuild` shows its plan, rebuilds, and says by its exit code how it ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

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
MESSAGES = next(one for one in REGISTERS if one.name == "messages")


class Admin:
    """Runs the tool in a new process."""

    def __init__(self, url: str, home: Path) -> None:
        self.owner = engine(url)
        self._environment = os.environ | {"DATABASE_URL": url, "RIGSBOG_HOME": str(home)}

    def rebuilds(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bin.rigsbog", "rebuild", *arguments],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def say(self, statement: str) -> None:
        with self.owner.begin() as connection:
            connection.execute(text(statement))


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
