"""Cites a legal basis as the law is cited, in Danish or in English."""

from __future__ import annotations

import re

from bin.application.evidence.language import Language, read_words

LAWS = read_words("law")["laws"]
NAMED_LAW = re.compile("|".join(map(re.escape, LAWS)))
DANISH_PARTS = ((r"\((\d+)\)", r", stk. \1"), (r"\(([a-z])\)", r", litra \1"), (r" no\. (\d+)", r", nr. \1"))
"""How a paragraph's parts are cited in Danish: § 155(1) no. 3 is § 155, stk. 1, nr. 3."""


def cited(legal_basis: str, language: Language) -> str:
    """The legal basis of a record as the law is cited; a law that is not known here is cited as the record has it."""
    text = legal_basis
    if language is Language.DANISH:
        for written, danish in DANISH_PARTS:
            text = re.sub(written, danish, text)
    return NAMED_LAW.sub(lambda named: LAWS[named[0]][language], text)
