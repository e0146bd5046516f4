"""Answers about people: each is recorded before it is given, for a named authority on a legal basis.

What is encrypted shows as SEALED to a reader who does not open it. The names and addresses of people who are protected
show as PROTECTED to a private reader, and not to an authority: protection is against private parties (CPR act § 28).
What was encrypted with a destroyed key shows as ERASED.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from adapters.keys.vault import Decrypted, NotWhatWasEncrypted
from adapters.ledger.entry import Entry
from bin.application.application import Application
from bin.application.contexts import Reading
from bin.application.disclosure_log import Answer
from bin.application.errors import InvalidArgument
from bin.application.people.find import authorities, is_authority
from domain.danish_time import day_of
from domain.entities import NAMES, fact_class
from domain.fact import SEALED, Event
from domain.identity.person import PERSON
from domain.operations.disclosure import DisclosureFact, QuestionKind
from domain.subject import CompanyId, MessageId, PersonId, SubjectId, subject, subjects_in
from projections.check import subject_fields
from projections.columns import Row
from projections.declare import Register
from projections.engine.impact import RecordedFact
from projections.engine.subjects import key_subject
from projections.portable import canonical_json, row_form
from projections.sources import Header

ERASED = "ERASED"
PROTECTED = "PROTECTED"
PERSONAL_PART = "personal_fields"
"""In the place of the personal fields of a fact that only a newer version knows."""
PARTIES = (f"{PersonId.kind}:", f"{CompanyId.kind}:")


class ReadingNeedsBasis(InvalidArgument):
    """This answer is about people, and every such answer is recorded: give the legal basis of the reading, or set
    RIGSBOG_BASIS.
    """


@dataclass
class Reader:
    """Who reads, and whether encrypted parts are opened for them."""

    application: Application
    reading: Reading | None
    """None of a reader who asks about no people."""
    opens: bool = False
    _protected: dict[PersonId, bool] = field(default_factory=dict)
    """Whose data were disclosed to this reader, if it is private, and whether that person is protected."""
    _today: date | None = None
    """The Danish day on which the reading began: nothing in one answer changes at midnight."""

    def disclose(
        self,
        question: QuestionKind,
        known: int,
        parties: Iterable[SubjectId],
        parts: Iterable[bytes | None] = (),
        **asked: Any,
    ) -> None:
        """Record an answer about the people and companies among `parties`, and the holders of the encrypted parts.

        An authority that an answer only names, such as a letter's sender, is not whom it is about. A letter to nobody
        registered is about nobody, and opening it is recorded so. To be called before anything is decrypted or shown;
        `asked` is the rest of an Answer. Raises ReadingNeedsBasis.
        """
        holders = {self.application.vault.holder(part) for part in parts if part is not None}
        named = {party for party in parties if isinstance(party, PersonId | CompanyId)}
        about = {holder for holder in holders if isinstance(holder, PersonId | CompanyId)}
        about |= named - authorities(self.application, named)
        of_nobody = self.opens and any(isinstance(holder, MessageId) for holder in holders)
        if not about and question is not QuestionKind.LOOKUP and not of_nobody:
            return
        answer = Answer(question=question, parties=tuple(sorted(about, key=str)), known=known, **asked)
        if self.reading is None:
            operator, today = f"operator:{self.application.settings.operator}", day_of(self.application.ledger.now())
            self.application.disclosures.refuse(answer, operator, ReadingNeedsBasis, today)
            raise ReadingNeedsBasis
        actor = f"authority:{self.reading.authority.value}"
        self.application.disclosures.record(answer, self.reading, actor, opened=self.opens)
        if self.opens and not is_authority(self.application, self.reading.authority):
            people = [party for party in answer.parties if isinstance(party, PersonId)]
            states = self.application.handler.known_states([PERSON.of(person) for person in people])
            self._today = self._today or day_of(self.application.ledger.now())
            self._protected |= {
                person: state is None or state.protected(self._today)
                for person, state in zip(people, states, strict=True)
            }

    def rows(self, register: Register, rows: Sequence[Row], known: int, about: SubjectId, **asked: Any) -> list[Row]:
        """A register's rows about a subject with their encrypted columns decrypted, masked, or shown as SEALED."""
        self._disclose_rows(
            [(register, rows)], known, about, register.name, stored_sha256=digest_of(register, rows), **asked
        )
        return self._decrypted(register, rows)

    def registers(
        self, registers: Sequence[tuple[Register, Sequence[Row]]], known: int, about: SubjectId, **asked: Any
    ) -> list[list[Row]]:
        """The rows of several registers about one subject, as `rows` gives them, recorded as one answer."""
        self._disclose_rows(registers, known, about, None, stored_sha256=digest_of_all(registers), **asked)
        return [self._decrypted(register, rows) for register, rows in registers]

    def _disclose_rows(
        self,
        registers: Sequence[tuple[Register, Sequence[Row]]],
        known: int,
        about: SubjectId,
        register_name: str | None,
        **asked: Any,
    ) -> None:
        parties = [about]
        parts: list[bytes | None] = []
        for register, rows in registers:
            parties += parties_of(register, rows)
            parts += [row[name] for row in rows for name in _encrypted_columns(register)]
        self.disclose(
            QuestionKind.ROW,
            known,
            parties,
            parts,
            register_name=register_name,
            rows=sum(len(rows) for _, rows in registers),
            **asked,
        )

    def _decrypted(self, register: Register, rows: Sequence[Row]) -> list[Row]:
        facts = _encrypted_columns(register)
        return [self._row(row, key_subject(register, row), facts) for row in rows]

    def _row(self, row: Row, subject: SubjectId, facts: Mapping[str, Mapping[str, type[Event]]]) -> Row:
        shown = dict(row)
        for name, setters in facts.items():
            if row[name] is not None:
                shown[name] = self.fields(bytes(row[name]), subject, setters)
        return shown

    def fields(self, sealed: bytes, subject: SubjectId, facts: Mapping[str, type[Event]]) -> Mapping[str, Any]:
        """The personal fields of an encrypted part that is stored with `subject` and belongs to one of the facts.

        Raises NotWhatWasEncrypted when it belongs elsewhere.
        """
        names = sorted({name for fact in facts.values() for name in fact.personal}) or [PERSONAL_PART]
        if not self.opens:
            return dict.fromkeys(names, SEALED)
        decrypted = self.application.vault.decrypt(sealed, subject)
        if decrypted is None:
            return dict.fromkeys(names, ERASED)
        decrypted.check_origin(f"of {subject}", facts)
        if self._protects(facts[decrypted.fact], self.application.vault.holder(sealed)):
            return dict.fromkeys(decrypted.fields, PROTECTED)
        return decrypted.fields

    def opened(self, entry: Entry) -> Decrypted | None:
        """The decrypted part of a record, whole and with its salt, as evidence includes it.

        None for what `fields` would not show: to a reader who does not open, of a protected name or address, of what
        is erased; and of a part without a commitment, which proves nothing when it is decrypted.
        Raises NotWhatWasEncrypted.
        """
        if not self.opens or entry.sealed is None or self._protects(fact_class(entry.name), _holder(entry)):
            return None
        if self.application.vault.holder(entry.sealed) not in (None, _holder(entry)):
            # The reading was recorded for the holder that the vault names, and an erasure would miss this part.
            raise NotWhatWasEncrypted(
                f"the key of the encrypted part at position {entry.position} is in another's name"
            )
        decrypted = self.application.handler.decrypt(entry)
        return None if decrypted is None or decrypted.salt is None else decrypted

    def hidden_because(self, entry: Entry) -> str:
        """Why `opened` shows nothing of an encrypted part: it is SEALED, PROTECTED or ERASED."""
        assert entry.sealed is not None, "only what is encrypted is hidden"
        fields = self.fields(entry.sealed, entry.subject, {entry.name: fact_class(entry.name)})
        return next((value for value in fields.values() if value in (ERASED, PROTECTED)), repr(SEALED))

    def protects(self, person: PersonId) -> bool:
        """Whether the name and address of a person are kept from this reader, whose answer has been recorded."""
        return self._protected.get(person, False)

    def _protects(self, fact: type[Event], holder: SubjectId | None) -> bool:
        return fact.protected and isinstance(holder, PersonId) and self._protected.get(holder, False)


def _encrypted_columns(register: Register) -> Mapping[str, Mapping[str, type[Event]]]:
    """The columns that hold encrypted parts, and by stored name the facts that set each."""
    facts: dict[str, dict[str, type[Event]]] = {}
    for column in register.columns:
        for setter in column.setters:
            if setter.source is Header.SEALED:
                facts.setdefault(column.name, {})[NAMES[setter.fact]] = setter.fact
    return facts


def parties_of(register: Register, rows: Iterable[Row]) -> Iterator[SubjectId]:
    """Whom rows are about: the subjects of their keys, and the people and companies whom a column names."""
    for row in rows:
        yield key_subject(register, row)
        for value in row.values():
            if isinstance(value, str) and value.startswith(PARTIES):
                yield subject(value)


def parties_named(entries: Iterable[Entry | RecordedFact]) -> Iterator[SubjectId]:
    """The people and companies whom facts name, without those about whom somebody was answered at the same time."""
    for entry in entries:
        fact = fact_class(entry.name)
        if not issubclass(fact, DisclosureFact):
            fields = subject_fields(fact)
            values = [value for name, value in entry.payload.items() if name in fields or name not in fact.model_fields]
            yield from subjects_in(values)


def digest_of(register: Register, rows: Sequence[Row]) -> str:
    """SHA-256 of the rows as they are stored, in the portable form of docs/proofs.md."""
    return sha256(canonical_json({"rows": [row_form(register, row) for row in rows]})).hexdigest()


def digest_of_all(registers: Iterable[tuple[Register, Sequence[Row]]]) -> str:
    """SHA-256 of the rows of several registers, each under its register's name."""
    forms = {register.name: [row_form(register, row) for row in rows] for register, rows in registers}
    return sha256(canonical_json({"registers": forms})).hexdigest()


def _holder(entry: Entry) -> SubjectId:
    """Whose key encrypts a fact's personal fields, as the fact itself says."""
    field = fact_class(entry.name).holder
    named = entry.payload.get(field) if field else None
    return subject(named) if named else entry.subject
