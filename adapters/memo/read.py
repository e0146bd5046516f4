"""Reads one MeMo letter from a stream, in parts, trusting nothing in it."""

import hashlib
import re
from typing import BinaryIO

from lxml import etree

from adapters.memo.build import letter, readable_party
from adapters.memo.contents import Keep, forget
from adapters.memo.letter import Letter, Reading
from adapters.memo.parser import Stopped, Walk
from adapters.memo.rules import RULES
from adapters.memo.terms import READ_BYTES, TERMS_2025, Terms
from domain.post.letter_fault import Fault

# Which others the parser can decode depends on the machine, and a letter must be read alike on all.
ENCODINGS = frozenset({b"utf-8", b"utf-16", b"iso-8859-1", b"us-ascii"})
_DECLARED = re.compile(rb"\s*(?:\xef\xbb\xbf)?<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"']{0,100})[\"']")


def read_letter(stream: BinaryIO, *, keep: Keep = forget, terms: Terms = TERMS_2025) -> Reading:
    """Read a letter of MeMo 1.1 or 1.2 whole and find every fault in it at once (the first 100 are listed).

    `keep` is called once for each file, with its number from 0; what it returns is called with the parts of
    the file's decoded contents. `Letter.files` has the files in the same order. Contents are handed on before the
    letter is known to be good, so the caller forgets them when the reading has no letter.
    Raises nothing for anything the stream may hold; an OSError of the stream itself passes through.
    """
    walk = Walk(keep)
    digest = hashlib.sha256()
    size_bytes = _feed(stream, walk, digest, terms)
    found: Letter | None = None
    if size_bytes is not None:
        for rule in RULES:
            for fault in rule(walk.message, terms):
                walk.note(fault)
        if not walk.faults:
            found = letter(walk, bytes_sha256=digest.hexdigest(), size_bytes=size_bytes)
    header = walk.message.get("MessageHeader", {})
    return Reading(
        letter=found,
        faults=tuple(walk.faults),
        message_uuid=header.get("messageUUID"),
        sender=readable_party(header, "Sender", "sender"),
        recipient=readable_party(header, "Recipient", "recipient"),
    )


def _feed(stream: BinaryIO, walk: Walk, digest: "hashlib._Hash", terms: Terms) -> int | None:
    """Pass the stream through the parser; give its size in bytes, or None when it had to be given up."""
    parser = etree.XMLParser(
        target=walk,  # type: ignore[arg-type]  # the stubs ask for more than lxml itself does
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
                words = "The file is in an encoding that letters may not be in; UTF-8 is the usual one."
                walk.note(Fault(code="memo.encoding.not.allowed", path="/", message=words))
                return None
            size_bytes += len(part)
            if size_bytes > terms.letter_size_bytes_max:
                words = f"The letter is larger than {terms.letter_size_bytes_max} bytes."
                walk.note(Fault(code="memo.size.not.allowed", path="/", message=words))
                return None
            digest.update(part)
            parser.feed(part)
        parser.close()
    except Stopped:
        return None
    except etree.XMLSyntaxError as broken:
        line, column = broken.position
        # The parser's own words may quote the letter, so only the place and the kind of error are told.
        last = parser.feed_error_log.last_error
        kind = "ERR_DOCUMENT_EMPTY" if last is None else last.type_name
        words = f"The file is not well-formed XML at line {line}, column {column} ({kind})."
        walk.note(Fault(code="memo.invalid", path="/", message=words))
        return None
    return size_bytes


def _in_unknown_encoding(beginning: bytes) -> bool:
    declared = _DECLARED.match(beginning)
    return declared is not None and declared.group(1).lower() not in ENCODINGS
