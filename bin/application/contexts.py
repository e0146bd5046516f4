"""What a caller may state of its act: it is stored unencrypted in every fact, so nothing in it may name a person."""

from __future__ import annotations

from dataclasses import dataclass

from bin.application.errors import InvalidArgument
from domain.identity.cvr import CvrNumber


class NoLegalBasis(InvalidArgument):
    """The legal basis is empty: name the paragraph that allows the act."""


@dataclass(frozen=True, slots=True)
class Reading:
    """For which authority, on what legal basis and in which case somebody reads about people.

    Raises NoLegalBasis.
    """

    authority: CvrNumber
    legal_basis: str
    case: str | None

    def __post_init__(self) -> None:
        check_legal_basis(self.legal_basis)


@dataclass(frozen=True, slots=True)
class OnBehalf:
    """For which authority, and in which case, an act is recorded."""

    authority: str | None = None
    """A CVR number; None: the authority that operates the solution."""
    case: str | None = None


OPERATOR = OnBehalf()


def check_legal_basis(text: str) -> None:
    """Raise NoLegalBasis when the text is blank."""
    if not text.strip():
        raise NoLegalBasis
