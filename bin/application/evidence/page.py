"""Renders the page of a bundle: what it proves, in Danish and in English, for a reader without the verifier.

One file without scripts, that loads nothing from a network. It is not signed: it says so, and how to check the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from adapters.seal.formats.checkpoint import Checkpoint
from bin.application.evidence.page_style import STYLE
from bin.application.evidence.page_words import (
    BOTH_PARTS,
    FIELDS,
    NOT_GIVEN,
    NOT_HAPPENED,
    NOTHING,
    SEALED_WORDS,
    TERMS,
    TIMES,
    TITLE,
)
from bin.application.plain import plain
from domain.danish_time import COPENHAGEN
from domain.entities import fact_class
from projections.portable import Form, instant

DANISH_TERM = re.compile(r"\(\*([^*]+)\*\)")
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@dataclass(frozen=True, slots=True)
class FactShown:
    position: int
    recorded_at: datetime
    effective_from: datetime | None
    name: str
    fields: Mapping[str, Any]
    """What is not personal, and what was opened; what stays encrypted says so."""
    header: Mapping[str, str | None]
    """Who acted, for which authority, on what legal basis, in which case."""
    file: str


@dataclass(frozen=True, slots=True)
class AnswerShown:
    register: str
    question: str
    subject: str
    rows: Sequence[Form]
    file: str


@dataclass(frozen=True, slots=True)
class Page:
    about: str
    known: int
    known_at: datetime
    checkpoint: Checkpoint
    vkeys: Sequence[str]
    witnesses: Sequence[str]
    stamps: Sequence[str]
    times: Mapping[str, datetime | None] | None
    """The legal times of a message; None of any other subject."""
    facts: Sequence[FactShown]
    answers: Sequence[AnswerShown]


def render(page: Page) -> bytes:
    return "\n".join(_document(page)).encode() + b"\n"


def _document(page: Page) -> Iterator[str]:
    yield "<!DOCTYPE html>"
    yield '<html lang="da">'
    yield '<head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{TITLE['da']}: {escape(page.about)}</title>"
    yield f"<style>{STYLE}</style></head>"
    yield f'<body><header><p class="kind">{TITLE["kind"]}</p>'
    yield f'<h1>{TITLE["da"]} <span lang="en">/ {TITLE["en"]}</span></h1>'
    yield from _facts_of_the_case(page)
    yield "</header><main>"
    if page.times is not None:
        yield from _times(page.times)
    for heading, danish, english in BOTH_PARTS:
        yield _heading(*heading)
        yield '<div class="both">'
        yield f'<div lang="da">{danish}</div><div lang="en">{english}</div>'
        yield "</div>"
    yield from _facts(page.facts)
    yield from _answers(page)
    yield "</main><footer>"
    yield f'<p lang="da">{TITLE["unsigned_da"]}</p><p lang="en">{TITLE["unsigned_en"]}</p>'
    yield "</footer></body></html>"


def _facts_of_the_case(page: Page) -> Iterator[str]:
    """What, when and by which ledger, at the head of the page."""
    lines: list[tuple[str, str]] = [
        ("about", _code(page.about)),
        ("known", f"{_code(str(page.known))} · {_time(page.known_at)}"),
        ("origin", _code(page.checkpoint.origin)),
        ("size", f"{_code(str(page.checkpoint.size))} · {_code(page.checkpoint.root.hex())}"),
        *(("key", _code(vkey)) for vkey in page.vkeys),
        ("witnesses", "<br>".join(map(_code, page.witnesses)) or _both(*NOTHING)),
        ("stamps", "<br>".join(map(_code, page.stamps)) or _both(*NOTHING)),
    ]
    yield "<dl>"
    for name, value in lines:
        yield f"<dt>{_both(*FIELDS[name])}</dt><dd>{value}</dd>"
    yield "</dl>"


def _times(times: Mapping[str, datetime | None]) -> Iterator[str]:
    yield _heading("Retlige tidspunkter", "Legal times")
    yield f"<table><caption>{_both('Hvornår hvert skridt skete i retlig forstand', 'When each step happened in law')}"
    yield "</caption><tbody>"
    for name, at in times.items():
        cell = f"<td>{_time(at)}</td>" if at else f'<td class="none">{_both(*NOT_HAPPENED)}</td>'
        yield f'<tr><th scope="row">{_both(*TIMES[name])}</th>{cell}</tr>'
    yield "</tbody></table>"


def _facts(facts: Sequence[FactShown]) -> Iterator[str]:
    yield _heading("Kendsgerninger", "Facts")
    for fact in facts:
        danish, english = meaning(fact.name)
        yield f'<article><h3><span class="place">{_both("position", "position")} {fact.position}</span>'
        yield f"{escape(danish)}</h3>"
        yield f'<p class="meaning" lang="en">{escape(english)}</p><dl>'
        yield f"<dt>{_both(*FIELDS['recorded_at'])}</dt><dd>{_time(fact.recorded_at)}</dd>"
        if fact.effective_from is not None:
            yield f"<dt>{_both(*FIELDS['effective_from'])}</dt><dd>{_time(fact.effective_from)}</dd>"
        for name, text in fact.header.items():
            if text is not None:
                yield f"<dt>{_both(*FIELDS[name])}</dt><dd>{escape(text)}</dd>"
        for name, value in fact.fields.items():
            yield f"<dt>{_code(name)}</dt><dd>{_value(value)}</dd>"
        yield f"<dt>{_both(*FIELDS['file'])}</dt><dd>{_code(fact.file)}</dd></dl></article>"


def _answers(page: Page) -> Iterator[str]:
    yield _heading("Registrenes svar", "What the registers answered")
    if not page.answers:
        yield f"<p>{_both(*NOTHING)}</p>"
    for answer in page.answers:
        yield f"<h3>{_code(answer.register)} · {_code(answer.subject)}</h3>"
        yield f'<p lang="en">{escape(answer.question)}</p>'
        for row in answer.rows:
            yield f"<table><caption>{_both('Som kendt ved position', 'As known at position')} {page.known}"
            yield f" · {_code(answer.file)}</caption><tbody>"
            for name, value in row.items():
                yield f'<tr><th scope="row">{_code(name)}</th><td>{_value(value)}</td></tr>'
            yield "</tbody></table>"


def meaning(fact: str) -> tuple[str, str]:
    """The law's Danish term for a fact, or its stored name; and its meaning, the first sentence of its docstring."""
    docstring = " ".join((fact_class(fact).__doc__ or "").split())
    term = TERMS.get(fact) or (DANISH_TERM.search(docstring) or ["", fact])[1]
    sentence = re.split(r"(?<=[.:]) (?=[A-ZÆØÅ])", docstring)[0]
    return f"{term[0].upper()}{term[1:]}", f"{fact}: {sentence.replace('*', '')}"


def _heading(danish: str, english: str) -> str:
    return f'<h2>{escape(danish)} <span lang="en">/ {escape(english)}</span></h2>'


def _both(danish: str, english: str) -> str:
    if danish == english:
        return escape(danish)
    return f'{escape(danish)} <span lang="en">/ {escape(english)}</span>'


def _time(at: datetime) -> str:
    """The Danish time, and the same in UTC, as the ledger has it."""
    local, exact = at.astimezone(COPENHAGEN), instant(at)
    return f'<time datetime="{exact}">{local:%d.%m.%Y kl. %H:%M:%S} ({local:%Z})</time> · {_code(exact)}'


def _value(value: Any) -> str:
    if value is None:
        return f'<span class="sealed">{_both(*NOT_GIVEN)}</span>'
    text = plain(value)
    if text in SEALED_WORDS:
        return f'<span class="sealed">{_both(*SEALED_WORDS[text])}</span>'
    return _code(text)


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"
