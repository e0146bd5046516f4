"""A sole firm and its owner are two, and linked; an exemption of one is none of the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from domain.entry import EntryEndCause, EntrySource
from domain.identity.firm_owner import FIRM_OWNERS, EnterFirmOwner, FirmOwnerEnded, FirmOwnerEntered
from domain.identity.person_checks import AfterTheDeath
from domain.identity.registered import UnknownParty
from domain.post.mail_registration import MAIL_REGISTRATION, MailRegistered, MailRegistration, Mode
from domain.subject import EntryId
from tests.controls import (
    ANNA,
    ANNA_DIED,
    ANNA_EXEMPT,
    ANNA_REGISTERED,
    ANNAS_MAIL,
    BO,
    FIRM,
    FIRM_REGISTERED,
    exemption,
    known,
)
from tests.law import CONTEXT, NOW, folded, given

TODAY = NOW.date()
OWNED = FirmOwnerEntered(
    entry=FIRM_OWNERS.new_entry(CONTEXT), party=FIRM, valid_from=TODAY, source=EntrySource.AUTHORITY, owner=ANNA
)
ENTER = EnterFirmOwner(company=FIRM, owner=ANNA)
FIRMS_MAIL = MailRegistered(recipient=FIRM, mode=Mode.AUTOMATIC, rule=None)


def test_a_firm_and_its_owner_are_linked_by_an_entry() -> None:
    known(*ANNA_REGISTERED, *FIRM_REGISTERED).when(ENTER).then(OWNED)
    known(*ANNA_REGISTERED, *FIRM_REGISTERED, OWNED).when(ENTER).then_nothing()
    assert {ANNA, FIRM} <= set(OWNED.subjects())


def test_another_owner_takes_the_place_of_the_first() -> None:
    first = OWNED.model_copy(update={"entry": EntryId(UUID(int=8)), "owner": BO, "valid_from": date(2020, 1, 1)})
    ended = FirmOwnerEnded(
        entry=first.entry, party=FIRM, owner=BO, valid_to=TODAY, cause=EntryEndCause.SUCCEEDED, by=OWNED.entry
    )
    known(*ANNA_REGISTERED, *FIRM_REGISTERED, first).when(ENTER).then(OWNED, ended)


def test_an_unknown_firm_or_person_is_not_linked() -> None:
    given(*ANNA_REGISTERED).when(ENTER).then_refused(UnknownParty)
    given(*FIRM_REGISTERED).when(ENTER).then_refused(UnknownParty)


def test_the_dead_own_no_firm_from_a_day_after_the_death() -> None:
    died = ANNA_DIED.model_copy(update={"died_on": date(2026, 2, 1)})
    past = (*ANNA_REGISTERED, *FIRM_REGISTERED, died)
    known(*past).when(ENTER).then_refused(AfterTheDeath)
    owned = OWNED.model_copy(update={"valid_from": died.died_on})
    known(*past).when(replace(ENTER, valid_from=died.died_on)).then(owned)


def test_the_exemption_of_a_person_and_that_of_the_persons_firm_are_two() -> None:
    past = (*ANNA_REGISTERED, *FIRM_REGISTERED, OWNED, ANNAS_MAIL, FIRMS_MAIL)
    for exempted, annas, firms in ((ANNA_EXEMPT, False, True), (exemption(FIRM), True, False)):
        states = [folded(MAIL_REGISTRATION.of(party), (*past, exempted)) for party in (ANNA, FIRM)]
        assert all(isinstance(state, MailRegistration) for state in states)
        assert [state.reachable(TODAY) for state in states if isinstance(state, MailRegistration)] == [annas, firms]
