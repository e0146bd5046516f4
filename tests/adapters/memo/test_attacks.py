"""No file, however hostile or broken, makes the reader raise, hang, or fetch anything: it gives faults."""

import io
import os
import threading
import tracemalloc
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from adapters.memo import TERMS_2025, Enclosure, Terms, read_letter
from tests.adapters.memo.memo_letters import MEMO, changed, codes, read, whole_letter, written

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def _with_doctype(declarations: str, text: str) -> bytes:
    letter = changed(written(), HEAD, f"{HEAD}<!DOCTYPE x [{declarations}]>\n")
    return changed(letter, "Din årsopgørelse", text)


def test_a_billion_laughs_attack_is_refused() -> None:
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, 10))
    assert codes(read(_with_doctype(entities, "&a9;"))) == ["memo.doctype.not.allowed"]


def test_a_quadratic_blow_up_is_refused_before_it_begins() -> None:
    entity = f'<!ENTITY a "{"x" * 100_000}">'
    assert codes(read(_with_doctype(entity, "&a;" * 10_000))) == ["memo.doctype.not.allowed"]


def test_an_external_entity_never_reads_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hemmeligt")
    reading = read(_with_doctype(f'<!ENTITY a SYSTEM "{secret.as_uri()}">', "&a;"))
    assert codes(reading) == ["memo.doctype.not.allowed"]
    assert "hemmeligt" not in reading.model_dump_json()


def test_nothing_is_fetched_from_the_network() -> None:
    requests: list[str] = []

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            self.send_error(404)

    server = HTTPServer(("127.0.0.1", 0), Listening)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    hint = f'xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:schemaLocation="{MEMO} {address}/memo.xsd"'
    try:
        read(_with_doctype(f'<!ENTITY % p SYSTEM "{address}/p.dtd"> %p;', "x"))
        read(changed(written(), HEAD, f'{HEAD}<!DOCTYPE x SYSTEM "{address}/x.dtd">'))
        read(changed(written(), HEAD, f'{HEAD}<?xml-stylesheet href="{address}/x.xsl"?>'))
        read(changed(written(), "<memo:Message ", f"<memo:Message {hint} "))
    finally:
        server.shutdown()
        server.server_close()
    assert requests == []


def test_an_entity_nobody_declared_is_not_well_formed() -> None:
    assert codes(read(changed(written(), "Din", "&din;"))) == ["memo.invalid"]


def test_deep_nesting_is_stopped() -> None:
    deep = changed(written(), "<memo:MessageHeader>", "<memo:MessageHeader>" + "<a>" * 200_000)
    assert "memo.too.deep" in codes(read(deep))


def test_too_many_elements_are_stopped() -> None:
    many = changed(written(), "</memo:MessageHeader>", "<memo:ReplyData/>" * 100_000)
    assert codes(read(many))[-1] == "memo.faults.too.many"
    many = changed(written(), "</memo:MessageHeader>", "<x>" + "<a/>" * 100_000)
    assert "memo.elements.too.many" in codes(read(many))


@pytest.mark.parametrize("attributes", ['a="' + "x" * 9_000 + '"', " ".join(f'a{n}=""' for n in range(20_000))])
def test_huge_attributes_are_stopped(attributes: str) -> None:
    letter = changed(written(), "<memo:MessageHeader>", f"<memo:MessageHeader {attributes}>")
    assert "memo.attributes.too.large" in codes(read(letter))


def test_a_huge_text_outside_the_files_is_refused_without_being_held() -> None:
    letter = changed(written(), "Din årsopgørelse", "x" * 20_000_000)
    tracemalloc.start()
    reading = read(letter)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert codes(reading) == ["text.too.long"]
    assert peak < 2_000_000


def test_the_contents_of_files_pass_through_without_being_held() -> None:
    letter = written(main=Enclosure("brev.pdf", "application/pdf", os.urandom(1_000_000) * 20))
    tracemalloc.start()
    reading = read(letter)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert reading.letter is not None
    assert peak < 2_000_000


def test_a_letter_larger_than_the_terms_allow_is_refused_at_the_limit() -> None:
    letter = written()
    terms = Terms(
        since=TERMS_2025.since,
        letter_size_bytes_max=len(letter) - 1,
        attachments_max=10,
        forbidden_in_file_names=frozenset(),
        file_types=TERMS_2025.file_types,
    )
    assert [fault.code for fault in read_letter(io.BytesIO(letter), terms=terms).faults] == ["memo.size.not.allowed"]
    assert TERMS_2025.letter_size_bytes_max == 99_500_000


def test_a_stream_without_end_is_left_at_the_limit() -> None:
    class Endless(io.RawIOBase):
        given = 0

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            start = b"" if self.given else written()[:-30]
            self.given += 1
            return start or b" " * size

    endless = Endless()
    reading = read_letter(endless)  # type: ignore[arg-type]  # a raw stream reads as well
    assert [fault.code for fault in reading.faults] == ["memo.size.not.allowed"]


@pytest.mark.parametrize("encoding", ["UTF-8", "utf-8", "UTF-16", "ISO-8859-1"])
def test_a_letter_may_be_written_in_the_common_encodings(encoding: str) -> None:
    text = changed(written(), 'encoding="UTF-8"', f'encoding="{encoding}"').decode()
    assert read(text.encode(encoding)).faults == ()


@pytest.mark.parametrize("encoding", ["UTF-7", "IBM037", "x-unknown"])
def test_no_other_encoding_is_read_even_if_python_can_decode_it(encoding: str) -> None:
    text = changed(written(), 'encoding="UTF-8"', f"encoding='{encoding}'")
    assert codes(read(text)) == ["memo.encoding.not.allowed"]


def test_utf_16_does_not_get_round_the_guards() -> None:
    text = changed(written(), 'encoding="UTF-8"', 'encoding="UTF-16"').decode()
    bomb = text.replace("<memo:MessageHeader>", "<memo:MessageHeader>" + "<a>" * 100_000, 1)
    assert "memo.too.deep" in codes(read(bomb.encode("UTF-16")))
    entity = text.replace("?>", '?><!DOCTYPE x [<!ENTITY a "b">]>', 1)
    assert codes(read(entity.encode("UTF-16"))) == ["memo.doctype.not.allowed"]


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b" ",
        b"%PDF-1.7",
        b"\x00\x01\x02",
        b"<",
        b"<a><b></a>",
        b"\xff\xfe",
        b"{}",
        b"<a>\xff</a>",
    ],
)
def test_a_file_that_is_not_xml_is_reported(file: bytes) -> None:
    reading = read(file)
    assert codes(reading)[-1] in {"memo.invalid", "memo.root.not.allowed"}
    assert reading.letter is None


def test_the_words_about_broken_xml_do_not_quote_it() -> None:
    (fault,) = read(changed(written(), "</memo:label>", "</memo:x6101901234>")).faults
    assert fault.code == "memo.invalid"
    assert "line" in fault.message
    assert "6101901234" not in fault.message


@pytest.mark.parametrize("cut", [1, 100, 400, 700, 1_000, -2, -20])
def test_a_letter_cut_short_is_not_a_letter(cut: int) -> None:
    reading = read(written()[:cut])
    assert reading.letter is None
    assert codes(reading)[-1] == "memo.invalid"


def test_a_letter_with_something_after_it_is_not_a_letter() -> None:
    assert codes(read(written() + b"<more/>")) == ["memo.invalid"]


@pytest.mark.parametrize(
    "root",
    [
        b'<memo:Message xmlns:memo="https://DigitalPost.dk/MeMo-2" memoVersion="1.2"/>',
        b'<Message memoVersion="1.2"/>',
        b'<Receipt xmlns="https://DigitalPost.dk/MeMo-1"/>',
        b'<MessageHeader xmlns="https://DigitalPost.dk/MeMo-1"/>',
    ],
)
def test_another_root_or_namespace_is_refused_and_nothing_else_is_said(root: bytes) -> None:
    assert codes(read(root)) == ["memo.root.not.allowed"]


def test_a_prefix_nobody_declared_is_refused() -> None:
    assert read(changed(written(), f' xmlns:memo="{MEMO}"', "")).letter is None


def test_an_element_in_the_wrong_namespace_is_no_element_of_memo() -> None:
    letter = changed(written(), "<memo:label>", '<memo:label xmlns:memo="urn:x">')
    assert sorted(codes(read(letter))) == ["element.missing", "element.not.allowed"]


@given(st.binary(max_size=2_000))
@settings(max_examples=200)
def test_random_bytes_give_faults_and_never_raise(file: bytes) -> None:
    assert read(file).faults


WHOLE = etree.tostring(whole_letter("1.2"))


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 40), st.binary(max_size=12)), max_size=6))
@settings(max_examples=300)
def test_a_mutilated_letter_gives_a_letter_or_faults_and_never_raises(cuts: list[tuple[int, int, bytes]]) -> None:
    file = WHOLE
    for start, length, put in cuts:
        file = file[:start] + put + file[start + length :]
    reading = read(file)
    assert (reading.letter is None) == bool(reading.faults)


def test_an_error_of_the_store_is_not_taken_for_a_fault_of_the_letter() -> None:
    def full(number: int) -> Callable[[bytes], object]:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        read_letter(io.BytesIO(written()), keep=full)
