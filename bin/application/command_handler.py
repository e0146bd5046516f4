"""The command handler: reads the states, lets the command decide, encrypts personal fields, and records the facts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from adapters.keys.number_lookup import number_rows
from adapters.keys.vault import Decrypted, Vault
from adapters.ledger.entry import (
    Appended,
    Consultation,
    Criterion,
    Decision,
    Entry,
    Indeterminate,
    TooMuchContention,
    Verdict,
    record_of,
)
from adapters.ledger.fold import Fold, criteria, encrypted_parts
from adapters.ledger.group_commit import GroupCommit
from adapters.ledger.port import Ledger
from adapters.postgres.database import DatabaseUnavailable
from bin.application.attempts import attempts
from bin.application.outcomes import (
    CommandReused,
    Decided,
    NewlyRecorded,
    NothingToRecord,
    Outcome,
    Recorded,
    RefusedBy,
    StillIndeterminate,
)
from bin.application.refused_acts import record_refused
from domain.command import AnyCommand, Consulted, Refused
from domain.context import Context, Request
from domain.entities import FACTS, NAMES
from domain.fact import Event
from domain.identity.number import NumberTaken
from domain.open_text import check_open_text
from domain.record import Record
from domain.subject import SubjectId

BATCH_COMMANDS_MAX = 2_000
"""Commands decided and recorded together; more are handled in several batches."""

CommandRequest = tuple[AnyCommand, Request]


class CommandHandler:
    """Thread-safe; a process needs one."""

    def __init__(self, ledger: Ledger, vault: Vault, contract: Mapping[str, type[Event]] = FACTS) -> None:
        self.ledger = ledger
        self.vault = vault
        self._contract = contract
        self._names = NAMES if contract is FACTS else {fact: name for name, fact in contract.items()}
        self._writer = GroupCommit(ledger)

    def execute(self, command: AnyCommand, request: Request) -> Recorded | NothingToRecord:
        """Execute one command, exactly once.

        Raises the law's Refused, CommandReused, TooMuchContention, or StillIndeterminate.
        """
        for _ in attempts():
            basis = self.ledger.consult(criteria(command.consults(), self._names), [request.command])
            if basis.earlier:
                self._settled(request.command)
            outcome = self._outcome(command, request, basis, self._folded(command.consults(), basis))
            if isinstance(outcome, RefusedBy):
                record_refused(self.execute, command, request, outcome.refusal)
                raise outcome.refusal
            if not isinstance(outcome, Decided):
                return outcome
            appended = self._certain(self._decision(command, basis, outcome))
            if appended is not None and appended.verdict is not Verdict.CONFLICT:
                recorded = self._recorded(appended, outcome)
                if isinstance(recorded, RefusedBy):
                    raise recorded.refusal
                return recorded
        raise TooMuchContention

    def execute_many(self, commands: Sequence[CommandRequest]) -> list[Outcome]:
        """Execute independent commands, many in one transaction; the outcomes are in the order of the commands.

        Raises CommandReused, TooMuchContention or StillIndeterminate; what was recorded stays recorded, and a repeat
        with the same command ids continues where it stopped.
        """
        outcomes: dict[int, Outcome] = {}
        for start in range(0, len(commands), BATCH_COMMANDS_MAX):
            waiting = dict(enumerate(commands[start : start + BATCH_COMMANDS_MAX], start))
            for _ in attempts():
                done = self._round(waiting)
                outcomes.update(done)
                waiting = {index: command for index, command in waiting.items() if index not in done}
                if not waiting:
                    break
            else:
                raise TooMuchContention
        for index, (command, request) in enumerate(commands):
            if isinstance(outcome := outcomes[index], RefusedBy):
                record_refused(self.execute, command, request, outcome.refusal)
        return [outcomes[index] for index in range(len(commands))]

    def would_record(self, commands: Sequence[CommandRequest], times: Sequence[Sequence[datetime]]) -> list[list[bool]]:
        """Whether each command, unless recorded, would record anything at each of its times, by what is known now."""
        basis, fold = self._basis(commands)
        return [
            [
                request.command not in basis.earlier
                and isinstance(self._outcome(command, request, replace(basis, now=time), fold), Decided)
                for time in at
            ]
            for (command, request), at in zip(commands, times, strict=True)
        ]

    def records_of(self, outcome: Recorded | NothingToRecord) -> tuple[Record, ...]:
        """The records of an outcome; personal fields are SEALED."""
        if isinstance(outcome, NothingToRecord):
            return ()
        if isinstance(outcome, NewlyRecorded):
            return outcome.records
        entries = self.ledger.entries(after=outcome.first - 1, until=outcome.last)
        return tuple(record_of(entry, self._contract) for entry in entries)

    def states(self, consulted: Sequence[Consulted[Any]]) -> list[Any]:
        """The present states, in one snapshot. Raises WrittenByNewerVersion."""
        return list(map(self._folded(consulted).of, consulted))

    def known_states(self, consulted: Sequence[Consulted[Any]]) -> list[Any]:
        """The present states; None where one depends on what only a newer version knows."""
        return list(map(self._folded(consulted).known, consulted))

    def records(
        self, subject: SubjectId | None = None, *, after: int = 0, until: int | None = None, limit: int | None = None
    ) -> Iterator[Record]:
        """Records in order, of one subject or of all; personal fields are SEALED."""
        for entry in self.ledger.entries(self._wanted(subject), after=after, until=until, limit=limit):
            yield record_of(entry, self._contract)

    def opened_records(
        self,
        subject: SubjectId | None = None,
        *,
        facts: Sequence[type[Event]] | None = None,
        after: int = 0,
        until: int | None = None,
        limit: int | None = None,
    ) -> Iterator[Record]:
        """Records in order, of all facts or some, decrypted where the key still exists."""
        entries = self.ledger.entries(self._wanted(subject, facts), after=after, until=until, limit=limit)
        self.vault.fetch(entry.sealed for entry in entries if entry.sealed is not None)
        yield from (record_of(entry, self._contract, self._opened(entry)) for entry in entries)

    def _opened(self, entry: Entry) -> Mapping[str, Any] | None:
        decrypted = self.decrypt(entry)
        return None if decrypted is None else decrypted.fields

    def _folded(self, consulted: Sequence[Consulted[Any]], basis: Consultation | None = None) -> Fold:
        """What was read, or is now; the keys of all that is opened are fetched in one round trip."""
        basis = basis or self.ledger.consult(criteria(consulted, self._names))
        self.vault.fetch(encrypted_parts(consulted, basis.entries, self._contract))
        return Fold(consulted, basis.entries, self._contract, self._opened)

    def _wanted(self, subject: SubjectId | None, facts: Sequence[type[Event]] | None = None) -> tuple[Criterion, ...]:
        names = None if facts is None else tuple(sorted(self._names[fact] for fact in facts))
        return (Criterion(() if subject is None else (subject,), names),)

    def decrypt(self, entry: Entry) -> Decrypted | None:
        """The decrypted part of a stored fact; None when it has none, or its key is destroyed.

        Raises NotWhatWasEncrypted when the part belongs to another fact.
        """
        decrypted = None if entry.sealed is None else self.vault.decrypt(entry.sealed, entry.subject)
        if decrypted is not None:
            where = f"at position {entry.position}"
            decrypted.check_origin(where, (entry.name,), (entry.context.command, entry.ordinal))
        return decrypted

    def _basis(self, commands: Collection[CommandRequest]) -> tuple[Consultation, Fold]:
        """What independent commands are decided on, in one snapshot."""
        consulted = [each for command, _ in commands for each in command.consults()]
        basis = self.ledger.consult(criteria(consulted, self._names), [request.command for _, request in commands])
        return basis, self._folded(consulted, basis)

    def _round(self, waiting: Mapping[int, CommandRequest]) -> dict[int, Outcome]:
        """Decide and record; a command that met a conflict is left for the next round."""
        basis, states = self._basis(waiting.values())
        outcomes: dict[int, Outcome] = {}
        decided: dict[int, Decided] = {}
        for index, (command, request) in waiting.items():
            outcome = self._outcome(command, request, basis, states)
            if isinstance(outcome, Decided):
                decided[index] = outcome
            else:
                outcomes[index] = outcome
        self.vault.prepare(fact.holding for each in decided.values() for fact in each.facts if fact.personal)
        decisions = {index: self._decision(waiting[index][0], basis, each) for index, each in decided.items()}
        if any(request.command in basis.earlier for _, request in waiting.values()):
            self._settled(next(iter(basis.earlier)))
        try:
            appended = self.ledger.append_many(list(decisions.values()))
        except Indeterminate:
            # Settling one command settles them all; each is then looked up by its id in the next round.
            self._settled(next(iter(decisions.values())).command)
            return outcomes
        for index, each in zip(decisions, appended, strict=True):
            if each.verdict is not Verdict.CONFLICT:
                outcomes[index] = self._recorded(each, decided[index])
        return outcomes

    def _outcome(self, command: AnyCommand, request: Request, basis: Consultation, fold: Fold) -> Decided | Outcome:
        """The facts that the law yields, or the outcome when there is nothing to record."""
        if request.command in basis.earlier:
            earlier, appended = basis.earlier[request.command]
            if earlier != self._digest(command):
                raise CommandReused
            return self._recorded(appended)
        try:
            states = [fold.of(consulted) for consulted in command.consults()]
            context = request.context(command.basis(*states))
            facts = tuple(command.decide(context.at(basis.now), *states))
            check_open_text(facts, context)
        except Refused as refusal:
            return RefusedBy(refusal)
        return Decided(facts, context) if facts else NothingToRecord()

    def _decision(self, command: AnyCommand, basis: Consultation, decided: Decided) -> Decision:
        context = decided.context
        return Decision(
            command=context.command,
            digest=self._digest(command),
            entries=tuple(self._entry(fact, context, ordinal) for ordinal, fact in enumerate(decided.facts)),
            unless=criteria(command.consults(), self._names) or None,
            after=max([basis.head, *(entry.position for entry in basis.entries)]),
            consulted=tuple((each.entity.name, each.subject) for each in command.consults()),
            numbers=tuple(number_rows(self.vault, decided.facts)),
        )

    def _entry(self, fact: Event, context: Context, ordinal: int) -> Entry:
        name = self._names[type(fact)]
        return Entry.of(fact, name, context, ordinal, self.vault.encrypt(fact, name, context.command, ordinal))

    def _recorded(self, appended: Appended, decided: Decided | None = None) -> Recorded | RefusedBy:
        if appended.verdict is Verdict.OTHER:
            raise CommandReused
        if appended.verdict is Verdict.TAKEN:
            return RefusedBy(NumberTaken())
        if appended.verdict is Verdict.REPEATED or decided is None:
            return Recorded(appended.first, appended.last)
        assert appended.recorded_at is not None, "what was just recorded has its registration time"
        records = tuple(
            Record(
                position=appended.first + ordinal,
                recorded_at=appended.recorded_at,
                name=self._names[type(fact)],
                event=fact.without_personal_fields(),
                context=decided.context,
                ordinal=ordinal,
            )
            for ordinal, fact in enumerate(decided.facts)
        )
        return NewlyRecorded(appended.first, appended.last, records)

    def _certain(self, decision: Decision) -> Appended | None:
        """The outcome of recording; an indeterminate one is looked up. None: not recorded."""
        try:
            return self._writer.append(decision)
        except Indeterminate:
            return self._settled(decision.command)

    def _settled(self, command: UUID) -> Appended | None:
        """The outcome of a command, as certain as a commit; None: not recorded. Raises StillIndeterminate."""
        for _ in attempts():
            try:
                return self.ledger.settle(command)
            except Indeterminate as error:
                doubt: Exception = error
            except (DatabaseUnavailable, TooMuchContention) as error:
                doubt = error
                break
        raise StillIndeterminate from doubt

    def _digest(self, command: AnyCommand) -> bytes:
        kind: Any = type(command)
        return self.vault.digest(kind.__name__.encode() + b" " + _adapter(kind).dump_json(command))


@lru_cache(maxsize=1_000)
def _adapter(command: Any) -> TypeAdapter[Any]:
    return TypeAdapter(command)
