"""The result of one check, wherever it is made: of the ledger, its seal, a register or an installation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """What was checked, whether it holds, and the first places where it does not."""

    name: str
    ok: bool
    detail: str
    differing: tuple[str, ...] = ()
