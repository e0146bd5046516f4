"""Authorities, and their rights to send Digital Post: each holds from a day to a day. LBK 686/2021 §§ 1 and 7."""

from __future__ import annotations

from enum import StrEnum

from domain.command import Refused
from domain.entry import Annulled, EndCorrected, Ended, Entered
from domain.matter import Matter
from domain.subject import CompanyId


class AuthorityKind(StrEnum):
    """What an authority is part of (*myndighedstype*)."""

    STATE = "state"
    MUNICIPALITY = "municipality"
    REGION = "region"
    COURT = "court"
    OTHER = "other"


class SendingRight(StrEnum):
    """What a sender may send to others than authorities (*afsenderrettighed*)."""

    PUBLIC_SENDER = "public_sender"
    """Letters with the effects of § 10 (*offentlig afsender*)."""
    LEGAL_NOTIFICATION = "legal_notification"
    """A service of process (*forkyndelse*)."""
    MANDATORY = "mandatory"
    """A mandatory notice (*pligtmeddelelse*)."""


class AuthorityEntered(Entered):
    """The company is an authority from a day (*myndighed*)."""

    party: CompanyId
    kind: AuthorityKind


class AuthorityEnded(Ended):
    """The company is no longer an authority (*myndighed nedlagt*)."""

    party: CompanyId


class AuthorityEndCorrected(EndCorrected):
    """The company was an authority longer than was recorded (*nedlæggelse rettet*)."""

    party: CompanyId


class AuthorityAnnulled(Annulled):
    """The company was never an authority (*myndighed annulleret*)."""

    party: CompanyId


AUTHORITIES = Matter(
    "authority",
    entered=AuthorityEntered,
    ended=AuthorityEnded,
    end_corrected=AuthorityEndCorrected,
    annulled=AuthorityAnnulled,
    legal_basis="LBK 686/2021 § 1",
)


class SendingRightGranted(Entered):
    """The authority has a right to send from a day (*afsenderrettighed tildelt*). LBK 686/2021 § 7."""

    party: CompanyId
    kind: SendingRight

    @property
    def track(self) -> str:
        """Rights of different kinds hold at the same time."""
        return self.kind


class SendingRightEnded(Ended):
    """The authority has the right no longer (*afsenderrettighed ophørt*). LBK 686/2021 § 7."""

    party: CompanyId


class SendingRightEndCorrected(EndCorrected):
    """The authority had the right longer than was recorded (*ophør af afsenderrettighed rettet*). LBK 686/2021 § 7."""

    party: CompanyId


class SendingRightAnnulled(Annulled):
    """The authority never had the right (*afsenderrettighed annulleret*). LBK 686/2021 § 7."""

    party: CompanyId


SENDING_RIGHTS = Matter(
    "sending_right",
    entered=SendingRightGranted,
    ended=SendingRightEnded,
    end_corrected=SendingRightEndCorrected,
    annulled=SendingRightAnnulled,
    legal_basis="LBK 686/2021 § 7",
)


class NotAnAuthority(Refused):
    """This company is not entered as an authority on that day. Enter it as one first, or give a later day."""
