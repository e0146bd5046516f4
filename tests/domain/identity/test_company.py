"""A company is registered once, keeps its number for life, changes name and address, and ceases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.command import Command
from domain.danish_time import day_of
from domain.entry import EntryEndCause, EntrySource, Marker
from domain.identity.cessation import CeaseCompany, CessationInTheFuture, CorrectCessation, NoCessationRecorded
from domain.identity.company import (
    AfterTheCessation,
    CessationCorrected,
    ChangeCompanyAddress,
    ChangeCompanyName,
    Company,
    CompanyBearsAnotherNumber,
    CompanyCeased,
    CompanyEntryCause,
    CompanyRegistered,
    RegisterCompany,
)
from domain.identity.company_address import (
    COMPANY_ADDRESSES,
    CompanyAddressAnnulled,
    CompanyAddressEnded,
    CompanyAddressEntered,
)
from domain.identity.company_name import COMPANY_NAMES, CompanyNameAnnulled, CompanyNameEnded, CompanyNameEntered
from domain.identity.number import NumberTaken
from domain.identity.registered import UnknownParty
from domain.subject import CvrIndex
from tests.controls import (
    ANNAS_ADDRESS,
    FIRM,
    FIRM_REGISTERED,
    FIRMS_ADDRESS_ENTERED,
    FIRMS_INDEX,
    FIRMS_NAME_ENTERED,
    FIRMS_NUMBER,
    SKAT,
)
from tests.law import CONTEXT, NOW, given

TODAY = date(2026, 3, 2)
REGISTER = RegisterCompany(
    company=FIRM, index=FIRMS_INDEX, number=FIRMS_NUMBER, name="Prøve ApS", address=ANNAS_ADDRESS
)
FIRST = {"valid_from": TODAY, "uncertain": True, "source": EntrySource.PARTY}
FIRMS_FIRST_NAME = FIRMS_NAME_ENTERED.model_copy(update={"entry": COMPANY_NAMES.new_entry(CONTEXT), **FIRST})
FIRMS_FIRST_ADDRESS = FIRMS_ADDRESS_ENTERED.model_copy(update={"entry": COMPANY_ADDRESSES.new_entry(CONTEXT), **FIRST})
FOUNDED = CompanyRegistered(company=FIRM, cause=CompanyEntryCause.FOUNDING, source=EntrySource.PARTY)
CEASED = CompanyCeased(company=FIRM, ceased_on=TODAY)


def test_a_company_is_registered_with_number_name_and_address() -> None:
    given().when(REGISTER).then(FOUNDED, FIRM_REGISTERED[1], FIRMS_FIRST_NAME, FIRMS_FIRST_ADDRESS)


def test_a_company_without_a_known_address_has_none() -> None:
    bare = RegisterCompany(company=FIRM, index=FIRMS_INDEX, number=FIRMS_NUMBER, name="Prøve ApS")
    given().when(bare).then(FOUNDED, FIRM_REGISTERED[1], FIRMS_FIRST_NAME)


def test_a_company_that_is_taken_over_from_another_register_is_recorded_as_such() -> None:
    loaded = replace(REGISTER, cause=CompanyEntryCause.REGISTER_LOAD)
    first, *_ = given().when(loaded).facts
    assert first == CompanyRegistered(
        company=FIRM, cause=CompanyEntryCause.REGISTER_LOAD, source=EntrySource.REGISTER_LOAD
    )


def test_registering_the_same_company_with_the_same_number_again_changes_nothing() -> None:
    given(*FIRM_REGISTERED).when(REGISTER).then_nothing()


def test_a_cvr_number_that_another_company_has_is_refused() -> None:
    other = RegisterCompany(company=SKAT, index=FIRMS_INDEX, number=FIRMS_NUMBER, name="Anden ApS")
    given(*FIRM_REGISTERED).when(other).then_refused(NumberTaken)


def test_a_cvr_number_of_a_ceased_company_is_not_used_again() -> None:
    other = RegisterCompany(company=SKAT, index=FIRMS_INDEX, number=FIRMS_NUMBER, name="Anden ApS")
    given(*FIRM_REGISTERED, CEASED).when(other).then_refused(NumberTaken)


def test_a_company_keeps_its_number_all_its_life() -> None:
    other = RegisterCompany(company=FIRM, index=CvrIndex(UUID(int=7)), number=FIRMS_NUMBER, name="Prøve ApS")
    given(*FIRM_REGISTERED).when(other).then_refused(CompanyBearsAnotherNumber)


def test_a_company_changes_its_name() -> None:
    renamed = CompanyNameEntered(
        entry=COMPANY_NAMES.new_entry(CONTEXT),
        party=FIRM,
        valid_from=day_of(NOW),
        source=EntrySource.PARTY,
        name="Ny Prøve ApS",
    )
    given(*FIRM_REGISTERED).when(ChangeCompanyName(company=FIRM, name="Ny Prøve ApS")).then(
        renamed,
        CompanyNameEnded(
            entry=FIRMS_NAME_ENTERED.entry,
            party=FIRM,
            valid_to=day_of(NOW),
            cause=EntryEndCause.SUCCEEDED,
            by=renamed.entry,
        ),
    )


def test_a_company_moves_from_a_day() -> None:
    on_monday = day_of(NOW) - timedelta(days=7)
    decided = given(*FIRM_REGISTERED).when(
        ChangeCompanyAddress(company=FIRM, address=ANNAS_ADDRESS, valid_from=on_monday)
    )
    entered, ended = decided.facts
    assert isinstance(entered, CompanyAddressEntered)
    assert entered.valid_from == on_monday
    assert ended == CompanyAddressEnded(
        entry=FIRMS_ADDRESS_ENTERED.entry,
        party=FIRM,
        valid_to=on_monday,
        cause=EntryEndCause.SUCCEEDED,
        by=entered.entry,
    )


def test_a_company_moves_nowhere_after_its_cessation() -> None:
    later = ChangeCompanyAddress(company=FIRM, address=ANNAS_ADDRESS, valid_from=TODAY + timedelta(days=1))
    given(*FIRM_REGISTERED, CEASED).when(later).then_refused(AfterTheCessation)
    assert given(*FIRM_REGISTERED, CEASED).when(replace(later, valid_from=TODAY)).facts


def test_a_company_ceases() -> None:
    given(*FIRM_REGISTERED).when(CeaseCompany(company=FIRM, ceased_on=TODAY)).then(CEASED)


def test_a_cessation_recorded_again_for_the_same_day_changes_nothing() -> None:
    given(*FIRM_REGISTERED, CEASED).when(CeaseCompany(company=FIRM, ceased_on=TODAY)).then_nothing()


def test_a_cessation_recorded_for_another_day_corrects_the_day() -> None:
    earlier = date(2026, 2, 27)
    corrected = CompanyCeased(company=FIRM, ceased_on=earlier)
    given(*FIRM_REGISTERED, CEASED).when(CeaseCompany(company=FIRM, ceased_on=earlier)).then(corrected)


def test_w9_a_cessation_recorded_by_mistake_is_corrected_once_and_may_be_recorded_anew() -> None:
    correct, corrected = CorrectCessation(company=FIRM), CessationCorrected(company=FIRM)
    given(*FIRM_REGISTERED).when(correct).then_refused(NoCessationRecorded)
    given(*FIRM_REGISTERED, CEASED).when(correct).then(corrected)
    given(*FIRM_REGISTERED, CEASED, corrected).when(correct).then_refused(NoCessationRecorded)
    given(*FIRM_REGISTERED, CEASED, corrected).when(CeaseCompany(company=FIRM, ceased_on=TODAY)).then(CEASED)


def test_a_cessation_in_the_future_is_refused() -> None:
    tomorrow = CeaseCompany(company=FIRM, ceased_on=date(2026, 3, 3))
    given(*FIRM_REGISTERED).when(tomorrow).then_refused(CessationInTheFuture)


@pytest.mark.parametrize(
    "command",
    [
        ChangeCompanyName(company=FIRM, name="Prøve ApS"),
        ChangeCompanyAddress(company=FIRM, address=ANNAS_ADDRESS),
        CeaseCompany(company=FIRM, ceased_on=TODAY),
        CorrectCessation(company=FIRM),
    ],
)
def test_nothing_is_recorded_of_a_company_that_is_not_registered(
    command: Command[Company],
) -> None:
    given().when(command).then_refused(UnknownParty)


@pytest.mark.parametrize("source", [EntrySource.REGISTER_LOAD, EntrySource.PARTY])
@pytest.mark.parametrize(
    ("loaded", "command"),
    [
        (
            FIRMS_NAME_ENTERED,
            ChangeCompanyName(company=FIRM, name="Ny Prøve ApS", valid_from=TODAY - timedelta(days=3)),
        ),
        (
            FIRMS_ADDRESS_ENTERED,
            ChangeCompanyAddress(company=FIRM, address=ANNAS_ADDRESS, valid_from=TODAY - timedelta(days=3)),
        ),
    ],
)
def test_what_was_registered_without_its_day_gives_way_to_what_is_said_from_an_earlier_one(
    loaded: CompanyNameEntered | CompanyAddressEntered,
    command: ChangeCompanyName | ChangeCompanyAddress,
    source: EntrySource,
) -> None:
    loaded = loaded.model_copy(update={"valid_from": TODAY, "uncertain": True, "source": source})
    annulled, entered = given(*FIRM_REGISTERED[:2], loaded).when(command).facts
    assert isinstance(annulled, CompanyNameAnnulled | CompanyAddressAnnulled)
    assert (annulled.entry, annulled.marker) == (loaded.entry, Marker.CORRECTED)
    assert isinstance(entered, type(loaded))
