"""`rigsbog demo`: a small state at work, from nothing to proved, on the embedded PostgreSQL."""

from __future__ import annotations

import shlex
import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from adapters.postgres.database import connect, create_database, open_source, resolve
from adapters.settings import child_environment, load_settings
from bin.application.application import Application
from bin.application.errors import BadInput
from bin.application.operations.upgrade import upgrade
from bin.cli import output
from bin.cli.options import Json
from bin.dev.demo.questions import ask
from bin.dev.demo.scenario import SEED, Scenario, at
from bin.dev.demo.scenes import scenes
from bin.dev.demo.synthetic import state

PEOPLE, COMPANIES, LETTERS = 2_000, 200, 6_000
NAMES = "names.sh"
NOT_ITS_OWN = (
    "DATABASE_URL",
    "RIGSBOG_ENV",
    "RIGSBOG_ORIGIN",
    "RIGSBOG_SEAL_KEY_FILE",
    "RIGSBOG_SEAL_COMMAND",
    "RIGSBOG_SEAL_PUBLIC_KEY",
)
"""Settings of a real ledger, which the demo must not use."""
NEXT = (
    "rigsbog status",
    "rigsbog history $CITIZEN --open --authority 34051178 --basis 'forvaltningsloven § 29'",
    "rigsbog as-of nemkonto $CITIZEN --known 2026-04-08",
    "rigsbog as-of nemkonto $CITIZEN --valid 2026-05-01",
    "rigsbog explain nemkonto $DESIGNATION valid_from",
    "rigsbog impact $CORRECTION --basis 'rigsrevisorloven § 10'",
    "rigsbog rebuild messages",
    "rigsbog verify",
    "rigsbog seal status",
)


def demo(
    *,
    people: Annotated[int, typer.Option(min=10, max=100_000, help="So many people.")] = PEOPLE,
    companies: Annotated[int, typer.Option(min=10, max=10_000, help="So many companies.")] = COMPANIES,
    letters: Annotated[int, typer.Option(min=10, max=1_000_000, help="So many letters.")] = LETTERS,
    env: Annotated[bool, typer.Option("--env", help="Only print the last demo's names, for a shell to eval.")] = False,
    json: Json = False,
) -> None:
    """Then ask what was known last spring, rebuild every register while it runs, and prove everything equal. It has a
    database of its own under RIGSBOG_HOME/demo, made anew each time, with a simulated clock. Nobody in it is real.
    """
    if env:
        output.print_line(_saved_names())
        return
    began = time.monotonic()
    print_line = (lambda _: None) if json else (lambda sentence: output.print_line(f"· {sentence}"))
    with demo_application(print_line) as (application, folder):
        with simulated_clock(application) as clock:
            scenario = Scenario(application, clock, folder, print_line, state(people, companies, SEED))
            for moment, scene in scenes(scenario, letters):
                scenario.set_time(moment)
                scene()
        results = ask(scenario)
    results["seconds"] = round(time.monotonic() - began, 1)
    exported = _exported_names(scenario, results)
    (scenario.folder / NAMES).write_text("".join(f"{line}\n" for line in exported.values()), encoding="utf-8")
    if json:
        output.print_json(results)
    else:
        _summary(exported, results)


def demo_home() -> Path:
    """RIGSBOG_HOME/demo, or RIGSBOG_HOME itself when the shell took over a demo's own names (`--env`)."""
    home = load_settings().home
    return home if home.name == "demo" and (home / "scenario").is_dir() else home / "demo"


@contextmanager
def demo_application(print_line: Any) -> Iterator[tuple[Application, Path]]:
    """An application on an emptied database of the embedded server, and a folder for its letters."""
    home = demo_home()
    settings = load_settings(child_environment() | dict.fromkeys(NOT_ITS_OWN, "") | {"RIGSBOG_HOME": str(home)})
    folder = home / "scenario"
    source = resolve(settings)
    with open_source(source) as url:
        assert source.server is not None, "the demo runs on the embedded server"
        everything = source.server.url("postgres")
        with connect(everything, autocommit=True) as connection:
            for database in ("rigsbog", "tampered"):
                connection.execute(f"drop database if exists {database} with (force)")
        for old in (folder, home / "documents", home / "seal"):
            shutil.rmtree(old, ignore_errors=True)
        folder.mkdir(parents=True)
        create_database(everything, "rigsbog")
        upgrade(url)
        print_line(f"An embedded PostgreSQL runs under {home}, and its ledger is empty.")
        with closing(Application(settings, url)) as application:
            yield application, folder


@contextmanager
def simulated_clock(application: Application) -> Iterator[Any]:
    """The owner's connection that sets the ledger's simulated clock, which must exist before the first record."""
    with connect(application.url, autocommit=True) as connection:
        connection.execute("insert into ledger.simulated_clock (now_is) values (%s)", [at(1, 1)])
        yield connection


def _exported_names(scenario: Scenario, results: dict[str, Any]) -> dict[str, str]:
    """For each name that a shell may use, the line that exports it."""
    names = {"RIGSBOG_HOME": scenario.application.home} | {
        name.upper(): results[name] for name in ("citizen", "notice", "summons", "designation", "correction")
    }
    return {name: f"export {name}={shlex.quote(str(value))}" for name, value in names.items()}


def _saved_names() -> str:
    path = demo_home() / "scenario" / NAMES
    if not path.exists():
        raise BadInput("there is no demo yet: run `rigsbog demo` first")
    return path.read_text(encoding="utf-8").rstrip()


def _summary(exported: dict[str, str], results: dict[str, Any]) -> None:
    output.print_line(
        f"\n{results['facts']:,} facts, everything proved equal, in {results['seconds']} seconds. Try next:\n"
    )
    for line in (*(exported[name] for name in ("RIGSBOG_HOME", "CITIZEN", "DESIGNATION", "CORRECTION")), *NEXT):
        output.print_line(f"  {line}")
