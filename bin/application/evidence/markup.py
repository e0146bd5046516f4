"""Pieces of HTML: every text is escaped here, so that nothing that a fact holds is obeyed."""

from __future__ import annotations

from datetime import datetime
from html import escape

from bin.application.evidence.language import Language, time_in, zone_in
from projections.portable import instant


def escaped(text: str) -> str:
    return escape(text)


def code(text: str) -> str:
    """A technical name or value, as the ledger has it."""
    return f"<code>{escape(text)}</code>"


def time_tag(at: datetime, language: Language) -> str:
    """The Danish time in words, and in small print which one it is and the time in UTC."""
    exact = instant(at)
    small = f"<small>{escape(zone_in(at, language))}, {exact}</small>"
    return f'<time datetime="{exact}">{escape(time_in(at, language))}</time> {small}'
