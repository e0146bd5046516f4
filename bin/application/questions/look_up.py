"""Asks who holds a CPR or CVR number; the question is recorded, also when nobody does."""

from __future__ import annotations

from bin.application.disclosure import Reader
from bin.application.people.find import NumberHolder, find
from domain.operations.disclosure import QuestionKind


def look_up(reader: Reader, number: str) -> NumberHolder:
    """Who holds a number. Raises ReadingNeedsBasis, and what `find` raises."""
    holder = find(reader.application, number)
    reader.disclose(
        QuestionKind.LOOKUP,
        reader.application.ledger.head(),
        () if holder.subject is None else (holder.subject,),
        rows=int(holder.subject is not None),
    )
    return holder
