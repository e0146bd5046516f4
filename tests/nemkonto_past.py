"""Ready-made acts and facts of a NemKonto: Anna's bank account is active, or her savings account awaits its code."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from domain.command import AnyCommand
from domain.fact import Event
from domain.nemkonto.account import AccountKind, parse_account
from domain.nemkonto.designation import (
    ActivationLetterOrdered,
    ActivationRefused,
    DesignationChannel,
    DesignationReplaced,
    EndCause,
    NemkontoActivated,
    NemkontoDesignated,
    NemkontoSuperseded,
)
from domain.nemkonto.designation_commands import (
    ActivateNemkonto,
    DesignateNemkonto,
    ExpireDesignation,
    WithdrawDesignation,
)
from domain.nemkonto.ending_commands import EndNemkonto
from domain.nemkonto.notice import notice_of
from domain.policy import ACTIVATION_ATTEMPTS_MAX, ACTIVATION_CODE_VALID_DAYS, EFFECT_BANK_DAYS_MAX
from tests.controls import (
    ACTIVATION_CODE,
    ANNA,
    DESIGNATION,
    EVERYBODY,
    GERMAN_ACCOUNT,
    GERMAN_INDEX,
    LATER_DESIGNATION,
    SALARY_ACCOUNT,
    SALARY_INDEX,
    SAVINGS_ACCOUNT,
    SAVINGS_INDEX,
    code_hash,
)
from tests.law import NOW, given

TODAY = date(2026, 3, 2)
FIFTH_BANK_DAY = date(2026, 3, 9)
EFFECT_RULE = str(EFFECT_BANK_DAYS_MAX.on(TODAY))
ATTEMPTS_RULE = str(ACTIVATION_ATTEMPTS_MAX.on(TODAY))
AGE_RULE = "nemkonto.designates_alone_age_years@2012-07-01"
LETTER_RULE = str(ACTIVATION_CODE_VALID_DAYS.on(TODAY))

BANK_REPORT = DesignateNemkonto(
    designation=DESIGNATION,
    payee=ANNA,
    account_index=SALARY_INDEX,
    account=SALARY_ACCOUNT,
    channel=DesignationChannel.BANK,
    institution="0040",
    consent="agreement 7",
)
SELF_SERVICE = DesignateNemkonto(
    designation=LATER_DESIGNATION,
    payee=ANNA,
    account_index=SAVINGS_INDEX,
    account=SAVINGS_ACCOUNT,
    channel=DesignationChannel.SELF_SERVICE,
    code_hash=code_hash(LATER_DESIGNATION, ACTIVATION_CODE),
)
BY_CASE_WORKER = replace(SELF_SERVICE, channel=DesignationChannel.AUTHORITY, signature="signature 1")
FORM = UUID(int=12)
"""The name of a stored form."""
FOREIGN = replace(
    SELF_SERVICE, account=GERMAN_ACCOUNT, account_index=GERMAN_INDEX, channel=DesignationChannel.FORM, document=FORM
)
"""Anna designates her account in Germany."""
AMERICAN = replace(FOREIGN, account=parse_account("US/PRVEUS33/021000021/000123456789"))
"""Anna designates an account that has no IBAN."""
REDEEM = ActivateNemkonto(
    designation=LATER_DESIGNATION,
    payee=ANNA,
    code_hash=code_hash(LATER_DESIGNATION, ACTIVATION_CODE),
)
WRONG_CODE = replace(REDEEM, code_hash=code_hash(LATER_DESIGNATION, "87654321"))
EXPIRE = ExpireDesignation(designation=LATER_DESIGNATION, payee=ANNA)
WITHDRAW = WithdrawDesignation(designation=LATER_DESIGNATION, payee=ANNA)
END = EndNemkonto(designation=DESIGNATION, payee=ANNA, cause=EndCause.REQUEST)

DESIGNATED = NemkontoDesignated(
    designation=DESIGNATION,
    payee=ANNA,
    account_index=SALARY_INDEX,
    account=SALARY_ACCOUNT,
    account_kind=AccountKind.DANISH,
    channel=DesignationChannel.BANK,
    institution="0040",
    consent="agreement 7",
    age_rule=AGE_RULE,
)
ACTIVATED = NemkontoActivated(
    designation=DESIGNATION,
    payee=ANNA,
    effective_on=FIFTH_BANK_DAY,
    latest_on=FIFTH_BANK_DAY,
    supersedes=None,
    rule=EFFECT_RULE,
)
LATER_DESIGNATED = NemkontoDesignated(
    designation=LATER_DESIGNATION,
    payee=ANNA,
    account_index=SAVINGS_INDEX,
    account=SAVINGS_ACCOUNT,
    account_kind=AccountKind.DANISH,
    channel=DesignationChannel.SELF_SERVICE,
    institution=None,
    consent=None,
    age_rule=AGE_RULE,
)
LETTER = ActivationLetterOrdered(
    designation=LATER_DESIGNATION,
    payee=ANNA,
    code_hash=REDEEM.code_hash,
    letter_on=TODAY,
    valid_until=datetime(2026, 5, 1, 22, tzinfo=UTC),
    address=None,
    rule=LETTER_RULE,
)
LATER_ACTIVATED = NemkontoActivated(
    designation=LATER_DESIGNATION,
    payee=ANNA,
    effective_on=FIFTH_BANK_DAY,
    latest_on=FIFTH_BANK_DAY,
    supersedes=None,
    rule=EFFECT_RULE,
)
LATER_REPLACES = LATER_ACTIVATED.model_copy(update={"supersedes": DESIGNATION})
SUPERSEDED = NemkontoSuperseded(designation=DESIGNATION, payee=ANNA, by=LATER_DESIGNATION, valid_to=FIFTH_BANK_DAY)
REPLACED = DesignationReplaced(designation=LATER_DESIGNATION, payee=ANNA, by=DESIGNATION)
ACTIVE = (DESIGNATED, ACTIVATED)
AWAITING = (LATER_DESIGNATED, LETTER)
NOTICE = notice_of(DESIGNATION, 7)
"""The notice of a record at position 7."""


def facts_of(*commands: AnyCommand, now: datetime = NOW) -> tuple[Event, ...]:
    """All facts of the commands, each decided on what the ones before it recorded."""
    facts: tuple[Event, ...] = ()
    for command in commands:
        facts = (*facts, *given(*EVERYBODY, *facts).at(now).when(command).facts)
    return facts


def wrong(attempt: int) -> ActivationRefused:
    return ActivationRefused(designation=LATER_DESIGNATION, payee=ANNA, attempt=attempt, rule=ATTEMPTS_RULE)
