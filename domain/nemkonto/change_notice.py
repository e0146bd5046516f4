"""The fact that a payee was notified of what happened to the NemKonto, or could not be notified, and why."""

from __future__ import annotations

from enum import StrEnum

from domain.fact import Event
from domain.subject import DesignationId, MessageId, NoticeId, PaperLetterId, PartyId


class NoticeOccasion(StrEnum):
    """Of what a payee is notified."""

    LETTER_ORDERED = "letter_ordered"
    ACTIVATED = "activated"
    CANCELLED = "cancelled"
    BLOCKED = "blocked"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    ENDED = "ended"
    END_CORRECTED = "end_corrected"
    RESTORED = "restored"
    VOIDED = "voided"
    ACCOUNT_HOLDER_ENDED = "account_holder_ended"
    """Somebody else who uses the account died or ceased."""
    FREEZE_SET = "freeze_set"
    FREEZE_LIFTED = "freeze_lifted"


class NoticeMedium(StrEnum):
    """How the notice was given; NONE means that it could not be."""

    DIGITAL_POST = "digital_post"
    LETTER = "letter"
    """On paper, because the payee is exempt from Digital Post or not registered for it."""
    NONE = "none"


class NotNotifiedBecause(StrEnum):
    """Why no notice could be given."""

    PAYEE_IS_NO_MORE = "payee_is_no_more"
    """The payee is dead or has ceased."""
    NO_ADDRESS = "no_address"
    """No Digital Post reaches the payee, and no address is known for paper."""


class ChangeNoticeGiven(Event):
    """The payee was notified (*underrettet*) of what happened to the NemKonto, or could not be. BEK 788/2025 § 10.

    The record that caused it says what happened.
    """

    once = True

    notice: NoticeId
    payee: PartyId
    designation: DesignationId | None
    """None: the notice is of a freeze."""
    occasion: NoticeOccasion
    medium: NoticeMedium
    message: MessageId | None = None
    """What was submitted; also of a notice that went on paper, because it could not be delivered by Digital Post."""
    letter: PaperLetterId | None = None
    because: NotNotifiedBecause | None = None
    """Why there is no medium; None if there is one."""
