"""Renders the page of a bundle: a conclusion, and the facts that it rests on, in sentences, for a court.

One file in one language, without scripts, that loads nothing from a network, and prints on A4. It says how to
check it. Code names are in small print next to the words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from adapters.seal.formats.checkpoint import Checkpoint
from bin.application.evidence.language import PAGE, Both, Language
from bin.application.evidence.markup import code, escaped, time_tag
from bin.application.evidence.page_style import STYLE
from bin.application.evidence.parties import PartyShown
from bin.application.evidence.wording import Writer, is_given
from domain.post.legal_times import LEGAL_TIMES
from domain.record import Record
from domain.subject import MessageId, SubjectId

TIMES: Mapping[str, Both] = {time.name: {"da": time.danish, "en": time.english} for time in LEGAL_TIMES}
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@dataclass(frozen=True, slots=True)
class FactShown:
    record: Record
    """With its personal fields, as far as they are shown."""
    hidden: str | None
    """Why its personal fields are not shown."""
    file: str


@dataclass(frozen=True, slots=True)
class AnswerShown:
    register: str
    question: str
    about: SubjectId
    rows: Sequence[Sequence[Cell]]
    file: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of a row: what it is called, its stored name, and its value in words."""

    label: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class LetterShown:
    title: str | None
    sha256: str
    size_bytes: int
    hidden: str | None
    """Why neither title nor digest is shown."""
    file: str | None
    """Under which name it is enclosed."""


@dataclass(frozen=True, slots=True)
class Foundation:
    """What the page rests on, and how it is checked."""

    checkpoint: Checkpoint
    vkeys: Sequence[str]
    witnesses: Sequence[str]
    stamps: Sequence[str]
    verifier_sha256: str


@dataclass(frozen=True, slots=True)
class Page:
    writer: Writer
    about: str
    """The subject or the case, as it is asked for."""
    heading: str
    known: int
    known_at: datetime
    conclusion: Sequence[str]
    rests_on: int | None
    """The position of the fact on which the conclusion rests."""
    times: Mapping[str, datetime | None] | None
    """The legal times of a message; None of any other subject."""
    parties: Sequence[PartyShown]
    letter: LetterShown | None
    facts: Sequence[FactShown]
    answers: Sequence[AnswerShown]
    foundation: Foundation

    @property
    def language(self) -> Language:
        return self.writer.language

    def said(self, both: Both, **values: str) -> str:
        """Words of this page in its language, with values that are HTML already."""
        return self.writer.said(both, **values)

    def time(self, at: datetime) -> str:
        return time_tag(at, self.language)


def render(page: Page) -> bytes:
    return "\n".join(_document(page)).encode() + b"\n"


def _document(page: Page) -> Iterator[str]:
    yield "<!DOCTYPE html>"
    yield f'<html lang="{page.language}">'
    yield '<head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{page.said(PAGE['title'])}: {escaped(page.heading)}</title>"
    yield f"<style>{STYLE}</style></head>"
    yield f'<body><header><p class="kind">{page.said(PAGE["title"])}</p><h1>{escaped(page.heading)}</h1>'
    yield f"<p>{page.said(PAGE['known'], known_at=page.time(page.known_at))}</p></header><main>"
    yield from _conclusion(page)
    yield from _foundation(page)
    if page.times is not None:
        yield from _times(page, page.times)
    yield from _who(page)
    if page.letter is not None:
        yield from _letter(page, page.letter)
    yield from _facts(page)
    yield from _answers(page)
    yield from _check(page)
    yield "</main><footer>"
    yield from _technical(page)
    yield f"<p>{page.said(PAGE['small_print'])}</p></footer></body></html>"


def _section(page: Page, name: str, heading: Both, content: Iterator[str]) -> Iterator[str]:
    yield f'<section class="{name}" aria-labelledby="{name}"><h2 id="{name}">{page.said(heading)}</h2>'
    yield from content
    yield "</section>"


def _conclusion(page: Page) -> Iterator[str]:
    def content() -> Iterator[str]:
        for sentence in page.conclusion:
            yield f"<p>{escaped(sentence)}</p>"

    yield from _section(page, "conclusion", PAGE["conclusion"], content())


def _foundation(page: Page) -> Iterator[str]:
    foundation = page.foundation
    witnesses, stamps = (", ".join(map(code, names)) for names in (foundation.witnesses, foundation.stamps))
    sentences = [
        page.said(PAGE["proved"]),
        page.said(PAGE["signed"], size=str(foundation.checkpoint.size)),
        page.said(PAGE["witnessed"], witnesses=witnesses) if witnesses else page.said(PAGE["unwitnessed"]),
        page.said(PAGE["stamped"], stamps=stamps) if stamps else page.said(PAGE["unstamped"]),
        page.said(PAGE["unproved"]),
    ]
    items = (f"<li>{sentence}</li>" for sentence in sentences)
    yield from _section(page, "foundation", PAGE["foundation"], iter(["<ul>", *items, "</ul>"]))


def _times(page: Page, times: Mapping[str, datetime | None]) -> Iterator[str]:
    def content() -> Iterator[str]:
        yield f"<table><caption>{page.said(PAGE['times_caption'])}</caption><tbody>"
        for name, at in times.items():
            cell = (
                f'<td class="none">{page.said(PAGE["not_shown"])}</td>' if at is None else f"<td>{page.time(at)}</td>"
            )
            yield f'<tr><th scope="row">{page.said(TIMES[name])} <small>{code(name)}</small></th>{cell}</tr>'
        yield "</tbody></table>"

    yield from _section(page, "times", PAGE["times"], content())


def _who(page: Page) -> Iterator[str]:
    def content() -> Iterator[str]:
        yield f"<table><caption>{page.said(PAGE['who_caption'])}</caption><tbody>"
        for each in page.parties:
            number = f", CVR {each.number}" if each.number else ""
            name = page.said(PAGE["hidden"][each.hidden]) if each.hidden else escaped(f"{each.name}")
            proofs = "".join(f", {code(file)}" for file in (proof.file for proof in each.proofs))
            yield f'<tr><th scope="row">{page.said(each.label)}</th>'
            yield f"<td>{name}{number} <small>{code(str(each.party))}{proofs}</small></td></tr>"
        yield "</tbody></table>"

    if page.parties:
        yield from _section(page, "who", PAGE["who"], content())


def _letter(page: Page, letter: LetterShown) -> Iterator[str]:
    def content() -> Iterator[str]:
        if letter.hidden is not None:
            yield f"<p>{page.said(PAGE['letter_hidden'][letter.hidden])}</p>"
            return
        if letter.title:
            yield f"<p>{page.said(PAGE['letter_title'], title=escaped(letter.title))}</p>"
        yield f"<p>{page.said(PAGE['letter_digest'], size_bytes=str(letter.size_bytes))}</p>"
        yield f"<p>{code(letter.sha256)}</p>"
        enclosed = PAGE["letter_elsewhere"] if letter.file is None else PAGE["letter_enclosed"]
        yield f"<p>{page.said(enclosed, file=code(letter.file or ''))}</p><pre>"
        file = escaped(letter.file or page.said(PAGE["letter_name"]))
        yield "\n".join(page.said(command, file=file) for command in PAGE["compare"]) + "</pre>"

    yield from _section(page, "letter", PAGE["letter"], content())


def _facts(page: Page) -> Iterator[str]:
    def content() -> Iterator[str]:
        for at, facts in groupby(page.facts, key=lambda fact: fact.record.recorded_at):
            yield f'<div class="moment"><h3>{page.time(at)}</h3>'
            for fact in facts:
                yield from _fact(page, fact)
            yield "</div>"

    yield from _section(page, "facts", PAGE["facts"], content())


def _fact(page: Page, fact: FactShown) -> Iterator[str]:
    record, writer = fact.record, page.writer
    rests = record.position == page.rests_on
    yield '<article class="main">' if rests else "<article>"
    yield f'<p class="place">{page.said(PAGE["place"], position=str(record.position))}</p>'
    letter = getattr(record.event, "message", None)
    if page.times is None and isinstance(letter, MessageId):
        yield f'<p class="about">{escaped(writer.value(letter))}</p>'
    yield f"<p>{escaped(writer.sentence(record.name, record.event))}</p>"
    if record.context.effective_from is not None:
        yield f"<p>{page.said(PAGE['effective'], at=page.time(record.context.effective_from))}</p>"
    if fact.hidden is not None:
        yield f"<p>{page.said(PAGE['hidden_fields'][fact.hidden])}</p>"
    if rests:
        yield f'<p class="rests">{page.said(PAGE["rests_here"])}</p>'
    yield f'<p class="by">{escaped(writer.by_whom(record.context))}</p>'
    yield f'<p class="small">{" · ".join(_small_print(page, fact))}</p></article>'


def _small_print(page: Page, fact: FactShown) -> Iterator[str]:
    """What the ledger calls the fact, its file, who acted, and each of its fields."""
    event, context = fact.record.event, fact.record.context
    yield from map(code, (fact.record.name, fact.file, context.actor, context.authority, context.legal_basis))
    for name, value in {**{name: getattr(event, name) for name in type(event).model_fields}, **event.newer}.items():
        if is_given(value):
            id_ = f" {code(str(value))}" if isinstance(value, SubjectId) else ""
            yield f"{escaped(page.writer.field(name))} {code(name)}: {escaped(page.writer.value(value, name))}{id_}"


def _answers(page: Page) -> Iterator[str]:
    def content() -> Iterator[str]:
        if not page.answers:
            yield f"<p>{page.said(PAGE['no_answer'])}</p>"
        for number, answer in enumerate(page.answers, 1):
            yield f"<h3>{number}. {escaped(answer.question)}</h3>"
            about = page.said(
                PAGE["answer_about"],
                about=escaped(page.writer.value(answer.about)),
                known_at=page.time(page.known_at),
            )
            names = ", ".join(map(code, (answer.register, str(answer.about), answer.file)))
            yield f"<p>{about} <small>{names}</small></p>"
            for nth, row in enumerate(answer.rows, 1):
                place = page.said(PAGE["row_of"], number=str(nth), count=str(len(answer.rows)))
                yield f"<table><caption>{place}</caption>"
                yield "<tbody>"
                for cell in row:
                    yield f'<tr><th scope="row">{escaped(cell.label)} <small>{code(cell.name)}</small></th>'
                    yield f"<td>{escaped(cell.value)}</td></tr>"
                yield "</tbody></table>"

    yield from _section(page, "answers", PAGE["answers"], content())


def _check(page: Page) -> Iterator[str]:
    steps = (page.said(step, verifier=code(page.foundation.verifier_sha256)) for step in PAGE["check_steps"])
    items = (f"<li>{step}</li>" for step in steps)
    command = f"<pre>{escaped(page.said(PAGE['check_command']))}</pre>"
    yield from _section(page, "check", PAGE["check"], iter(["<ol>", *items, "</ol>", command]))


def _technical(page: Page) -> Iterator[str]:
    checkpoint = page.foundation.checkpoint
    lines = [
        ("about", page.about),
        ("known", str(page.known)),
        ("origin", checkpoint.origin),
        ("size", str(checkpoint.size)),
        ("root", checkpoint.root.hex()),
        *(("key", vkey) for vkey in page.foundation.vkeys),
    ]
    yield f"<h2>{page.said(PAGE['technical'])}</h2><dl>"
    for name, value in lines:
        yield f"<dt>{page.said(PAGE['technical_names'][name])}</dt><dd>{code(value)}</dd>"
    yield "</dl>"
