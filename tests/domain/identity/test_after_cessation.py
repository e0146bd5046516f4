"""A cessation that is recorded late: what would begin after it does not, and does when the cessation is corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.command import AnyCommand
from domain.entry import Entered, Entries, EntryEndCause
from domain.fact import Event
from domain.identity.after_end import FollowCessation
from domain.identity.authority import AuthorityKind, SendingRight
from domain.identity.authority_commands import EnterAuthority, GrantSendingRight
from domain.identity.company import (
    AfterTheCessation,
    CessationCorrected,
    ChangeCompanyAddress,
    ChangeCompanyName,
    CompanyCeased,
)
from domain.identity.contact_point import CONTACT_POINTS, OpenContactPoint
from domain.identity.entry_commands import MATTERS, EndEntry, MatterName, ReopenEntry
from domain.identity.firm_owner import EnterFirmOwner
from domain.identity.mandate import MandateGranted, MandateKind
from domain.identity.mandate_commands import FollowPartiesOfMandate
from domain.matter import Matter
from domain.subject import EntryId
from tests.controls import (
    ANNA,
    ANNA_REGISTERED,
    ANNAS_ADDRESS,
    FIRM,
    FIRM_AUTHORITY,
    FIRM_REGISTERED,
    FIRMS_ADDRESS_ENTERED,
    mandate,
)
from tests.law import CONTEXT, NOW, after, folded, given

TODAY = NOW.date()
CEASED_ON, BEGINS = date(2026, 2, 10), date(2026, 2, 20)
CEASED = CompanyCeased(company=FIRM, ceased_on=CEASED_ON)
CORRECTED = CessationCorrected(company=FIRM)
FOLLOW = FollowCessation(company=FIRM)
WHAT_BEGINS: dict[MatterName, AnyCommand] = {
    MatterName.COMPANY_NAME: ChangeCompanyName(company=FIRM, name="Prøve A/S", valid_from=BEGINS),
    MatterName.COMPANY_ADDRESS: ChangeCompanyAddress(company=FIRM, address=ANNAS_ADDRESS, valid_from=BEGINS),
    MatterName.FIRM_OWNER: EnterFirmOwner(company=FIRM, owner=ANNA, valid_from=BEGINS),
    MatterName.AUTHORITY: EnterAuthority(company=FIRM, kind=AuthorityKind.STATE, valid_from=BEGINS),
    MatterName.SENDING_RIGHT: GrantSendingRight(company=FIRM, kind=SendingRight.PUBLIC_SENDER, valid_from=BEGINS),
    MatterName.CONTACT_POINT: OpenContactPoint(
        company=FIRM, contact_point=UUID(int=1), name="Borgerservice", default=True, valid_from=BEGINS
    ),
}
EACH = pytest.mark.parametrize("name", WHAT_BEGINS)


def begun(name: MatterName) -> tuple[tuple[Event, ...], Entered]:
    """The past with what begins, and the fact of its entry."""
    past = after((*ANNA_REGISTERED, *FIRM_AUTHORITY), WHAT_BEGINS[name])
    (entered,) = (fact for fact in past[len(ANNA_REGISTERED) + len(FIRM_AUTHORITY) :] if isinstance(fact, Entered))
    return past, entered


def holding(matter: Matter, facts: tuple[Event, ...], track: str, day: date) -> EntryId | None:
    period = entries_of(matter, facts).on(day, track)
    return period.entry if period else None


@EACH
def test_what_would_begin_after_the_cessation_does_not_and_what_held_on_that_day_holds_on(name: MatterName) -> None:
    past, entered = begun(name)
    before = holding(MATTERS[name], past, entered.track, CEASED_ON)
    assert holding(MATTERS[name], past, entered.track, TODAY) == entered.entry
    ceased = after(past, CEASED, FOLLOW)
    assert holding(MATTERS[name], ceased, entered.track, TODAY) == before
    given(*ceased).when(FOLLOW).then_nothing()


@EACH
@pytest.mark.parametrize("change", [CORRECTED, CEASED.model_copy(update={"ceased_on": BEGINS})])
def test_it_begins_when_the_cessation_is_corrected_or_moved_to_that_day(name: MatterName, change: Event) -> None:
    past, entered = begun(name)
    again = after(past, CEASED, FOLLOW, change, FOLLOW)
    assert holding(MATTERS[name], again, entered.track, TODAY) == entered.entry
    yesterday = BEGINS - timedelta(days=1)
    assert holding(MATTERS[name], again, entered.track, yesterday) == holding(
        MATTERS[name], past, entered.track, yesterday
    )
    given(*again).when(FOLLOW).then_nothing()


@EACH
@pytest.mark.parametrize("command", [EndEntry, ReopenEntry])
def test_what_would_begin_after_the_cessation_is_neither_ended_nor_reopened(
    name: MatterName, command: type[Any]
) -> None:
    past, entered = begun(name)
    more = {"valid_to": TODAY} if command is EndEntry else {}
    act = command(matter=name, party=FIRM, entry=entered.entry, **more)
    given(*after(past, CEASED, FOLLOW)).when(act).then_refused(AfterTheCessation)


def test_what_began_on_a_day_that_nobody_knows_is_left_as_it_is() -> None:
    unknown = FIRMS_ADDRESS_ENTERED.model_copy(update={"valid_from": BEGINS, "uncertain": True})
    past = tuple(unknown if fact == FIRMS_ADDRESS_ENTERED else fact for fact in FIRM_REGISTERED)
    given(*past, CEASED).when(FOLLOW).then_nothing()


def test_a_default_contact_point_does_not_begin_again_beside_one_that_was_opened_meanwhile() -> None:
    past, entered = begun(MatterName.CONTACT_POINT)
    other = entered.model_copy(
        update={"entry": mandate(FIRM, ANNA).entry, "contact_point": UUID(int=2), "valid_from": TODAY}
    )
    again = after(past, CEASED, FOLLOW, CORRECTED, other, FOLLOW)
    assert holding(MATTERS[MatterName.CONTACT_POINT], again, str(UUID(int=2)), TODAY) == other.entry
    assert holding(MATTERS[MatterName.CONTACT_POINT], again, entered.track, TODAY) is None


def test_a_default_contact_point_begins_again_though_the_one_in_whose_way_it_stood_does_so_after_it() -> None:
    def opens(number: int, name: str, day: date, *, default: bool) -> OpenContactPoint:
        return OpenContactPoint(
            company=FIRM, contact_point=UUID(int=number), name=name, default=default, valid_from=day
        )

    past = FIRM_AUTHORITY
    for number, act in enumerate(
        (
            opens(1, "Borgerservice", date(2026, 1, 5), default=True),
            opens(1, "Borgerservis", BEGINS, default=False),
            opens(2, "Skat", BEGINS, default=True),
            opens(1, "Borgerservice", BEGINS, default=False),
        )
    ):
        past += given(*past).by(replace(CONTEXT, command=UUID(int=number + 1))).when(act).facts
    again = after(past, CEASED, FOLLOW, CORRECTED, FOLLOW)
    for number in (1, 2):
        assert holding(CONTACT_POINTS, again, str(UUID(int=number)), TODAY) == holding(
            CONTACT_POINTS, past, str(UUID(int=number)), TODAY
        )
    given(*again).when(FOLLOW).then_nothing()


def test_a_mandate_that_begins_after_the_cessation_holds_on_no_day_until_the_cessation_is_corrected() -> None:
    signs: MandateGranted = mandate(FIRM, ANNA, MandateKind.SIGNATORY, valid_from=BEGINS)
    follow = FollowPartiesOfMandate(entry=signs.entry, giver=FIRM, held_by=ANNA, on=TODAY)
    ceased = after((*ANNA_REGISTERED, *FIRM_REGISTERED, signs), CEASED, follow)
    mandates = MATTERS[MatterName.MANDATE]
    (end,) = (period.end for period in entries_of(mandates, ceased).periods)
    assert end
    assert (end.day, end.cause) == (BEGINS, EntryEndCause.CESSATION)
    assert holding(mandates, after(ceased, CORRECTED, follow), signs.track, TODAY) == signs.entry


def entries_of(matter: Matter, facts: tuple[Event, ...]) -> Entries:
    entries = folded(matter.of(FIRM), facts)
    assert isinstance(entries, Entries)
    return entries
