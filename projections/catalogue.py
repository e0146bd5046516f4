"""Every register: the one list that the tools, the engine and the docs read."""

from __future__ import annotations

from projections.companies import COMPANIES
from projections.compensations import COMPENSATION_PAYMENTS, COMPENSATIONS
from projections.corrections import IMPACT_DECISIONS, REGISTRATION_CORRECTIONS, SENDERS_INFORMED
from projections.declare import Register
from projections.deletions import DELETIONS
from projections.disputes import DISPUTES
from projections.due_times import DUE_TIMES
from projections.entries import (
    AUTHORITY_REGISTER,
    COMPANY_ADDRESS_REGISTER,
    COMPANY_NAME_REGISTER,
    CONTACT_POINT_REGISTER,
    EXEMPTION_REGISTER,
    FIRM_OWNER_REGISTER,
    MANDATE_REGISTER,
    PARENT_REGISTER,
    PERSON_ADDRESS_REGISTER,
    PERSON_NAME_REGISTER,
    PROTECTION_REGISTER,
    RESIDENCE_REGISTER,
    SENDING_RIGHT_REGISTER,
)
from projections.exemption_requests import EXEMPTION_REQUESTS
from projections.identifiers import IDENTIFIERS
from projections.mail_registrations import MAIL_REGISTRATIONS
from projections.messages import MESSAGES
from projections.nemkonto import NEMKONTO_DESIGNATIONS
from projections.nemkonto_freezes import NEMKONTO_FREEZES
from projections.nemkonto_notices import NEMKONTO_NOTICES
from projections.notifications import NOTIFICATIONS
from projections.outages import OUTAGE_REGISTER
from projections.paper_letters import PAPER_LETTERS
from projections.persons import PERSONS
from projections.receipts import RECEIPTS
from projections.sent_mail import SENT_MAIL
from projections.services import SERVICES

REGISTERS: tuple[Register, ...] = (
    PERSONS,
    PERSON_NAME_REGISTER,
    PERSON_ADDRESS_REGISTER,
    RESIDENCE_REGISTER,
    PROTECTION_REGISTER,
    COMPANIES,
    COMPANY_ADDRESS_REGISTER,
    COMPANY_NAME_REGISTER,
    FIRM_OWNER_REGISTER,
    CONTACT_POINT_REGISTER,
    AUTHORITY_REGISTER,
    SENDING_RIGHT_REGISTER,
    MANDATE_REGISTER,
    PARENT_REGISTER,
    IDENTIFIERS,
    MAIL_REGISTRATIONS,
    EXEMPTION_REGISTER,
    EXEMPTION_REQUESTS,
    REGISTRATION_CORRECTIONS,
    SENDERS_INFORMED,
    IMPACT_DECISIONS,
    MESSAGES,
    RECEIPTS,
    PAPER_LETTERS,
    SERVICES,
    SENT_MAIL,
    OUTAGE_REGISTER,
    DISPUTES,
    NOTIFICATIONS,
    NEMKONTO_DESIGNATIONS,
    NEMKONTO_NOTICES,
    NEMKONTO_FREEZES,
    COMPENSATIONS,
    COMPENSATION_PAYMENTS,
    DELETIONS,
    DUE_TIMES,
)


def register(name: str) -> Register:
    """The register of that name; raises KeyError that lists them."""
    for candidate in REGISTERS:
        if candidate.name == name:
            return candidate
    raise KeyError(f"there is no register {name}; there are {', '.join(candidate.name for candidate in REGISTERS)}")
