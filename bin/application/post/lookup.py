"""Looks people and companies up by their numbers, which are seen through their keyed indexes and kept nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bin.application.application import House
from domain.identity.cpr import parse_cpr
from domain.identity.cvr import parse_cvr
from domain.identity.number import CPR_NUMBER, CVR_NUMBER
from domain.subject import CprIndex, CvrIndex, PartyId

NumberIndex = CprIndex | CvrIndex


def index_of(house: House, kind: str, number: str) -> NumberIndex:
    """The subject of a CPR or CVR number; raises NotACprNumber or NotACvrNumber for one that cannot be."""
    if kind == "CPR":
        return house.cpr(parse_cpr(number).value)
    return house.cvr(parse_cvr(number).value)


def bearers(house: House, indexes: Iterable[NumberIndex]) -> Mapping[NumberIndex, PartyId]:
    """Who bears the numbers or ever bore them, as far as the book knows, asked all at once."""
    asked = list(dict.fromkeys(indexes))
    states = house.book.states([(CPR_NUMBER if isinstance(one, CprIndex) else CVR_NUMBER).of(one) for one in asked])
    return {one: state.bearer for one, state in zip(asked, states, strict=True) if state.bearer is not None}
