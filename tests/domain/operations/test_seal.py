"""A log is signed by one key at a time, which another may replace, and lags no longer than it may."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from domain.operations.later_log import BeginLog, LogHasEnded, NotANewLog
from domain.operations.operation_commands import NoReasonGiven
from domain.operations.seal import (
    AdoptSealingKey,
    CurrentKeyCannotRetire,
    KeyWasReplaced,
    LogBegun,
    NotTheCurrentKey,
    OriginIsFixed,
    RetireSealingKey,
    SealAgeLimitSet,
    SealingKeyAdopted,
    SealingKeyRetired,
    SetSealAgeLimit,
    SetWitnessPolicy,
    WitnessPolicySet,
)
from domain.subject import LogId
from tests.law import given

LOG = LogId(UUID("5ea10000-0000-4000-8000-000000000001"))
ORIGIN = "log.example.dk/ledger"
OLD, NEW = "the old key", "the new key"
FIRST = SealingKeyAdopted(log=LOG, origin=ORIGIN, vkey=OLD, replaces=None)
SECOND = SealingKeyAdopted(log=LOG, origin=ORIGIN, vkey=NEW, replaces=OLD)
RETIRED = SealingKeyRetired(log=LOG, vkey=OLD)
NEXT_LOG = LogId(UUID("5ea10000-0000-4000-8000-000000000002"))
TWO_WITNESSES = WitnessPolicySet(log=LOG, policy="quorum w\n")
FOUR_HOURS = SealAgeLimitSet(log=LOG, max_age_seconds=14_400)


def adopt(vkey: str, replaces: str | None = None, origin: str = ORIGIN) -> AdoptSealingKey:
    """The wish that a key signs."""
    return AdoptSealingKey(log=LOG, origin=origin, vkey=vkey, replaces=replaces)


def test_the_first_key_is_adopted_and_once_only() -> None:
    given().when(adopt(OLD)).then(FIRST)
    given(FIRST).when(adopt(OLD)).then_nothing()


def test_a_new_key_replaces_the_one_that_signs() -> None:
    given(FIRST).when(adopt(NEW, replaces=OLD)).then(SECOND)


@pytest.mark.parametrize("replaces", [None, "another key"])
def test_a_new_key_must_name_the_key_that_signs_now(replaces: str | None) -> None:
    given(FIRST).when(adopt(NEW, replaces=replaces)).then_refused(NotTheCurrentKey)


def test_a_replaced_key_never_comes_back() -> None:
    given(FIRST, SECOND).when(adopt(OLD, replaces=NEW)).then_refused(KeyWasReplaced)


def test_a_logs_origin_never_changes() -> None:
    given(FIRST).when(adopt(NEW, replaces=OLD, origin="another.example.dk")).then_refused(OriginIsFixed)


def test_a_replaced_key_retires_once() -> None:
    given(FIRST, SECOND).when(RetireSealingKey(log=LOG, vkey=OLD)).then(RETIRED)
    given(FIRST, SECOND, RETIRED).when(RetireSealingKey(log=LOG, vkey=OLD)).then_nothing()


@pytest.mark.parametrize("vkey", [NEW, "another key"])
def test_the_key_that_signs_cannot_retire_nor_one_that_never_did(vkey: str) -> None:
    given(FIRST, SECOND).when(RetireSealingKey(log=LOG, vkey=vkey)).then_refused(CurrentKeyCannotRetire)


def test_a_limit_is_set_and_taken_away_and_recorded_when_it_changes() -> None:
    given().when(SetSealAgeLimit(log=LOG, max_age_seconds=14_400)).then(FOUR_HOURS)
    given(FOUR_HOURS).when(SetSealAgeLimit(log=LOG, max_age_seconds=14_400)).then_nothing()
    given(FOUR_HOURS).when(SetSealAgeLimit(log=LOG, max_age_seconds=None)).then(
        SealAgeLimitSet(log=LOG, max_age_seconds=None)
    )


def test_another_witness_policy_is_recorded_when_it_changes() -> None:
    given().when(SetWitnessPolicy(log=LOG, policy=None)).then_nothing()
    given().when(SetWitnessPolicy(log=LOG, policy="quorum w\n")).then(TWO_WITNESSES)
    given(TWO_WITNESSES).when(SetWitnessPolicy(log=LOG, policy="quorum w\n")).then_nothing()
    given(TWO_WITNESSES).when(SetWitnessPolicy(log=LOG, policy=None)).then(WitnessPolicySet(log=LOG, policy=None))


def begin(**changed: Any) -> BeginLog:
    """The wish that another log signs after this one."""
    named: dict[str, Any] = {
        "log": NEXT_LOG,
        "origin": "next.example.dk",
        "vkey": "next.example.dk+1+third",
        "after": LOG,
    }
    sizes = {"last_size": 3, "last_root": "03", "lost_size": 5, "lost_root": "05"}
    return BeginLog(**{**named, **sizes, "reason": " a lost disk ", **changed})


BEGUN = LogBegun(
    log=NEXT_LOG,
    origin="next.example.dk",
    vkey="next.example.dk+1+third",
    after=LOG,
    after_origin=ORIGIN,
    last_size=3,
    last_root="03",
    lost_size=5,
    lost_root="05",
    reason="a lost disk",
)
THIRD = SealingKeyAdopted(log=NEXT_LOG, origin="next.example.dk", vkey="next.example.dk+1+third", replaces=None)


def test_a_log_begins_after_another_with_its_key_and_under_the_same_limit() -> None:
    given(FIRST).when(begin()).then(BEGUN, THIRD)
    given(FIRST, FOUR_HOURS).when(begin()).then(BEGUN, THIRD, SealAgeLimitSet(log=NEXT_LOG, max_age_seconds=14_400))


def test_after_a_log_one_other_begins() -> None:
    given(FIRST, BEGUN).when(begin()).then_refused(LogHasEnded)


def test_a_log_that_began_after_another_has_not_ended_by_that() -> None:
    given(BEGUN, THIRD).when(SetSealAgeLimit(log=NEXT_LOG, max_age_seconds=60)).then(
        SealAgeLimitSet(log=NEXT_LOG, max_age_seconds=60)
    )
    third = LogId(UUID("5ea10000-0000-4000-8000-000000000003"))
    after_it = begin(after=NEXT_LOG, log=third, origin="third.example.dk", vkey="third.example.dk+1+fourth")
    assert [type(fact) for fact in given(BEGUN, THIRD).when(after_it).facts] == [LogBegun, SealingKeyAdopted]


@pytest.mark.parametrize("changed", [{"origin": ORIGIN}, {"vkey": "next.example.dk+9+old"}])
def test_a_log_that_begins_has_a_name_and_a_key_of_its_own(changed: dict[str, str]) -> None:
    first = FIRST.model_copy(update={"vkey": f"{ORIGIN}+1+old"})
    given(first).when(begin(**changed)).then_refused(NotANewLog)


def test_a_log_begins_for_a_reason() -> None:
    given(FIRST).when(begin(reason=" ")).then_refused(NoReasonGiven)
