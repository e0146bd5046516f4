"""Registers people and companies by the use case, for the tests of others."""

from __future__ import annotations

import json
from typing import Any

from bin.application.application import Application
from bin.application.people.imports import PeopleImport
from domain.subject import CompanyId, PersonId


def register(application: Application, *lines: dict[str, Any]) -> list[PersonId | CompanyId]:
    """Register lines, each of which must be valid; their subjects."""
    subjects = []
    for line in PeopleImport(application).register(json.dumps(line).encode() for line in lines):
        assert isinstance(line.subject, PersonId | CompanyId), line
        subjects.append(line.subject)
    return subjects
