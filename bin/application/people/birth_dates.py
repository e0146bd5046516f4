"""Reads the birth date that a decision about age needs: it is encrypted, so no decision can read it from a fact."""

from __future__ import annotations

from bin.application.application import Application
from domain.identity.person import BirthCorrected, PersonRegistered
from domain.identity.uncertain_day import UncertainDay
from domain.subject import PartyId


def registered_birth_date(application: Application, party: PartyId) -> UncertainDay | None:
    """The birth date that the register holds of a person; None of a company, or when its key is destroyed."""
    births = [
        record.event.birth_date
        for record in application.handler.opened_records(party, facts=(PersonRegistered, BirthCorrected))
        if isinstance(record.event, PersonRegistered | BirthCorrected)
    ]
    return births[-1] if births and isinstance(births[-1], UncertainDay) else None
