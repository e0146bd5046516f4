"""Exemptions and the requests for them, as life events of the recipient."""

from __future__ import annotations

from uuid import uuid4

from bin.application.people.event_arguments import EventArguments
from domain.command import AnyCommand
from domain.post.exemption import RevocationCause
from domain.post.exemption_commands import ExemptFromMail, JoinVoluntarily, RevokeExemption
from domain.post.exemption_request import (
    AppealExemptionRefusal,
    ConfirmExemptionRefusal,
    RefuseExemption,
    RequestExemption,
)
from domain.subject import PartyId, RequestId


def exempt(subject: PartyId, given: EventArguments) -> AnyCommand:
    return ExemptFromMail(
        recipient=subject,
        valid_from=given.on,
        valid_to=given.until,
        decided_by=given.decided_by,
        request=given.request,
        ground=given.reasons,
        resend_unopened=given.resend_unopened,
    )


def revoke_exemption(subject: PartyId, given: EventArguments) -> AnyCommand:
    return RevokeExemption(
        recipient=subject, cause=given.cause(RevocationCause, RevocationCause.SELF), valid_to=given.on
    )


def join(subject: PartyId, given: EventArguments) -> AnyCommand:
    return JoinVoluntarily(recipient=subject, signature=given.signature)


def request_exemption(subject: PartyId, given: EventArguments) -> AnyCommand:
    return RequestExemption(request=RequestId(uuid4()), recipient=subject, by=given.by, ground=given.reasons)


def refuse_exemption(subject: PartyId, given: EventArguments) -> AnyCommand:
    return RefuseExemption(
        request=given.named_request, recipient=subject, decided_by=given.named_authority, ground=given.reasons
    )


def appeal_exemption(subject: PartyId, given: EventArguments) -> AnyCommand:
    return AppealExemptionRefusal(request=given.named_request, recipient=subject, by=given.by)


def confirm_refusal(subject: PartyId, given: EventArguments) -> AnyCommand:
    return ConfirmExemptionRefusal(
        request=given.named_request, recipient=subject, decided_by=given.named_authority, ground=given.reasons
    )
