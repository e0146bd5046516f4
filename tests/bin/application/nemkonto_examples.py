"""One example of each command about a NemKonto, with its paragraph and the past in which it decides something."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.command import AnyCommand
from domain.fact import Event
from domain.identity.person import PersonDied
from domain.nemkonto.change_freeze import ChangeFreezeSet
from domain.nemkonto.change_notice import NoticeOccasion
from domain.nemkonto.compensation import (
    CompensationClaimed,
    CompensationDecided,
    CompensationOutcome,
    CompensationPaid,
)
from domain.nemkonto.compensation_commands import (
    AnnulPaidCompensation,
    ClaimCompensation,
    CorrectPaidCompensation,
    DecideCompensation,
    RecordPaidCompensation,
)
from domain.nemkonto.designation import (
    ActivationLetterOrdered,
    DesignationChannel,
    DesignationVoided,
    EndCause,
    NemkontoActivated,
    NemkontoEnded,
)
from domain.nemkonto.designation_commands import (
    ActivateNemkonto,
    DesignateNemkonto,
    ExpireDesignation,
    WithdrawDesignation,
)
from domain.nemkonto.ending_commands import CorrectNemkontoEnd, EndNemkonto, FollowEndOfPayee, UndoNemkontoEnd
from domain.nemkonto.fraud_commands import LiftChangeFreeze, SetChangeFreeze, VoidDesignation
from domain.nemkonto.notice import NotifyPayee, submit_notice
from domain.nemkonto.shared_account import FindAccountSharers
from domain.subject import PaymentId
from tests.controls import (
    ANNA,
    ANNA_REGISTERED,
    ANNAS_MAIL,
    BO,
    DESIGNATION,
    LATER_DESIGNATION,
    SALARY_ACCOUNT,
    SALARY_INDEX,
    SKAT,
    SKAT_EXISTS,
    STORED,
)
from tests.law import NOW
from tests.nemkonto_past import DESIGNATED, NOTICE

TODAY = NOW.date()
LETTER_ORDERED = ActivationLetterOrdered(
    designation=DESIGNATION,
    payee=ANNA,
    code_hash="hash",
    letter_on=TODAY - timedelta(days=90),
    valid_until=NOW,
    address=None,
    rule="a rule",
)
ACTIVATED = NemkontoActivated(
    designation=DESIGNATION, payee=ANNA, effective_on=TODAY, latest_on=TODAY, supersedes=None, rule="a rule"
)
BY_CLOSING: dict[str, Any] = {"designation": DESIGNATION, "payee": ANNA, "cause": EndCause.ACCOUNT_CLOSED}
VOIDED = DesignationVoided(designation=DESIGNATION, payee=ANNA, valid_from=TODAY, police_reference="0700-12345")
CLAIMED = CompensationClaimed(designation=DESIGNATION, payee=ANNA, claimed_oere=1)
GRANTED = CompensationDecided(
    designation=DESIGNATION, payee=ANNA, outcome=CompensationOutcome.GRANTED, granted_oere=1, decided_by=SKAT
)
PAYMENT: dict[str, Any] = {"payment": PaymentId(UUID(int=1)), "designation": DESIGNATION, "payee": ANNA}
PAID = CompensationPaid(**PAYMENT, paid_oere=1, paid_on=TODAY, reference="order 7")
CLOSED = NemkontoEnded(**BY_CLOSING, valid_to=TODAY + timedelta(days=1))
DEAD = PersonDied(person=ANNA, died_on=TODAY)

NEMKONTO_EXAMPLES: tuple[tuple[str, tuple[Event, ...], AnyCommand], ...] = (
    (
        "BEK 788/2025 § 10",
        ANNA_REGISTERED,
        DesignateNemkonto(
            designation=DESIGNATION,
            payee=ANNA,
            account_index=SALARY_INDEX,
            account=SALARY_ACCOUNT,
            channel=DesignationChannel.SELF_SERVICE,
            code_hash="hash",
        ),
    ),
    (
        "BEK 788/2025 § 10",
        (DESIGNATED, LETTER_ORDERED.model_copy(update={"valid_until": NOW + timedelta(days=1)})),
        ActivateNemkonto(designation=DESIGNATION, payee=ANNA, code_hash="hash"),
    ),
    (
        "BEK 788/2025 § 10",
        (*ANNA_REGISTERED, DESIGNATED, LETTER_ORDERED),
        WithdrawDesignation(designation=DESIGNATION, payee=ANNA),
    ),
    ("BEK 788/2025 § 10", (DESIGNATED, LETTER_ORDERED), ExpireDesignation(designation=DESIGNATION, payee=ANNA)),
    *(
        ("BEK 788/2025 § 10", (DESIGNATED, ACTIVATED, *past), command)
        for past, command in (
            ((), EndNemkonto(**BY_CLOSING, happened_on=TODAY)),
            ((CLOSED,), CorrectNemkontoEnd(**BY_CLOSING, happened_on=TODAY)),
            ((CLOSED,), UndoNemkontoEnd(**BY_CLOSING)),
        )
    ),
    ("BEK 788/2025 § 10", ANNA_REGISTERED, SetChangeFreeze(payee=ANNA)),
    ("BEK 788/2025 § 10", (*ANNA_REGISTERED, ChangeFreezeSet(payee=ANNA)), LiftChangeFreeze(payee=ANNA)),
    (
        "BEK 788/2025 § 10",
        (DESIGNATED, ACTIVATED),
        VoidDesignation(designation=DESIGNATION, payee=ANNA, police_reference="0700-12345"),
    ),
    ("BEK 788/2025 § 10", (ACTIVATED, VOIDED), ClaimCompensation(designation=DESIGNATION, payee=ANNA, amount_oere=1)),
    (
        "BEK 788/2025 § 10",
        (*SKAT_EXISTS, VOIDED, CLAIMED),
        DecideCompensation(
            designation=DESIGNATION, payee=ANNA, amount_oere=1, outcome=CompensationOutcome.GRANTED, decided_by=SKAT
        ),
    ),
    (
        "BEK 788/2025 § 10",
        (VOIDED, CLAIMED, GRANTED),
        RecordPaidCompensation(**PAYMENT, amount_oere=1, reference="order 7"),
    ),
    *(
        ("BEK 788/2025 § 10", (VOIDED, CLAIMED, GRANTED.model_copy(update={"granted_oere": 2}), PAID), command)
        for command in (CorrectPaidCompensation(**PAYMENT, amount_oere=2), AnnulPaidCompensation(**PAYMENT))
    ),
    (
        "BEK 788/2025 § 10",
        (DESIGNATED, ACTIVATED, DEAD, DESIGNATED.model_copy(update={"designation": LATER_DESIGNATION, "payee": BO})),
        FindAccountSharers(holder=ANNA, account_index=SALARY_INDEX),
    ),
    ("BEK 788/2025 § 10", (DESIGNATED, ACTIVATED, DEAD), FollowEndOfPayee(payee=ANNA)),
    (
        "BEK 788/2025 § 10",
        (ANNAS_MAIL, DESIGNATED, ACTIVATED),
        NotifyPayee(
            notice=NOTICE,
            designation=DESIGNATION,
            occasion=NoticeOccasion.ACTIVATED,
            submission=replace(submit_notice(NOTICE, ANNA, "Ny NemKonto"), stored=STORED),
        ),
    ),
)
