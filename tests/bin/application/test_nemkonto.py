"""A payee's acts: what the result says, and that a code is made only for a designation that was recorded."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from bin.application import nemkonto
from bin.application.application import Application
from bin.application.contexts import Reading
from bin.application.disclosure import Reader, ReadingNeedsBasis
from bin.application.nemkonto import DesignatedAccount
from domain.danish_time import day_of
from domain.identity.cvr import parse_cvr
from domain.identity.names import Address
from domain.identity.person_address import AddressKind
from domain.identity.person_address_commands import ChangeAddress
from domain.nemkonto.account import parse_account
from domain.nemkonto.designation import ActivationLetterOrdered, DesignationChannel, EndCause
from domain.operations.disclosure import DataDisclosed
from domain.subject import DesignationId, PersonId
from tests.bin.application.people.registered import register
from tests.bin.terminal import person

ACCOUNT = parse_account("0040 0440116243")


def test_an_account_that_is_active_already_gets_no_new_code(application: Application) -> None:
    (payee,) = register(application, person(1))
    designated = nemkonto.designate(application, payee, ACCOUNT)
    assert designated.designation is not None
    assert designated.activation_code is not None
    assert nemkonto.activate(application, designated.designation, designated.activation_code).accepted
    assert nemkonto.designate(application, payee, ACCOUNT) == DesignatedAccount(None, None, ())
    assert [row.status for row in nemkonto.designations(application, payee)] == ["active"]


def test_a_wrong_code_is_recorded_and_not_accepted(application: Application) -> None:
    (payee,) = register(application, person(2))
    designated = nemkonto.designate(application, payee, ACCOUNT)
    assert designated.designation is not None
    assert designated.activation_code is not None
    wrong = str((int(designated.activation_code) + 1) % 10**8).zfill(8)
    activation = nemkonto.activate(application, designated.designation, wrong)
    assert not activation.accepted
    assert [record.name for record in activation.records] == ["ActivationRefused"]


def test_a_bank_reports_without_a_code_and_a_change_called_off_has_no_day(application: Application) -> None:
    (payee,) = register(application, person(3))
    designated = nemkonto.designate(
        application, payee, ACCOUNT, DesignationChannel.BANK, institution="0040", consent="c-1"
    )
    assert designated.designation is not None
    assert designated.activation_code is None
    nemkonto.end(application, designated.designation, EndCause.REQUEST, None)
    (row,) = nemkonto.show(application, payee)
    assert (row.account, row.status) == ("•••• 6243", "cancelled")
    assert (row.valid_from, row.valid_to) == (None, None)


def test_a_reading_for_an_authority_is_recorded_as_that_authoritys_and_the_payees_as_its_own(
    application: Application,
) -> None:
    (payee,) = register(application, person(7))
    authority = f"authority:{application.settings.authority}"
    reading = Reading(parse_cvr(application.settings.authority), "forvaltningsloven § 29", case=None)
    nemkonto.show(application, payee)
    nemkonto.show(application, payee, Reader(application, reading, opens=True))
    with pytest.raises(ReadingNeedsBasis):
        nemkonto.show(application, payee, Reader(application, None, opens=True))
    answers = [record for record in application.handler.records(payee) if isinstance(record.event, DataDisclosed)]
    assert [(record.context.actor, record.context.legal_basis) for record in answers] == [
        (str(payee), "GDPR art. 15(1)"),
        (authority, "forvaltningsloven § 29"),
    ]


def test_only_an_end_on_request_is_recorded_as_an_act_of_the_payee(application: Application) -> None:
    (payee,) = register(application, person(6))
    account = nemkonto.designate(application, payee, ACCOUNT, DesignationChannel.BANK, institution="0040", consent="c")
    assert account.designation is not None
    today = day_of(application.ledger.now())
    closed = nemkonto.end(application, account.designation, EndCause.ACCOUNT_CLOSED, today)
    assert {record.context.actor for record in closed} == {f"authority:{application.settings.authority}"}
    again = nemkonto.designate(application, payee, ACCOUNT, DesignationChannel.BANK, institution="0040", consent="c")
    assert again.designation is not None
    requested = nemkonto.end(application, again.designation, EndCause.REQUEST, None)
    assert {record.context.actor for record in requested} == {str(payee)}


def test_a_designation_that_is_not_recorded_is_not_found(application: Application) -> None:
    with pytest.raises(nemkonto.NoSuchDesignation):
        nemkonto.end(application, DesignationId(UUID(int=0)), EndCause.REQUEST, None)


def test_a_code_has_as_many_digits_as_the_law_requires() -> None:
    assert {len(nemkonto.new_code(datetime(2026, 3, 2, tzinfo=UTC))) for _ in range(200)} == {8}


def test_an_activation_letter_names_the_entry_of_the_address_to_which_it_goes(application: Application) -> None:
    home = {"street": "Bøgevej 7", "postal_code": "5000", "city": "Odense C"}
    payee, homeless = register(application, person(4, address=home), person(5, address=home))
    assert isinstance(payee, PersonId)
    assert isinstance(homeless, PersonId)
    contact = Address(street="Elmevej 1", postal_code="5000", city="Odense C", country="DK")
    (moved,) = application.execute(ChangeAddress(person=payee, kind=AddressKind.CONTACT, address=contact), "test")
    application.execute(ChangeAddress(person=homeless, kind=AddressKind.NONE, address=None), "test")
    letters = []
    for who in (payee, homeless):
        records = nemkonto.designate(application, who, ACCOUNT).records
        letters += [record.event.address for record in records if isinstance(record.event, ActivationLetterOrdered)]
    assert letters == [moved.event.own_subject, None]
