"""Every command that names a merged entry is refused with the entry that remains, but for a stated list.

The property is over the catalogue of commands: a new command, or a new field that names a person, is found by itself.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest

from domain.command import AnyCommand
from domain.fact import Event
from domain.identity.merge import EntriesMerged, EntryIsMerged
from domain.identity.person import PersonRegistered
from domain.nemkonto.change_freeze import ChangeFreezeSet
from domain.nemkonto.designation import DesignationChannel, EndCause
from domain.nemkonto.designation_commands import ActivateNemkonto, DesignateNemkonto, WithdrawDesignation
from domain.nemkonto.ending_commands import EndNemkonto
from domain.nemkonto.fraud_commands import LiftChangeFreeze, SetChangeFreeze
from domain.post.exemption_request import RequestExemption
from domain.post.item_commands import ReadersAct
from domain.post.mail_registration_commands import BreakGrace
from domain.subject import PersonId, RequestId
from tests.bin.application.command_examples import EXAMPLES
from tests.bin.application.nemkonto_examples import ACTIVATED, LETTER_ORDERED
from tests.bin.application.test_legal_basis import commands
from tests.controls import ANNA, ANNAS_BIRTH_DATE, ARRIVED, BO, DESIGNATION, FIRM, SALARY_ACCOUNT, SALARY_INDEX, mandate
from tests.law import NOW, given
from tests.nemkonto_past import DESIGNATED

CARL = PersonId(UUID(int=78))
"""The entry that remains."""

ANNULLED = "It annuls the merge, or merges the two entries again."
LETTER = "A letter that was sent to the entry, or by it, goes on about that entry."
OUTCOME = "The refusal is a fact of the letter, of which its sender is told."
REQUEST = "What the entry requested is decided, and the decision appealed."
FRAUD = "A fraudulent designation was the entry's own, and so is the claim for it."
FOLLOWS = "It follows from a death or a time, without anybody's request."
RETENTION = "Data of the entry are stored and erased as those of others."
ATTEMPT = "It records that an act was refused."
GOES_ON = MappingProxyType(
    {
        "AnnulMerge": ANNULLED,
        "SendOnPaper": LETTER,
        "SendUnopenedOnPaper": LETTER,
        "PostPaperLetter": LETTER,
        "ReturnPaperLetter": LETTER,
        "AnnulPaperPosting": LETTER,
        "AnnulPaperReturn": LETTER,
        "AbandonService": LETTER,
        "AnnulService": LETTER,
        "RecordOtherService": LETTER,
        "FindServiceValid": LETTER,
        "DisputeArrival": LETTER,
        "InformSender": LETTER,
        "DecideImpact": LETTER,
        "AcknowledgeReceipt": LETTER,
        "RecallMessage": LETTER,
        "SubmitMessage": OUTCOME,
        "ReleaseMessage": OUTCOME,
        "RefuseExemption": REQUEST,
        "AppealExemptionRefusal": REQUEST,
        "ConfirmExemptionRefusal": REQUEST,
        "VoidDesignation": FRAUD,
        "ClaimCompensation": FRAUD,
        "DecideCompensation": FRAUD,
        "RecordPaidCompensation": FRAUD,
        "CorrectPaidCompensation": FRAUD,
        "AnnulPaidCompensation": FRAUD,
        "OrderUnopenedPost": FOLLOWS,
        "ExpireDesignation": FOLLOWS,
        "FollowDeath": FOLLOWS,
        "FollowEndOfPayee": FOLLOWS,
        "FindAccountSharers": FOLLOWS,
        "NotifyPayee": FOLLOWS,
        "FollowPartiesOfMandate": FOLLOWS,
        "FlagArrivals": FOLLOWS,
        "PlanDeletion": RETENTION,
        "ExtendRetention": RETENTION,
        "EndRetention": RETENTION,
        "CompleteDeletion": RETENTION,
        "OrderErasure": RETENTION,
        "OrderDueErasure": RETENTION,
        "RecordDestroyedKeys": RETENTION,
        "RecordRefusal": ATTEMPT,
    }
)
"""Command -> why it may name a merged entry."""

HISTORY = {("ImportArrival", "sender")}
"""A field that names who once sent a letter, in a command that is refused for its recipient."""

BO_ACTS_FOR_ANNA = mandate(ANNA, BO, scope="all")
AWAITS = LETTER_ORDERED.model_copy(update={"valid_until": NOW + timedelta(days=1)})
BO_ACTS = (PersonRegistered(person=ANNA, birth_date=ANNAS_BIRTH_DATE), BO_ACTS_FOR_ANNA)
READS_FOR_BOTH = (EntriesMerged(person=ANNA, into=BO), mandate(ANNA, FIRM), mandate(BO, FIRM))
BY_BO: dict[str, Any] = {"designation": DESIGNATION, "payee": ANNA, "acted_by": BO}
MORE: tuple[tuple[tuple[Event, ...], AnyCommand], ...] = (
    (
        BO_ACTS,
        DesignateNemkonto(
            designation=DESIGNATION,
            payee=ANNA,
            acted_by=BO,
            account_index=SALARY_INDEX,
            account=SALARY_ACCOUNT,
            channel=DesignationChannel.SELF_SERVICE,
            code_hash="hash",
        ),
    ),
    *(
        ((*BO_ACTS, *past), command)
        for past, command in (
            ((DESIGNATED, AWAITS), ActivateNemkonto(**BY_BO, code_hash="hash")),
            ((DESIGNATED, AWAITS), WithdrawDesignation(**BY_BO)),
            ((DESIGNATED, ACTIVATED), EndNemkonto(**BY_BO, cause=EndCause.REQUEST)),
            ((), SetChangeFreeze(payee=ANNA, acted_by=BO)),
            ((ChangeFreezeSet(payee=ANNA),), LiftChangeFreeze(payee=ANNA, acted_by=BO)),
        )
    ),
    *(
        ((*READS_FOR_BOTH, *ARRIVED), replace(act, owner=ANNA, reader=FIRM, remains=BO))
        for act in (command for _, _, command in EXAMPLES)
        if isinstance(act, ReadersAct)
    ),
    ((BO_ACTS_FOR_ANNA,), RequestExemption(request=RequestId(UUID(int=7)), recipient=ANNA, by=BO)),
    ((), BreakGrace(recipient=ANNA)),
)
"""What the examples of commands show with a company only."""


def names_a_person(annotation: Any) -> bool:
    return annotation is PersonId or any(names_a_person(part) for part in typing.get_args(annotation))


def fields_of_persons(command: type[Any]) -> list[str]:
    """The fields of a command in which a person may stand."""
    hints = typing.get_type_hints(command)
    return [field.name for field in dataclasses.fields(command) if names_a_person(hints[field.name])]


def cases() -> Iterator[tuple[tuple[Event, ...], AnyCommand, str]]:
    for past, command in (*((past, command) for _, past, command in EXAMPLES), *MORE):
        for field in fields_of_persons(type(command)):
            if isinstance(getattr(command, field), PersonId):
                yield past, command, field


CASES = tuple(cases())


@pytest.mark.parametrize(
    ("past", "command", "field"),
    CASES,
    ids=[f"{n} {type(command).__name__}.{field}" for n, (_, command, field) in enumerate(CASES)],
)
def test_a_command_that_names_a_merged_entry_is_refused_with_the_entry_that_remains_or_is_listed(
    past: tuple[Event, ...], command: AnyCommand, field: str
) -> None:
    merged = getattr(command, field)
    known = {fact.person for fact in past if isinstance(fact, PersonRegistered)}
    registered = tuple(
        PersonRegistered(person=person, birth_date=None) for person in (ANNA, BO, CARL) if person not in known
    )
    decided = given(*registered, *past, EntriesMerged(person=merged, into=CARL)).when(command)
    refused = isinstance(decided.refusal, EntryIsMerged)

    assert refused is (type(command).__name__ not in GOES_ON)
    assert decided.refusal is None or str(decided.refusal).endswith(str(CARL))


def test_every_field_of_every_command_that_may_name_a_person_is_tried_or_listed() -> None:
    tried = {(type(command).__name__, field) for _, command, field in CASES}
    fields = {(command.__name__, field) for command in commands() for field in fields_of_persons(command)}
    assert {(command, field) for command, field in fields - tried if command not in GOES_ON} == HISTORY


def test_what_is_listed_is_a_command() -> None:
    assert GOES_ON.keys() <= {command.__name__ for command in commands()}
