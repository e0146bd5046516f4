"""A log is signed by one key at a time, which another may replace, and lags no longer than it may."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.operations.seal import (
    AdoptSealingKey,
    CurrentKeyCannotRetire,
    KeyWasReplaced,
    NotTheCurrentKey,
    OriginIsFixed,
    RetireSealingKey,
    SealAgeLimitSet,
    SealingKeyAdopted,
    SealingKeyRetired,
    SetSealAgeLimit,
)
from domain.subject import LogId
from tests.law import given

LOG = LogId(UUID("5ea10000-0000-4000-8000-000000000001"))
ORIGIN = "log.example.dk/ledger"
OLD, NEW = "the old key", "the new key"
FIRST = SealingKeyAdopted(log=LOG, origin=ORIGIN, vkey=OLD, replaces=None)
SECOND = SealingKeyAdopted(log=LOG, origin=ORIGIN, vkey=NEW, replaces=OLD)
RETIRED = SealingKeyRetired(log=LOG, vkey=OLD)
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
