"""Proves how tools end: one line and a documented code after every error, database failure or interrupt."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import ProgrammingError

from adapters.postgres.database import Source, create_database
from adapters.postgres.embedded import EmbeddedServer
from adapters.postgres.programs import NoPrograms, find_programs
from bin.application.evidence.files import write_evidence
from bin.cli import exits
from bin.cli.db import find_psql
from bin.dev.demo.command import NAMES, demo_home
from domain.errors import ErrorKind
from tests.bin.terminal import ROOT, Terminal, person

INTERRUPTED_AT_IMPORT = """
import sys
class Interrupts:
    def find_spec(self, name, path=None, target=None):
        if name == "bin.cli.app":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupts())
from bin.rigsbog import main
main()
"""


def test_a_table_without_its_column_is_reported_in_one_sentence(terminal: Terminal) -> None:
    with psycopg.connect(terminal.url) as owner:
        owner.execute("alter table ledger.command rename first_position to elsewhere")
    said = terminal.run("verify", "persons")
    with psycopg.connect(terminal.url) as owner:
        owner.execute("alter table ledger.command rename elsewhere to first_position")
    assert said.code == exits.BROKEN
    assert said.err == (
        "rigsbog: The database refused a statement: column command.first_position does not exist (42703).\n"
    )


FULL = Path("/dev/full")


def test_a_full_disk_and_a_path_that_is_no_file_are_reported_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def full() -> None:
        with FULL.open("wb", buffering=0) as file:
            file.write(b"x")

    for tool, said in (
        (full, "rigsbog: No space left on device. Free some disk space and call again."),
        ((tmp_path / "none").read_bytes, "none: No such file or directory. Name one that is"),
        (lambda: write_evidence(tmp_path, b"x"), "is a folder or a device, which cannot be replaced: name a file."),
        (lambda: write_evidence(FULL, b"x"), "/dev/full is a folder or a device, which cannot be replaced"),
    ):
        with pytest.raises(SystemExit) as ended:
            exits.run(tool)
        assert ended.value.code == exits.CANNOT_WRITE
        assert said in capsys.readouterr().err
    assert FULL.is_char_device()


def test_a_file_that_cannot_be_written_whole_is_named_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        with pytest.raises(SystemExit) as ended:
            exits.run(lambda: write_evidence(tmp_path / "proof", b"x" * 100))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert ended.value.code == exits.CANNOT_WRITE
    assert capsys.readouterr().err.startswith(f"rigsbog: {tmp_path / 'proof'}: File too large. ")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_refused_value_is_not_shown(
    wrapped: bool,
    database_url: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def tool() -> None:
        with psycopg.connect(database_url) as connection:
            try:
                connection.execute("select %s::text::uuid", ["quite personal"])
            except psycopg.Error as error:
                raise (ProgrammingError("select", ("quite personal",), error) if wrapped else error) from None

    with pytest.raises(SystemExit) as ended:
        exits.run(tool)
    said = capsys.readouterr().err
    assert ended.value.code == exits.BROKEN
    assert said.startswith("rigsbog: The database refused a statement: a value has a wrong form (22P02).")
    assert "personal" not in said


def test_a_mistake_of_our_own_keeps_its_traceback(database_url: str) -> None:
    def tool() -> None:
        with psycopg.connect(database_url) as connection:
            connection.execute("select %s", [])

    with pytest.raises(psycopg.ProgrammingError):
        exits.run(tool)


def test_without_the_right_to_migrate_the_error_names_who_may(
    postgres_server: EmbeddedServer, database_url: str, terminal: Terminal
) -> None:
    create_database(postgres_server.url("postgres"), "clerks_own")
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as owner:
        owner.execute("create role clerk login createrole")
        owner.execute("alter database clerks_own owner to clerk")
    with terminal.monkeypatch.context() as patch:
        patch.setattr(Terminal, "environment", {"DATABASE_URL": postgres_server.url("clerks_own", "clerk")})
        said = terminal.run("migrate")
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as owner:
        owner.execute("drop database clerks_own")
        owner.execute("drop role clerk")
    assert said.code == exits.CONFIGURATION
    assert said.err.startswith("rigsbog: The database's user may not migrate: ")
    assert said.err.count("\n") == 1


def test_an_interrupt_of_a_tool_is_one_line(terminal: Terminal) -> None:
    def interrupt(**_: object) -> None:
        raise KeyboardInterrupt

    with terminal.monkeypatch.context() as patch:
        patch.setattr("bin.cli.status.open_application", interrupt)
        said = terminal.run("status")
    assert (said.code, said.out, said.err) == (exits.INTERRUPTED, "", "rigsbog: interrupted\n")


def test_an_interrupt_while_the_tools_are_still_imported_is_the_same_line() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_AT_IMPORT], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (exits.INTERRUPTED, "", "rigsbog: interrupted\n")


@pytest.mark.parametrize("words", [("--version",), ("--help",), ("seal", "key"), ("as-of", "all", "PERSON", "--json")])
def test_a_tool_whose_output_is_closed_ends_without_a_word_as_sigpipe_would_end_it(
    terminal: Terminal, words: tuple[str, ...]
) -> None:
    (anna,) = terminal.register(person(1))
    terminal.ok("run", "--once")
    read_end, write_end = os.pipe()
    os.close(read_end)
    ran = subprocess.run(
        [sys.executable, "-m", "bin.rigsbog", *(anna if word == "PERSON" else word for word in words)],
        cwd=ROOT,
        env={**os.environ, **terminal.environment},
        stdout=write_end,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    os.close(write_end)
    assert (ran.returncode, ran.stderr) == (exits.CLOSED_PIPE, "")


@pytest.mark.parametrize(
    ("redirection", "code", "words"),
    [
        (">&-", exits.CANNOT_WRITE, "rigsbog: Standard output is closed: open it, or send it to /dev/null.\n"),
        (
            "<&-",
            exits.BAD_INPUT,
            "rigsbog: A CPR number has 10 digits and a CVR number 8; what was given has neither.\n",
        ),
        ("2>&-", exits.OK, ""),
    ],
)
def test_a_tool_whose_caller_closed_a_stream_ends_with_a_documented_code_and_no_traceback(
    terminal: Terminal, redirection: str, code: int, words: str
) -> None:
    tool = "status" if redirection == "2>&-" else "find"
    ran = subprocess.run(
        ["/bin/sh", "-c", f'"$0" -m bin.rigsbog {tool} {redirection}', sys.executable],
        cwd=ROOT,
        env={**os.environ, **terminal.environment, "RIGSBOG_BASIS": "forvaltningsloven § 29"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (code, words)


def test_every_code_that_a_tool_ends_with_has_a_meaning_in_the_help(terminal: Terminal) -> None:
    assert set(exits.CODES) == set(ErrorKind)
    assert set(exits.CODES.values()) | {exits.INTERRUPTED, exits.OK} <= set(exits.MEANINGS)
    assert f"{exits.INTERRUPTED} interrupted" in " ".join(terminal.ok("--help").out.split())


def test_the_version_is_printed(terminal: Terminal) -> None:
    assert terminal.ok("--version").out.startswith("rigsbog 0.")


def test_every_error_of_the_server_tool_begins_as_those_of_all_tools(terminal: Terminal) -> None:
    said = terminal.run("db", "start")
    assert said.code == exits.CONFIGURATION
    assert said.err.startswith("rigsbog: DATABASE_URL names a PostgreSQL that is not ours")


def test_psql_is_the_one_of_our_programs_with_every_server() -> None:
    assert Path(find_psql(Source("DATABASE_URL", given="postgresql://elsewhere/ledger"))).parent == find_programs()


def test_without_any_psql_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoPrograms, match="client package"):
        find_psql(Source("DATABASE_URL", given="postgresql://elsewhere/ledger"), tmp_path)


def test_a_shell_that_took_over_the_names_of_a_demo_stays_in_that_demo(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, terminal: Terminal
) -> None:
    monkeypatch.setenv("RIGSBOG_HOME", str(tmp_path))
    assert demo_home() == tmp_path / "demo"
    demo_folder = tmp_path / "demo" / "scenario"
    demo_folder.mkdir(parents=True)
    (demo_folder / NAMES).write_text("export CITIZEN=someone\n")
    monkeypatch.setenv("RIGSBOG_HOME", str(tmp_path / "demo"))
    assert demo_home() == tmp_path / "demo"
    monkeypatch.setattr(Terminal, "environment", {"RIGSBOG_HOME": os.environ["RIGSBOG_HOME"]})
    assert terminal.ok("demo", "--env").out == "export CITIZEN=someone\n"
