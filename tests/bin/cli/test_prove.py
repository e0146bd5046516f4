"""Proofs: what one file proves to a stranger, what it does not show, and what is refused."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.seal.formats.blinding import named
from adapters.seal.formats.note import Key
from adapters.seal.formats.proof import Proof
from adapters.settings import load_settings
from bin.application.application import Application
from bin.application.operations.sealing import seal_now
from bin.cli import exits
from domain.danish_time import day_of
from tests.bin.terminal import Said, Terminal, company, cpr, held_until, letter, person
from tests.bin.verifier.stranger import FOR_A_CASE, INVALID, UNREADABLE, VALID, prove, seal, verdict

CLOCK_COLUMNS = (
    "submitted_at",
    "rejected_at",
    "scheduled_for",
    "recalled_at",
    "refused_at",
    "available_at",
    "first_opened_at",
    "served_at",
)
TITLE = "Prøveopkrævning"


@pytest.fixture(scope="module")
def anna(terminal: Terminal) -> str:
    """Anna, who has number 1, and the authority that writes to her."""
    return terminal.register(person(1), company())[0]


@pytest.fixture
def arrived(terminal: Terminal, anna: str, tmp_path: Path) -> str:
    """A letter that has arrived in Anna's mailbox and that she has opened."""
    (line,) = terminal.submit(letter(tmp_path, cpr(1)))
    terminal.ok("open", line["message_uuid"], "--reader", anna)
    return str(line["message_uuid"])


@pytest.fixture(scope="module")
def submitted(terminal: Terminal, anna: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, int]:
    """A letter to Anna, and the position of its submission."""
    (line,) = terminal.submit(letter(tmp_path_factory.mktemp("letters"), cpr(1)))
    message = f"message:{line['message_uuid']}"
    records = terminal.ok("history", message, "--json").lines[0]["records"]
    return message, next(one["position"] for one in records if one["fact"] == "MessageSubmitted")


def extra(file: Path) -> Any:
    """The record and the further facts in a proof file."""
    held = Proof.read(file.read_text(encoding="utf-8")).extra
    assert held is not None
    return json.loads(held)


def record(encoded: str) -> Any:
    """The record in a proof."""
    return json.loads(base64.b64decode(encoded))


def clock_of_the_register(terminal: Terminal, message: str) -> dict[str, datetime | None]:
    """The legal clock in the register of messages."""
    ((row,),) = [one["rows"] for one in terminal.ok("as-of", "messages", f"message:{message}", "--json").lines]
    return {name: row[name] and datetime.fromisoformat(row[name]) for name in CLOCK_COLUMNS}


class TestOfAMessage:
    @pytest.mark.parametrize(
        ("said", "fact"),
        [
            ({}, "MessageMadeAvailable"),
            ({"legal_notification": True}, "ServiceEffected"),
            (held_until(day_of(datetime.now(UTC)) + timedelta(days=5)), "MessageSubmitted"),
            ({}, "MessageRejected"),
        ],
        ids=["arrived", "served", "held back", "rejected"],
    )
    def test_the_proof_shows_the_registers_clock_and_is_of_the_fact_with_the_most_legal_effect(
        self, terminal: Terminal, anna: str, tmp_path: Path, said: dict[str, Any], fact: str
    ) -> None:
        unknown = fact == "MessageRejected"
        (line,) = terminal.submit(letter(tmp_path, cpr(3999) if unknown else cpr(1), **said))
        message, file = line["message_uuid"], tmp_path / "a.tlog-proof"
        if line["status"] == "COMPLETED":
            terminal.ok("open", message, "--reader", anna, "--act", "open")
        key = seal(terminal)
        document = prove(terminal, message, file)
        held = extra(file)
        clock = {name: at and datetime.fromisoformat(at) for name, at in held["clock"].items()}

        assert verdict(file, key).code == VALID
        assert record(held["record"])["fact"] == fact
        assert {name: clock[name] for name in CLOCK_COLUMNS} == clock_of_the_register(terminal, message)
        assert document["message"] == held["message"] == f"message:{message}"

    def test_every_fact_of_it_is_there_once_and_proved(self, terminal: Terminal, arrived: str, tmp_path: Path) -> None:
        file = tmp_path / "a.tlog-proof"
        key = seal(terminal)
        document = prove(terminal, arrived, file)
        held = extra(file)
        there = [record(held["record"]), *(record(one["record"]) for one in held["facts"])]
        history = terminal.ok("history", f"message:{arrived}", "--json").lines[0]["records"]

        assert sorted(one["position"] for one in there) == [one["position"] for one in history]
        assert document["facts"] == len(history)
        assert all(f"position {one['position']}" in verdict(file, key).out for one in history)

    def test_the_senders_own_receipts_name_positions_that_are_provable(
        self, terminal: Terminal, arrived: str, tmp_path: Path
    ) -> None:
        file, key = tmp_path / "a.tlog-proof", seal(terminal)
        rows = [row for row in terminal.ok("receipts", "--json").lines if row["message"] == f"message:{arrived}"]
        answered = terminal.ok("as-of", "receipts", f"message:{arrived}", "--json").lines[0]["rows"]

        assert {row["position"] for row in rows} == {row["position"] for row in answered}
        for row in rows:
            prove(terminal, row["position"], file)
            shown = extra(file)
            payload = named(record(shown["record"]), shown["subjects"])["payload"]
            assert (payload["receipt"], payload["status"]) == (row["receipt"], row["status"])
            assert verdict(file, key).code == VALID


class TestWhatIsRefused:
    def test_an_unsealed_record_is_reported_with_what_to_do(
        self, terminal: Terminal, arrived: str, tmp_path: Path
    ) -> None:
        said = terminal.run("prove", arrived, "--out", str(tmp_path / "a.tlog-proof"))

        assert said.code == exits.BUSY
        assert "rigsbog seal once" in said.err
        assert not list(tmp_path.glob("*a.tlog-proof*"))

    def test_it_can_wait_for_the_seal(self, terminal: Terminal, arrived: str, tmp_path: Path) -> None:
        def later() -> None:
            time.sleep(0.5)
            application = Application(load_settings(terminal.environment), terminal.url)
            try:
                seal_now(application)
            finally:
                application.close()

        sealing = threading.Thread(target=later)
        sealing.start()
        document = prove(terminal, arrived, tmp_path / "a.tlog-proof", "--wait", "30")
        sealing.join()

        assert document["size"] >= document["position"]

    def test_no_personal_data_is_read_for_a_record_that_cannot_be_proved_yet(
        self, terminal: Terminal, arrived: str, tmp_path: Path
    ) -> None:
        before = terminal.facts().get("DataDisclosed", 0)
        said = terminal.run("prove", arrived, "--out", str(tmp_path / "a.tlog-proof"), *FOR_A_CASE)

        assert said.code == exits.BUSY
        assert terminal.facts().get("DataDisclosed", 0) == before

    def test_a_missing_folder_of_the_file_is_reported_before_anything_is_read(
        self, terminal: Terminal, arrived: str, tmp_path: Path
    ) -> None:
        seal(terminal)
        before = terminal.head()
        said = terminal.run("prove", arrived, "--out", str(tmp_path / "nowhere" / "a.tlog-proof"), *FOR_A_CASE)

        assert said.code == exits.CANNOT_WRITE
        assert "There is no folder" in said.err
        assert terminal.head() == before

    @pytest.mark.parametrize(
        ("argument", "code"),
        [
            ("0e1f7a52-0000-4000-8000-000000000001", exits.BAD_INPUT),
            (cpr(1), exits.USAGE),
            ("0", exits.USAGE),
            ("person:x", exits.USAGE),
        ],
    )
    def test_what_was_never_recorded_has_no_proof(
        self, terminal: Terminal, anna: str, tmp_path: Path, argument: str, code: int
    ) -> None:
        seal(terminal)
        said = terminal.run("prove", argument, "--out", str(tmp_path / "a.tlog-proof"))

        assert said.code == code
        assert cpr(1) not in said.err

    @pytest.mark.parametrize(
        "words",
        [
            "prove {position} --out {file}",
            "prove {message} --out {file}",
            "bundle {message} --out {file}",
            "as-of messages {message} --proof {file}",
        ],
    )
    @pytest.mark.parametrize(
        "altering",
        [
            "update ledger.record set payload = payload || '{\"size_bytes\": 1}' where position = %s",
            "update ledger.record set actor = 'employee:k8' where position = %s",
            "update ledger.record set sealed = sealed || '\\x00' where position = %s",
        ],
        ids=["payload", "header", "encrypted part"],
    )
    def test_no_evidence_is_made_of_altered_records(
        self, terminal: Terminal, submitted: tuple[str, int], tmp_path: Path, words: str, altering: str
    ) -> None:
        said, position = self.asked_while_altered(terminal, submitted, tmp_path / "evidence", words, altering)

        assert said.code == exits.BROKEN
        assert f"at position {position}" in said.err
        assert not list(tmp_path.iterdir())

    def test_no_proof_is_made_of_a_record_whose_subjects_were_removed(
        self, terminal: Terminal, submitted: tuple[str, int], tmp_path: Path
    ) -> None:
        altering = "delete from ledger.subject where position = %s"
        words = "prove {position} --out {file}"
        said, position = self.asked_while_altered(terminal, submitted, tmp_path / "evidence", words, altering)

        assert said.code == exits.BROKEN
        assert f"at position {position}" in said.err
        assert not list(tmp_path.iterdir())

    @staticmethod
    def asked_while_altered(
        terminal: Terminal, submitted: tuple[str, int], file: Path, words: str, altering: str
    ) -> tuple[Said, int]:
        """What a command answers while the record of the submission is altered, and the position of that record."""
        message, position = submitted
        seal(terminal)
        with tampering(terminal.url, position) as connection:
            assert connection.execute(altering, [position]).rowcount > 0
            return terminal.run(*words.format(position=position, message=message, file=file).split()), position


@contextmanager
def tampering(url: str, position: int) -> Iterator[psycopg.Connection[Any]]:
    """A superuser who changes a record with the ledger's triggers disabled; the change is undone at the end."""
    tables = ("record", "subject")
    with psycopg.connect(url, autocommit=True) as owner:
        guards = [
            (table, name)
            for table in tables
            for (name,) in owner.execute(
                "select tgname from pg_trigger where tgrelid = %s::regclass and not tgisinternal", [f"ledger.{table}"]
            )
        ]
        for table, name in guards:
            owner.execute(f"alter table ledger.{table} disable trigger {name}")
        for table in tables:
            owner.execute(f"create temp table kept_{table} as select * from ledger.{table} where position = {position}")
        try:
            yield owner
        finally:
            for table in tables:
                owner.execute(f"delete from ledger.{table} where position = {position}")
                owner.execute(f"insert into ledger.{table} select * from kept_{table}")
            for table, name in guards:
                owner.execute(f"alter table ledger.{table} enable always trigger {name}")


class TestPersonalFields:
    def test_they_stay_sealed_unless_they_are_opened(self, terminal: Terminal, arrived: str, tmp_path: Path) -> None:
        file, key = tmp_path / "a.tlog-proof", seal(terminal)
        document = prove(terminal, arrived, file)

        assert document["opened"] == 0
        assert TITLE not in verdict(file, key).out

    def test_they_are_opened_for_a_case_and_bound_to_what_was_sealed(
        self, terminal: Terminal, anna: str, arrived: str, tmp_path: Path
    ) -> None:
        file, key = tmp_path / "a.tlog-proof", seal(terminal)
        document = prove(terminal, arrived, file, *FOR_A_CASE)
        last = terminal.ok("history", anna, "--json").lines[0]["records"][-1]

        assert document["opened"] == 1
        assert TITLE in verdict(file, key).out
        assert (last["fact"], last["legal_basis"]) == ("DataDisclosed", "retsplejeloven § 298")

    def test_a_part_with_another_holders_key_is_not_disclosed(
        self, terminal: Terminal, arrived: str, tmp_path: Path
    ) -> None:
        """If a key named another holder, its subject would not see a disclosure, and an erasure would miss it."""
        seal(terminal)
        move = "update vault.data_key set holder = %s where holder = %s and retention = 'post'"
        (moved,) = terminal.register(person(77))
        with psycopg.connect(terminal.url) as connection:
            ((holder,),) = connection.execute(
                "select payload->>'recipient' from ledger.record join ledger.fact_name using (fact)"
                " where name = 'MessageSubmitted' and subject = %s",
                [arrived],
            ).fetchall()
            assert connection.execute(move, [moved, holder]).rowcount == 1
        try:
            said = terminal.run("prove", arrived, "--out", str(tmp_path / "a.tlog-proof"), *FOR_A_CASE)
        finally:
            with psycopg.connect(terminal.url) as connection:
                connection.execute(move, [holder, moved])

        assert said.code == exits.BROKEN
        assert "is in another's name" in said.err
        assert not (tmp_path / "a.tlog-proof").exists()

    def test_a_protected_name_is_disclosed_to_no_private_reader(self, terminal: Terminal, tmp_path: Path) -> None:
        (bo,) = terminal.register(person(7, protected=True))
        file, key = tmp_path / "a.tlog-proof", seal(terminal)
        (named,) = [
            one["position"]
            for one in terminal.ok("history", bo, "--json").lines[0]["records"]
            if one["fact"] == "NameEntered"
        ]
        document = prove(terminal, named, file, *FOR_A_CASE)

        assert document["opened"] == 0
        assert verdict(file, key).code == VALID

    def test_the_file_is_for_its_owner_only(self, terminal: Terminal, arrived: str, tmp_path: Path) -> None:
        file, _ = tmp_path / "a.tlog-proof", seal(terminal)
        prove(terminal, arrived, file, *FOR_A_CASE)

        assert file.stat().st_mode & 0o077 == 0


@pytest.fixture(scope="module")
def proof(terminal: Terminal, anna: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, str]:
    """A proof with opened fields, and the key."""
    folder = tmp_path_factory.mktemp("proof")
    (line,) = terminal.submit(letter(folder, cpr(1)))
    key, file = seal(terminal), folder / "a.tlog-proof"
    prove(terminal, line["message_uuid"], file, *FOR_A_CASE)
    return file.read_bytes(), key


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(place=st.integers(0), bit=st.integers(0, 7))
def test_a_proof_with_any_bit_changed_is_not_valid(
    proof: tuple[bytes, str], tmp_path_factory: pytest.TempPathFactory, place: int, bit: int
) -> None:
    content, key = proof
    changed = bytearray(content)
    changed[place % len(content)] ^= 1 << bit
    file = tmp_path_factory.mktemp("changed") / "a.tlog-proof"
    file.write_bytes(changed)

    assert verdict(file, key).code != VALID


def test_under_another_key_it_proves_nothing(proof: tuple[bytes, str], tmp_path: Path) -> None:
    content, key = proof
    file = tmp_path / "a.tlog-proof"
    file.write_bytes(content)

    assert verdict(file, key).code == VALID
    assert verdict(file, str(Key(Key.read(key).name, bytes(32)))).code == INVALID
    assert verdict(file).code == UNREADABLE
