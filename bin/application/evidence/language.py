"""The languages of the page of a bundle: its words, which are in the folder `words`, and days, times and amounts."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from domain.danish_time import COPENHAGEN, in_danish

FOLDER = Path(__file__).parent / "words"
ENGLISH_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


class Language(StrEnum):
    DANISH = "da"
    ENGLISH = "en"


Both = Mapping[str, str]
"""The same words in each language."""


@cache
def read_words(name: str) -> Mapping[str, Any]:
    """The words of one file of the folder."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


PAGE = read_words("page")


def day_in(day: date, language: Language) -> str:
    """22. april 2026; 22 April 2026."""
    if language is Language.DANISH:
        return in_danish(day)
    return f"{day.day} {ENGLISH_MONTHS[day.month - 1]} {day.year}"


def time_in(at: datetime, language: Language) -> str:
    """The Danish time to the minute: 22. april 2026 kl. 09.00; 22 April 2026 at 09.00."""
    local = at.astimezone(COPENHAGEN)
    return f"{day_in(local.date(), language)} {PAGE['clock'][language]} {local:%H.%M}"


def zone_in(at: datetime, language: Language) -> str:
    """Which Danish time it is: dansk sommertid (CEST)."""
    name = f"{at.astimezone(COPENHAGEN):%Z}"
    return f"{PAGE['zones'][name][language]} ({name})"


def kroner_in(oere: int, language: Language) -> str:
    """1.234,50 kr.; DKK 1,234.50."""
    amount = f"{oere / 100:,.2f}"
    if language is Language.ENGLISH:
        return f"DKK {amount}"
    return f"{amount.translate(str.maketrans(',.', '.,'))} kr."
