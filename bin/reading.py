"""Reading personal data: only for a named authority on a legal basis, recorded before anything is opened, and masked.

Without a mandate everything personal shows as SEALED. The names and addresses of people who are protected show as
PROTECTED to every reader (CPR act § 28); what a destroyed key sealed shows as ERASED.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from domain.fact import SEALED, Event
from domain.person import PERSON, AddressRegistered, NameRegistered
from domain.subject import CompanyId, PersonId, SubjectId

if TYPE_CHECKING:
    from bin.house import House
    from domain.context import Context

ERASED = "ERASED"
PROTECTED = "PROTECTED"
PROTECTED_FACTS: tuple[type[Event], ...] = (NameRegistered, AddressRegistered)

Open = Annotated[bool, typer.Option("--open", help="Open personal data; needs --authority and --basis; is recorded.")]
Authority = Annotated[str | None, typer.Option(help="CVR number of the authority that reads.")]
Basis = Annotated[str | None, typer.Option(help="The legal basis of the reading, e.g. 'forvaltningsloven § 29'.")]
Case = Annotated[str | None, typer.Option(help="The case in which it is read.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


def mandate(*, opened: bool, authority: str | None, basis: str | None, case: str | None) -> Context | None:
    """The context of a reading; None when nothing is to be opened. A usage error when it has no basis."""
    from bin.house import acting

    if not opened:
        return None
    if authority is None or basis is None:
        raise typer.BadParameter("--open needs --authority and --basis: every reading is shown to its subject")
    return acting(f"authority:{authority}", basis, authority=authority, case=case)


@dataclass
class Reader:
    """Opens sealed parts for one mandate, or for none."""

    house: House
    mandate: Context | None
    _allowed: dict[SubjectId, bool] = field(default_factory=dict)
    """Whose data this reader has recorded reading, and whether that person is protected."""

    def allow(self, parts: Iterable[bytes | None], what: str) -> None:
        """Record the reading of everyone whose data the parts hold; to be called before they are opened."""
        if self.mandate is None:
            return
        from bin.house import acting
        from domain.access import ReadPersonalData

        holders = {self.house.vault.holder(part) for part in parts if part is not None}
        fresh = [one for one in holders if isinstance(one, (PersonId, CompanyId)) and one not in self._allowed]
        ask = self.mandate
        self.house.book.execute_many(
            [
                (
                    ReadPersonalData(subject=one, what=what),
                    acting(ask.actor, ask.legal_basis, authority=ask.authority, case=ask.case),
                )
                for one in fresh
            ]
        )
        people = [one for one in fresh if isinstance(one, PersonId)]
        states = self.house.book.states([PERSON.of(one) for one in people])
        protected = {one for one, state in zip(people, states, strict=True) if state.protected_until is not None}
        self._allowed |= {one: one in protected for one in fresh}

    def fields(self, sealed: bytes, subject: SubjectId, facts: Mapping[str, type[Event]]) -> Mapping[str, Any]:
        """The personal fields of a sealed part that stands with `subject` and belongs to one of the facts.

        Raises NotWhatWasSealed when it belongs elsewhere.
        """
        from adapters.vault import NotWhatWasSealed

        names = sorted({name for fact in facts.values() for name in fact.personal})
        if self.mandate is None:
            return dict.fromkeys(names, SEALED)
        opened = self.house.vault.open(sealed, subject)
        if opened is None:
            return dict.fromkeys(names, ERASED)
        if opened.fact not in facts:
            raise NotWhatWasSealed(f"a sealed part of {subject} was sealed for another fact")
        if facts[opened.fact] in PROTECTED_FACTS and self._allowed.get(subject, False):
            return dict.fromkeys(opened.fields, PROTECTED)
        return opened.fields
