"""Looks people and companies up by their numbers, which are seen through their keyed indexes and kept nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bin.application.application import Application
from domain.identity.cpr import parse_cpr
from domain.identity.cvr import parse_cvr
from domain.identity.number import CPR_NUMBER, CVR_NUMBER
from domain.subject import CprIndex, CvrIndex, PartyId

NumberIndex = CprIndex | CvrIndex


def index_of(application: Application, kind: str, number: str) -> NumberIndex:
    """The subject of a CPR or CVR number; raises NotACprNumber or NotACvrNumber for one that cannot be."""
    if kind == "CPR":
        return application.cpr(parse_cpr(number).value)
    return application.cvr(parse_cvr(number).value)


def bearers(application: Application, indexes: Iterable[NumberIndex]) -> Mapping[NumberIndex, PartyId]:
    """Who bears the numbers or ever bore them, as far as the book knows, asked all at once."""
    asked = list(dict.fromkeys(indexes))
    states = application.handler.states(
        [(CPR_NUMBER if isinstance(one, CprIndex) else CVR_NUMBER).of(one) for one in asked]
    )
    return {one: state.bearer for one, state in zip(asked, states, strict=True) if state.bearer is not None}
