"""Every entity of the law, and so every stored name: the one list that the ledger, the docs and the tests read."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from domain.access import ACCESS
from domain.command import Entity
from domain.company import COMPANY
from domain.fact import Event
from domain.item import ITEM
from domain.mail_registration import MAIL_REGISTRATION
from domain.message import MESSAGE
from domain.nemkonto import NEMKONTO
from domain.number import CPR_NUMBER, CVR_NUMBER
from domain.operation import OPERATION
from domain.person import PERSON
from domain.receipt import RECEIPT
from domain.seal import SEAL

ENTITIES: tuple[Entity[Any], ...] = (
    PERSON,
    COMPANY,
    CPR_NUMBER,
    CVR_NUMBER,
    MAIL_REGISTRATION,
    MESSAGE,
    RECEIPT,
    ITEM,
    NEMKONTO,
    ACCESS,
    OPERATION,
    SEAL,
)


def contract(entities: tuple[Entity[Any], ...]) -> Mapping[str, type[Event]]:
    """Stored name -> class over all entities; raises ValueError when a name or a class stands twice."""
    named: dict[str, type[Event]] = {}
    for entity in entities:
        for name, fact in entity.contract.items():
            if name in named or fact in named.values():
                raise ValueError(f"the stored name {name} or the class {fact.__name__} is used twice")
            named[name] = fact
    return MappingProxyType(named)


FACTS: Mapping[str, type[Event]] = contract(ENTITIES)
NAMES: Mapping[type[Event], str] = MappingProxyType({fact: name for name, fact in FACTS.items()})
