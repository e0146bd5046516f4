"""Whose refusals are recorded: those of who acts in the affairs of another, and of nobody who errs in their own."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any
from uuid import UUID

import pytest

from domain.command import AnyCommand, Attempt, Command, InvalidInput
from domain.entry import EntrySource
from domain.identity.entry_commands import EndEntry, MatterName
from domain.identity.mandate import MandateKind
from domain.identity.mandate_commands import GrantMandate
from domain.nemkonto.designation_commands import AccountOfAnotherBank
from domain.nemkonto.fraud_commands import LiftChangeFreeze, SetChangeFreeze
from domain.post.exemption_commands import ExemptFromMail
from domain.post.exemption_request import RequestExemption
from domain.subject import EntryId, RequestId
from tests.bin.application.command_examples import EXAMPLES
from tests.controls import ANNA, BO, SKAT
from tests.law import NOW
from tests.nemkonto_past import END as ENDED_ON_REQUEST
from tests.nemkonto_past import REDEEM, SELF_SERVICE, WITHDRAW

ACTING = frozenset({"reader", "sender", "acted_by", "decided_by", "by"})
"""The fields that name who acts in the affairs of another."""
RECORDED_OTHERWISE = {
    "SubmitMessage": "A letter that is refused is a fact of its own, with its faults.",
    "RecordRefusal": "It is the record of an attempt.",
    "ImportArrival": "The operator takes over what another system knows.",
    "InformSender": "A reaction, for which no caller asks.",
    "ReleaseMessage": "A time that has come, for which no caller asks.",
}
MANDATE = EntryId(UUID(int=9))
ASKED = RequestExemption(request=RequestId(UUID(int=7)), recipient=ANNA)
GRANT = GrantMandate(giver=ANNA, held_by=BO, kind=MandateKind.READ)
FREEZE, LIFT = SetChangeFreeze(payee=ANNA), LiftChangeFreeze(payee=ANNA)
END = EndEntry(matter=MatterName.MANDATE, party=BO, entry=MANDATE, valid_to=NOW.date())


@pytest.mark.parametrize(
    ("command", "attempt"),
    [
        (replace(SELF_SERVICE, acted_by=BO), Attempt(ANNA, BO)),
        (SELF_SERVICE, None),
        (replace(SELF_SERVICE, acted_by=ANNA), None),
        *(
            (replace(command, acted_by=BO), Attempt(ANNA, BO))
            for command in (REDEEM, WITHDRAW, ENDED_ON_REQUEST, FREEZE, LIFT)
        ),
        (WITHDRAW, None),
        (replace(ASKED, by=BO), Attempt(ANNA, BO)),
        (replace(ASKED, by=ANNA), None),
        (ASKED, None),
        (replace(GRANT, source=EntrySource.COURT), Attempt(ANNA, BO)),
        (replace(GRANT, source=EntrySource.COURT, decided_by=SKAT), Attempt(ANNA, SKAT)),
        (GRANT, None),
        (END, Attempt(MANDATE, BO)),
        (replace(END, matter=MatterName.PERSON_NAME), None),
        (ExemptFromMail(recipient=ANNA, decided_by=SKAT), Attempt(ANNA, SKAT)),
        (ExemptFromMail(recipient=ANNA), None),
    ],
)
def test_who_acts_in_the_affairs_of_another_is_named_and_who_acts_in_their_own_is_not(
    command: AnyCommand, attempt: Attempt | None
) -> None:
    assert command.attempt == attempt


def test_every_command_with_a_field_for_who_acts_says_whose_attempt_it_is() -> None:
    kinds: set[type[Any]] = {type(command) for _, _, command in EXAMPLES}
    acting = {kind for kind in kinds if ACTING & {field.name for field in fields(kind)}}
    silent = {kind.__name__ for kind in acting if kind.attempt is Command.attempt}
    assert silent == RECORDED_OTHERWISE.keys()


def test_what_does_not_fit_is_no_question_of_rights() -> None:
    assert issubclass(AccountOfAnotherBank, InvalidInput)
