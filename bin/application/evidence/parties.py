"""Who the facts of a piece of evidence are about: names, each with its own proof, or the reason why none is shown.

The names of authorities, and their CVR numbers, are not personal. Any other name is shown to a reader who opens, after
the answer was recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from adapters.keys.number_lookup import number_key
from adapters.keys.vault import Decrypted
from adapters.ledger.entry import Criterion, Entry, record_of
from bin.application.application import Application
from bin.application.disclosure import PARTIES, Reader, parties_named
from bin.application.evidence.language import PAGE, Both
from bin.application.evidence.proof_files import proof_name
from bin.application.people.find import authorities, holders
from domain.entities import FACTS, NAMES, fact_class
from domain.entry import Entries
from domain.identity.company_name import COMPANY_NAMES, CompanyNameEntered
from domain.identity.cvr import NotACvrNumber, parse_cvr
from domain.identity.number import CvrAssigned
from domain.identity.person_name import PERSON_NAMES
from domain.identity.sender import OPERATORS
from domain.subject import CompanyId, CvrIndex, PartyId, PersonId, SubjectId, subject, subjects_in

LABELS = PAGE["label"]
FOLDER = "parties"
UNREGISTERED = "UNREGISTERED"
NOT_ABOUT = "NOT_ABOUT"
"""Of somebody whom a fact only names, such as another person of the same answer."""
NAME_FACTS = tuple(sorted(NAMES[fact] for fact in (*PERSON_NAMES.facts, *COMPANY_NAMES.facts, CvrAssigned)))


@dataclass(frozen=True, slots=True)
class NameProof:
    """A fact that names a party, and what of it is shown."""

    entry: Entry
    decrypted: Decrypted

    @property
    def file(self) -> str:
        """Where its proof is in a bundle."""
        return proof_name(FOLDER, self.entry.position)


@dataclass(frozen=True, slots=True)
class PartyShown:
    party: PartyId
    label: Both
    """What it is called where no name is shown: Person 1."""
    name: str | None = None
    number: str | None = None
    """Its CVR number."""
    hidden: str | None = None
    """Why no name is shown."""
    proofs: tuple[NameProof, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """Whom the facts name, in the order of the facts, before anything about them is decrypted."""

    parties: tuple[PartyId, ...]
    about: frozenset[SubjectId]
    """Those of whom the answer is recorded."""
    public: frozenset[SubjectId]
    """Those of them that are authorities."""
    by_number: Mapping[str, PartyId]
    """The companies that the records name by their CVR numbers."""
    names: Mapping[PartyId, Sequence[Entry]]
    """The facts by which each has its name and its CVR number, as known then."""


def named_in(application: Application, entries: Sequence[Entry], known: int, day: date) -> Named:
    """Whom the facts name, and by which facts they have their names on the day."""
    by_number = _by_number(application, set(_numbers(entries)))
    parties = tuple(dict.fromkeys([*_parties(entries), *by_number.values()]))
    public = frozenset(authorities(application, parties))
    about = frozenset(parties_named(entries))
    wanted = [party for party in parties if party in about | public]
    names = {party: _names(application, party, known, day) for party in wanted}
    return Named(parties, about, public, by_number, names)


def parties_shown(application: Application, reader: Reader, named: Named) -> list[PartyShown]:
    """Each party with its name, or the reason why it has none here. The reader's answer has been recorded."""
    counts: dict[str, int] = {}
    shown = []
    for party in named.parties:
        if party not in OPERATORS:
            kind = "authority" if party in named.public else party.kind
            number = counts[kind] = counts.get(kind, 0) + 1
            bare = PartyShown(party, {language: f"{called} {number}" for language, called in LABELS[kind].items()})
            shown.append(_with_name(application, reader, named, bare))
    return shown


def _with_name(application: Application, reader: Reader, named: Named, bare: PartyShown) -> PartyShown:
    if bare.party not in named.names:
        return replace(bare, hidden=NOT_ABOUT)
    public = bare.party in named.public
    proofs: list[NameProof] = []
    hidden = UNREGISTERED
    for entry in named.names[bare.party]:
        decrypted = application.handler.decrypt(entry) if public else reader.opened(entry)
        if decrypted is not None and decrypted.salt is not None:
            proofs.append(NameProof(entry, decrypted))
        elif is_entered(entry):
            hidden = reader.hidden_because(entry)
    fields: dict[str, Any] = {}
    for proof in proofs:
        fields |= proof.decrypted.fields
    written = _written(fields.get("name"))
    return replace(
        bare,
        name=written,
        number=fields.get("number"),
        hidden=hidden if written is None else None,
        proofs=tuple(proofs),
    )


def _parties(entries: Iterable[Entry]) -> Iterator[PartyId]:
    """The people and companies that the facts name, also as who acted or decided."""
    for entry in entries:
        for each in subjects_in(list(entry.payload.values())):
            if isinstance(each, PersonId | CompanyId):
                yield each
        if entry.context.actor.startswith(PARTIES):
            actor = subject(entry.context.actor)
            assert isinstance(actor, PersonId | CompanyId), "only people and companies are written so"
            yield actor


def _numbers(entries: Iterable[Entry]) -> Iterator[str]:
    """The authorities that the records name as who answers for a fact, or as who acted."""
    for entry in entries:
        yield entry.context.authority
        kind, _, name = entry.context.actor.partition(":")
        if kind == "authority":
            yield name


def _by_number(application: Application, numbers: Iterable[str]) -> Mapping[str, PartyId]:
    keys = {}
    for number in sorted(numbers):
        try:
            keys[number] = number_key(application.vault, CvrIndex.kind, parse_cvr(number).value)
        except NotACvrNumber:
            continue  # The name of a register's operator.
    found = holders(application, keys.values())
    return {number: found[key] for number, key in keys.items() if key in found}


def _names(application: Application, party: PartyId, known: int, day: date) -> list[Entry]:
    """The fact of the name that the party bears on the day, or bore last; and that of its CVR number."""
    matter = PERSON_NAMES if isinstance(party, PersonId) else COMPANY_NAMES
    entries = application.ledger.entries((Criterion((party,), NAME_FACTS),), until=known)
    names: Entries = Entries(matter)
    numbers = []
    for entry in entries:
        event = record_of(entry, FACTS).event
        names = names.evolve(event)
        if isinstance(event, CvrAssigned):
            numbers.append(entry)
    begun = [period for period in names.begun if period.valid_from <= day]
    borne = names.on(day) or (begun[-1] if begun else None)
    of_name = (
        [] if borne is None else [entry for entry in entries if entry.subject == borne.entry and is_entered(entry)]
    )
    return [*of_name, *numbers[-1:]]


def is_entered(entry: Entry) -> bool:
    return fact_class(entry.name) in (PERSON_NAMES.facts[0], CompanyNameEntered)


def _written(name: Any) -> str | None:
    """A name as its fact has it: a text, or the parts of a person's name."""
    if name is None or isinstance(name, str):
        return name
    return " ".join(name[part] for part in ("given", "middle", "family") if name.get(part))
