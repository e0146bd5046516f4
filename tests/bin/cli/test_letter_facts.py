"""What a letter says of itself is a fact: its files, its thread, its representative, and for whom it was recorded."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from adapters.memo import Enclosure, LetterParty
from domain.danish_time import day_of
from tests.bin.terminal import AUTHORITY, Terminal, company, cpr, held_until, letter, person
from tests.bin.verifier.stranger import FOR_A_CASE

pytestmark = pytest.mark.slow

LAW_FIRM, FIRM = "90000012", "90000020"
CONTACT_POINT = UUID("3f2a7f3e-9d5b-4d7a-8a64-0f1c2d3e4f50")
CASE = "2026-77"
WORDS, PAGES, TABLE = b"Kom til tiden.", b"%PDF-1.7 Kom", b"a;b"


@pytest.fixture(scope="module")
def people(terminal: Terminal) -> dict[str, str]:
    lines = (company(), company(LAW_FIRM), company(FIRM), person(1))
    subjects = dict(zip(("authority", "law firm", "firm", "anna"), terminal.register(*lines), strict=True))
    terminal.ok("run", "--once")
    terminal.ok("citizen", "break-grace", subjects["authority"])
    return subjects


def party(number: str, label: str = "Prøve", **more: Any) -> LetterParty:
    return LetterParty(id=number, id_type="CPR" if len(number) == 10 else "CVR", label=label, **more)


def sent(terminal: Terminal, file: Path) -> str:
    (line,) = terminal.submit(file)
    assert line["status"] in {"COMPLETED", "SCHEDULED"}, line
    return f"message:{line['message_uuid']}"


def submission(terminal: Terminal, message: str, *options: str) -> dict[str, Any]:
    """The record of the submission, in the message's history."""
    (history,) = terminal.ok("history", message, "--json", *options).lines
    (record,) = [record for record in history["records"] if record["fact"] == "MessageSubmitted"]
    return dict(record)


def row(terminal: Terminal, message: str) -> dict[str, Any]:
    (answer,) = terminal.ok("as-of", "messages", message, "--json").lines
    return dict(answer["rows"][0])


def test_replies_the_thread_and_a_forwarded_message_are_facts(
    terminal: Terminal, people: dict[str, str], tmp_path: Path
) -> None:
    first, answer, third, forwarded = (str(uuid4()) for _ in range(4))
    replies = ({"messageUUID": first}, {"messageUUID": answer, "replyUUID": first})
    forward = {
        "messageUUID": forwarded,
        "originalMessageDateTime": "2026-03-01T10:00:00Z",
        "originalSender": "Skattestyrelsen",
    }
    message = sent(terminal, letter(tmp_path, cpr(1), uuid=UUID(third), reply_data=replies, forward_data=forward))

    expected = {"answers": answer, "thread": first, "forwards": forwarded}
    fields = submission(terminal, message)["fields"]
    assert {name: fields[name] for name in expected} == expected
    assert {name: row(terminal, message)[name] for name in expected} == expected
    assert f"thread: {first}" in terminal.ok("history", message).out
    assert fields["forwarded_from"] == "SEALED"
    assert submission(terminal, message, *FOR_A_CASE)["fields"]["forwarded_from"] == "Skattestyrelsen"


def test_the_thread_is_found_in_whatever_order_a_sender_lists_it(
    terminal: Terminal, people: dict[str, str], tmp_path: Path
) -> None:
    first, answer = str(uuid4()), str(uuid4())
    replies = ({"messageUUID": answer, "replyUUID": first}, {"messageUUID": first})
    message = sent(terminal, letter(tmp_path, cpr(1), reply_data=replies))
    assert (row(terminal, message)["answers"], row(terminal, message)["thread"]) == (answer, first)


def test_edge_24_a_reply_is_linked_with_what_it_answers_and_says_that_it_is_late_or_not_permitted(
    terminal: Terminal, people: dict[str, str], tmp_path: Path
) -> None:
    over = {"reply": True, "reply_by": datetime(2026, 3, 1, 12, tzinfo=UTC)}
    answers = {"id_type": "CVR", "sender": party(cpr(1))}
    for asked, late in (({"reply": True}, False), (over, True)):
        first = sent(terminal, letter(tmp_path, cpr(1), **asked))
        replies = ({"messageUUID": first.partition(":")[2]},)
        reply = sent(terminal, letter(tmp_path, AUTHORITY, reply_data=replies, **answers))
        assert row(terminal, reply)["late_reply"] is late
        assert terminal.facts(first)["ReplyLinked"] == 1

    first = sent(terminal, letter(tmp_path, cpr(1)))
    replies = ({"messageUUID": first.partition(":")[2]},)
    (refused,) = terminal.submit(letter(tmp_path, AUTHORITY, reply_data=replies, **answers))
    assert (refused["status"], [fault["code"] for fault in refused["errors"]]) == ("NOT_ALLOWED", ["reply.not.allowed"])


def test_a_letter_that_names_a_message_does_not_make_it(
    terminal: Terminal, people: dict[str, str], tmp_path: Path
) -> None:
    later = uuid4()
    sent(terminal, letter(tmp_path, cpr(1), reply_data=({"messageUUID": str(later)},)))
    assert sent(terminal, letter(tmp_path, cpr(1), uuid=later)) == f"message:{later}"


def test_the_representative_of_a_sender_is_a_fact(terminal: Terminal, people: dict[str, str], tmp_path: Path) -> None:
    by_law_firm = letter(tmp_path, cpr(1), representative=party(LAW_FIRM, "Advokaterne Prøve"))
    by_stranger = letter(tmp_path, cpr(1), representative=party("90000039", "En fremmed"))
    known, unknown = sent(terminal, by_law_firm), sent(terminal, by_stranger)

    assert submission(terminal, known)["fields"]["representative"] == people["law firm"]
    assert row(terminal, known)["representative"] == people["law firm"]
    assert known in terminal.ok("history", people["law firm"]).out
    assert "Advokaterne" not in terminal.ok("history", known).out
    opened = submission(terminal, known, *FOR_A_CASE)["fields"]
    assert opened["representative_name"] == "Advokaterne Prøve"
    opened = submission(terminal, unknown, *FOR_A_CASE)["fields"]
    assert (opened["representative"], opened["representative_name"]) == (None, "En fremmed")


def test_a_representative_without_a_real_number_is_a_fault_of_the_letter(
    terminal: Terminal, people: dict[str, str], tmp_path: Path
) -> None:
    (line,) = terminal.submit(letter(tmp_path, cpr(1), representative=party("90000000")))
    assert line["status"] == "INVALID"
    assert [(fault["code"], fault["path"]) for fault in line["errors"]] == [
        ("representative.id.invalid", "/Message/MessageHeader/Sender/Representative/representativeID")
    ]


def test_every_file_its_language_and_its_digest_are_facts(
    terminal: Terminal, people: dict[str, str], tmp_path: Path
) -> None:
    file = letter(
        tmp_path,
        cpr(1),
        main=Enclosure("brev.txt", "text/plain; charset=utf-8", WORDS),
        additional=(Enclosure("bilag.pdf", "application/pdf", PAGES, language="en"),),
        technical=(Enclosure("data.csv", "text/csv", TABLE),),
    )
    message = sent(terminal, file)

    expected = [
        {"document": kind, "document_number": 1, "media_type": media, "language": language, "size_bytes": len(content)}
        for kind, media, language, content in (
            ("main", "text/plain", "da", WORDS),
            ("additional", "application/pdf", "en", PAGES),
            ("technical", "text/csv", "da", TABLE),
        )
    ]
    assert submission(terminal, message)["fields"]["files"] == expected
    assert row(terminal, message)["files"] == expected
    assert submission(terminal, message)["fields"]["file_sha256"] == "SEALED"
    opened = submission(terminal, message, *FOR_A_CASE)["fields"]["file_sha256"]
    assert opened == [hashlib.sha256(content).hexdigest() for content in (WORDS, PAGES, TABLE)]


def test_the_contact_point_the_system_and_the_post_type_are_facts(
    terminal: Terminal, people: dict[str, str], tmp_path: Path
) -> None:
    file = letter(
        tmp_path,
        AUTHORITY,
        id_type="CVR",
        sender=party(cpr(1)),
        contact_point=str(CONTACT_POINT),
        generating_system="fagsystem 7",
        post_type="MYNDIGHEDSPOST",
    )
    message = sent(terminal, file)

    assert row(terminal, message)["contact_point"] == str(CONTACT_POINT)
    assert row(terminal, message)["route"] == "mailbox"
    opened = submission(terminal, message, *FOR_A_CASE)["fields"]
    assert (opened["sender_system"], opened["post_type"]) == ("fagsystem 7", "MYNDIGHEDSPOST")


def test_of_a_letter_with_a_fault_what_could_be_read_is_a_fact_and_the_rest_is_left_out(
    terminal: Terminal, people: dict[str, str], tmp_path: Path
) -> None:
    broken = letter(tmp_path, cpr(1), message_id="2026-1", message_type="NONSENSE", mandatory=True)
    cut = tmp_path / "cut.xml"
    cut.write_bytes(letter(tmp_path, cpr(1), message_id="2026-1").read_bytes()[:-20])
    left_out = ("memo_version", "message_type", "representative", "answers", "thread")
    unread = ("title", "sender_reference", "reference_index")
    for file, read in ((broken, True), (cut, False)):
        (line,) = terminal.submit(file)
        fields = submission(terminal, f"message:{line['message_uuid']}", *FOR_A_CASE)["fields"]
        assert {name: fields[name] for name in left_out} == dict.fromkeys(left_out)
        assert fields["mandatory"] is False
        assert [fields[name] is not None for name in unread] == [read] * 3
        assert [each["media_type"] for each in fields["files"]] == ["text/plain"] * read
        assert fields["file_sha256"] == [hashlib.sha256(WORDS).hexdigest()] * read


def test_a_letter_to_an_authority_is_its_senders_act_for_the_authority_that_receives_it(
    terminal: Terminal, people: dict[str, str], tmp_path: Path
) -> None:
    for sender, subject in ((cpr(1), people["anna"]), (FIRM, people["firm"])):
        file = letter(tmp_path, AUTHORITY, id_type="CVR", sender=party(sender), case_id=CASE)
        record = submission(terminal, sent(terminal, file))
        assert (record["actor"], record["authority"], record["case"]) == (subject, AUTHORITY, CASE)
        assert record["legal_basis"] == "LBK 686/2021 § 10"


def test_a_letter_from_an_authority_is_the_receptions_act_for_its_sender(
    terminal: Terminal, people: dict[str, str], tmp_path: Path
) -> None:
    record = submission(terminal, sent(terminal, letter(tmp_path, cpr(1))))
    assert (record["actor"], record["authority"]) == ("system:reception", AUTHORITY)


def test_a_recall_is_recorded_for_the_authority_and_in_the_case_of_the_letter(
    terminal: Terminal, people: dict[str, str], tmp_path: Path
) -> None:
    tomorrow = day_of(datetime.now(UTC)) + timedelta(days=1)
    message = sent(terminal, letter(tmp_path, cpr(1), case_id=CASE, **held_until(tomorrow)))
    terminal.ok("recall", message, "--sender", people["authority"], stdin="Forkert bilag")

    (history,) = terminal.ok("history", message, "--json").lines
    (recalled,) = [record for record in history["records"] if record["fact"] == "MessageRecalled"]
    assert (recalled["actor"], recalled["authority"], recalled["case"]) == (people["authority"], AUTHORITY, CASE)
