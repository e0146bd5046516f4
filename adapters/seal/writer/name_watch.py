"""Notices that a stored name was changed, before anything is signed that would say something else by it."""

from __future__ import annotations

from typing import Any

import psycopg

from adapters.seal.names import Numbered, names_of, sealed_otherwise
from adapters.seal.writer.frontier import SealMismatch

SEALED_COMPARED_MAX = 20_000
"""At the start the names are compared with this many of the last sealed records; `rigsbog verify` compares all."""


class NameWatch:
    """The names of facts and of kinds of subject, as they were at the start; later some may be added."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._names: dict[Numbered, str] = {}

    def check(self, size: int) -> None:
        """Raise SealMismatch when a number is not called as before, or, the first time, as the seal calls it."""
        names = names_of(self._connection)
        if not self._names:
            for wrong in sealed_otherwise(self._connection, max(0, size - SEALED_COMPARED_MAX)):
                raise SealMismatch(wrong)
        for (of, number), name in self._names.items():
            if names.get((of, number)) != name:
                now = names.get((of, number), "nothing")
                raise SealMismatch(f"the {of} number {number} was called {name}, and now is called {now}")
        self._names = names
