"""Who is an authority, and what it may send, each from a day to a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import uuid5

from domain.entry import EntryEndCause, EntrySource
from domain.fact import Event
from domain.identity.authority import (
    AUTHORITIES,
    SENDING_RIGHTS,
    AuthorityEntered,
    AuthorityKind,
    NotAnAuthority,
    SendingRight,
    SendingRightEnded,
    SendingRightGranted,
)
from domain.identity.authority_commands import EnterAuthority, GrantSendingRight
from domain.identity.company import AfterTheCessation, CompanyCeased, CompanyRegistered
from domain.identity.entry_commands import EndEntry, MatterName
from domain.identity.registered import UnknownParty
from domain.identity.sender import SENDER
from domain.subject import EntryId
from tests.controls import FIRM, SKAT
from tests.law import CONTEXT, given

TODAY = date(2026, 3, 2)
REGISTERED = CompanyRegistered(company=SKAT)
ENTERED = AuthorityEntered(
    entry=EntryId(uuid5(CONTEXT.command, AUTHORITIES.name)),
    party=SKAT,
    valid_from=TODAY,
    source=EntrySource.AUTHORITY,
    kind=AuthorityKind.STATE,
)
GRANTED = SendingRightGranted(
    entry=EntryId(uuid5(CONTEXT.command, SENDING_RIGHTS.name)),
    party=SKAT,
    valid_from=TODAY,
    source=EntrySource.AUTHORITY,
    kind=SendingRight.PUBLIC_SENDER,
)
AUTHORITY: tuple[Event, ...] = (REGISTERED, ENTERED)
ENTER = EnterAuthority(company=SKAT, kind=AuthorityKind.STATE)
GRANT = GrantSendingRight(company=SKAT, kind=SendingRight.PUBLIC_SENDER)


def test_a_registered_company_is_entered_as_an_authority() -> None:
    given(REGISTERED).when(ENTER).then(ENTERED)


def test_an_authority_entered_again_changes_nothing() -> None:
    given(*AUTHORITY).when(ENTER).then_nothing()


def test_an_authority_is_consulted_only_where_it_decided() -> None:
    consulted = [each.entity for each in replace(ENTER, decided_by=FIRM).consults()]
    assert consulted == [*(each.entity for each in ENTER.consults()), SENDER]


def test_an_authority_is_a_registered_company() -> None:
    given().when(ENTER).then_refused(UnknownParty)


def test_a_company_that_has_ceased_becomes_no_authority() -> None:
    ceased = CompanyCeased(company=SKAT, ceased_on=date(2026, 3, 1))
    given(REGISTERED, ceased).when(ENTER).then_refused(AfterTheCessation)


def test_an_authority_is_granted_a_right() -> None:
    given(*AUTHORITY).when(GRANT).then(GRANTED)


def test_a_right_granted_again_changes_nothing() -> None:
    given(*AUTHORITY, GRANTED).when(GRANT).then_nothing()


def test_only_an_authority_is_granted_a_right() -> None:
    given(REGISTERED).when(GRANT).then_refused(NotAnAuthority)


def test_a_right_is_not_granted_from_before_the_authority() -> None:
    given(*AUTHORITY).when(replace(GRANT, valid_from=date(2026, 3, 1))).then_refused(NotAnAuthority)


def test_rights_of_different_kinds_hold_at_the_same_time() -> None:
    other = GRANTED.model_copy(update={"kind": SendingRight.MANDATORY})
    given(*AUTHORITY, GRANTED).when(replace(GRANT, kind=SendingRight.MANDATORY)).then(other)


def test_a_right_is_ended_by_its_entry() -> None:
    end = EndEntry(matter=MatterName.SENDING_RIGHT, party=SKAT, entry=GRANTED.entry, valid_to=date(2026, 4, 1))
    ended = SendingRightEnded(entry=GRANTED.entry, party=SKAT, valid_to=date(2026, 4, 1), cause=EntryEndCause.STATED)
    given(*AUTHORITY, GRANTED).when(end).then(ended)
