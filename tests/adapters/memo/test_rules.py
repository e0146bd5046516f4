"""The rules beyond the grammar: each test breaks one rule and nothing else."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from adapters.memo import Enclosure, LetterParty
from adapters.memo.letter import Readable
from tests.adapters.memo.memo_letters import AUTHORITY, CITIZEN, NOON, NOTICE, changed, codes, read, written

RESERVATION = {
    "description": "Samtale",
    "reservationUUID": UUID("8c2ea15d-61fb-4ba9-9366-42f8b194d241"),
    "abstract": "Samtale",
    "location": "Lokale 3",
    "startDateTime": NOON,
    "endDateTime": NOON,
}
FILE = "/Message/MessageBody/MainDocument/File[1]"


def _with(**changes: Any) -> bytes:
    return written(main=replace(NOTICE, **changes))


def _only(letter: bytes) -> tuple[str, str]:
    (fault,) = read(letter).faults
    return fault.code, fault.path


def test_a_nemsms_is_a_header_with_a_notification() -> None:
    assert read(written(message_type="NEMSMS", main=None, notification="Husk din tid")).faults == ()


@pytest.mark.parametrize("notification", [None, "", "  "])
def test_a_nemsms_without_a_notification_is_refused(notification: str | None) -> None:
    letter = written(message_type="NEMSMS", main=None, notification=notification)
    assert _only(letter) == ("empty.notification.not.allowed", "/Message/MessageHeader/notification")


def test_a_nemsms_with_a_too_long_notification_has_only_that_error() -> None:
    letter = written(message_type="NEMSMS", main=None, notification="x" * 151)
    assert _only(letter) == ("text.too.long", "/Message/MessageHeader/notification")


def test_a_letter_by_digital_post_needs_no_notification() -> None:
    assert read(written(notification=None)).faults == ()


def test_a_nemsms_has_no_body() -> None:
    letter = written(message_type="NEMSMS", notification="Husk din tid")
    assert _only(letter) == ("message.body.not.allowed", "/Message/MessageBody")


def test_a_letter_by_digital_post_has_a_body() -> None:
    assert _only(written(main=None)) == ("message.body.missing", "/Message/MessageBody")


@pytest.mark.parametrize(
    ("id_type", "number"), [("CPR", "610190123"), ("CPR", "610190-1234"), ("CPR", "61019012345"), ("CPR", "")]
)
def test_a_cpr_number_is_ten_digits(id_type: str, number: str) -> None:
    recipient = CITIZEN.model_copy(update={"id": number, "id_type": id_type})
    assert _only(written(recipient=recipient)) == (
        "recipient.id.format.not.allowed",
        "/Message/MessageHeader/Recipient/recipientID",
    )


@pytest.mark.parametrize("number", ["1234567", "123456789", "DK12345678", "\uff11" * 8])
def test_a_cvr_number_is_eight_digits(number: str) -> None:
    sender = AUTHORITY.model_copy(update={"id": number})
    assert _only(written(sender=sender)) == (
        "sender.id.format.not.allowed",
        "/Message/MessageHeader/Sender/senderID",
    )


def test_a_representative_is_named_by_a_number_too() -> None:
    wrong = LetterParty(id="1", id_type="CVR", label="Udbetaling Danmark")
    assert _only(written(representative=wrong)) == (
        "representative.id.format.not.allowed",
        "/Message/MessageHeader/Sender/Representative/representativeID",
    )


@pytest.mark.parametrize("role", ["Sender", "Recipient"])
def test_a_number_is_of_the_type_cpr_or_cvr(role: str) -> None:
    id_type = {"Sender": "CVR", "Recipient": "CPR"}[role]
    letter = changed(written(), f"<memo:idType>{id_type}<", "<memo:idType>MyndighedsID<")
    assert _only(letter) == ("id.type.not.allowed", f"/Message/MessageHeader/{role}/idType")


@pytest.mark.parametrize(("element", "number", "code"), [("CPR", "1", "cpr"), ("CVR", "1", "cvr")])
def test_a_number_the_letter_is_about_has_its_digits(element: str, number: str, code: str) -> None:
    block = (
        f'<memo:ContentData><g:{element}data xmlns:g="https://data.gov.dk/model/core/">'
        f"<g:{code}Number>{number}</g:{code}Number></g:{element}data></memo:ContentData></memo:MessageHeader>"
    )
    assert _only(changed(written(), "</memo:MessageHeader>", block)) == (
        f"content.{code}.id.format.not.allowed",
        f"/Message/MessageHeader/ContentData/{element}data/{code}Number",
    )


@pytest.mark.parametrize(
    "name", ["241d39f6998e4929b198ccacbbf4b330", "Borgerservice", "", "{241d39f6-998e-4929-b198-ccacbbf4b330}"]
)
def test_a_contact_point_is_named_by_a_uuid(name: str) -> None:
    recipient = CITIZEN.model_copy(update={"contact_point_id": name})
    assert _only(written(recipient=recipient)) == (
        "contact.point.id.format.not.allowed",
        "/Message/MessageHeader/Recipient/ContactPoint/contactPointID",
    )


def test_ten_attachments_are_allowed() -> None:
    assert read(written(additional=(NOTICE,) * 10)).faults == ()


def test_eleven_attachments_are_not() -> None:
    letter = written(additional=(NOTICE,) * 11)
    assert _only(letter) == ("attachments.too.many", "/Message/MessageBody/AdditionalDocument[11]")


def test_a_hundred_files_are_allowed_and_one_more_is_not() -> None:
    assert read(written(technical=(NOTICE,) * 99)).faults == ()
    assert _only(written(technical=(NOTICE,) * 100)) == ("files.too.many", "/Message/MessageBody")


def test_an_empty_file_is_refused() -> None:
    assert _only(_with(content=b"")) == ("file.empty.not.allowed", f"{FILE}/content")


def test_the_fault_of_a_later_attachment_names_that_attachment() -> None:
    letter = written(additional=(NOTICE, replace(NOTICE, content=b"")))
    path = "/Message/MessageBody/AdditionalDocument[2]/File[1]/content"
    assert _only(letter) == ("file.empty.not.allowed", path)


@pytest.mark.parametrize("name", ["brev.exe", "brev.zip", "brev", ".pdf", "brev.pdf.js", ""])
def test_a_file_type_that_is_not_listed_is_refused(name: str) -> None:
    assert _only(_with(filename=name)) == ("file.extension.not.allowed", f"{FILE}/filename")


def test_the_case_of_an_extension_does_not_count() -> None:
    assert read(_with(filename="BREV.PDF")).faults == ()


@pytest.mark.parametrize("encoding_format", ["text/html", "application/x-msdownload", ""])
def test_a_file_is_what_its_name_says(encoding_format: str) -> None:
    letter = _with(encoding_format=encoding_format)
    assert _only(letter) == ("file.encoding.format.not.allowed", f"{FILE}/encodingFormat")


def test_a_media_type_may_have_parameters() -> None:
    letter = _with(filename="brev.html", encoding_format="text/html; charset=utf-8")
    assert read(letter).faults == ()


@pytest.mark.parametrize(
    "point", [*map(ord, '<>:"/\\|?*\r\n'), 0xA0, *range(0x2000, 0x200B), 0x2028, 0x205F, 0x2060, 0x3000]
)
def test_a_file_name_holds_no_forbidden_character(point: int) -> None:
    reading = read(_with(filename=f"årsopg{chr(point)}relse.pdf"))
    (fault,) = reading.faults
    assert (fault.code, fault.path) == ("file.name.not.allowed", f"{FILE}/filename")
    assert f"U+{point:04X}" in fault.message
    assert "opg" not in fault.message


def test_a_file_name_may_hold_danish_letters_spaces_and_brackets() -> None:
    assert read(_with(filename="Æblegrød (2) - kopi.pdf")).faults == ()


@pytest.mark.parametrize(
    "url", ["http://example.dk", "ftp://example.dk", "javascript:alert(1)", "https://", "example.dk", "https://[", ""]
)
def test_an_action_leads_to_an_https_address_only(url: str) -> None:
    action = {"label": "Betal", "actionCode": "BETALING", "EntryPoint": {"url": url}}
    path = "/Message/MessageBody/MainDocument/Action[1]/EntryPoint/url"
    assert _only(_with(actions=(action,))) == ("action.url.not.allowed", path)


def test_an_action_may_lead_to_an_https_address() -> None:
    action = {"label": "Betal", "actionCode": "BETALING", "EntryPoint": {"url": "HTTPS://example.dk/æ?a=1&b=2"}}
    assert read(_with(actions=(action,))).faults == ()


def test_an_appointment_needs_a_reservation() -> None:
    path = "/Message/MessageBody/MainDocument/Action[1]/Reservation"
    action = {"label": "Kom", "actionCode": "AFTALE"}
    assert _only(_with(actions=(action,))) == ("action.reservation.missing", path)
    assert read(_with(actions=(action | {"Reservation": RESERVATION},))).faults == ()


def test_only_an_appointment_has_a_reservation() -> None:
    action = {"label": "Kom", "actionCode": "INFORMATION", "Reservation": RESERVATION}
    path = "/Message/MessageBody/MainDocument/Action[1]/Reservation"
    assert _only(_with(actions=(action,))) == ("action.reservation.not.allowed", path)


def test_no_fault_repeats_what_the_letter_says() -> None:
    secret = "6101901234"
    letter = written(
        label=secret * 30,
        message_id=secret * 30,
        recipient=LetterParty(id=secret + "x", id_type="CPR", label=secret * 30, contact_point_id=secret),
        main=Enclosure(
            f"{secret}:.exe",
            secret,
            b"",
            language=secret,
            actions=({"label": secret * 30, "actionCode": "AFTALE", "EntryPoint": {"url": secret}},),
        ),
    )
    reading = read(changed(letter, "</memo:MessageBody>", f"{secret}<x{secret}/></memo:MessageBody>"))
    assert len(set(codes(reading))) >= 9
    assert all(secret not in fault.model_dump_json() for fault in reading.faults)


def test_a_refused_letter_still_names_its_parties() -> None:
    reading = read(_with(content=b""))
    assert reading.letter is None
    assert str(reading.message_uuid) == "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
    assert reading.sender == AUTHORITY
    assert reading.recipient == CITIZEN


def test_a_party_that_cannot_be_trusted_is_left_out() -> None:
    reading = read(written(sender=AUTHORITY.model_copy(update={"id": "1"})))
    assert reading.sender is None
    assert reading.recipient == CITIZEN


def test_the_letter_shows_no_personal_value_in_its_repr() -> None:
    shown = repr(read(written()))
    assert "6101901234" not in shown
    assert "årsopgørelse" not in shown.lower()


def test_of_a_refused_letter_the_title_the_reference_and_the_sound_files_are_read() -> None:
    broken = (Enclosure("notes.exe", "text/plain", b"no"), Enclosure("empty.txt", "text/plain", b""))
    letter = written(message_id="2026-17", additional=(*broken, Enclosure("table.csv", "text/csv", b"a;b")))
    reading = read(letter)
    assert {fault.code for fault in reading.faults} == {"file.extension.not.allowed", "file.empty.not.allowed"}
    assert reading.letter is None
    assert (reading.readable.label, reading.readable.message_id) == ("Din årsopgørelse", "2026-17")
    files = [(file.document_number, file.filename) for file in reading.readable.files]
    assert files == [(1, NOTICE.filename), (3, "table.csv")]


def test_of_what_is_not_xml_to_its_end_nothing_is_read() -> None:
    assert read(written()[:-20]).readable == Readable()


def test_a_letter_without_faults_is_a_letter_and_no_rest() -> None:
    assert read(written()).readable == Readable()
