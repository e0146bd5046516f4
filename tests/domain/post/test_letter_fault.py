"""A fault says who must correct it, and what its sender does: notify somebody, take the next channel, or try again."""

from __future__ import annotations

from datetime import date

import pytest

from domain.fact import Event
from domain.post.letter_fault import Advice, Fault, Party, advice_on
from domain.post.mail_registration_plan import PlannedFor
from domain.post.message import MessageRejected
from domain.post.message_commands import SubmitMessage
from tests.controls import ANNA, ANNA_DIED, ANNA_EXEMPT, ANNAS_MAIL, SKAT_EXISTS, SKAT_SENDS, letter, planned
from tests.law import Decided, given

PLANNED = planned(ANNA, date(2026, 3, 9), reason=PlannedFor.IMMIGRATION)
EMPTY_FILE = Fault(code="file.empty.not.allowed", path="/Message", message="The file is empty.")
RETRY, NEXT_CHANNEL, NOTIFY = (
    Fault(code="a.code", path="/Message", message="It is wrong.", advice=advice)
    for advice in (Advice.RETRY, Advice.NEXT_CHANNEL, Advice.NOTIFY)
)


def faults(decided: Decided) -> tuple[Fault, ...]:
    """The faults of a rejected letter."""
    (rejection,) = (fact for fact in decided.facts if isinstance(fact, MessageRejected))
    return rejection.faults


@pytest.mark.parametrize(
    ("past", "command", "code", "party", "advice"),
    [
        (SKAT_SENDS, letter(recipient=None), "recipient.unknown", Party.SENDER, Advice.NOTIFY),
        ((*SKAT_SENDS, ANNAS_MAIL, ANNA_EXEMPT), letter(), "recipient.is.exempt", Party.RECIPIENT, Advice.NEXT_CHANNEL),
        ((*SKAT_SENDS, ANNAS_MAIL, ANNA_DIED), letter(), "recipient.is.closed", Party.RECIPIENT, Advice.NOTIFY),
        ((*SKAT_SENDS, PLANNED), letter(), "recipient.not.yet.registered", Party.RECIPIENT, Advice.RETRY),
        ((*SKAT_EXISTS, ANNAS_MAIL), letter(), "sender.not.allowed", Party.SENDER, Advice.NEXT_CHANNEL),
        (
            (*SKAT_SENDS, ANNAS_MAIL),
            letter(do_not_deliver_until=date(2026, 3, 1)),
            "do.not.deliver.until.date.too.early",
            Party.SENDER,
            Advice.NOTIFY,
        ),
        (
            (*SKAT_SENDS, ANNAS_MAIL),
            letter(faults=(EMPTY_FILE,)),
            "file.empty.not.allowed",
            Party.SENDER,
            Advice.NOTIFY,
        ),
    ],
    ids=lambda each: each if isinstance(each, str) else None,
)
def test_each_fault_says_who_corrects_it_and_what_the_sender_does(
    past: tuple[Event, ...], command: SubmitMessage, code: str, party: Party, advice: Advice
) -> None:
    (fault,) = faults(given(*past).when(command))
    assert (fault.code, fault.fault, fault.advice) == (code, party, advice)


def test_of_several_faults_the_advice_that_stops_first_holds() -> None:
    assert advice_on((RETRY, NEXT_CHANNEL, NOTIFY)) is Advice.NOTIFY
    assert advice_on((RETRY, NEXT_CHANNEL)) is Advice.NEXT_CHANNEL
    assert advice_on((RETRY,)) is Advice.RETRY
    assert advice_on(()) is None
