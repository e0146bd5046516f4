"""Finds people and companies by CPR or CVR number, through the keyed index of the number; no number is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bin.application.application import Application
from bin.application.errors import BadInput
from domain.errors import ErrorKind, RigsbogError
from domain.identity.company import COMPANY
from domain.identity.cpr import parse_cpr
from domain.identity.cvr import parse_cvr
from domain.identity.number import CPR_NUMBER, CVR_NUMBER
from domain.identity.person import PERSON
from domain.subject import CprIndex, CvrIndex, PartyId, PersonId

NumberIndex = CprIndex | CvrIndex


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
    """Find who holds a CPR or CVR number. Raises BadInput, NotACprNumber or NotACvrNumber."""
    kind = kind_of_number(number)
    index = index_of(application, kind, number)
    subject = holders(application, [index]).get(index)
    if subject is None:
        return NumberHolder(kind, None)
    entity = PERSON if isinstance(subject, PersonId) else COMPANY
    (state,) = application.handler.states([entity.of(subject)])
    return NumberHolder(kind, subject, current=state.number == index)


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


def index_of(application: Application, kind: str, number: str) -> NumberIndex:
    """The keyed index of a CPR or CVR number. Raises NotACprNumber or NotACvrNumber."""
    if kind == NumberKind.CPR:
        return application.cpr(parse_cpr(number).value)
    return application.cvr(parse_cvr(number).value)


def holders(application: Application, indexes: Iterable[NumberIndex]) -> Mapping[NumberIndex, PartyId]:
    """Who holds the numbers or held them before, by one query; a number that nobody held is left out."""
    unique = list(dict.fromkeys(indexes))
    states = application.handler.states(
        [(CPR_NUMBER if isinstance(index, CprIndex) else CVR_NUMBER).of(index) for index in unique]
    )
    return {index: state.bearer for index, state in zip(unique, states, strict=True) if state.bearer is not None}
