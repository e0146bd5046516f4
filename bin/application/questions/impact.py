"""Asks what rests on a value that was corrected later: who decided, sent, served or read meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from adapters.ledger.entry import Criterion, Entry, record_of
from bin.application.application import Application
from bin.application.disclosure import Reader, parties_named
from bin.application.errors import InvalidArgument
from domain.correction import CORRECTS, corrected_by, rests_on, subject_of_corrected
from domain.entities import FACTS, NAMES
from domain.entry import EndCorrected, Ended, Entered
from domain.fact import Event
from domain.operations.disclosure import DataDisclosed, DisclosureRefused, QuestionKind
from domain.operations.operation import DatabaseOpenedByHand, EntriesExported, RegistersReplayed
from domain.operations.refusal import ActRefused
from domain.post.message import MESSAGE, Stage
from domain.post.service import SERVICE
from domain.record import Record
from domain.subject import CompanyId, MessageId, PartyId, PersonId, subjects_in
from projections.engine.impact import RecordedFact, RestingCommand, Searched, commands_resting_on, searched

COMMANDS_MAX = 10_000
"""So many commands are listed; `cut` says that there are more."""
LETTERS_A_PAGE_MAX = 500
LATER_MAX = 50_000
"""So many facts about letters are listed; `later_cut` says that there are more."""
OF_EVERYBODY: tuple[type[Event], ...] = (EntriesExported, RegistersReplayed, DatabaseOpenedByHand)
"""By which somebody may have read about everybody."""


class NotACorrection(InvalidArgument):
    """The record at this position corrects no earlier one. Name the position of a correction; `history` shows it.

    Of a registration that was wrong for a time, `correction letters` lists the letters. An entry or a death that was
    recorded late corrects no record: `diff` shows what changed with it, and `history` what was done since its day.
    """


@dataclass(frozen=True, slots=True)
class AffectedLetter:
    """A letter that one of the commands was about, and what has become of it."""

    message: MessageId
    sender: PartyId | None
    stage: Stage
    opened: bool
    served: bool
    later: Sequence[Record]
    """What was recorded about it after those commands, up to now: readings, receipts, paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What rests on the corrected records, from the first of them until the correction, each in the order of recording.

    Whom it concerns are the people and companies that the corrected records name.
    """

    correction: Record
    corrected: Sequence[Record]
    commands: Sequence[RestingCommand]
    """The recorded commands that consulted a state in which a corrected record had a part."""
    acts: Sequence[Record]
    """The facts that name the corrected entry: an act by a mandate, a letter posted to an address."""
    letters: Sequence[AffectedLetter]
    readings: Sequence[Record]
    """The answers about whom it concerns, as known in between."""
    refusals: Sequence[Record]
    """The acts and answers that somebody whom it concerns was refused, or that were refused about them."""
    of_everybody: Sequence[Record]
    """The acts of operators by which somebody may have read about everybody."""
    followed_by: Sequence[Record]
    """The corrections that the reactions to this one recorded. Each has an impact of its own."""
    searched: Searched
    cut: bool
    """Whether more commands rest on it than are listed."""
    later_cut: bool
    """Whether more was recorded later about the letters than is listed."""


def impact(application: Application, position: int, reader: Reader) -> Impact:
    """The impact of the correction at a position; recorded as read about everybody whom the list names.

    Raises NotACorrection.
    """
    correction, corrected = _correction(application, position)
    since, before = corrected[0].position, correction.position
    states = {state for record in corrected for state in rests_on(record.event, correction.event)}
    with application.database.questions.connect() as connection:
        commands = commands_resting_on(connection, sorted(states, key=str), since, before, COMMANDS_MAX + 1)
        scope = searched(connection, since, before)
    listed = commands[:COMMANDS_MAX]
    answers = _answers(application, corrected, before)
    acts = [*_acts(application, corrected, before)]
    followed_by = _followed_by(application, correction)
    later, later_cut = _later(application, listed)
    facts = [*acts, *answers, *followed_by, *(entry for entries in later.values() for entry in entries)]
    named = [*_parties([correction, *corrected]), *parties_named(_facts(listed)), *parties_named(facts)]
    reader.disclose(QuestionKind.TRAIL, before, named, rows=len(listed) + len(facts))
    answered = _records(answers)
    return Impact(
        correction=correction,
        corrected=corrected,
        commands=listed,
        acts=_records(acts),
        letters=_letters(application, later),
        readings=[record for record in answered if isinstance(record.event, DataDisclosed)],
        refusals=[record for record in answered if not isinstance(record.event, DataDisclosed)],
        of_everybody=[*_of_everybody(application, since, before)],
        followed_by=_records(followed_by),
        searched=scope,
        cut=len(commands) > COMMANDS_MAX,
        later_cut=later_cut,
    )


def _facts(commands: Sequence[RestingCommand]) -> Iterator[RecordedFact]:
    return (fact for command in commands for fact in command.facts)


def _records(entries: Sequence[Entry]) -> list[Record]:
    return [record_of(entry, FACTS) for entry in entries]


def _correction(application: Application, position: int) -> tuple[Record, list[Record]]:
    """The record at the position and those that it corrects."""
    correction = next(application.handler.records(after=position - 1, until=position), None)
    if correction is None or type(correction.event) not in CORRECTS:
        raise NotACorrection
    earlier = application.handler.records(subject_of_corrected(correction.event), until=position - 1)
    corrected = corrected_by(correction, list(earlier))
    if not corrected:
        raise NotACorrection
    return correction, corrected


def _acts(application: Application, corrected: Sequence[Record], before: int) -> Iterator[Entry]:
    """The facts of others that name the corrected entry; an act that is about a person names no entry."""
    first = corrected[0]
    if not isinstance(first.event, Entered | Ended | EndCorrected):
        return
    entry = first.event.entry
    for fact in application.past.entries([Criterion((entry,))], after=first.position, until=before - 1):
        if fact.subject != entry:
            yield fact


def _later(
    application: Application, commands: Sequence[RestingCommand]
) -> tuple[Mapping[MessageId, list[Entry]], bool]:
    """The letters of the commands, each with what was recorded about it after the last of them, and whether it is cut.

    Of a list that is cut, the letters of the last commands have less than was recorded, or nothing.
    """
    last: dict[MessageId, int] = {}
    for command in commands:
        last |= dict.fromkeys((message for fact in command.facts for message in _messages(fact)), command.last_position)
    later: dict[MessageId, list[Entry]] = {message: [] for message in last}
    left = LATER_MAX
    for page in _pages(last):
        criteria = [Criterion((message,)) for message in page]
        after = min(last[message] for message in page)
        entries = application.past.entries(criteria, after=after, limit=left + 1)
        for entry in entries[:left]:
            for message in _messages(entry):
                if message in page and entry.position > last[message]:
                    later[message].append(entry)
        if len(entries) > left:
            return later, True
        left -= len(entries)
    return later, False


def _pages(messages: Iterable[MessageId]) -> Iterator[Sequence[MessageId]]:
    """A bounded number of letters at a time."""
    remaining = iter(messages)
    while page := list(islice(remaining, LETTERS_A_PAGE_MAX)):
        yield page


def _messages(fact: Entry | RecordedFact) -> Iterator[MessageId]:
    """The messages that a fact names."""
    return (named for named in subjects_in(list(fact.payload.values())) if isinstance(named, MessageId))


def _letters(application: Application, later: Mapping[MessageId, list[Entry]]) -> list[AffectedLetter]:
    letters: list[AffectedLetter] = []
    for page in _pages(later):
        states = application.handler.states([entity.of(message) for message in page for entity in (MESSAGE, SERVICE)])
        for message, state, service in zip(page, states[::2], states[1::2], strict=True):
            known = _records(later[message])
            letters.append(AffectedLetter(message, state.sender, state.stage, state.opened, service.served, known))
    return letters


def _answers(application: Application, corrected: Sequence[Record], before: int) -> list[Entry]:
    """The answers about whom the corrected records name that were given as known in between, and what was refused to
    them or about them.
    """
    since = corrected[0].position
    names = tuple(sorted(NAMES[fact] for fact in (DataDisclosed, DisclosureRefused, ActRefused)))
    criteria = [Criterion((party,), names) for party in _parties(corrected)]
    entries = application.past.entries(criteria, after=since, until=before - 1) if criteria else []
    return [entry for entry in entries if entry.payload.get("known", since) >= since]


def _parties(records: Iterable[Record]) -> Sequence[PartyId]:
    """The people and companies whom the records name, each once."""
    named = dict.fromkeys(subject for record in records for subject in record.event.subjects())
    return [subject for subject in named if isinstance(subject, PersonId | CompanyId)]


def _of_everybody(application: Application, since: int, before: int) -> Iterator[Record]:
    criteria = [Criterion((), tuple(sorted(NAMES[fact] for fact in OF_EVERYBODY)))]
    for entry in application.past.entries(criteria, after=since, until=before - 1):
        yield record_of(entry, FACTS)


def _followed_by(application: Application, correction: Record) -> list[Entry]:
    """The corrections of the same correlation about whom the correction names, recorded after it."""
    names = tuple(sorted(NAMES[fact] for fact in CORRECTS))
    criteria = [Criterion((party,), names) for party in _parties([correction])]
    entries = application.past.entries(criteria, after=correction.position) if criteria else []
    return [entry for entry in entries if entry.context.correlation == correction.context.correlation]
