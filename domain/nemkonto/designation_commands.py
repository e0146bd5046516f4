"""How a NemKonto comes, changes and goes: the decisions of BEK 788/2025 § 10 on designation and activation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from hmac import compare_digest

from domain.command import Command, Consulted, Refused
from domain.context import Context
from domain.danish_time import end_of_day, years_after
from domain.fact import Event
from domain.nemkonto.account import DanishAccount, IbanAccount
from domain.nemkonto.bank_days import bank_day_after
from domain.nemkonto.designation import (
    NEMKONTO,
    ActivationLetterOrdered,
    ActivationRefused,
    DesignationBlocked,
    DesignationChannel,
    DesignationExpired,
    DesignationWithdrawn,
    EndCause,
    Nemkonto,
    NemkontoActivated,
    NemkontoDesignated,
    NemkontoEnded,
    NemkontoSuperseded,
)
from domain.policy import (
    ACTIVATION_ATTEMPTS_MAX,
    ACTIVATION_CODE_VALID_DAYS,
    EFFECT_BANK_DAYS_MAX,
    ENDED_AFTER_CESSATION_DAYS,
    ENDED_AFTER_DEATH_YEARS,
)
from domain.subject import AccountIndex, CompanyId, DesignationId, PartyId, PersonId


class DesignationTaken(Refused):
    """This designation is used for another account or another payee. Designate under a new id."""


class BankReportIncomplete(Refused):
    """A bank's report needs the bank's registration number and a reference to the payee's consent. Send both."""


class AccountOfAnotherBank(Refused):
    """A bank can report only accounts of its own. Designate this one by self-service, an authority or the form."""


class ActivationCodeMissing(Refused):
    """An account that no bank reports is activated by a code in a letter. Make a code and send its hash."""


class AwaitsNoActivation(Refused):
    """No such designation of the payee awaits activation: it was replaced, is blocked or expired. Designate again."""


class ActivationCodeExpired(Refused):
    """The activation code is no longer valid. Designate the account again to get a new letter."""


class NotExpiredYet(Refused):
    """The activation code is still valid. Ask again when its last day has passed."""


class NotTheActiveNemkonto(Refused):
    """This designation is not the payee's active NemKonto, so it cannot be ended. Look up which one is active."""


class EndNeedsItsDay(Refused):
    """A NemKonto ends on a past day: of the decree or of the account's closing. Send that day."""


class UnknownPayee(Refused):
    """No such person or company is registered. Register the payee first."""


class PayeeIsNoMore(Refused):
    """The payee is dead or has ceased, so no account can be designated. Correct that first if it is a mistake."""


class EndCauseNotRecorded(Refused):
    """The register holds no such death or cessation of this payee on that day. Record it first, or check the day."""


class EndCauseOfAnotherKind(Refused):
    """A person dies, and a company ceases or goes bankrupt. Give the cause that fits the payee."""


class TooEarlyToEnd(Refused):
    """A NemKonto stays active for a time after a death or a cessation, which has not passed. Ask again on the day:"""


class DesignateNemkonto(Command[Nemkonto, Nemkonto]):
    """Point out an account; of two designations the later counts. Reported by its bank it is active at once."""

    legal_basis = "BEK 788/2025 § 10"

    designation: DesignationId
    payee: PartyId
    account_index: AccountIndex
    account: DanishAccount | IbanAccount
    channel: DesignationChannel
    institution: str | None = None
    consent: str | None = None
    code_hash: str | None = None
    """By every channel but the bank: the keyed hash of the code in the letter."""

    def consults(self) -> tuple[Consulted[Nemkonto], ...]:
        return NEMKONTO.of(self.payee), NEMKONTO.of(self.designation)

    def decide(self, context: Context, nemkonto: Nemkonto, namesake: Nemkonto) -> Iterator[Event]:
        if nemkonto.accounts.get(self.designation) == self.account_index:
            return
        if self.designation in namesake.accounts:
            raise DesignationTaken
        if not nemkonto.payee.registered:
            raise UnknownPayee
        if nemkonto.payee.ended_on is not None:
            raise PayeeIsNoMore
        self._check()
        if nemkonto.active_account == self.account_index:
            return  # Banks repeat their reports, and a repeat must not void a letter that is under way.
        yield NemkontoDesignated(
            designation=self.designation,
            payee=self.payee,
            account_index=self.account_index,
            account=self.account,
            channel=self.channel,
            institution=self.institution,
            consent=self.consent,
        )
        if nemkonto.waiting:
            yield DesignationWithdrawn(designation=nemkonto.waiting.designation, payee=self.payee, by=self.designation)
        if self.code_hash is None:
            yield from _activation(context, self.designation, self.payee, nemkonto)
        else:
            yield self._letter(context, self.code_hash)

    def _check(self) -> None:
        if self.channel is not DesignationChannel.BANK:
            if not self.code_hash:
                raise ActivationCodeMissing
            return
        if not self.institution or not self.consent or self.code_hash is not None:
            raise BankReportIncomplete
        if not isinstance(self.account, DanishAccount) or self.account.registration_number != self.institution:
            raise AccountOfAnotherBank

    def _letter(self, context: Context, code_hash: str) -> ActivationLetterOrdered:
        valid = ACTIVATION_CODE_VALID_DAYS.on(context.today)
        return ActivationLetterOrdered(
            designation=self.designation,
            payee=self.payee,
            code_hash=code_hash,
            letter_on=context.today,
            valid_until=end_of_day(context.today + timedelta(days=valid.value)),
            rule=str(valid),
        )


class DesignationCommand(Command[Nemkonto]):
    """A command about one designation of a payee."""

    legal_basis = "BEK 788/2025 § 10"

    designation: DesignationId
    payee: PartyId

    def consults(self) -> tuple[Consulted[Nemkonto], ...]:
        return (NEMKONTO.of(self.payee),)


class ActivateNemkonto(DesignationCommand):
    """Redeem the code of an activation letter. A wrong code is no refusal but a fact, for attempts are counted."""

    code_hash: str
    """The keyed hash of the code that was given: the code itself is in no command."""

    def decide(self, context: Context, nemkonto: Nemkonto) -> Iterator[Event]:
        if self.designation in nemkonto.activated:
            return
        waiting = nemkonto.waiting
        if waiting is None or waiting.designation != self.designation:
            raise AwaitsNoActivation
        if context.now >= waiting.valid_until:
            raise ActivationCodeExpired
        if compare_digest(self.code_hash.encode(), waiting.code_hash.encode()):
            yield from _activation(context, self.designation, self.payee, nemkonto)
            return
        attempt = waiting.wrong_attempts + 1
        yield ActivationRefused(designation=self.designation, payee=self.payee, attempt=attempt)
        if attempt >= ACTIVATION_ATTEMPTS_MAX.on(context.today).value:
            yield DesignationBlocked(designation=self.designation, payee=self.payee)


class ExpireDesignation(DesignationCommand):
    """End the wait for a code whose time has run out; what was redeemed, replaced or blocked is left as it is."""

    def decide(self, context: Context, nemkonto: Nemkonto) -> Iterator[Event]:
        waiting = nemkonto.waiting
        if waiting is None or waiting.designation != self.designation:
            return
        if context.now < waiting.valid_until:
            raise NotExpiredYet
        yield DesignationExpired(designation=self.designation, payee=self.payee)


OF_A_COMPANY = frozenset({EndCause.BANKRUPTCY, EndCause.CEASED_PLUS_360D})


class EndNemkonto(DesignationCommand):
    """End the active NemKonto without another in its place."""

    cause: EndCause
    happened_on: date | None = None
    """The day of the bankruptcy decree or the account's closing; of a death or cessation the register has the day."""

    def decide(self, context: Context, nemkonto: Nemkonto) -> Iterator[Event]:
        if self.designation in nemkonto.ended:
            return
        active = nemkonto.active
        if active is None or active.designation != self.designation:
            raise NotTheActiveNemkonto
        valid_to = active.valid_to(self._ends_on(context.today, nemkonto.payee.ended_on))
        yield NemkontoEnded(designation=self.designation, payee=self.payee, cause=self.cause, valid_to=valid_to)

    def _ends_on(self, today: date, payee_ended_on: date | None) -> date:
        if self.cause in OF_A_COMPANY and isinstance(self.payee, PersonId):
            raise EndCauseOfAnotherKind
        if self.cause is EndCause.DEATH_PLUS_3Y and isinstance(self.payee, CompanyId):
            raise EndCauseOfAnotherKind
        match self.cause:
            case EndCause.REQUEST:
                return bank_day_after(today, EFFECT_BANK_DAYS_MAX.on(today).value)
            case EndCause.DEATH_PLUS_3Y:
                ended_on = self._recorded(payee_ended_on)
                ends_on = years_after(ended_on, ENDED_AFTER_DEATH_YEARS.on(today).value)
            case EndCause.CEASED_PLUS_360D:
                ended_on = self._recorded(payee_ended_on)
                ends_on = ended_on + timedelta(days=ENDED_AFTER_CESSATION_DAYS.on(today).value)
            case EndCause.BANKRUPTCY | EndCause.ACCOUNT_CLOSED:
                if self.happened_on is None or self.happened_on > today:
                    raise EndNeedsItsDay
                return self.happened_on
        if ends_on > today:
            raise TooEarlyToEnd(ends_on)
        return ends_on

    def _recorded(self, ended_on: date | None) -> date:
        """The recorded day of the death or cessation; raises EndCauseNotRecorded."""
        if ended_on is None or self.happened_on not in (None, ended_on):
            raise EndCauseNotRecorded
        return ended_on


def _activation(
    context: Context, designation: DesignationId, payee: PartyId, nemkonto: Nemkonto
) -> Iterator[NemkontoActivated | NemkontoSuperseded]:
    """Active from now; the account before it is paid to until the fifth bank day, and then no more (§ 10)."""
    effect = EFFECT_BANK_DAYS_MAX.on(context.today)
    effective_on = bank_day_after(context.today, effect.value)
    before = nemkonto.active
    yield NemkontoActivated(
        designation=designation,
        payee=payee,
        effective_on=effective_on,
        supersedes=before.designation if before else None,
        rule=str(effect),
    )
    if before:
        yield NemkontoSuperseded(
            designation=before.designation, payee=payee, by=designation, valid_to=before.valid_to(effective_on)
        )
