"""What follows for the NemKonto from the death or cessation of its payee, and of what a payee is notified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from domain.due import Due
from domain.nemkonto.account import AnyAccount
from domain.nemkonto.designation import AccountHolderEnded, NemkontoDesignated, NemkontoRestored
from domain.nemkonto.designation_commands import ExpireDesignation
from domain.nemkonto.ending_commands import FollowEndOfPayee
from domain.nemkonto.notice import NotifyPayee, notice_of, submit_notice
from domain.nemkonto.notice_text import Change, notice_text
from domain.nemkonto.shared_account import FindAccountSharers, accounts_of
from domain.reaction import PLAIN_TEXT, Document, Step
from domain.record import Record
from domain.subject import CompanyId, DesignationId, PartyId, PersonId

NEMKONTO_SYSTEM = "nemkonto"


def follows_end_of(payee: PartyId) -> Step:
    """The account of a payee who died or ceased ends in time; after a death or cessation by mistake it does not."""
    return Step(FollowEndOfPayee(payee=payee), authority=NEMKONTO_SYSTEM)


def warns_sharers(holder: PartyId, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """Others who use the account of somebody who died or ceased are warned."""
    for account in accounts_of(past, day):
        yield Step(FindAccountSharers(holder=holder, account_index=account), authority=NEMKONTO_SYSTEM)


def follows_restored(event: NemkontoRestored, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """An account that goes on ends in time if its payee is dead or has ceased; the payee is notified."""
    yield follows_end_of(event.payee)
    yield from notifies_payee(event, day, past)


def notifies_payee(event: Change, day: date, past: Sequence[Record]) -> Iterator[Step]:
    """The payee is notified at once, so that a stranger's change is seen early; an account is not named in full."""
    accounts = [record.event.account for record in past if isinstance(record.event, NemkontoDesignated)]
    account = accounts[0] if accounts and isinstance(accounts[0], AnyAccount) else None
    words = notice_text(event, account)
    about = event.own_subject
    notice = notice_of(about, past[-1].position)
    yield Step(
        NotifyPayee(
            notice=notice,
            designation=about if isinstance(about, DesignationId) else None,
            occasion=words.occasion,
            submission=submit_notice(notice, event.payee, words.title),
            because_of=event.other if isinstance(event, AccountHolderEnded) else None,
        ),
        (Document(words.text.encode(), PLAIN_TEXT),),
    )


def ends_nemkonto(due: Due) -> FollowEndOfPayee:
    """The account of a payee who died or ceased ends on its day."""
    assert isinstance(due.also, PersonId | CompanyId), "a NemKonto names its payee"
    return FollowEndOfPayee(payee=due.also)


def expires_designation(due: Due) -> ExpireDesignation:
    """A code that was not redeemed in time is void."""
    assert isinstance(due.subject, DesignationId), "an activation code is a designation's"
    assert isinstance(due.also, PersonId | CompanyId), "an activation code names the payee also"
    return ExpireDesignation(designation=due.subject, payee=due.also)
