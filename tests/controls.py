"""Ready-made people, companies, accounts and letters for every test; all numbers are made up (day + 60)."""

from __future__ import annotations

from uuid import UUID

from domain.subject import CompanyId, PersonId

ANNA = PersonId(UUID("a11a0000-0000-4000-8000-000000000001"))
"""Born 1 January 1990; her made-up number is 610190 and a serial."""
BO = PersonId(UUID("b0b00000-0000-4000-8000-000000000002"))
"""Anna's husband, who may read her post."""
SKAT = CompanyId(UUID("5ca70000-0000-4000-8000-000000000003"))
"""The tax authority, as a sender of letters."""
FIRM = CompanyId(UUID("f1f10000-0000-4000-8000-000000000004"))
"""A small limited company."""
