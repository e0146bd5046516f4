"""Reads personal data: only for a named authority on a legal basis, recorded before anything is decrypted, and masked.

Without a mandate all personal data show as SEALED. The names and addresses of people who are protected show as
PROTECTED to every reader (CPR act § 28); what was encrypted with a destroyed key shows as ERASED.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.keys.vault import Decrypted, NotWhatWasEncrypted
from adapters.ledger.entry import Entry
from bin.application.application import Application
from bin.application.contexts import Mandate
from bin.application.outcomes import RefusedBy
from domain.entities import FACTS, NAMES
from domain.fact import SEALED, Event
from domain.identity.person import PERSON
from domain.operations.disclosure import ReadPersonalData
from domain.subject import CompanyId, PersonId, SubjectId, subject
from projections.columns import Row
from projections.declare import Register
from projections.engine.subjects import key_subject
from projections.sources import Header

ERASED = "ERASED"
PROTECTED = "PROTECTED"


@dataclass
class Reader:
    """Decrypts encrypted parts for one mandate, or for none."""

    application: Application
    mandate: Mandate | None
    _allowed: dict[SubjectId, bool] = field(default_factory=dict)
    """Whose data this reader has recorded reading, and whether that person is protected."""

    def allow(self, parts: Iterable[bytes | None], what: str) -> None:
        """Record the reading of everyone whose data the parts hold; to be called before they are decrypted."""
        if self.mandate is None:
            return
        holders = {self.application.vault.holder(part) for part in parts if part is not None}
        new = [
            holder for holder in holders if isinstance(holder, (PersonId, CompanyId)) and holder not in self._allowed
        ]
        mandate, authority = self.mandate, self.mandate.authority.value
        outcomes = self.application.handler.execute_many(
            [
                (
                    ReadPersonalData(subject=holder, what=what, legal_basis=mandate.legal_basis),
                    self.application.request(f"authority:{authority}", authority=authority, case=mandate.case),
                )
                for holder in new
            ]
        )
        for outcome in outcomes:
            if isinstance(outcome, RefusedBy):
                raise outcome.refusal
        people = [holder for holder in new if isinstance(holder, PersonId)]
        states = self.application.handler.states([PERSON.of(person) for person in people])
        protected = {person for person, state in zip(people, states, strict=True) if state.protected_until is not None}
        self._allowed |= {holder: holder in protected for holder in new}

    def rows(self, register: Register, rows: Sequence[Row], what: str) -> list[Row]:
        """A register's rows with their encrypted columns decrypted, masked, or shown as SEALED."""
        facts: dict[str, dict[str, type[Event]]] = {}
        for column in register.columns:
            for setter in column.setters:
                if setter.source is Header.SEALED:
                    facts.setdefault(column.name, {})[NAMES[setter.fact]] = setter.fact
        self.allow([row[name] for row in rows for name in facts], what)
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
        names = sorted({name for fact in facts.values() for name in fact.personal})
        if self.mandate is None:
            return dict.fromkeys(names, SEALED)
        decrypted = self.application.vault.decrypt(sealed, subject)
        if decrypted is None:
            return dict.fromkeys(names, ERASED)
        decrypted.check_origin(f"of {subject}", facts)
        if self._protects(facts[decrypted.fact], subject):
            return dict.fromkeys(decrypted.fields, PROTECTED)
        return decrypted.fields

    def opened(self, entry: Entry) -> Decrypted | None:
        """The decrypted part of a record, whole and with its salt, as evidence includes it.

        None for what `fields` would not show: without a mandate, of a name or address that is protected, of what is
        erased; and of a part without a commitment, which proves nothing when it is decrypted.
        Raises NotWhatWasEncrypted.
        """
        if self.mandate is None or entry.sealed is None or self._protects(FACTS[entry.name], entry.subject):
            return None
        if self.application.vault.holder(entry.sealed) not in (None, _holder(entry)):
            # The reading was recorded for the holder that the vault names, and an erasure would miss this part.
            raise NotWhatWasEncrypted(
                f"the key of the encrypted part at position {entry.position} is in another's name"
            )
        decrypted = self.application.handler.decrypt(entry)
        return None if decrypted is None or decrypted.salt is None else decrypted

    def _protects(self, fact: type[Event], subject: SubjectId) -> bool:
        return fact.protected and self._allowed.get(subject, False)


def _holder(entry: Entry) -> SubjectId:
    """Whose key encrypts a fact's personal fields, as the fact itself says."""
    field = FACTS[entry.name].holder
    named = entry.payload.get(field) if field else None
    return subject(named) if named else entry.subject
