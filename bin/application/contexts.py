"""What a caller may state of its act: it is stored unencrypted in every fact, so nothing in it may name a person."""

from __future__ import annotations

from dataclasses import dataclass

from bin.application.errors import BadInput, InvalidArgument
from domain.identity.cpr import COULD_BE_CPR
from domain.identity.cvr import CvrNumber


class NoLegalBasis(InvalidArgument):
    """The legal basis is empty: name the paragraph that allows the act."""


@dataclass(frozen=True, slots=True)
class Mandate:
    """For which authority, on what legal basis and in which case personal data are read.

    Raises NoLegalBasis, and BadInput for what may not be stored unencrypted.
    """

    authority: CvrNumber
    legal_basis: str
    case: str | None

    def __post_init__(self) -> None:
        check_legal_basis(self.legal_basis)
        check_unencrypted(self.case)


def check_legal_basis(text: str) -> None:
    """Raise NoLegalBasis when the text is blank, and BadInput when it could hold a CPR number."""
    if not text.strip():
        raise NoLegalBasis
    check_unencrypted(text)


def check_unencrypted(*texts: str | None) -> None:
    """Raise BadInput, which does not show it, when one of the texts could hold a CPR number."""
    if any(text is not None and COULD_BE_CPR.search(text) for text in texts):
        raise BadInput(
            "The authority, the legal basis, the case and who decided are stored unencrypted and can never be removed."
            " One of them looks like it contains a CPR number. Remove it and try again."
        )
