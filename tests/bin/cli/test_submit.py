"""Proves the outcome of letters: every status, the documented output, and one effect after any kill."""

from __future__ import annotations

import lzma
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4, uuid5

import psycopg
import pytest

from adapters.documents import FolderDocuments
from adapters.ledger.ledger import PostgresLedger
from adapters.memo import LetterParty
from bin.application.post import batches
from bin.cli.output import print_json
from domain.danish_time import COPENHAGEN
from tests.bin.killed import Kill, Limit
from tests.bin.terminal import ASKS_CONFIRMATION, AUTHORITY, Terminal, company, cpr, held_until, letter, person

APPEND = PostgresLedger.append_many
SMALL_BATCHES = Limit(batches, "LETTERS_A_BATCH_MAX", 2)
ONE_ARRIVAL = {"MessageSubmitted": 1, "ReceiptIssued": 2, "MessageMadeAvailable": 1}


@pytest.fixture(scope="module", autouse=True)
def anna(terminal: Terminal) -> str:
    """Anna, who has number 1, and the authority that writes to her."""
    subject, _ = terminal.register(person(1), company())
    return subject


def message(file: Path) -> str:
    """The subject of a letter's message."""
    return "message:" + file.read_text().partition("messageUUID>")[2].partition("<")[0]


def test_an_accepted_letter_is_one_object_with_these_keys(terminal: Terminal, tmp_path: Path) -> None:
    file = letter(tmp_path, cpr(1))
    said = terminal.ok("submit", "--json", str(file))
    (line,) = said.lines
    assert line == {
        "file": str(file),
        "message_uuid": message(file).partition(":")[2],
        "status": "COMPLETED",
        "position": line["position"],
        "receipts": line["receipts"],
        "errors": [],
    }
    assert [set(one) for one in line["receipts"]] == [{"receipt", "status", "position", "recorded_at"}] * 2
    assert [one["status"] for one in line["receipts"]] == ["RECEIVED", "COMPLETED"]
    assert line["position"] == terminal.head()
    assert said.err == ""


def test_the_same_letter_again_is_replayed_with_its_receipts(terminal: Terminal, tmp_path: Path) -> None:
    file = letter(tmp_path, cpr(1))
    (first,) = terminal.submit(file)
    head = terminal.head()
    (again,) = terminal.submit(file)
    assert again == first | {"status": "REPLAYED"}
    assert terminal.head() == head


def test_the_same_letter_twice_in_one_folder_has_one_effect(terminal: Terminal, tmp_path: Path) -> None:
    file = letter(tmp_path, cpr(1))
    (tmp_path / "zz.xml").write_bytes(file.read_bytes())
    statuses = [one["status"] for one in terminal.submit(tmp_path)]
    assert statuses == ["COMPLETED", "REPLAYED"]
    assert terminal.facts(message(file)) == ONE_ARRIVAL


def test_edge_11_a_uuid_in_upper_case_is_the_one_in_lower_case(terminal: Terminal, tmp_path: Path) -> None:
    uuid = uuid4()
    file = letter(tmp_path, cpr(1), uuid=uuid)
    lower = file.read_bytes()
    file.write_bytes(lower.replace(str(uuid).encode(), str(uuid).upper().encode()))
    assert file.read_bytes() != lower
    (first,) = terminal.submit(file)
    file.write_bytes(lower)
    (again,) = terminal.submit(file)
    assert (first["status"], again) == ("COMPLETED", first | {"status": "REPLAYED"})


def test_edge_11_a_uuid_of_another_version_is_no_uuid_of_a_letter(terminal: Terminal, tmp_path: Path) -> None:
    head = terminal.head()
    (line,) = terminal.run("submit", "--json", str(letter(tmp_path, cpr(1), uuid=uuid5(uuid4(), "a letter")))).lines
    assert [error["code"] for error in line["errors"]] == ["uuid.format.not.allowed"]
    assert terminal.head() == head


def test_other_content_under_the_same_uuid_is_a_conflict(terminal: Terminal, tmp_path: Path) -> None:
    uuid = uuid4()
    terminal.submit(letter(tmp_path, cpr(1), uuid=uuid))
    said = terminal.run("submit", "--json", str(letter(tmp_path, cpr(1), uuid=uuid, label="Another")))
    (line,) = said.lines
    assert said.code == 1
    assert (line["status"], line["position"], line["receipts"]) == ("CONFLICT", None, [])
    assert [error["code"] for error in line["errors"]] == ["message.uuid.conflict"]


def test_of_what_came_under_the_uuid_of_another_letter_in_one_call_nothing_is_kept(
    terminal: Terminal, tmp_path: Path, anna: str
) -> None:
    uuid, documents = uuid4(), terminal.documents()
    first, other = letter(tmp_path, cpr(1), uuid=uuid), letter(tmp_path, cpr(1), uuid=uuid, label="Another")
    spaced = tmp_path / "spaced.xml"
    spaced.write_bytes(first.read_bytes() + b"\n")
    lines = terminal.run("submit", "--json", str(first), str(other), str(spaced)).lines
    assert [line["status"] for line in lines] == ["COMPLETED", "CONFLICT", "REPLAYED"]
    assert len(terminal.documents()) == len(documents) + 1
    terminal.ok("open", message(first), "--reader", anna)


def test_a_letter_held_back_is_scheduled(terminal: Terminal, tmp_path: Path) -> None:
    day = datetime.now(UTC).date() + timedelta(days=3)
    (line,) = terminal.submit(letter(tmp_path, cpr(1), **held_until(day)))
    assert line["status"] == "SCHEDULED"
    assert [one["status"] for one in line["receipts"]] == ["RECEIVED"]


def test_other_files_are_passed_over_in_an_archive_as_in_a_folder(terminal: Terminal, tmp_path: Path) -> None:
    file, archive = letter(tmp_path, cpr(1)), tmp_path / "post.tar.xz"
    (tmp_path / "readme.txt").write_text("Not a letter.")
    with tarfile.open(archive, "w:xz") as packed:
        packed.add(tmp_path / "readme.txt", "readme.txt")
        packed.add(file, "breve/1.xml")
    (line,) = terminal.submit(archive)
    assert (line["file"], line["status"]) == (f"{archive}/breve/1.xml", "COMPLETED")


def test_of_several_archives_the_bad_one_is_named(terminal: Terminal, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.tar.xz", tmp_path / "bad.tar.xz"
    with tarfile.open(good, "w:xz") as packed:
        packed.add(letter(tmp_path, cpr(1)), "1.xml")
    bad.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    said = terminal.run("submit", "--json", str(good), str(bad))
    assert said.code == 65
    assert said.err.startswith(f"rigsbog: {bad}: The archive is damaged")


def test_a_letter_to_an_unknown_recipient_is_not_allowed(terminal: Terminal, tmp_path: Path) -> None:
    (line,) = terminal.submit(letter(tmp_path, cpr(3999)))
    assert line["status"] == "NOT_ALLOWED"
    assert line["errors"] == [
        {
            "code": "recipient.unknown",
            "path": "/Message/MessageHeader/Recipient/recipientID",
            "message": line["errors"][0]["message"],
            "fault": "sender",
            "advice": "notify",
        }
    ]


def test_the_letters_own_faults_and_the_laws_are_reported_together(terminal: Terminal, tmp_path: Path) -> None:
    file = letter(tmp_path, cpr(3999), message_type="NONSENSE")
    (line,) = terminal.submit(file)
    assert line["status"] == "NOT_ALLOWED"
    assert len({error["code"] for error in line["errors"]}) > 1
    assert terminal.facts(message(file))["MessageRejected"] == 1


@pytest.mark.parametrize(
    ("number", "changed", "code"),
    [
        ("6113900001", {}, "recipient.id.invalid"),
        ("12345678", {"id_type": "CVR"}, "recipient.id.invalid"),
        (cpr(1), {"sender": LetterParty(id="12345678", id_type="CVR", label="Ingen")}, "sender.id.invalid"),
    ],
)
def test_a_number_that_nobody_can_have_is_a_fault_of_the_letter(
    terminal: Terminal, tmp_path: Path, number: str, changed: dict[str, Any], code: str
) -> None:
    (line,) = terminal.submit(letter(tmp_path, number, **changed))
    assert line["status"] == "INVALID"
    assert [error["code"] for error in line["errors"]] == [code]
    assert [one["status"] for one in line["receipts"]] == ["RECEIVED", "INVALID"]


def test_of_a_letter_without_a_uuid_nothing_is_recorded(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "torn.xml"
    file.write_bytes(letter(tmp_path, cpr(1)).read_bytes()[:40])
    head = terminal.head()
    said = terminal.run("submit", "--json", str(file))
    (line,) = said.lines
    assert said.code == 1
    assert (line["status"], line["message_uuid"], line["position"], line["receipts"]) == ("INVALID", None, None, [])
    assert line["errors"]
    assert terminal.head() == head
    assert "nothing was recorded" in terminal.run("submit", str(file)).err


def test_folders_and_archives_give_their_letters(terminal: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    files = [letter(folder, cpr(1)) for _ in range(3)]
    archive = tmp_path / "mailing.tar.lzma"
    with lzma.open(archive, "wb", format=lzma.FORMAT_ALONE) as packed, tarfile.open(fileobj=packed, mode="w|") as tar:
        for file in files:
            tar.add(file, arcname=file.name)
    assert [one["status"] for one in terminal.submit(folder)] == ["COMPLETED"] * 3
    assert [one["status"] for one in terminal.submit(archive)] == ["REPLAYED"] * 3


def test_a_torn_archive_is_bad_input_after_its_whole_letters_are_taken(terminal: Terminal, tmp_path: Path) -> None:
    file = letter(tmp_path, cpr(1))
    whole = tmp_path / "whole.tar"
    with tarfile.open(whole, "w") as tar:
        tar.add(file, arcname="one.xml")
        tar.add(file, arcname="two.xml")
    torn = tmp_path / "torn.tar.lzma"
    torn.write_bytes(lzma.compress(whole.read_bytes()[: file.stat().st_size + 2_000], format=lzma.FORMAT_ALONE))
    said = terminal.run("submit", "--json", str(torn))
    assert said.code == 65
    assert [one["status"] for one in said.lines] == ["COMPLETED"]


def test_a_path_that_is_not_there_is_bad_input(terminal: Terminal) -> None:
    assert terminal.run("submit", "/nowhere.xml").code == 65


def test_a_letter_is_stored_encrypted_as_it_was_received(terminal: Terminal, tmp_path: Path) -> None:
    file = letter(tmp_path, cpr(1))
    terminal.submit(file)
    stored = [one.read_bytes() for one in (terminal.home / "documents").rglob("*") if one.is_file()]
    assert stored
    assert not [one for one in stored if b"messageUUID" in one or cpr(1).encode() in one]


@pytest.mark.kills
@pytest.mark.parametrize(
    "kill",
    [
        Kill(FolderDocuments.put, 2, "before"),
        Kill(FolderDocuments.put, 1, "after"),
        Kill(APPEND, 2, "before"),
        Kill(APPEND, 1, "after"),
        Kill(print_json, 1, "before"),
    ],
    ids=str,
)
def test_killed_at_any_step_and_run_again_every_letter_arrives_once(
    terminal: Terminal, tmp_path: Path, kill: Kill
) -> None:
    files = [letter(tmp_path, cpr(1)) for _ in range(5)]
    terminal.killed(kill.at(kill.when, SMALL_BATCHES), "submit", "--json", str(tmp_path))
    lines = terminal.submit(tmp_path)
    assert {one["status"] for one in lines} <= {"COMPLETED", "REPLAYED"}
    assert [[receipt["status"] for receipt in one["receipts"]] for one in lines] == [["RECEIVED", "COMPLETED"]] * 5
    for file in files:
        assert terminal.facts(message(file)) == ONE_ARRIVAL


def test_w18_every_record_of_a_letter_is_in_its_senders_case(terminal: Terminal, tmp_path: Path) -> None:
    files = [letter(tmp_path, cpr(1), case_id="2026-77"), letter(tmp_path, cpr(1))]
    terminal.submit(*files)

    (history,) = terminal.ok("history", message(files[0]), "--json").lines
    assert len(history["records"]) == 4
    assert {record["case"] for record in history["records"]} == {"2026-77"}
    (history,) = terminal.ok("history", message(files[1]), "--json").lines
    assert {record["case"] for record in history["records"]} == {None}


def test_w18_what_is_done_with_a_letter_is_in_its_case_and_for_the_solution_or_its_sender(
    terminal: Terminal, tmp_path: Path
) -> None:
    (anna,) = terminal.register(person(77))
    (court,) = terminal.ok("find", stdin=AUTHORITY).out.split()[:1]
    summons = letter(tmp_path, cpr(77), legal_notification=True, case_id="2026-77")
    to_confirm = letter(tmp_path, cpr(77), case_id="2026-77", **ASKS_CONFIRMATION)
    otherwise = letter(tmp_path, cpr(77), legal_notification=True, case_id="2026-77")
    terminal.submit(summons, to_confirm, otherwise)
    today = f"{datetime.now(COPENHAGEN).date()}"
    terminal.ok("open", message(summons), "--reader", anna)
    terminal.ok("open", message(summons), "--reader", anna, "--act", "move")
    terminal.ok("open", message(summons), "--reader", anna, "--act", "delete")
    terminal.ok("service", "confirm", message(to_confirm), "--reader", anna, "--on", today)
    terminal.ok("service", "record", message(otherwise), "--sender", court, "--method", "bailiff", "--on", today)
    terminal.ok("receipts", "--ack", "--sender", stdin=AUTHORITY)
    terminal.ok("citizen", "exempt", anna)
    on_paper = letter(tmp_path, cpr(77), case_id="2026-77")
    terminal.submit(on_paper)
    terminal.ok("paper", "send", message(on_paper), "--sender", court)

    by_fact: dict[str, set[str]] = {}
    for file in (summons, to_confirm, otherwise, on_paper):
        (history,) = terminal.ok("history", message(file), "--json").lines
        for record in history["records"]:
            if record["fact"] != "DataDisclosed":
                assert record["case"] == "2026-77", record["fact"]
                by_fact.setdefault(record["fact"], set()).add(record["authority"])
    readers = {"MessageOpened", "ItemOpened", "ItemMoved", "ItemDeleted", "ServiceEffected", "ServiceConfirmed"}
    senders = {"MessageSubmitted", "ServedOtherwise", "PaperLetterOrdered", "ReceiptAcknowledged"}
    assert {fact: by_fact[fact] for fact in readers} == {fact: {"digital-post"} for fact in readers}
    assert {fact: by_fact[fact] for fact in senders} == {fact: {AUTHORITY} for fact in senders}


def test_a_letter_whose_case_could_be_a_cpr_number_is_refused_alone(terminal: Terminal, tmp_path: Path) -> None:
    bad, good = letter(tmp_path, cpr(1), case_id=f"om {cpr(1)}"), letter(tmp_path, cpr(1))
    head, documents = terminal.head(), terminal.documents()
    lines = terminal.run("submit", "--json", str(bad), str(good)).lines

    assert [line["status"] for line in lines] == ["INVALID", "COMPLETED"]
    assert [error["code"] for error in lines[0]["errors"]] == ["letter.not.recordable"]
    assert cpr(1) not in str(lines[0]["errors"])
    assert terminal.head() == head + 4
    assert len(terminal.documents()) == len(documents) + 1, "of the letter that was refused nothing is kept"


def test_the_sending_authority_answers_for_the_act(terminal: Terminal, tmp_path: Path) -> None:
    (answer,) = terminal.submit(letter(tmp_path, cpr(1)))
    with psycopg.connect(terminal.url) as connection:
        rows = connection.execute(
            "select authority from ledger.record where position = %s", [answer["position"]]
        ).fetchall()
    assert rows == [(AUTHORITY,)]
