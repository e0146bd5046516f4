"""An owner lets another read the post; either gives it up, and only those with a mailbox read for others."""

from __future__ import annotations

import pytest

from domain.fact import Event
from domain.post.mail_registration import AccessEnd, AccessKind, ReadAccessGranted, ReadAccessRevoked
from domain.post.read_access import (
    GrantReadAccess,
    OnlyOwnerOrReaderEndsAccess,
    OwnerHasNoMailbox,
    OwnersNeedNoAccess,
    ReaderHasNoMailbox,
    RevokeReadAccess,
)
from tests.controls import ANNA, ANNA_EXEMPT, ANNAS_MAIL, ANNAS_MAIL_CLOSED, BO, BO_READS_FOR_ANNA, BOS_MAIL
from tests.law import given

GRANT = GrantReadAccess(owner=ANNA, reader=BO)


def test_an_owner_lets_a_reader_read() -> None:
    given(ANNAS_MAIL, BOS_MAIL).when(GRANT).then(BO_READS_FOR_ANNA)


def test_the_same_grant_again_changes_nothing() -> None:
    given(ANNAS_MAIL, BOS_MAIL, BO_READS_FOR_ANNA).when(GRANT).then_nothing()


def test_a_grant_of_another_kind_replaces_the_earlier() -> None:
    writes = ReadAccessGranted(owner=ANNA, reader=BO, kind=AccessKind.READ_WRITE)
    wider = GrantReadAccess(owner=ANNA, reader=BO, kind=AccessKind.READ_WRITE)
    given(ANNAS_MAIL, BOS_MAIL, BO_READS_FOR_ANNA).when(wider).then(writes)


def test_an_exempt_owner_still_grants_access_to_what_has_arrived() -> None:
    given(ANNAS_MAIL, ANNA_EXEMPT, BOS_MAIL).when(GRANT).then(BO_READS_FOR_ANNA)


def test_a_reader_must_have_a_mailbox() -> None:
    given(ANNAS_MAIL).when(GRANT).then_refused(ReaderHasNoMailbox)


@pytest.mark.parametrize("annas", [(), (ANNAS_MAIL, ANNAS_MAIL_CLOSED)])
def test_an_owner_must_have_an_open_mailbox(annas: tuple[Event, ...]) -> None:
    given(*annas, BOS_MAIL).when(GRANT).then_refused(OwnerHasNoMailbox)


def test_nobody_is_granted_the_own_mailbox() -> None:
    given(ANNAS_MAIL).when(GrantReadAccess(owner=ANNA, reader=ANNA)).then_refused(OwnersNeedNoAccess)


@pytest.mark.parametrize("cause", [AccessEnd.OWNER, AccessEnd.READER])
def test_owner_and_reader_may_each_end_the_access(cause: AccessEnd) -> None:
    ended = ReadAccessRevoked(owner=ANNA, reader=BO, cause=cause)
    past = (ANNAS_MAIL, BOS_MAIL, BO_READS_FOR_ANNA)
    given(*past).when(RevokeReadAccess(owner=ANNA, reader=BO, cause=cause)).then(ended)


@pytest.mark.parametrize("cause", [AccessEnd.DEATH, AccessEnd.CESSATION])
def test_nobody_ends_an_access_in_the_name_of_death(cause: AccessEnd) -> None:
    past = (ANNAS_MAIL, BOS_MAIL, BO_READS_FOR_ANNA)
    revoke = RevokeReadAccess(owner=ANNA, reader=BO, cause=cause)
    given(*past).when(revoke).then_refused(OnlyOwnerOrReaderEndsAccess)


def test_where_there_is_no_access_none_is_ended() -> None:
    revoke = RevokeReadAccess(owner=ANNA, reader=BO, cause=AccessEnd.OWNER)
    given(ANNAS_MAIL, BOS_MAIL).when(revoke).then_nothing()
    other_way = RevokeReadAccess(owner=BO, reader=ANNA, cause=AccessEnd.OWNER)
    given(ANNAS_MAIL, BOS_MAIL, BO_READS_FOR_ANNA).when(other_way).then_nothing()
