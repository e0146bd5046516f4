"""Every entity of the law, and so every stored name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from domain.command import Entity
from domain.fact import Event
from domain.identity.authority import AUTHORITIES, SENDING_RIGHTS
from domain.identity.birth import BIRTH
from domain.identity.company import COMPANY
from domain.identity.company_address import COMPANY_ADDRESSES
from domain.identity.company_name import COMPANY_NAMES
from domain.identity.contact_point import CONTACT_POINTS
from domain.identity.existence import EXISTENCE
from domain.identity.firm_owner import FIRM_OWNERS
from domain.identity.mandate import MANDATES, REPRESENTATION
from domain.identity.number import BORNE_NUMBERS, CPR_NUMBER, CVR_NUMBER
from domain.identity.parent import PARENTS
from domain.identity.person import PERSON
from domain.identity.person_address import PERSON_ADDRESSES
from domain.identity.person_name import PERSON_NAMES
from domain.identity.protection import PROTECTIONS
from domain.identity.protection_lapse import PROTECTION_REMINDERS
from domain.identity.residence import RESIDENCES
from domain.identity.sender import SENDER
from domain.nemkonto.compensation import COMPENSATION
from domain.nemkonto.nemkonto import NEMKONTO
from domain.nemkonto.shared_account import SHARED_ACCOUNT
from domain.newer import NewerFact
from domain.operations.disclosure import ACCESS
from domain.operations.operation import OPERATION
from domain.operations.refusal import REFUSALS
from domain.operations.retention import DELETION
from domain.operations.seal import SEAL
from domain.post.arrival_flag import ARRIVAL_FLAG
from domain.post.correction import CORRECTION
from domain.post.dispute import DISPUTE
from domain.post.exemption import EXEMPTIONS
from domain.post.exemption_request import EXEMPTION_REQUEST
from domain.post.item import ITEM
from domain.post.mail_registration import MAIL_REGISTRATION
from domain.post.mail_registration_plan import MAIL_REGISTRATION_PLAN
from domain.post.message import MESSAGE
from domain.post.notification import NOTIFICATION
from domain.post.outage import OUTAGES
from domain.post.paper import PAPER
from domain.post.receipt import RECEIPT
from domain.post.reply import ANSWERABLE
from domain.post.service import SERVICE
from domain.post.unavailability import UNAVAILABILITY

ENTITIES: tuple[Entity[Any], ...] = (
    PERSON,
    COMPANY,
    SENDER,
    PERSON_NAMES.entity,
    PERSON_ADDRESSES.entity,
    RESIDENCES.entity,
    PROTECTIONS.entity,
    PROTECTION_REMINDERS,
    COMPANY_NAMES.entity,
    COMPANY_ADDRESSES.entity,
    FIRM_OWNERS.entity,
    CONTACT_POINTS.entity,
    AUTHORITIES.entity,
    SENDING_RIGHTS.entity,
    MANDATES.entity,
    PARENTS.entity,
    EXISTENCE,
    BIRTH,
    REPRESENTATION,
    CPR_NUMBER,
    CVR_NUMBER,
    BORNE_NUMBERS,
    EXEMPTIONS.entity,
    EXEMPTION_REQUEST,
    CORRECTION,
    MAIL_REGISTRATION_PLAN,
    MAIL_REGISTRATION,
    MESSAGE,
    ANSWERABLE,
    SERVICE,
    UNAVAILABILITY,
    OUTAGES,
    ARRIVAL_FLAG,
    DISPUTE,
    NOTIFICATION,
    RECEIPT,
    PAPER,
    ITEM,
    NEMKONTO,
    SHARED_ACCOUNT,
    COMPENSATION,
    ACCESS,
    REFUSALS,
    OPERATION,
    DELETION,
    SEAL,
)


def contract(entities: tuple[Entity[Any], ...]) -> Mapping[str, type[Event]]:
    """Stored name -> class over all entities; raises ValueError when a name or a class is used twice."""
    named: dict[str, type[Event]] = {}
    for entity in entities:
        for name, fact in entity.contract.items():
            if name in named or fact in named.values():
                raise ValueError(f"the stored name {name} or the class {fact.__name__} is used twice")
            named[name] = fact
    return MappingProxyType(named)


FACTS: Mapping[str, type[Event]] = contract(ENTITIES)
NAMES: Mapping[type[Event], str] = MappingProxyType({fact: name for name, fact in FACTS.items()})


def fact_class(name: str) -> type[Event]:
    """The class of a stored name; NewerFact for one that only a newer version knows."""
    return FACTS.get(name, NewerFact)
