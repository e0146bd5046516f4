"""Finds people and companies by CPR or CVR number, through vault.number; no number is stored in clear."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import uuid4

from adapters.keys.number_lookup import NumberKey, number_key
from bin.application.application import Application
from bin.application.command_handler import CommandHandler
from bin.application.errors import BadInput
from domain.danish_time import day_of
from domain.errors import ErrorKind, RigsbogError
from domain.identity.authority import NotAnAuthority
from domain.identity.company import COMPANY
from domain.identity.cpr import CprNumber, parse_cpr
from domain.identity.cvr import CvrNumber, parse_cvr
from domain.identity.number import CPR_NUMBER, CVR_NUMBER
from domain.identity.person import PERSON
from domain.identity.sender import SENDER
from domain.subject import CompanyId, CprIndex, CvrIndex, PartyId, PersonId, SubjectId


class NumberKind(StrEnum):
    CPR = "CPR"
    CVR = "CVR"


KINDS_BY_DIGITS = {10: NumberKind.CPR, 8: NumberKind.CVR}


class NotRegistered(RigsbogError):
    """No person is registered under this CPR number: check the number, or register the person."""

    kind = ErrorKind.NOT_FOUND


@dataclass(frozen=True, slots=True)
class NumberHolder:
    number_kind: NumberKind
    subject: PartyId | None
    """None when nobody is registered under the number."""
    current: bool = False
    """Whether the number is still the subject's own; False when it was replaced by another."""


def find(application: Application, number: str) -> NumberHolder:
    """Find who holds a CPR or CVR number, within a use case. Raises BadInput, NotACprNumber or NotACvrNumber."""
    kind = kind_of_number(number)
    key = key_of(application, kind, number)
    number_subject = application.numbers.subjects([key]).get(key)
    holder = None if number_subject is None else bearers_of(application.handler, [number_subject]).get(number_subject)
    if holder is None:
        return NumberHolder(kind, None)
    entity = PERSON if isinstance(holder, PersonId) else COMPANY
    (state,) = application.handler.states([entity.of(holder)])
    return NumberHolder(kind, holder, current=state.number == number_subject)


def find_registered(application: Application, number: str) -> PartyId:
    """Find who holds a number. Raises NotRegistered when nobody does, and what `find` raises."""
    holder = find(application, number)
    if holder.subject is None:
        raise NotRegistered(not_registered(holder.number_kind))
    return holder.subject


def not_registered(number_kind: NumberKind) -> str:
    """The sentence for a number that nobody holds."""
    party = "person" if number_kind is NumberKind.CPR else "company"
    return f"No {party} is registered under this {number_kind} number."


def kind_of_number(number: str) -> NumberKind:
    """The kind of a number, by how many digits it has. Raises BadInput for any other text."""
    kind = KINDS_BY_DIGITS.get(sum(character.isdigit() for character in number))
    if kind is None:
        raise BadInput("A CPR number has 10 digits and a CVR number 8; what was given has neither.")
    return kind


def key_of(application: Application, kind: str, number: str) -> NumberKey:
    """By what a CPR or CVR number is looked up. Raises NotACprNumber or NotACvrNumber."""
    if kind == NumberKind.CPR:
        return number_key(application.vault, CprIndex.kind, parse_cpr(number).value)
    return number_key(application.vault, CvrIndex.kind, parse_cvr(number).value)


def cpr_subject(application: Application, number: CprNumber) -> CprIndex:
    """The subject of a CPR number, or a new one, for a fact that records the number."""
    key = key_of(application, NumberKind.CPR, number.value)
    subject = application.numbers.subjects([key]).get(key)
    return subject if isinstance(subject, CprIndex) else CprIndex(uuid4())


@dataclass(frozen=True, slots=True)
class FoundParty:
    """Whom a number leads to, and the subject of the number."""

    party: PartyId
    number: CprIndex | CvrIndex


def parties_found(application: Application, keys: Iterable[NumberKey]) -> Mapping[NumberKey, FoundParty]:
    """Who holds the numbers or held them before; a number that nobody held is left out. Raises NumberRowAltered."""
    subjects = application.numbers.subjects(keys)
    bearers = bearers_of(application.handler, subjects.values())
    return {
        key: FoundParty(bearers[subject], subject)
        for key, subject in subjects.items()
        if isinstance(subject, CprIndex | CvrIndex) and subject in bearers
    }


def holders(application: Application, keys: Iterable[NumberKey]) -> Mapping[NumberKey, PartyId]:
    """Only the parties that `parties_found` finds."""
    return {key: found.party for key, found in parties_found(application, keys).items()}


def bearers_of(handler: CommandHandler, subjects: Iterable[SubjectId]) -> Mapping[SubjectId, PartyId]:
    """Who bears or bore the numbers of these subjects, by one query."""
    unique = list(dict.fromkeys(subjects))
    states = handler.states(
        [(CPR_NUMBER if isinstance(subject, CprIndex) else CVR_NUMBER).of(subject) for subject in unique]
    )
    return {subject: state.bearer for subject, state in zip(unique, states, strict=True) if state.bearer is not None}


def numbers_borne(handler: CommandHandler, party: PartyId) -> tuple[SubjectId, ...]:
    """The subjects of the numbers that lead to a person or company, present and former ones."""
    named = dict.fromkeys(
        subject
        for record in handler.records(party)
        for subject in record.event.subjects()
        if isinstance(subject, CprIndex | CvrIndex)
    )
    bearers = bearers_of(handler, named)
    return tuple(subject for subject in named if bearers.get(subject) == party)


def is_authority(application: Application, number: CvrNumber) -> bool:
    """Whether the company with this number is an authority today."""
    key = number_key(application.vault, CvrIndex.kind, number.value)
    return bool(authorities(application, holders(application, [key]).values()))


def company_of(application: Application, number: CvrNumber) -> CompanyId:
    """The company with this number that decides as an authority. Raises NotAnAuthority if none has it."""
    key = number_key(application.vault, CvrIndex.kind, number.value)
    company = holders(application, [key]).get(key)
    if not isinstance(company, CompanyId):
        raise NotAnAuthority
    return company


def authorities(application: Application, parties: Iterable[PartyId]) -> set[PartyId]:
    """Those of the parties that are known to be authorities today."""
    companies = list({party for party in parties if isinstance(party, CompanyId)})
    if not companies:
        return set()
    today = day_of(application.ledger.now())
    states = application.handler.known_states([SENDER.of(company) for company in companies])
    return {company for company, state in zip(companies, states, strict=True) if state and state.is_authority(today)}
