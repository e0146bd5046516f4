"""Runs the real command in this process or in another, and counts the recorded facts."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters.memo import Draft, Enclosure, LetterParty, write_letter
from bin.rigsbog import main
from tests.bin.killed import Kill

ROOT = Path(__file__).parents[2]
DEADLINE_SECONDS = 60
AUTHORITY = "99999993"
READING_BASIS = "forvaltningsloven § 32"
"""Of every reading whose command names no basis."""
WRITTEN = datetime(2026, 3, 1, 12, tzinfo=UTC)

CONFIRM: Mapping[str, Any] = {
    "label": "Bekræft modtagelsen",
    "actionCode": "BEKRAEFT",
    "EntryPoint": {"url": "https://court.example/confirm"},
}
ASKS_CONFIRMATION: Mapping[str, Any] = {
    "main": Enclosure("brev.txt", "text/plain", b"Kom til tiden.", actions=(dict(CONFIRM),))
}
"""What a letter has that asks its recipient to confirm it."""

AUDITOR = ("--entries", "--authority", "34051178", "--basis", "rigsrevisorloven § 10", "--case", "2026-7")
"""The options of `seal export` for an auditor."""


@dataclass(frozen=True)
class Said:
    """The output and the exit code of a command."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """Standard output as one JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Terminal:
    """A database and a home folder, and the output of every command that ran on them."""

    url: str
    home: Path
    monkeypatch: pytest.MonkeyPatch
    heard: list[str] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """The settings of the commands."""
        return {"DATABASE_URL": self.url, "RIGSBOG_HOME": str(self.home), "RIGSBOG_BASIS": READING_BASIS}

    def run(self, *arguments: str, stdin: str = "") -> Said:
        """Run the command in this process."""
        out, err = io.StringIO(), io.StringIO()
        with self.monkeypatch.context() as patch:
            for name, value in self.environment.items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["rigsbog", *arguments])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            with pytest.raises(SystemExit) as ended:
                main()
        self.heard += [out.getvalue(), err.getvalue()]
        code = ended.value.code
        return Said(code if isinstance(code, int) else 0, out.getvalue(), err.getvalue())

    def ok(self, *arguments: str, stdin: str = "") -> Said:
        """Run the command, which must succeed."""
        said = self.run(*arguments, stdin=stdin)
        assert said.code == 0, (arguments, said)
        return said

    def killed(self, kill: Kill, *arguments: str, stdin: str = "") -> None:
        """Run the command in a new process that is killed."""
        ended = subprocess.run(
            [sys.executable, "-m", "tests.bin.killed", kill.plan, *arguments],
            cwd=ROOT,
            env=os.environ | self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=DEADLINE_SECONDS,
            check=False,
        )
        self.heard += [ended.stdout, ended.stderr]
        assert ended.returncode == -9, ended

    def documents(self) -> list[Path]:
        """The documents that are stored."""
        return sorted(file for file in (self.home / "documents").rglob("*") if file.is_file())

    def facts(self, *about: str) -> dict[str, int]:
        """The number of facts by name, about one of the subjects or about all."""
        whose = "and exists (select from ledger.subject s where s.position = r.position and s.subject = any (%s))"
        with psycopg.connect(self.url) as connection:
            return dict(
                connection.execute(
                    "select f.name, count(*) from ledger.record r join ledger.fact_name f using (fact)"
                    f" where true {whose if about else ''} group by 1",
                    [[one.partition(":")[2] for one in about]] if about else [],
                ).fetchall()
            )

    def head(self) -> int:
        """The position of the last record."""
        with psycopg.connect(self.url) as connection:
            row = connection.execute("select coalesce(max(position), 0) from ledger.record").fetchone()
        assert row is not None
        return int(row[0])

    def set_clock(self, now: datetime) -> None:
        """Set the simulated clock; the first call creates it."""
        with psycopg.connect(self.url) as connection:
            connection.execute(
                "insert into ledger.simulated_clock (now_is) values (%s)"
                if connection.execute("select from ledger.simulated_clock").fetchone() is None
                else "update ledger.simulated_clock set now_is = %s",
                [now],
            )

    def register(self, *lines: dict[str, Any], options: tuple[str, ...] = ()) -> list[str]:
        """Register people and companies; their subjects."""
        said = self.ok("register", "-", "--json", *options, stdin="\n".join(json.dumps(line) for line in lines))
        return [line["subject"] for line in said.lines]

    def submit(self, *letters: Path) -> list[Any]:
        """Submit letters; one JSON object a letter."""
        return self.run("submit", "--json", *map(str, letters)).lines


def cpr(serial: int) -> str:
    """A replacement CPR number, birth date 1 January 1990."""
    return f"610190{serial:04}"


def person(serial: int, **more: Any) -> dict[str, Any]:
    """A line that registers a person."""
    return {"kind": "person", "number": cpr(serial), "name": {"given": "Anna", "family": "Prøvehansen"}} | more


def company(number: str = AUTHORITY) -> dict[str, Any]:
    """A line that registers a company; AUTHORITY is an authority with every right to send."""
    line = {"kind": "company", "number": number, "name": {"name": "Prøvestyrelsen"}}
    if number == AUTHORITY:
        return line | {"authority": "state", "sending_rights": ["public_sender", "legal_notification", "mandatory"]}
    return line


def letter(folder: Path, recipient: str, **more: Any) -> Path:
    """A letter file to a recipient."""
    uuid: UUID = more.pop("uuid", None) or uuid4()
    kind, contact_point = more.pop("id_type", "CPR"), more.pop("contact_point", None)
    named: dict[str, Any] = {
        "message_uuid": uuid,
        "sender": LetterParty(id=AUTHORITY, id_type="CVR", label="Prøvestyrelsen"),
        "recipient": LetterParty(id=recipient, id_type=kind, contact_point_id=contact_point),
        "label": "Prøveopkrævning",
        "created_at": WRITTEN,
        "main": Enclosure("brev.txt", "text/plain", b"Kom til tiden."),
    }
    file = folder / f"{uuid4()}.xml"
    file.write_bytes(write_letter(Draft(**named | more)))
    return file


def held_until(day: date) -> dict[str, Any]:
    """The field that defers delivery."""
    return {"do_not_deliver_until": day}
