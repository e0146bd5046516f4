"""Gathers what the page of a bundle shows: facts and answers in words, names, the letter, and the conclusion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from adapters.ledger.entry import Entry, record_of
from bin.application.disclosure import Reader
from bin.application.evidence.answers import RegisterAnswer
from bin.application.evidence.conclusion import conclusion_about_message
from bin.application.evidence.language import PAGE, Language
from bin.application.evidence.letter_file import LetterFile
from bin.application.evidence.page import AnswerShown, FactShown, Foundation, LetterShown, Page
from bin.application.evidence.parties import Named, PartyShown
from bin.application.evidence.proof_files import main_position, proof_name
from bin.application.evidence.rows import REGISTERS, cells
from bin.application.evidence.scope import CaseNumber, Scope
from bin.application.evidence.wording import Writer
from domain.entities import FACTS
from domain.fact import Event
from domain.post.legal_times import legal_times
from domain.post.submission import MessageSubmitted
from domain.record import Record
from domain.subject import MessageId, SubjectId

FOLDER = "facts"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a bundle holds, before it is written for a reader."""

    scope: Scope
    known_at: datetime
    named: Named
    parties: Sequence[PartyShown]
    facts: Sequence[FactShown]
    answers: Mapping[str, RegisterAnswer]
    """By the names of their files."""
    letter: LetterFile | None
    """None where it is not enclosed."""


def page_of(evidence: Evidence, foundation: Foundation, language: Language) -> Page:
    scope, writer = evidence.scope, writer_of(evidence, language)
    records = [fact.record for fact in evidence.facts]
    of_message = isinstance(scope.about, MessageId)
    letter = _letter(evidence) if of_message else None
    answers = [_answer(writer, name, answer) for name, answer in evidence.answers.items()]
    about = _about(writer, scope, letter)
    conclusion = conclusion_about_message(records, writer) if of_message else _found(writer, about, records, answers)
    return Page(
        writer=writer,
        about=str(scope.about),
        heading=f"{about[0].upper()}{about[1:]}",
        known=scope.known,
        known_at=evidence.known_at,
        conclusion=list(conclusion),
        rests_on=main_position(scope.entries) if of_message else None,
        times=asdict(legal_times(records)) if of_message else None,
        parties=evidence.parties,
        letter=letter,
        facts=evidence.facts,
        answers=answers,
        foundation=foundation,
    )


def writer_of(evidence: Evidence, language: Language) -> Writer:
    """Writes each party by its name, or by its label where no name is shown; and each of several letters by its own."""
    names: dict[SubjectId, str] = {each.party: each.name or each.label[language] for each in evidence.parties}
    authorities = {
        number: f"{names[party]} (CVR {number})" for number, party in evidence.named.by_number.items() if party in names
    }
    writer = Writer(language, names, authorities)
    if not isinstance(evidence.scope.about, MessageId):
        names |= _letters_named(writer, [fact.record.event for fact in evidence.facts])
    return writer


def _letters_named(writer: Writer, events: Sequence[Event]) -> Mapping[SubjectId, str]:
    """Each letter that the facts name, by its number and its title where it is shown."""
    titles = {event.message: event.title for event in events if isinstance(event, MessageSubmitted)}
    letters = dict.fromkeys(each for event in events for each in event.subjects() if isinstance(each, MessageId))
    return {
        letter: writer.said(
            PAGE["titled"],
            label=f"{writer.said(PAGE['label']['message'])} {number}",
            title=titles.get(letter),
        )
        for number, letter in enumerate(letters, 1)
    }


def fact_file(entry: Entry) -> str:
    """The name of the proof of a fact."""
    return proof_name(FOLDER, entry.position)


def fact_shown(reader: Reader, entry: Entry) -> FactShown:
    """A fact with its personal fields as far as the proofs show them."""
    opened = reader.opened(entry)
    hidden = None if entry.sealed is None or opened is not None else reader.hidden_because(entry)
    return FactShown(record_of(entry, FACTS, None if opened is None else opened.fields), hidden, fact_file(entry))


def _about(writer: Writer, scope: Scope, letter: LetterShown | None) -> str:
    """What the evidence is about, in words."""
    match scope.about:
        case MessageId():
            return writer.said(PAGE["about_message"], title=letter and letter.title)
        case CaseNumber(authority=authority, case=case):
            return writer.said(PAGE["about_case"], authority=writer.authority(authority), case=case)
        case subject:
            return writer.value(subject)


def _found(writer: Writer, about: str, records: Sequence[Record], answers: Sequence[AnswerShown]) -> Iterator[str]:
    """What is said of anything but a message: how many facts there are, and what the registers answered."""
    first, last = records[0].recorded_at, records[-1].recorded_at
    yield writer.said(PAGE["found"], about=about, facts=len(records), first=first, last=last)
    if not answers:
        yield writer.said(PAGE["no_answer"])
    for number, answer in enumerate(answers, 1):
        count = len(answer.rows)
        rows = writer.said(PAGE["row" if count == 1 else "rows"], count=count)
        yield writer.said(PAGE["answered"], question=answer.question, about=answer.about, rows=rows, number=number)


def _letter(evidence: Evidence) -> LetterShown | None:
    """None of a message that was submitted in another system."""
    enclosed = None if evidence.letter is None else evidence.letter.name
    for fact in evidence.facts:
        event = fact.record.event
        if isinstance(event, MessageSubmitted):
            title = event.title if isinstance(event.title, str) else None
            digest = event.bytes_sha256 if isinstance(event.bytes_sha256, str) else ""
            return LetterShown(title, digest, event.size_bytes, fact.hidden, enclosed)
    return None


def _answer(writer: Writer, file: str, answer: RegisterAnswer) -> AnswerShown:
    register, about = answer.question.register, answer.question.subject
    known = REGISTERS["questions"].get(register.name)
    question = register.answers if known is None else writer.said(known)
    return AnswerShown(register.name, question, about, [cells(register, row, writer) for row in answer.rows], file)
