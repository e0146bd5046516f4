"""An authority opens and closes the contact points to which letters to it are addressed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from domain.entry import EntryEndCause, EntrySource
from domain.identity.authority import NotAnAuthority
from domain.identity.contact_point import (
    CONTACT_POINTS,
    AnotherDefault,
    ContactPointClosed,
    ContactPointNeedsName,
    ContactPointOpened,
    OpenContactPoint,
)
from domain.identity.entry_commands import AnnulEntry, EndEntry, MatterName, ReopenEntry
from domain.identity.registered import UnknownParty
from domain.subject import EntryId
from tests.controls import FIRM, FIRM_AUTHORITY, FIRM_REGISTERED
from tests.law import CONTEXT, NOW, given

TODAY = NOW.date()
POINT, OTHER = UUID("c0000000-0000-4000-8000-000000000001"), UUID("c0000000-0000-4000-8000-000000000002")
OPENED = ContactPointOpened(
    entry=CONTACT_POINTS.new_entry(CONTEXT),
    party=FIRM,
    valid_from=TODAY,
    source=EntrySource.AUTHORITY,
    contact_point=POINT,
    name="Borgerservice",
    code="KLE 00.01.00",
)
OPEN = OpenContactPoint(company=FIRM, contact_point=POINT, name="Borgerservice", code="KLE 00.01.00")


def before(**changes: object) -> ContactPointOpened:
    """A contact point that was opened before."""
    earlier = {"entry": EntryId(UUID(int=7)), "valid_from": date(2021, 1, 1)}
    return OPENED.model_copy(update=earlier | changes)


def test_an_authority_opens_a_contact_point_with_its_name_and_code() -> None:
    given(*FIRM_AUTHORITY).when(OPEN).then(OPENED)
    given(*FIRM_AUTHORITY, OPENED).when(OPEN).then_nothing()


def test_a_company_that_is_no_authority_opens_none() -> None:
    given(*FIRM_REGISTERED).when(OPEN).then_refused(NotAnAuthority)
    given().when(OPEN).then_refused(UnknownParty)


def test_a_contact_point_without_a_name_is_not_opened() -> None:
    nameless = OpenContactPoint(company=FIRM, contact_point=POINT, name=" ")
    given(*FIRM_AUTHORITY).when(nameless).then_refused(ContactPointNeedsName)


def test_another_name_from_another_day_takes_the_place_of_the_one_before() -> None:
    ended = ContactPointClosed(
        entry=before().entry, party=FIRM, valid_to=TODAY, cause=EntryEndCause.SUCCEEDED, by=OPENED.entry
    )
    given(*FIRM_AUTHORITY, before(name="Kontoret")).when(OPEN).then(OPENED, ended)


def test_contact_points_are_open_at_the_same_time() -> None:
    given(*FIRM_AUTHORITY, before(contact_point=OTHER)).when(OPEN).then(OPENED)


def test_an_authority_has_one_default_at_a_time() -> None:
    default = OpenContactPoint(company=FIRM, contact_point=POINT, name="Borgerservice", default=True)
    other = before(contact_point=OTHER, default=True)
    given(*FIRM_AUTHORITY, other).when(default).then_refused(AnotherDefault)
    assert given(*FIRM_AUTHORITY, before(contact_point=OTHER)).when(default).facts
    assert given(*FIRM_AUTHORITY, before(contact_point=OTHER, default=True, valid_to=TODAY)).when(default).facts


def test_an_authority_has_one_default_at_a_time_also_after_what_was_recorded_is_corrected() -> None:
    first = before(default=True)
    of_the_first: dict[str, Any] = {"matter": MatterName.CONTACT_POINT, "party": FIRM, "entry": first.entry}
    ended = ContactPointClosed(entry=first.entry, party=FIRM, valid_to=date(2025, 1, 1), cause=EntryEndCause.STATED)
    second = before(entry=EntryId(UUID(int=8)), contact_point=OTHER, default=True, valid_from=date(2025, 6, 1))
    past = given(*FIRM_AUTHORITY, first, ended, second)
    past.when(ReopenEntry(**of_the_first)).then_refused(AnotherDefault)
    past.when(EndEntry(**of_the_first, valid_to=TODAY)).then_refused(AnotherDefault)
    assert past.when(EndEntry(**of_the_first, valid_to=date(2025, 6, 1))).facts

    renamed = before(entry=EntryId(UUID(int=9)), name="Kontoret", valid_from=date(2025, 1, 1))
    succeeded = ended.model_copy(update={"cause": EntryEndCause.SUCCEEDED, "by": renamed.entry})
    annul = AnnulEntry(matter=MatterName.CONTACT_POINT, party=FIRM, entry=renamed.entry)
    given(*FIRM_AUTHORITY, first, renamed, succeeded, second).when(annul).then_refused(AnotherDefault)


def test_a_contact_point_is_closed_from_a_day() -> None:
    day = TODAY + timedelta(days=1)
    close = EndEntry(matter=MatterName.CONTACT_POINT, party=FIRM, entry=OPENED.entry, valid_to=day)
    closed = ContactPointClosed(entry=OPENED.entry, party=FIRM, valid_to=day, cause=EntryEndCause.STATED)
    given(*FIRM_AUTHORITY, OPENED).when(close).then(closed)
