"""Examples of the commands about a letter that has arrived: a virus, unavailability, notifications, disputes."""

from __future__ import annotations

from uuid import UUID

from domain.command import AnyCommand
from domain.fact import Event
from domain.post.dispute import ArrivalDisputed
from domain.post.dispute_commands import DecideDispute, DisputeArrival, ExcuseLateAnswer
from domain.post.notification import NotificationMeans, RecordNotification
from domain.post.unavailability import MessageMadeUnavailable, UnavailabilityCause, VirusFound
from domain.post.unavailability_commands import AnnulVirusFinding, LiftUnavailability, MakeUnavailable, ReportVirus
from domain.subject import NotificationId
from tests.controls import ANNA, ARRIVED, FIRM, FIRM_AUTHORITY, LETTER

VIRUS_FOUND = VirusFound(message=LETTER, recipient=ANNA, scanner="clamdscan")
WRONG_DISPATCH = MessageMadeUnavailable(
    message=LETTER, recipient=ANNA, cause=UnavailabilityCause.WRONG_DISPATCH, opened=False
)

ARRIVAL_EXAMPLES: tuple[tuple[str, tuple[Event, ...], AnyCommand], ...] = (
    ("GDPR art. 32(1)", ARRIVED, ReportVirus(message=LETTER, scanner="clamdscan")),
    ("a paragraph, § 1", ARRIVED, MakeUnavailable(message=LETTER, legal_basis="a paragraph, § 1")),
    ("GDPR art. 32(1)", (*ARRIVED, VIRUS_FOUND), AnnulVirusFinding(message=LETTER)),
    (
        "a paragraph, § 1",
        (*ARRIVED, WRONG_DISPATCH),
        LiftUnavailability(message=LETTER, legal_basis="a paragraph, § 1"),
    ),
    (
        "LBK 686/2021 § 10",
        ARRIVED,
        RecordNotification(message=LETTER, notification=NotificationId(UUID(int=4)), means=NotificationMeans.SMS),
    ),
    ("LBK 686/2021 § 10", ARRIVED, DisputeArrival(message=LETTER, recipient=ANNA, claim="It never came.")),
    (
        "forvaltningsloven § 24",
        (*FIRM_AUTHORITY, *ARRIVED, ArrivalDisputed(message=LETTER, recipient=ANNA, claim="It never came.")),
        DecideDispute(message=LETTER, arrived=True, decided_by=FIRM, legal_basis="forvaltningsloven § 24"),
    ),
    (
        "forvaltningsloven § 24",
        (*FIRM_AUTHORITY, *ARRIVED),
        ExcuseLateAnswer(message=LETTER, decided_by=FIRM, legal_basis="forvaltningsloven § 24"),
    ),
)
