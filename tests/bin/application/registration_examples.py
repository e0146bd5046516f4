"""Examples of the commands about plans, exemptions, corrections of registrations and letters on paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.command import AnyCommand
from domain.entry import EntryEndCause
from domain.fact import Event
from domain.identity.firm_owner import EnterFirmOwner
from domain.post.correction import ImpactDecision, RegistrationCorrected, RegistrationStatus
from domain.post.correction_commands import CorrectRegistration, DecideImpact, InformSender
from domain.post.exemption import ExemptionEnded
from domain.post.exemption_after_return import RestoreExemptions
from domain.post.exemption_request import (
    AppealExemptionRefusal,
    ConfirmExemptionRefusal,
    ExemptionRefusalAppealed,
    ExemptionRefused,
    ExemptionRequested,
    RefuseExemption,
    RequestExemption,
)
from domain.post.imported_arrival import ArrivalImported
from domain.post.imported_arrival_commands import AnnulImportedArrival
from domain.post.mail_registration import UnreachableBecause
from domain.post.mail_registration_commands import (
    DropRegistrationPlan,
    FollowRegistrationPlan,
    PlanMailRegistration,
)
from domain.post.mail_registration_plan import PlannedFor, RegistrationAnnouncementOrdered
from domain.post.message import ReleaseRefused
from domain.post.paper import PaperLetterOrdered, PaperLetterPosted, PaperLetterReturned, PaperOccasion, PaperReturn
from domain.post.paper_commands import (
    PostPaperLetter,
    ReturnPaperLetter,
    SendOnPaper,
)
from domain.post.paper_correction_commands import AnnulPaperPosting, AnnulPaperReturn
from domain.post.registration_announcement import AnnounceRegistration, submit_announcement
from domain.post.unopened_post import OrderUnopenedPost, SendUnopenedOnPaper
from domain.subject import EntryId, PaperLetterId, RequestId
from tests.controls import (
    ANNA,
    ANNA_EXEMPT,
    ANNA_REGISTERED,
    ANNAS_ADDRESS_ENTERED,
    ANNAS_MAIL,
    ARRIVED,
    FIRM,
    FIRM_AUTHORITY,
    FIRM_REGISTERED,
    LETTER,
    SKAT,
    STORED,
    letter,
    planned,
    submitted,
)
from tests.law import NOW

TODAY = NOW.date()
PAPER_LETTER: dict[str, Any] = {"letter": PaperLetterId(UUID(int=4)), "message": LETTER, "recipient": ANNA}
ON_PAPER: tuple[Event, ...] = (
    submitted(letter()),
    ReleaseRefused(message=LETTER, recipient=ANNA, because=UnreachableBecause.EXEMPT),
    PaperLetterOrdered(**PAPER_LETTER, occasion=PaperOccasion.UNDELIVERED),
)
PAPER_POSTED = PaperLetterPosted(
    **PAPER_LETTER, address=ANNAS_ADDRESS_ENTERED.entry, posted_on=TODAY, arrives_on=TODAY, rule="a rule"
)
OF_REQUEST: dict[str, Any] = {"request": RequestId(UUID(int=3)), "recipient": ANNA}
REQUESTED = ExemptionRequested(**OF_REQUEST, ground=None)
REFUSED = ExemptionRefused(**OF_REQUEST, decided_by=FIRM, ground=None, appeal_by=TODAY, rule="a rule")
APPEALED = ExemptionRefusalAppealed(**OF_REQUEST)

CORRECTED: tuple[Event, ...] = (
    RegistrationCorrected(
        correction=EntryId(UUID(int=5)),
        recipient=ANNA,
        wrong_from=TODAY,
        wrong_to=TODAY,
        should=RegistrationStatus.NOT_REGISTERED,
    ),
)
OF_CORRECTION: dict[str, Any] = {"correction": EntryId(UUID(int=5)), "recipient": ANNA}

ANNA_PLANNED = planned(ANNA, TODAY + timedelta(days=21))
MOVE = EntryId(UUID(int=6))
PLANNED_FOR_A_RETURN = planned(ANNA, TODAY + timedelta(days=21), residence=MOVE)
ENDED_BY_A_RETURN = ExemptionEnded(
    entry=ANNA_EXEMPT.entry, party=ANNA, valid_to=TODAY, cause=EntryEndCause.RE_ENTRY, by=MOVE
)

REGISTRATION_EXAMPLES: tuple[tuple[str, tuple[Event, ...], AnyCommand], ...] = (
    ("CVR act § 3", (*ANNA_REGISTERED, *FIRM_AUTHORITY), EnterFirmOwner(company=FIRM, owner=ANNA)),
    (
        "LBK 686/2021 § 3(1)",
        ANNA_REGISTERED,
        PlanMailRegistration(recipient=ANNA, reason=PlannedFor.IMMIGRATION),
    ),
    ("LBK 686/2021 § 3(2)", FIRM_REGISTERED, PlanMailRegistration(recipient=FIRM, reason=PlannedFor.NEW_COMPANY)),
    ("LBK 686/2021 § 3(1)", ANNA_REGISTERED, PlanMailRegistration(recipient=ANNA, reason=PlannedFor.TURNING_15)),
    ("LBK 686/2021 § 3(2)", FIRM_REGISTERED, PlanMailRegistration(recipient=FIRM, reason=PlannedFor.TAKEN_OVER)),
    ("LBK 686/2021 § 3(1)", (*ANNA_REGISTERED, ANNA_PLANNED), FollowRegistrationPlan(recipient=ANNA)),
    ("LBK 686/2021 § 3(1)", (*ANNA_REGISTERED, PLANNED_FOR_A_RETURN), DropRegistrationPlan(recipient=ANNA)),
    (
        "LBK 686/2021 § 5",
        (*ANNA_REGISTERED, ANNA_EXEMPT, ENDED_BY_A_RETURN),
        RestoreExemptions(recipient=ANNA, residence=MOVE),
    ),
    (
        "LBK 686/2021 § 3(1)",
        (*ANNA_REGISTERED, ANNA_PLANNED),
        AnnounceRegistration(
            recipient=ANNA,
            plan=ANNA_PLANNED.plan,
            submission=replace(
                submit_announcement(
                    RegistrationAnnouncementOrdered(recipient=ANNA, plan=ANNA_PLANNED.plan, effective_on=TODAY)
                ),
                stored=STORED,
            ),
        ),
    ),
    (
        "LBK 686/2021 § 3",
        (*ANNA_REGISTERED, ANNAS_MAIL),
        CorrectRegistration(recipient=ANNA, wrong_from=TODAY, should=RegistrationStatus.NOT_REGISTERED),
    ),
    (
        "LBK 686/2021 § 3",
        (*ARRIVED, *CORRECTED),
        InformSender(**OF_CORRECTION, sender=SKAT, messages=(LETTER,)),
    ),
    (
        "LBK 686/2021 § 10",
        (*FIRM_AUTHORITY, *ARRIVED, *CORRECTED),
        DecideImpact(**OF_CORRECTION, message=LETTER, decision=ImpactDecision.STANDS, decided_by=FIRM),
    ),
    ("LBK 686/2021 § 5(2)", ANNA_REGISTERED, RequestExemption(**OF_REQUEST)),
    (
        "LBK 686/2021 § 5(2)",
        (*ANNA_REGISTERED, *FIRM_AUTHORITY, REQUESTED),
        RefuseExemption(**OF_REQUEST, decided_by=FIRM),
    ),
    ("LBK 686/2021 § 5(2)", (REQUESTED, REFUSED), AppealExemptionRefusal(**OF_REQUEST)),
    (
        "LBK 686/2021 § 5(2)",
        (*FIRM_AUTHORITY, REQUESTED, REFUSED, APPEALED),
        ConfirmExemptionRefusal(**OF_REQUEST, decided_by=FIRM),
    ),
    ("LBK 686/2021 § 10", ON_PAPER[:-1], SendOnPaper(message=LETTER, sender=SKAT, recipient=ANNA)),
    (
        "LBK 686/2021 § 5",
        (*ARRIVED, ANNA_EXEMPT.model_copy(update={"resend_on": ANNA_EXEMPT.valid_from})),
        OrderUnopenedPost(recipient=ANNA, exemption=ANNA_EXEMPT.entry),
    ),
    (
        "LBK 686/2021 § 5",
        (*ARRIVED, ANNA_EXEMPT),
        SendUnopenedOnPaper(recipient=ANNA, exemption=ANNA_EXEMPT.entry, messages=(LETTER,)),
    ),
    (
        "LBK 686/2021 § 10",
        (*ON_PAPER, ANNAS_ADDRESS_ENTERED),
        PostPaperLetter(**PAPER_LETTER, addressee=ANNA, address=ANNAS_ADDRESS_ENTERED.entry, posted_on=TODAY),
    ),
    (
        "LBK 686/2021 § 10",
        (*ON_PAPER, PAPER_POSTED),
        ReturnPaperLetter(**PAPER_LETTER, returned_on=TODAY, because=PaperReturn.MOVED),
    ),
    (
        "LBK 686/2021 § 10",
        (
            *ANNA_REGISTERED,
            ArrivalImported(
                message=LETTER,
                sender=SKAT,
                recipient=ANNA,
                available_at=datetime(2021, 3, 1, tzinfo=UTC),
                system="e-Boks",
                evidence_sha256="e0" * 32,
            ),
        ),
        AnnulImportedArrival(message=LETTER),
    ),
    ("LBK 686/2021 § 10", (*ON_PAPER, PAPER_POSTED), AnnulPaperPosting(**PAPER_LETTER)),
    (
        "LBK 686/2021 § 10",
        (
            *ON_PAPER,
            PAPER_POSTED,
            PaperLetterReturned(**PAPER_LETTER, returned_on=TODAY, because=PaperReturn.MOVED),
        ),
        AnnulPaperReturn(**PAPER_LETTER),
    ),
)
"""For each command: its paragraph, facts that happened before, and the command."""
