"""A court and the people to whom it writes: letters of every outcome, and what a judge reads of the evidence."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import Any

from tests.bin.terminal import ASKS_CONFIRMATION, AUTHORITY, Terminal, company, cpr, held_until, letter, person
from tests.bin.verifier.stranger import FOR_A_CASE, seal

COURT = "Prøveretten"
SENT, HANDLED, DECIDED = (datetime(2026, 4, day, 7, tzinfo=UTC) for day in (21, 22, 23))
HELD_TO, RELEASED = date(2026, 5, 2), datetime(2026, 5, 2, 12, tzinfo=UTC)
SYSTEM = "Digital Post 2"
IMPORTED, WRONG_IMPORT = "5f9c6b1e-0000-4000-8000-00000000000a", "5f9c6b1e-0000-4000-8000-00000000000b"
BY_COURT = ("--authority", AUTHORITY, "--case", "2026-17")


def page_of(file: Path) -> str:
    """The page of a bundle."""
    with zipfile.ZipFile(file) as archive:
        return archive.read("index.html").decode()


def read(page: str) -> str:
    """What a reader sees of a page: its text, with single blanks."""
    text = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def section(page: str, name: str) -> str:
    """What a reader sees of one section of a page."""
    found = re.search(rf'<section class="{name}".*?</section>', page, flags=re.DOTALL)
    assert found is not None, name
    return read(found.group())


@dataclass
class Court:
    """A ledger in which a court has written to people, and what happened to each of its letters."""

    terminal: Terminal
    folder: Path
    people: dict[str, str] = field(default_factory=dict)
    letters: dict[str, str] = field(default_factory=dict)
    before_release: int = 0
    """The head before the letters that were held back were released."""

    def evidence(self, about: str, *options: str) -> Path:
        """A bundle about it, of all that was recorded."""
        seal(self.terminal)
        file = self.folder / "bundle.zip"
        self.terminal.ok("bundle", about, "--out", str(file), "--json", *options)
        return file

    def page(self, about: str, *options: str) -> str:
        return page_of(self.evidence(about, *options))

    def conclusion(self, outcome: str, language: str, *options: str) -> str:
        """The conclusion about a letter, for a reader who opens it."""
        page = self.page(self.letters[outcome], *FOR_A_CASE, "--language", language, *options)
        return section(page, "conclusion")


def played(terminal: Terminal, folder: Path) -> Court:
    """Play it all, and seal it."""
    court = Court(terminal, folder)
    terminal.set_clock(SENT)
    lines = [company() | {"name": {"name": COURT}, "authority": "court"}]
    lines += [person(serial, name={"given": name, "family": "Prøve"}) for serial, name in enumerate(("Anna", "Bo"), 1)]
    court.people = dict(zip(("court", "anna", "bo"), terminal.register(*lines), strict=True))
    _send(court)
    terminal.set_clock(HANDLED)
    _handle(court)
    terminal.set_clock(DECIDED)
    _decide(court)
    court.before_release = terminal.head()
    terminal.ok("citizen", "exempt", court.people["bo"])
    terminal.set_clock(RELEASED)
    terminal.ok("run", "--once")
    seal(terminal)
    return court


def _send(court: Court) -> None:
    terminal, summons = court.terminal, {"legal_notification": True}
    drafts: dict[str, dict[str, Any]] = {
        "ordinary": {},
        "opened": {},
        "opened by bo": summons,
        "moved": summons,
        "confirmed": dict(ASKS_CONFIRMATION),
        "by bailiff": summons,
        "reached": summons,
        "annulled": summons,
        "served again": summons,
        "not served": summons,
        "disputed": {},
        "unavailable": {},
        "nemsms": {"message_type": "NEMSMS", "main": None, "notification": "Husk din tid"},
        "recalled": held_until(HELD_TO),
        "held back": held_until(HELD_TO),
    }
    files = {name: letter(court.folder, cpr(1), label=f"Brev: {name}", **more) for name, more in drafts.items()}
    files["refused"] = letter(court.folder, cpr(2), **held_until(HELD_TO))
    files["rejected"] = letter(court.folder, cpr(77))
    answers = terminal.submit(*files.values())
    court.letters = {name: f"message:{answer['message_uuid']}" for name, answer in zip(files, answers, strict=True)}
    arrivals = [
        {"message": uuid, "sender": AUTHORITY, "recipient": cpr(1), "available_at": "2021-03-01T10:00:00Z"}
        | {"evidence_sha256": "e0" * 32}
        for uuid in (IMPORTED, WRONG_IMPORT)
    ]
    words = ("letter", "import", "-", "--system", SYSTEM, *BY_COURT)
    terminal.ok(*words, stdin="\n".join(map(json.dumps, arrivals)))
    court.letters |= {"imported": f"message:{IMPORTED}", "import annulled": f"message:{WRONG_IMPORT}"}


def _handle(court: Court) -> None:
    terminal, letters, (anna, bo) = court.terminal, court.letters, (court.people[name] for name in ("anna", "bo"))
    terminal.ok("citizen", "grant-mandate", anna, "--holder", bo, "--kind", "read")
    for name in ("opened", "annulled", "served again"):
        terminal.ok("open", letters[name], "--reader", anna)
    terminal.ok("open", letters["opened by bo"], "--reader", bo, "--channel", "mit.dk")
    terminal.ok("open", letters["moved"], "--reader", anna, "--act", "move", "--channel", "app")
    terminal.ok("service", "confirm", letters["confirmed"], "--reader", anna, "--on", "2026-04-22")


def _decide(court: Court) -> None:
    terminal, letters, anna = court.terminal, court.letters, court.people["anna"]
    sender = ("--sender", court.people["court"])
    for name in ("annulled", "served again"):
        terminal.ok("service", "annul", letters[name], *sender, "--because", "recorded_wrongly")
    terminal.ok("open", letters["served again"], "--reader", anna, "--act", "download")
    terminal.ok("service", "record", letters["by bailiff"], *sender, "--method", "bailiff", "--on", "2026-04-22")
    terminal.ok("service", "reached", letters["reached"], *sender, "--on", "2026-04-22")
    terminal.ok("letter", "dispute", letters["disputed"], "--recipient", anna, stdin="Det kom aldrig.")
    decided = ("--not-arrived", "--basis", "forvaltningsloven § 24", *BY_COURT)
    terminal.ok("letter", "decide", letters["disputed"], *decided)
    terminal.ok("letter", "unavailable", letters["unavailable"], "--basis", "forvaltningsloven § 24", *BY_COURT)
    terminal.ok("recall", letters["recalled"], *sender, stdin="Sendt ved en fejl.")
    terminal.ok("letter", "annul-import", letters["import annulled"], *BY_COURT)
