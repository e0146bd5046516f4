"""How a NemKonto comes, changes and goes: the decisions of BEK 788/2025 § 10 on designation and activation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from hmac import compare_digest
from typing import Any
from uuid import UUID

from domain.command import Command, Consulted, InvalidInput, Refused
from domain.context import Context
from domain.danish_time import end_of_day
from domain.fact import Event
from domain.identity.mandate import Representation
from domain.nemkonto.account import AccountKind, AnyAccount, DanishAccount, account_kind
from domain.nemkonto.bank_days import bank_day_after
from domain.nemkonto.designation import (
    ActivationLetterOrdered,
    ActivationRefused,
    DesignationBlocked,
    DesignationChannel,
    DesignationExpired,
    DesignationReplaced,
    DesignationWithdrawn,
    NemkontoActivated,
    NemkontoDesignated,
    NemkontoSuperseded,
)
from domain.nemkonto.nemkonto import BY_THE_PAYEE, NEMKONTO, Acting, Designated, Nemkonto, Waiting
from domain.nemkonto.who_designates import PayeeCommand, check_evidence
from domain.policy import (
    ACTIVATION_ATTEMPTS_MAX,
    ACTIVATION_CODE_VALID_DAYS,
    EFFECT_BANK_DAYS_MAX,
    FOREIGN_EFFECT_BANK_DAYS,
)
from domain.subject import AccountIndex, DesignationId, EntryId, PartyId


class DesignationTaken(Refused):
    """This designation is used for another account or another payee. Designate under a new id."""


class BankReportIncomplete(InvalidInput):
    """A bank's report needs the bank's registration number and a reference to the payee's consent. Send both."""


class AccountOfAnotherBank(InvalidInput):
    """A bank can report only accounts of its own. Designate this one by self-service, an authority or the form."""


class ActivationCodeMissing(InvalidInput):
    """An account that no bank reports is activated by a code in a letter. Make a code and send its hash."""


class RequestedDayNotAllowed(InvalidInput):
    """Only a case worker may ask for a day, and for none that has passed. Leave it out, or ask an authority."""


class AwaitsNoActivation(Refused):
    """No such designation of the payee awaits activation: it was replaced, is blocked or expired. Designate again."""


class ActivationCodeExpired(Refused):
    """The activation code is no longer valid. Designate the account again to get a new letter."""


class NotExpiredYet(Refused):
    """The activation code is still valid. Ask again when its last day has passed."""


class PayeeIsNoMore(Refused):
    """The payee is dead or has ceased, so no account becomes the NemKonto. Correct that first if it is a mistake."""


class ChangesFrozen(Refused):
    """The payee has frozen changes of the NemKonto. Ask the payee to lift the freeze first."""


class DesignateNemkonto(PayeeCommand[Nemkonto, Representation, Representation, Nemkonto]):
    """Point out an account; of two designations the later counts. Reported by its bank it is active at once."""

    designation: DesignationId
    account_index: AccountIndex
    account: AnyAccount
    channel: DesignationChannel
    institution: str | None = None
    consent: str | None = None
    code_hash: str | None = None
    """By every channel but the bank: the keyed hash of the code in the letter."""
    address: EntryId | None = None
    """The entry of the address to which the letter goes."""
    requested_on: date | None = None
    signature: str | None = None
    document: UUID | None = None

    def consults(self) -> tuple[Consulted[Any], ...]:
        return *super().consults(), NEMKONTO.of(self.designation)

    def decide(
        self,
        context: Context,
        nemkonto: Nemkonto,
        payees: Representation,
        holders: Representation,
        same_id: Nemkonto,
    ) -> Iterator[Event]:
        if same := nemkonto.designated.get(self.designation):
            if same.account_index != self.account_index:
                raise DesignationTaken
            return
        if self.designation in same_id.designated:
            raise DesignationTaken
        nemkonto.payee.must_be_registered()
        _must_be_changeable(nemkonto)
        self._check(context.today)
        acting = self.acting(context.today, payees, holders)
        if nemkonto.active_account == self.account_index:
            yield from self._keeps_account(nemkonto, acting)
            return
        yield self._designated(acting)
        if nemkonto.waiting:
            yield DesignationReplaced(designation=nemkonto.waiting.designation, payee=self.payee, by=self.designation)
        if self.code_hash is None:
            designated = Designated(self.account_index, account_kind(self.account), self.requested_on)
            yield from _activation(context, self.designation, self.payee, designated, nemkonto)
        else:
            yield self._letter(context, self.code_hash)

    def _designated(self, acting: Acting) -> NemkontoDesignated:
        return NemkontoDesignated(
            designation=self.designation,
            payee=self.payee,
            account_index=self.account_index,
            account=self.account,
            account_kind=account_kind(self.account),
            channel=self.channel,
            requested_on=self.requested_on,
            institution=self.institution,
            consent=self.consent,
            signature=self.signature,
            document=self.document,
            **acting.fields,
        )

    def _keeps_account(self, nemkonto: Nemkonto, acting: Acting) -> Iterator[Event]:
        """The payee's wish to keep the account calls a pending change off; a bank only repeats its report."""
        if nemkonto.waiting and self.channel is not DesignationChannel.BANK:
            withdrawn = nemkonto.waiting.designation
            yield DesignationWithdrawn(designation=withdrawn, payee=self.payee, **acting.fields)

    def _check(self, today: date) -> None:
        if self.requested_on and (self.channel is not DesignationChannel.AUTHORITY or self.requested_on < today):
            raise RequestedDayNotAllowed
        check_evidence(self.channel, self.signature, self.document)
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
            address=self.address,
            rule=str(valid),
        )


class DesignationCommand(Command[Nemkonto]):
    """A command about one designation of a payee."""

    legal_basis = "BEK 788/2025 § 10"

    designation: DesignationId
    payee: PartyId

    def consults(self) -> tuple[Consulted[Nemkonto], ...]:
        return (NEMKONTO.of(self.payee),)


class ActivateNemkonto(PayeeCommand[Nemkonto, Representation, Representation]):
    """Redeem the code of an activation letter. A wrong code is no refusal but a fact, for attempts are counted.

    The letter went to the payee, so no age is asked of who redeems the code, unless somebody is named who acts.
    """

    designation: DesignationId
    code_hash: str
    """The keyed hash of the code that was given: the code itself is in no command."""

    def decide(
        self, context: Context, nemkonto: Nemkonto, payees: Representation, holders: Representation
    ) -> Iterator[Event]:
        acting = BY_THE_PAYEE if self.attempt is None else self.acting(context.today, payees, holders)
        if self.designation in nemkonto.activated:
            return
        waiting = nemkonto.waiting
        if waiting is None or waiting.designation != self.designation:
            raise AwaitsNoActivation
        _must_be_changeable(nemkonto)
        if context.now >= waiting.valid_until:
            raise ActivationCodeExpired
        if compare_digest(self.code_hash.encode(), waiting.code_hash.encode()):
            designated = nemkonto.designated[self.designation]
            yield from _activation(context, self.designation, self.payee, designated, nemkonto, acting)
            return
        yield from self._wrong_code(context.today, waiting, acting)

    def _wrong_code(self, today: date, waiting: Waiting, acting: Acting) -> Iterator[Event]:
        attempt, attempts = waiting.wrong_attempts + 1, ACTIVATION_ATTEMPTS_MAX.on(today)
        yield ActivationRefused(
            designation=self.designation, payee=self.payee, attempt=attempt, rule=str(attempts), **acting.fields
        )
        if attempt >= attempts.value:
            yield DesignationBlocked(designation=self.designation, payee=self.payee, rule=str(attempts))


class WithdrawDesignation(PayeeCommand[Nemkonto, Representation, Representation]):
    """Withdraw a designation that awaits activation, as the payee wishes; the account before it goes on."""

    designation: DesignationId

    def decide(
        self, context: Context, nemkonto: Nemkonto, payees: Representation, holders: Representation
    ) -> Iterator[Event]:
        nemkonto.payee.must_not_be_merged()
        acting = self.acting(context.today, payees, holders)
        if self.designation in nemkonto.withdrawn:
            return
        if nemkonto.waiting is None or nemkonto.waiting.designation != self.designation:
            raise AwaitsNoActivation
        yield DesignationWithdrawn(designation=self.designation, payee=self.payee, **acting.fields)


class ExpireDesignation(DesignationCommand):
    """End the wait for a code whose time has run out; what was redeemed, replaced or blocked is left as it is."""

    def decide(self, context: Context, nemkonto: Nemkonto) -> Iterator[Event]:
        waiting = nemkonto.waiting
        if waiting is None or waiting.designation != self.designation:
            return
        if context.now < waiting.valid_until:
            raise NotExpiredYet
        yield DesignationExpired(designation=self.designation, payee=self.payee)


def _must_be_changeable(nemkonto: Nemkonto) -> None:
    nemkonto.payee.must_not_be_merged()
    if nemkonto.payee.ended_on is not None:
        raise PayeeIsNoMore
    if nemkonto.frozen:
        raise ChangesFrozen


def _activation(  # noqa: PLR0917 - what becomes active, of whom, and who acts
    context: Context,
    designation: DesignationId,
    payee: PartyId,
    designated: Designated,
    nemkonto: Nemkonto,
    acting: Acting = BY_THE_PAYEE,
) -> Iterator[NemkontoActivated | NemkontoSuperseded]:
    """Active from now; the account before it is paid to until the new one has effect, and then no more (§ 10)."""
    foreign = designated.account_kind is AccountKind.FOREIGN
    effect = (FOREIGN_EFFECT_BANK_DAYS if foreign else EFFECT_BANK_DAYS_MAX).on(context.today)
    bank_day = bank_day_after(context.today, effect.value)
    effective_on = max(bank_day, designated.requested_on or bank_day)
    before = nemkonto.active
    yield NemkontoActivated(
        designation=designation,
        payee=payee,
        effective_on=effective_on,
        latest_on=None if foreign else effective_on,
        supersedes=before.designation if before else None,
        rule=str(effect),
        **acting.fields,
    )
    for period in nemkonto.periods:
        ends, valid_to = nemkonto.valid_to(period), max(effective_on, period.effective_on)
        if ends is None or valid_to < ends:
            yield NemkontoSuperseded(designation=period.designation, payee=payee, by=designation, valid_to=valid_to)
