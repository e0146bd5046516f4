"""Operators' acts: each is one fact, a repeated one is recorded once, and an erasure is ordered, done and recorded."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from domain.command import Command
from domain.fact import Event, Retention
from domain.operations.operation import (
    DatabaseOpenedByHand,
    ErasureOrdered,
    KeysDestroyed,
    OperatorsFact,
    RebuildAttested,
    RebuildBegun,
    RebuildGivenUp,
    RegisterPutBack,
    RegistersReplayed,
    RegisterStopAcknowledged,
    RegisterSwapped,
    SchemaMigrated,
    SealHaltAcknowledged,
)
from domain.operations.operation_commands import (
    AcknowledgeRegisterStop,
    AcknowledgeSealHalt,
    MigrateSchema,
    NoReasonGiven,
    NotAttested,
    OrderErasure,
    RecordAct,
    RecordDestroyedKeys,
    SwapRegister,
)
from domain.subject import THIS_LOG, log_id, register_id, subject
from tests.controls import ANNA, BO
from tests.law import given

MESSAGES = register_id("messages")
NAMED: Any = {"subject": MESSAGES, "name": "messages"}
STATE: Any = {"declaration": "d0", "software_version": "0.1", "position": 40, "rows": 20, "digest": "e3" * 32}
FIRST, SECOND = UUID(int=1), UUID(int=2)
POST_ORDERED = ErasureOrdered(subject=ANNA, retention_class=Retention.POST, keys=(FIRST,))
POST_GONE = KeysDestroyed(subject=ANNA, retention_class=Retention.POST, keys=(FIRST,))
ORDER_POST = OrderErasure(subject=ANNA, retention_class=Retention.POST, legal_basis="GDPR art. 17", keys=(FIRST,))
REPORT_POST_DESTROYED = RecordDestroyedKeys(
    subject=ANNA, retention_class=Retention.POST, legal_basis="GDPR art. 17", keys=(FIRST,)
)
STOPPED = RegisterStopAcknowledged(**NAMED, position=7, reason="a wrong fact")
KNOWN = AcknowledgeRegisterStop(name="messages", position=7, reason=" a wrong fact\n")
HALTED = SealHaltAcknowledged(log=THIS_LOG, position=9, cause="a fork", reason="an old backup")
HALT = AcknowledgeSealHalt(position=9, cause="a fork", reason="an old backup")


@pytest.mark.parametrize(
    "fact",
    [
        RebuildBegun(**NAMED, declaration="d0"),
        RebuildAttested(**NAMED, **STATE),
        RegisterPutBack(**NAMED),
        RebuildGivenUp(**NAMED),
        RegistersReplayed(log=THIS_LOG, into="spring", position=3, registers=("messages",)),
        DatabaseOpenedByHand(log=THIS_LOG),
    ],
)
def test_an_operators_act_is_its_fact(fact: OperatorsFact) -> None:
    given().when(RecordAct(fact=fact)).then(fact)


def test_a_migration_is_its_fact() -> None:
    migrated = SchemaMigrated(log=THIS_LOG, from_revision="0004", to_revision="0005")
    given().when(MigrateSchema(from_revision="0004", to_revision="0005")).then(migrated)


def test_a_migration_to_the_same_revision_is_none() -> None:
    given().when(MigrateSchema(from_revision="0005", to_revision="0005")).then_nothing()


def test_an_attested_register_may_be_swapped() -> None:
    swapped = RegisterSwapped(**NAMED, position=40, attested=41)
    given().when(SwapRegister(name="messages", position=40, attested=41)).then(swapped)


def test_a_register_with_nothing_to_compare_with_may_be_swapped_for_that_reason() -> None:
    swap = SwapRegister(name="messages", position=40, attested=None, not_compared="missing")
    given().when(swap).then(RegisterSwapped(**NAMED, position=40, attested=None, not_compared="missing"))


def test_a_register_that_differs_may_be_swapped_only_despite_that() -> None:
    given().when(SwapRegister(name="messages", position=40, attested=None)).then_refused(NotAttested)
    despite = SwapRegister(name="messages", position=40, attested=None, despite_differences=True)
    given().when(despite).then(RegisterSwapped(**NAMED, position=40, attested=None, despite_differences=True))


@pytest.mark.parametrize(("command", "fact"), [(KNOWN, STOPPED), (HALT, HALTED)])
def test_an_acknowledgement_is_recorded_once_for_its_position_and_reason(command: Command[()], fact: Event) -> None:
    given().when(command).then(fact)
    given(fact).when(command).then_nothing()
    given(fact.model_copy(update={"reason": "nobody knows"})).when(command).then(fact)
    given(fact.model_copy(update={"position": 1})).when(command).then(fact)


@pytest.mark.parametrize(
    "command",
    [
        AcknowledgeRegisterStop(name="messages", position=7, reason=" "),
        AcknowledgeSealHalt(position=9, cause="a fork", reason=""),
    ],
)
def test_an_acknowledgement_says_why(command: Command[()]) -> None:
    given().when(command).then_refused(NoReasonGiven)


def test_a_reason_may_hold_a_longer_number_such_as_a_case_number() -> None:
    reason = "case 2026610190000107"
    given().when(AcknowledgeSealHalt(position=9, cause="a fork", reason=reason)).then(
        SealHaltAcknowledged(log=THIS_LOG, position=9, cause="a fork", reason=reason)
    )


def test_an_erasure_is_ordered_for_the_keys_that_there_are() -> None:
    given().when(ORDER_POST).then(POST_ORDERED)


def test_without_keys_there_is_nothing_to_erase() -> None:
    given().when(OrderErasure(subject=ANNA, retention_class=None, legal_basis="art. 17", keys=())).then_nothing()


def test_an_order_that_is_not_done_is_not_given_again() -> None:
    given(POST_ORDERED).when(ORDER_POST).then_nothing()


def test_a_key_made_since_the_order_is_ordered_too() -> None:
    wider = OrderErasure(subject=ANNA, retention_class=Retention.POST, legal_basis="GDPR art. 17", keys=(FIRST, SECOND))
    given(POST_ORDERED).when(wider).then(POST_ORDERED.model_copy(update={"keys": (FIRST, SECOND)}))


def test_after_an_erasure_is_done_another_may_be_ordered() -> None:
    given(POST_ORDERED, POST_GONE).when(ORDER_POST).then(POST_ORDERED)


def test_an_order_of_another_class_or_person_is_another_order() -> None:
    others = OrderErasure(subject=BO, retention_class=Retention.POST, legal_basis="GDPR art. 17", keys=(FIRST,))
    given(POST_ORDERED).when(others).then(POST_ORDERED.model_copy(update={"subject": BO}))
    whole = OrderErasure(subject=ANNA, retention_class=None, legal_basis="GDPR art. 17", keys=(FIRST,))
    given(POST_ORDERED).when(whole).then(POST_ORDERED.model_copy(update={"retention_class": None}))


def test_the_destruction_of_keys_is_recorded_once_and_only_after_an_order() -> None:
    given(POST_ORDERED).when(REPORT_POST_DESTROYED).then(POST_GONE)
    given(POST_ORDERED, POST_GONE).when(REPORT_POST_DESTROYED).then_nothing()
    given().when(REPORT_POST_DESTROYED).then_nothing()


def test_the_subject_of_a_name_never_changes() -> None:
    assert str(MESSAGES) == "register:e5e0c91d-ec6b-5cc8-aae8-f58025e6482a"
    assert subject(str(MESSAGES)) == MESSAGES
    assert log_id("this ledger") == THIS_LOG
    assert len({MESSAGES.uuid, register_id("persons").uuid, log_id("messages").uuid}) == 3
