"""What a caller may state of its act: it is stored unencrypted in every fact, so nothing in it may name a person."""

from __future__ import annotations

from dataclasses import dataclass

from bin.application.errors import BadInput
from domain.identity.cpr import COULD_BE_CPR


@dataclass(frozen=True, slots=True)
class Mandate:
    """For which authority, on what legal basis and in which case personal data are read."""

    authority: str
    legal_basis: str
    case: str | None


def check_unencrypted(*texts: str | None) -> None:
    """Raise BadInput, which does not show it, when one of the texts could hold a CPR number."""
    if any(text is not None and COULD_BE_CPR.search(text) for text in texts):
        raise BadInput(
            "The authority, the legal basis and the case are stored unencrypted and can never be removed. One of them"
            " looks like it contains a CPR number. Remove it and try again."
        )
