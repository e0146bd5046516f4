"""Exemptions from Digital Post (*fritagelse*): each holds from a day to a day. LBK 686/2021 (the Act), § 5.

What has arrived stays arrived. A person's exemption and that of the person's firm are those of two subjects, so the two
scopes of § 5(3) and (4) are two exemptions.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from domain.entry import Annulled, EndCorrected, Ended, Entered, Period
from domain.fact import Personal, Retention
from domain.matter import Matter
from domain.subject import PartyId, RequestId, SubjectId


class ExemptionReason(StrEnum):
    """The part of the reason for an exemption that is not personal; the `ground` is personal."""

    LEFT_COUNTRY = "left_country"
    OTHER = "other"


class RevocationCause(StrEnum):
    """Why an exemption was revoked (*ophævet*)."""

    SELF = "self"
    MUNICIPALITY = "municipality"
    RE_ENTRY = "re_entry"
    JOINED = "joined"
    """The exempt joined by their own wish. Act § 4(1)."""


class ExemptionEntered(Entered):
    """The recipient is exempt (*fritaget*) from a day, which may lie in the past: nothing new arrives from then on.

    What has arrived stays arrived, also from that day until this was recorded. Act § 5(1) to (4).
    """

    retention = Retention.HEALTH

    party: PartyId
    reason: ExemptionReason
    ground: Personal[str | None]
    """Optional, because some reasons concern health; its key is one of its own, so it can be erased alone."""
    rule: str | None
    """The rule and its version that say how long it lasts; None where its end was stated."""
    resend_on: date | None = None
    """Its first day, if the recipient wishes that unopened post of the last months goes on paper (mariagerfjord.dk)."""
    request: RequestId | None = None
    """The request (*ansøgning*) that was granted, if one was recorded."""

    @property
    def named(self) -> Mapping[str, SubjectId]:
        return {**super().named, **({} if self.request is None else {"request": self.request})}


class ExemptionEnded(Ended):
    """The exemption is over (*fritagelsen er ophævet*); what held before it holds again. Act § 5."""

    party: PartyId
    request: RequestId | None = None
    revocation: RevocationCause | None = None
    """Why it was revoked. None: it was not; another exemption took its place, or its end was stated.

    Of a move back to Denmark, `by` names the move.
    """


class ExemptionEndCorrected(EndCorrected):
    """The exemption holds longer than was recorded (*ophævelse rettet*). Act § 5."""

    party: PartyId
    request: RequestId | None = None


class ExemptionAnnulled(Annulled):
    """The exemption never held (*fritagelse annulleret*): by mistake, or revoked by its first day. Act § 5."""

    party: PartyId
    request: RequestId | None = None
    revocation: RevocationCause | None = None
    """Why it was revoked, so that its request was granted all the same. None: it was a mistake."""


EXEMPTIONS = Matter(
    "exemption",
    entered=ExemptionEntered,
    ended=ExemptionEnded,
    end_corrected=ExemptionEndCorrected,
    annulled=ExemptionAnnulled,
    legal_basis="LBK 686/2021 § 5",
)


def granted_by(period: Period) -> RequestId | None:
    """The request that the exemption grants, if it grants one."""
    return _entered(period).request


def resend_on(period: Period) -> date | None:
    """The day on which unopened post goes on paper, if that is wished."""
    return _entered(period).resend_on


def _entered(period: Period) -> ExemptionEntered:
    assert isinstance(period.entered, ExemptionEntered), "an exemption is entered by its own fact"
    return period.entered
