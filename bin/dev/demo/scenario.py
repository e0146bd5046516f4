"""What the demo's scenes share: a made-up state, its clock, and the same use cases as in production."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid5

import psycopg

from adapters.memo import letters as letters_in
from bin.application.application import Application
from bin.application.contexts import OnBehalf
from bin.application.people.imports import ImportedLine, PeopleImport
from bin.application.post.submit import MessageSubmission
from bin.application.reactions.executor import caught_up
from bin.dev.demo import synthetic
from domain.identity.cpr import parse_cpr
from domain.subject import MessageId, PersonId
from projections.catalogue import REGISTERS
from projections.engine.follow import follow

GROWN_UP_BORN = 2000
SEED = 1968
"""The year of the CPR register; the same seed gives the same state."""
NAMESPACE = UUID("5269675f-6465-4d6f-8000-73746f727900")
"""Of the scenario's own messages and designations."""


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@dataclass
class Scenario:
    """What the scenes share; each leaves behind what the closing questions ask about."""

    application: Application
    clock: psycopg.Connection[Any]
    """The owner's connection, which sets the simulated clock."""
    folder: Path
    print_line: Callable[[str], None]
    population: synthetic.Population
    outcomes: dict[str, Any] = field(default_factory=dict)
    random: Random = field(default_factory=lambda: Random(SEED))  # noqa: S311 - the same ids at every run
    cast: list[tuple[dict[str, Any], PersonId]] = field(default_factory=list)
    """The grown-ups of the state, each as in the people file and as registered; the first is the main character."""

    @property
    def citizen(self) -> PersonId:
        """The main character."""
        return self.cast[0][1]

    def set_time(self, moment: datetime) -> None:
        """Let time pass, and let happen what falls due meanwhile."""
        self.clock.execute("update ledger.simulated_clock set now_is = %s", [moment])
        self.catch_up()

    def catch_up(self) -> None:
        """Run the reactions, and bring the registers to the head."""
        caught_up(self.application)
        with self.application.database.project.connect() as connection:
            follow(connection, REGISTERS)

    def registration(self) -> None:
        """Everybody is registered; mailboxes open without a request, a company's after its days of grace."""
        rows = (*self.population.people, *self.population.companies)
        entered = self.register(rows)
        self.register([synthetic.operator(self.application.settings.authority)])
        kinds = Counter(line.kind for line in entered if line.registered)
        self.cast = [
            (row, line.subject)
            for row, line in zip(rows, entered, strict=True)
            if isinstance(line.subject, PersonId) and parse_cpr(row["number"]).birth_date.year <= GROWN_UP_BORN
        ]
        self.print_line(
            f"{kinds['person']:,} people and {kinds['company']:,} companies are registered; mailboxes open."
        )
        self.outcomes["registered"] = dict(kinds)

    def register(self, rows: Iterable[dict[str, Any]]) -> list[ImportedLine]:
        """Register people and companies, with the same ids at every run."""
        people_import = PeopleImport(
            self.application, new_uuid=lambda: UUID(int=self.random.getrandbits(128), version=4)
        )
        registered = list(people_import.register(json.dumps(row).encode() for row in rows))
        self.catch_up()
        return registered

    def mailing(self, count: int) -> None:
        """Letters are written as real MeMo files, and submitted as any letter is."""
        folder = self.folder / "letters"
        folder.mkdir()
        for name, content in synthetic.letters(self.population, count, self.application.ledger.now(), SEED):
            (folder / name).write_bytes(content)
        self.outcomes["letters"] = self.submit(folder)
        self.catch_up()
        words = ", ".join(f"{many:,} {status.lower()}" for status, many in sorted(self.outcomes["letters"].items()))
        self.print_line(f"{count:,} letters are submitted as MeMo files: {words}.")

    def submit(self, path: Path) -> dict[str, int]:
        """Submit the letters of a path: how many ended with each status."""
        return dict(
            Counter(letter.status.value for letter in MessageSubmission(self.application).submit(letters_in([path])))
        )

    def send(self, name: str, title: str, recipient: dict[str, Any], **details: Any) -> MessageId:
        """Write one letter as a file, and submit it."""
        self.submit(self.write(name, title, recipient, **details))
        self.catch_up()
        return MessageId(scenario_uuid(name))

    def write(
        self,
        name: str,
        title: str,
        recipient: dict[str, Any],
        *,
        sender: int = 0,
        until: date | None = None,
        summons: bool = False,
    ) -> Path:
        """One letter of the scenario as a MeMo file."""
        content = synthetic.letter(
            self.population.companies[sender],
            recipient,
            title,
            self.application.ledger.now(),
            uuid=scenario_uuid(name),
            case=f"2026-{name.replace(' ', '-')}",
            held_back_until=until,
            summons=summons,
        )
        path = self.folder / f"{name.replace(' ', '-')}.xml"
        path.write_bytes(content)
        return path

    def act(self, command: Any, case: str | None = None) -> None:
        self.application.execute(command, "system:demo", OnBehalf(case=case))


def scenario_uuid(name: str) -> UUID:
    """The same for the same name, and of version 4 in form, as MeMo wants it."""
    return UUID(int=uuid5(NAMESPACE, name).int, version=4)
