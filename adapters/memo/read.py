"""Reads one MeMo letter from an untrusted stream, part by part."""

import re
from typing import BinaryIO

from lxml import etree

from adapters.memo.build import build_letter, readable_parts, readable_party
from adapters.memo.contents import Keep, forget
from adapters.memo.letter import Readable, Reading
from adapters.memo.parser import LetterParser, Stopped
from adapters.memo.rules import RULES
from adapters.memo.terms import READ_BYTES, TERMS_2025, Terms
from domain.post.letter_fault import Fault

# Other encodings depend on the machine, and every machine must read a letter in the same way.
ENCODINGS = frozenset({b"utf-8", b"utf-16", b"iso-8859-1", b"us-ascii"})
_DECLARED = re.compile(rb"\s*(?:\xef\xbb\xbf)?<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"']{0,100})[\"']")


def read_letter(stream: BinaryIO, *, keep: Keep = forget, terms: Terms = TERMS_2025) -> Reading:
    """Read a letter of MeMo 1.1 or 1.2, and list all its faults (at most 100).

    `keep` is called once for each file, with its number in `Letter.files`; the function that it returns is called
    with each part of the file's decoded contents. This happens before the letter is known to be without faults, so
    the caller discards the contents when the reading has no letter.
    Any content of the stream is allowed; only an OSError of the stream itself is raised.
    """
    parser = LetterParser(keep)
    letter, readable = None, Readable()
    if _parse(stream, parser, terms):
        for rule in RULES:
            for fault in rule(parser.message, terms):
                parser.note(fault)
        if parser.faults:
            readable = readable_parts(parser.message, terms)
        else:
            letter = build_letter(parser)
    header = parser.message.get("MessageHeader", {})
    return Reading(
        letter=letter,
        readable=readable,
        faults=tuple(parser.faults),
        message_uuid=header.get("messageUUID"),
        sender=readable_party(header, "Sender", "sender"),
        recipient=readable_party(header, "Recipient", "recipient"),
    )


def _parse(stream: BinaryIO, target: LetterParser, terms: Terms) -> bool:
    """Pass the stream through the parser; False when a fault ended it early."""
    parser = etree.XMLParser(
        target=target,  # type: ignore[arg-type]  # the stubs ask for more than lxml itself does
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
    )
    size_bytes = 0
    try:
        while part := stream.read(READ_BYTES):
            if not size_bytes and _in_unknown_encoding(part):
                message = "The encoding of the file is not allowed: use UTF-8."
                target.note(Fault(code="memo.encoding.not.allowed", path="/", message=message))
                return False
            size_bytes += len(part)
            if size_bytes > terms.letter_size_bytes_max:
                message = f"The letter is larger than {terms.letter_size_bytes_max} bytes."
                target.note(Fault(code="memo.size.not.allowed", path="/", message=message))
                return False
            parser.feed(part)
        parser.close()
    except Stopped:
        return False
    except etree.XMLSyntaxError as error:
        line, column = error.position
        # The error's own text may quote the letter: name only the position and the kind of error.
        last = parser.feed_error_log.last_error
        kind = "ERR_DOCUMENT_EMPTY" if last is None else last.type_name
        message = f"The file is not well-formed XML at line {line}, column {column} ({kind})."
        target.note(Fault(code="memo.invalid", path="/", message=message))
        return False
    return True


def _in_unknown_encoding(beginning: bytes) -> bool:
    declared = _DECLARED.match(beginning)
    return declared is not None and declared.group(1).lower() not in ENCODINGS
