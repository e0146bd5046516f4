"""What is written is read again, and two files have one canonical hash exactly when they say the same."""

import hashlib
import io
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from adapters.memo import Draft, Enclosure, InMemory, Letter, LetterParty, read_letter, write_letter
from adapters.memo.letter import MemoVersion
from tests.adapters.memo.memo_letters import MESSAGE_UUID, NOTICE, changed, read, whole_letter, written


def _letter(file: bytes | etree._Element) -> Letter:
    reading = read(file)
    assert reading.letter is not None, reading.faults
    return reading.letter


def _hash(file: bytes | etree._Element) -> str:
    return _letter(file).canonical_sha256


text = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff", include_characters="\t\n\r"),
    max_size=60,
)
names = st.from_regex(r"[A-Za-zÆØÅæøå0-9 ()_-]{1,40}", fullmatch=True)
moments = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # bounds are naive
enclosures = st.builds(
    lambda name, content, label: Enclosure(f"{name}.pdf", "application/pdf", content, label=label),
    names,
    st.binary(min_size=1, max_size=500),
    st.none() | text,
)
citizens = st.builds(
    LetterParty,
    id=st.from_regex(r"[67][0-9]{9}", fullmatch=True),
    id_type=st.just("CPR"),
    label=st.none() | text,
    contact_point_id=st.none() | st.uuids().map(str),
)
drafts = st.builds(
    Draft,
    message_uuid=st.uuids(version=4),
    sender=st.builds(LetterParty, id=st.just("12345678"), id_type=st.just("CVR"), label=text),
    recipient=citizens,
    label=text,
    created_at=moments,
    main=enclosures,
    additional=st.lists(enclosures, max_size=3).map(tuple),
    memo_version=st.sampled_from(get_args(MemoVersion)),
    message_id=st.none() | text,
    message_code=st.none() | text,
    notification=st.none() | text,
    additional_notification=st.none() | text,
    reply=st.none() | st.booleans(),
    reply_by=st.none() | moments,
    do_not_deliver_until=st.none() | st.dates(date(2000, 1, 1)),
    mandatory=st.booleans(),
    legal_notification=st.booleans(),
    post_type=st.none() | text,
    case_id=st.none() | text,
    case_system=text,
)


@given(drafts)
@settings(max_examples=150, deadline=None)
def test_a_written_letter_reads_as_it_was_meant(draft: Draft) -> None:
    file = write_letter(draft)
    contents = InMemory()
    letter = read_letter(io.BytesIO(file), keep=contents).letter
    assert letter is not None
    same = [each.name for each in fields(draft) if each.name in Letter.model_fields]
    assert len(same) == 16
    for name in set(same) - {"reply"}:
        assert getattr(letter, name) == getattr(draft, name), name
    assert letter.reply is bool(draft.reply)
    assert draft.main is not None
    enclosed = [draft.main, *draft.additional]
    assert [file.filename for file in letter.files] == [each.filename for each in enclosed]
    for number, each in enumerate(enclosed):
        assert contents[number] == each.content
        assert letter.files[number].sha256 == hashlib.sha256(contents[number]).hexdigest()
        assert letter.files[number].size_bytes == len(contents[number])
    assert len(letter.files) == len(contents)


def test_the_whole_of_a_letter_is_read() -> None:
    letter = _letter(whole_letter("1.2"))
    assert letter.message_uuid == MESSAGE_UUID
    assert letter.recipient.contact_point_id is not None
    assert (letter.message_id, letter.case_id) == ("MSG-1", "SAG-1")
    assert [(file.filename, file.size_bytes) for file in letter.files] == [("brev.pdf", 14)] * 3


def test_a_representative_cannot_be_written_in_1_1() -> None:
    with pytest.raises(ValueError, match="no place"):
        written(memo_version="1.1", representative=LetterParty(id="87654321", id_type="CVR", label="X"))


def test_a_character_no_xml_file_can_hold_is_refused_by_the_writer() -> None:
    with pytest.raises(ValueError, match="no XML file"):
        written(label="a\x00b")


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_prefixes_leave_no_trace(version: str) -> None:
    root = whole_letter(version)
    plain = etree.tostring(root).decode()
    by_default = plain.replace("memo:", "").replace("xmlns:memo", "xmlns").replace("xmlns:", "xmlns:").encode()
    by_default = by_default.replace(b'xmlns:memo="', b'xmlns="')
    assert b"<Message " in by_default
    other = plain.replace("grd:", "core:").replace("xmlns:grd", "xmlns:core").encode()
    assert _hash(by_default) == _hash(other) == _hash(root)
    assert len({by_default, other, plain.encode()}) == 3


def test_space_between_elements_leaves_no_trace() -> None:
    plain = etree.tostring(whole_letter("1.1")).decode()
    assert _hash(plain.replace("><", ">\r\n\t <").encode()) == _hash(plain.encode())


def test_comments_and_instructions_leave_no_trace() -> None:
    plain = written()
    assert _hash(changed(plain, "Din års", "Din<!-- x --> års<?x y?>")) == _hash(plain)
    assert _hash(changed(plain, "<memo:Sender>", "<!-- afsender --><memo:Sender><?x y?>")) == _hash(plain)


def test_the_order_of_attributes_leaves_no_trace() -> None:
    plain = written(memo_version="1.1")
    turned = changed(plain, 'memoVersion="1.1" memoSchVersion="1.1.0"', 'memoSchVersion="1.1.0" memoVersion="1.1"')
    assert _hash(turned) == _hash(plain)


def test_the_case_of_a_uuid_leaves_no_trace() -> None:
    plain = written()
    turned = changed(plain, str(MESSAGE_UUID), str(MESSAGE_UUID).upper())
    assert _hash(turned) == _hash(plain)
    assert _letter(turned).message_uuid == MESSAGE_UUID


def test_the_way_text_is_escaped_leaves_no_trace() -> None:
    plain = written(label="a & b < æ")
    turned = changed(plain, "a &amp; b &lt; æ", "<![CDATA[a & b <]]> &#230;")
    assert _hash(turned) == _hash(plain)


def test_the_encoding_and_the_line_breaks_of_base64_leave_no_trace() -> None:
    plain = written()
    utf_16 = changed(plain, 'encoding="UTF-8"', 'encoding="UTF-16"').decode().encode("UTF-16")
    assert _hash(utf_16) == _hash(plain)
    assert _hash(changed(plain, "<memo:content>", "<memo:content>\n  ")) == _hash(plain)


def test_space_around_a_value_that_has_none_leaves_no_trace() -> None:
    plain = written(reply=True)
    assert _hash(changed(plain, "<memo:reply>true", "<memo:reply>\n true ")) == _hash(plain)


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_any_change_of_a_text_changes_the_hash(version: str) -> None:
    seen = {_hash(whole_letter(version))}
    count = len([element for element in whole_letter(version).iter() if element.text])
    assert count > 180
    changes = 1
    for number in range(count):
        root = whole_letter(version)
        element = [each for each in root.iter() if each.text][number]
        element.text = _another(str(element.tag).rpartition("}")[2], element.text or "")
        reading = read(root)
        if reading.letter is not None:
            changes += 1
            seen.add(reading.letter.canonical_sha256)
    assert len(seen) == changes
    assert changes > count - 30


def _another(name: str, value: str) -> str:
    """Give another text that the element may hold as well, changed as little as can be."""
    turned = {"true": "false", "false": "true", "application/pdf": "application/pdf;", "da": "en"}
    if value in turned:
        return turned[value]
    if "T" in value and value.endswith("Z"):
        return value.replace("2026", "2027")
    if name == "content":
        return "WGhpcyBpcyBhIHRlc3Q="
    if name in {"filename", "url"} or "@" in value:
        return "b" + value if name == "filename" else value + "x"
    if value[-1:].isdigit():
        return value[:-1] + ("7" if value[-1] != "7" else "8")
    return value + " "


def test_text_cannot_be_moved_from_one_element_to_the_next_unseen() -> None:
    hashes = {
        _hash(written(message_id=first, message_code=second))
        for first, second in [("ab", "c"), ("a", "bc"), ("abc", ""), ("", "abc"), ("abc", None), (None, "abc")]
    }
    assert len(hashes) == 6


def test_space_inside_a_text_is_content() -> None:
    hashes = {_hash(written(label=label)) for label in ["a b", "a  b", " a b", "a b ", "a\nb", "a\tb", "a\rb"]}
    assert len(hashes) == 7


def test_a_space_that_xml_does_not_know_is_content_even_in_an_address() -> None:
    def leading_to(url: str) -> bytes:
        action = {"label": "Betal", "actionCode": "BETALING", "EntryPoint": {"url": url}}
        return written(main=Enclosure("a.pdf", "application/pdf", b"x", actions=(action,)))

    assert _hash(leading_to("https://example.dk/a\u00a0b")) != _hash(leading_to("https://example.dk/a b"))
    assert _hash(leading_to(" https://example.dk/a  b\n")) == _hash(leading_to("https://example.dk/a b"))


def test_an_element_left_out_is_not_an_empty_element() -> None:
    assert _hash(written(notification=None)) != _hash(written(notification=""))


def test_two_attachments_may_not_change_places_unseen() -> None:
    other = Enclosure("b.pdf", "application/pdf", b"b")
    assert _hash(written(additional=(NOTICE, other))) != _hash(written(additional=(other, NOTICE)))


def test_the_form_of_the_hash_never_changes() -> None:
    """Stored facts carry this hash: if this test fails, the code is wrong, never the expectation."""
    namespace = "{https://DigitalPost.dk/MeMo-1}"

    def element(name: str, inside: str) -> str:
        return f"<{namespace}{name}\n{inside}>\n"

    def text(name: str, value: str) -> str:
        return element(name, f"={len(value.encode())}:{value}\n")

    contents = f"#{len(NOTICE.content)}:{hashlib.sha256(NOTICE.content).hexdigest()}\n"
    header = (
        text("messageType", "DIGITALPOST")
        + text("messageUUID", "3f2504e0-4f89-41d3-9a0c-0305e82c3301")
        + text("label", "Din årsopgørelse")
        + text("mandatory", "false")
        + text("legalNotification", "false")
        + element("Sender", text("senderID", "12345678") + text("idType", "CVR") + text("label", "Skattestyrelsen"))
        + element("Recipient", text("recipientID", "6101901234") + text("idType", "CPR") + text("label", "Ada Æbelø"))
    )
    file = (
        text("encodingFormat", "application/pdf")
        + text("filename", "Årsopgørelse.pdf")
        + text("language", "da")
        + element("content", contents)
    )
    body = text("createdDateTime", "2026-11-21T12:00:00Z") + element("MainDocument", element("File", file))
    whole = element("Message", "@memoVersion=3:1.2\n" + element("MessageHeader", header) + element("MessageBody", body))
    expected = hashlib.sha256(f"rigsbog memo 1\n{whole}".encode()).hexdigest()
    assert _hash(written()) == expected
