"""Personal data: every opening is recorded where its subject sees it, and an erasure leaves nothing to open."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from adapters.ledger.entry import Indeterminate
from bin.application.disclosure_log import LedgerDisclosures
from bin.cli import exits
from bin.cli.erase import Which
from domain.fact import Retention
from projections.catalogue import REGISTERS
from projections.engine.subjects import askable
from tests.bin.terminal import READING_BASIS, Terminal, company, cpr, letter, person
from tests.bin.verifier.stranger import VALID, seal, verdict

pytestmark = pytest.mark.slow

BASIS, AUTHORITY, CASE = "retsplejeloven § 298", "34051178", "2026-17"
OPENED = ("--open", "--basis", BASIS, "--authority", AUTHORITY, "--case", CASE)
BY_BANK = ("--channel", "bank", "--institution", "5001", "--consent", "order-1")
NAME, STREET, ACCOUNT, TITLE, TEXT = "Mosegaard", "Enghavevej 7", "1234567890", "Indkaldelse", "Kom til tiden."


@dataclass(frozen=True)
class Recorded:
    """A person of whom something personal of every kind was recorded."""

    terminal: Terminal
    number: str
    who: str
    message: str
    key: str
    designation: str

    @property
    def personal(self) -> tuple[str, ...]:
        return (self.number, NAME, STREET, ACCOUNT, TITLE, TEXT)

    def shown(self, *words: str, file: Path | None = None) -> str:
        """What a command shows, or what the verifier shows of the evidence that it writes."""
        said = self.terminal.ok(*words, *(() if file is None else ("--out", str(file))))
        del self.terminal.heard[-2:]  # A reader with access sees the name.
        if file is None:
            return said.out
        checked = verdict(file, self.key)
        assert checked.code == VALID, checked
        file.unlink()
        return checked.out

    def everything(self, folder: Path) -> str:
        """All that the commands open: each register, both histories, the letter's content, a proof and a bundle."""
        asked: list[tuple[str, ...]] = [
            ("as-of", register.name, about, "--json", *OPENED)
            for about in (self.who, self.message)
            for register in REGISTERS
            if about.partition(":")[0] in askable(register)
        ]
        asked += [("history", about, "--json", *OPENED) for about in (self.who, self.message)]
        asked += [("nemkonto", "show", self.who)]
        answers = [self.shown(*words) for words in asked]
        answers.append(self.terminal.run("open", self.message, "--reader", self.who).out)
        del self.terminal.heard[-2:]
        seal(self.terminal)
        proof = self.shown("prove", self.message, *OPENED, file=folder / "a.tlog-proof")
        seal(self.terminal)
        return "\n".join([*answers, proof, self.shown("bundle", self.who, *OPENED, file=folder / "a.zip")])

    def records(self) -> list[dict[str, Any]]:
        """What the person sees in their own history, with nothing opened."""
        records: list[dict[str, Any]] = self.terminal.ok("history", self.who, "--json").lines[0]["records"]
        return records


def recorded(terminal: Terminal, folder: Path, serial: int) -> Recorded:
    address = {"street": STREET, "postal_code": "5000", "city": "Odense C"}
    (who,) = terminal.register(person(serial, name={"given": "Ida", "family": NAME}, address=address))
    (line,) = terminal.submit(letter(folder, cpr(serial), label=TITLE))
    designated = terminal.ok("nemkonto", "designate", who, *BY_BANK, "--json", stdin=f"5001 {ACCOUNT}").lines[0]
    terminal.ok("run", "--once")
    return Recorded(
        terminal, cpr(serial), who, f"message:{line['message_uuid']}", seal(terminal), designated["designation"]
    )


@pytest.fixture(scope="module")
def ida(terminal: Terminal, tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    terminal.register(company())
    return recorded(terminal, tmp_path_factory.mktemp("letters"), 1)


@pytest.mark.parametrize(
    ("words", "writes_file", "personal"),
    [
        ("history {who}", False, NAME),
        ("as-of person_addresses {who}", False, STREET),
        ("as-of messages {message}", False, TITLE),
        ("prove {message}", True, TITLE),
        ("bundle {message}", True, TITLE),
    ],
)
def test_every_opening_for_an_authority_is_in_its_subjects_history(
    ida: Recorded, tmp_path: Path, words: str, writes_file: bool, personal: str
) -> None:
    """CJEU C-579/21: when, by which authority and why."""
    seal(ida.terminal)
    before = len(ida.records())
    named = words.format(who=ida.who, message=ida.message).split()

    assert personal in ida.shown(*named, *OPENED, file=tmp_path / "evidence.zip" if writes_file else None)

    history, added = ida.records()[before:]
    assert (history["fact"], history["fields"]["opened"]) == ("DataDisclosed", False), "that of the line before"
    assert (added["fact"], added["fields"]["opened"]) == ("DataDisclosed", True)
    assert (added["authority"], added["legal_basis"], added["case"]) == (AUTHORITY, BASIS, CASE)


@pytest.mark.parametrize(
    ("words", "question"),
    [
        ("as-of persons {who}", "row"),
        ("as-of all {who}", "row"),
        ("as-of mail_registrations {who}", "row"),
        ("as-of nemkonto {who} --valid 2026-05-01", "row"),
        ("as-of messages {message}", "row"),
        ("explain persons {who} registered_as_resident", "row"),
        ("diff persons --from 1", "search"),
        ("history {message}", "trail"),
        ("explain messages {message} available_at", "row"),
        ("explain nemkonto {designation} valid_from", "row"),
        ("as-of nemkonto {designation}", "row"),
        ("diff messages --from 1", "search"),
        ("diff nemkonto --from 1", "search"),
        ("diff person_names --from 1", "search"),
        ("prove {message} --out {file}", "export"),
        ("bundle {who} --out {file}", "export"),
        ("find", "lookup"),
    ],
)
def test_every_answer_about_a_person_is_in_their_history_though_nothing_was_opened(
    ida: Recorded, tmp_path: Path, words: str, question: str
) -> None:
    """Whether somebody lives, is protected or has a mailbox is personal too; so is whose a number is (W33)."""
    seal(ida.terminal)
    before = len(ida.records())

    named = words.format(
        who=ida.who, message=ida.message, designation=ida.designation, file=tmp_path / "evidence"
    ).split()
    ida.terminal.ok(*named, stdin=ida.number)

    _, added = ida.records()[before:]
    assert added["fact"] == "DataDisclosed"
    assert (added["fields"]["question"], added["fields"]["opened"]) == (question, False)
    assert ida.who in added["fields"]["parties"]
    assert added["legal_basis"] == READING_BASIS


@pytest.mark.parametrize(
    "words", ["as-of persons {who}", "as-of persons {who} --open", "history {who}", "history {who} --open", "find"]
)
def test_what_cannot_be_recorded_is_not_answered(ida: Recorded, words: str) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise Indeterminate

    named = words.format(who=ida.who).split()
    with ida.terminal.monkeypatch.context() as patch:
        patch.setattr(LedgerDisclosures, "record", refuse)
        said = ida.terminal.run(*named, *(OPENED[1:] if "--open" in named else ()), stdin=ida.number)
    assert said.code != exits.OK
    assert said.out == ""


def test_a_number_that_nobody_bears_is_looked_up_on_record(ida: Recorded) -> None:
    before = ida.terminal.facts().get("DataDisclosed", 0)

    assert ida.terminal.run("find", stdin=cpr(3998)).code == exits.DIFFERENT

    assert ida.terminal.facts()["DataDisclosed"] == before + 1


@pytest.mark.parametrize(
    ("words", "personal", "fact"),
    [
        ("nemkonto show {who} --reader {who}", ACCOUNT[-4:], "DataDisclosed"),
        ("open {message} --reader {who}", TEXT, "MessageOpened"),
    ],
)
def test_what_a_person_opens_is_in_their_own_history(ida: Recorded, words: str, personal: str, fact: str) -> None:
    before = len(ida.records())

    assert personal in ida.shown(*words.format(who=ida.who, message=ida.message).split())

    assert fact in [added["fact"] for added in ida.records()[before:]]


def test_an_erasure_of_all_leaves_nothing_to_open_anywhere(terminal: Terminal, ida: Recorded, tmp_path: Path) -> None:
    bo = recorded(terminal, tmp_path, 2)
    opened = bo.everything(tmp_path)
    assert [one for one in bo.personal if one not in opened] == []

    terminal.ok("erase", bo.who, "--class", "all", "--basis", "GDPR art. 17(1)(a)", "--authority", AUTHORITY)

    erased = bo.everything(tmp_path)
    assert [one for one in bo.personal if one in erased] == []
    assert "ERASED" in erased
    with psycopg.connect(terminal.url) as connection:
        assert connection.execute("select from vault.data_key where holder = %s", [bo.who]).fetchall() == []
    assert NAME in ida.shown("history", ida.who, *OPENED)
    terminal.ok("run", "--once")
    assert json.loads(terminal.ok("verify", "--json").out)["ok"]
    assert json.loads(terminal.ok("doctor", "--json").out)["ok"]


def test_after_an_erasure_the_number_leads_to_nobody_and_a_new_entry_has_nothing_of_the_old(
    terminal: Terminal, ida: Recorded, tmp_path: Path
) -> None:
    """GDPR art. 17: not even whoever has the key-encryption key gets from the number to the records."""
    clara = recorded(terminal, tmp_path, 3)
    terminal.ok("erase", clara.who, "--class", "identity", "--basis", "GDPR art. 17(1)(a)", "--authority", AUTHORITY)

    assert terminal.run("find", stdin=clara.number).code == exits.DIFFERENT
    (again,) = terminal.register(person(3))

    assert again != clara.who
    found = terminal.ok("find", "--json", stdin=ida.number)
    assert found.lines[0]["subject"] == ida.who


def test_each_class_of_retention_can_be_erased_and_all_together() -> None:
    assert list(Which) == [*Retention, "all"]
