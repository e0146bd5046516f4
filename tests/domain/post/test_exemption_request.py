"""An exemption is asked for, also by a proxy; it is granted or refused, and a refusal can be appealed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from domain.entry import NoSuchEntry
from domain.fact import Event, Retention
from domain.identity.authority import NotAnAuthority
from domain.policy import EXEMPTION_APPEAL_WEEKS
from domain.post.exemption import EXEMPTIONS
from domain.post.exemption_commands import ExemptFromMail
from domain.post.exemption_request import (
    AlreadyGranted,
    AlwaysExempted,
    AppealExemptionRefusal,
    AppealTooLate,
    ConfirmExemptionRefusal,
    ExemptionRefusalAppealed,
    ExemptionRefusalConfirmed,
    ExemptionRefused,
    ExemptionRequested,
    NoMandateToAsk,
    NoSuchRequest,
    NothingToAppeal,
    RefusalIsFinal,
    RefuseExemption,
    RequestExemption,
)
from domain.post.mail_registration_commands import RegistrationIsClosed, UnknownRecipient
from domain.subject import RequestId
from tests.controls import (
    ANNA,
    ANNA_ABROAD,
    ANNA_DIED,
    ANNA_REGISTERED,
    ANNAS_MAIL,
    BO,
    BO_READS_FOR_ANNA,
    FIRM,
    SKAT,
    SKAT_EXISTS,
    exemption,
    known,
    mandate,
)
from tests.law import CONTEXT, NOW, Scene, given

REQUEST = RequestId(UUID("4e900000-0000-4000-8000-000000000001"))
OF_ANNA: dict[str, Any] = {"request": REQUEST, "recipient": ANNA}
LAST_DAY = date(2026, 3, 30)
REQUESTED = ExemptionRequested(**OF_ANNA, ground=None)
REFUSED = ExemptionRefused(
    **OF_ANNA, decided_by=SKAT, ground=None, appeal_by=LAST_DAY, rule=str(EXEMPTION_APPEAL_WEEKS.on(NOW.date()))
)
APPEALED = ExemptionRefusalAppealed(**OF_ANNA)
CONFIRMED = ExemptionRefusalConfirmed(**OF_ANNA, decided_by=SKAT, ground=None)
REFUSE = RefuseExemption(**OF_ANNA, decided_by=SKAT)
APPEAL = AppealExemptionRefusal(**OF_ANNA)
CONFIRM = ConfirmExemptionRefusal(**OF_ANNA, decided_by=SKAT)
GRANTED = exemption(ANNA, entry=EXEMPTIONS.new_entry(CONTEXT), valid_from=NOW.date(), request=REQUEST)


def asked(*past: Event) -> Scene:
    """Anna is registered and has asked; the tax authority stands for the one that decides."""
    return known(*SKAT_EXISTS, *ANNA_REGISTERED, ANNAS_MAIL, REQUESTED, *past)


def test_an_exemption_is_asked_for_once() -> None:
    known(*ANNA_REGISTERED).when(RequestExemption(**OF_ANNA)).then(REQUESTED)
    asked().when(RequestExemption(**OF_ANNA)).then_nothing()


def test_a_proxy_asks_by_a_mandate_and_the_ground_is_encrypted() -> None:
    granted = BO_READS_FOR_ANNA.entry
    request = RequestExemption(**OF_ANNA, by_mandate=granted, ground="blind")
    requested = ExemptionRequested(**OF_ANNA, by_mandate=granted, ground="blind")
    known(*ANNA_REGISTERED, BO_READS_FOR_ANNA).when(request).then(requested)
    known(*ANNA_REGISTERED).when(request).then_refused(NoSuchEntry)
    later = BO_READS_FOR_ANNA.model_copy(update={"valid_from": date(2027, 1, 1)})
    known(*ANNA_REGISTERED, later).when(request).then_refused(NoMandateToAsk)
    of_bo = mandate(BO, ANNA)
    for_bo = RequestExemption(**OF_ANNA, by_mandate=of_bo.entry)
    known(*ANNA_REGISTERED, of_bo).when(for_bo).then_refused(NoMandateToAsk)
    assert "ground" not in requested.open_fields()


def test_nobody_asks_for_one_who_is_unknown_or_dead() -> None:
    given().when(RequestExemption(**OF_ANNA)).then_refused(UnknownRecipient)
    known(ANNA_DIED).when(RequestExemption(**OF_ANNA)).then_refused(RegistrationIsClosed)


def test_the_exemption_names_the_request_that_it_grants() -> None:
    asked().when(ExemptFromMail(recipient=ANNA, request=REQUEST)).then(GRANTED)
    asked().when(ExemptFromMail(recipient=BO, request=REQUEST)).then_refused(NoSuchRequest)


def test_a_refusal_can_be_appealed_for_four_weeks_and_not_longer() -> None:
    asked().when(REFUSE).then(REFUSED)
    asked(REFUSED).when(REFUSE).then_nothing()
    asked(REFUSED).at(NOW + timedelta(weeks=4)).when(APPEAL).then(APPEALED)
    asked(REFUSED).at(NOW + timedelta(weeks=4, days=1)).when(APPEAL).then_refused(AppealTooLate)
    asked(REFUSED, APPEALED).when(APPEAL).then_nothing()


def test_a_proxy_appeals_by_a_mandate_that_holds_today() -> None:
    appeal = AppealExemptionRefusal(**OF_ANNA, by_mandate=BO_READS_FOR_ANNA.entry)
    appealed = ExemptionRefusalAppealed(**OF_ANNA, by_mandate=BO_READS_FOR_ANNA.entry)
    asked(REFUSED, BO_READS_FOR_ANNA).when(appeal).then(appealed)
    asked(REFUSED).when(appeal).then_refused(NoSuchEntry)
    over = BO_READS_FOR_ANNA.model_copy(update={"valid_to": NOW.date()})
    asked(REFUSED, over).when(appeal).then_refused(NoMandateToAsk)


def test_the_ground_of_a_refusal_and_of_its_confirmation_is_encrypted() -> None:
    (refused,) = asked().when(RefuseExemption(**OF_ANNA, decided_by=SKAT, ground="sees well")).facts
    confirm = ConfirmExemptionRefusal(**OF_ANNA, decided_by=SKAT, ground="sees well")
    (confirmed,) = asked(REFUSED, APPEALED).when(confirm).facts
    for fact in (refused, confirmed):
        assert fact.personal_fields() == {"ground": "sees well"}
        assert fact.holding == (ANNA, Retention.HEALTH)


def test_only_an_authority_refuses_and_confirms() -> None:
    asked().when(RefuseExemption(**OF_ANNA, decided_by=FIRM)).then_refused(NotAnAuthority)
    asked(REFUSED, APPEALED).when(ConfirmExemptionRefusal(**OF_ANNA, decided_by=FIRM)).then_refused(NotAnAuthority)


def test_who_lives_abroad_is_never_refused() -> None:
    known(*SKAT_EXISTS, *ANNA_ABROAD, REQUESTED).when(REFUSE).then_refused(AlwaysExempted)


def test_an_appeal_that_succeeds_is_an_exemption() -> None:
    asked(REFUSED, APPEALED).when(ExemptFromMail(recipient=ANNA, request=REQUEST)).then(GRANTED)
    asked(REFUSED, APPEALED, GRANTED).when(CONFIRM).then_refused(NothingToAppeal)


def test_an_appeal_that_fails_leaves_the_refusal_in_force() -> None:
    asked(REFUSED, APPEALED).when(CONFIRM).then(CONFIRMED)
    asked(REFUSED, APPEALED, CONFIRMED).when(CONFIRM).then_nothing()


def test_nothing_is_granted_on_a_request_whose_refusal_was_confirmed() -> None:
    grant = ExemptFromMail(recipient=ANNA, request=REQUEST)
    asked(REFUSED, APPEALED, CONFIRMED).when(grant).then_refused(RefusalIsFinal)


def test_what_was_granted_or_never_refused_is_neither_refused_nor_appealed() -> None:
    asked(GRANTED).when(REFUSE).then_refused(AlreadyGranted)
    asked(REFUSED, GRANTED).when(APPEAL).then_refused(NothingToAppeal)
    asked().when(APPEAL).then_refused(NothingToAppeal)
    asked(REFUSED).when(CONFIRM).then_refused(NothingToAppeal)


def test_a_request_is_its_recipients() -> None:
    for command in (
        RequestExemption(request=REQUEST, recipient=BO),
        RefuseExemption(request=REQUEST, recipient=BO, decided_by=SKAT),
        AppealExemptionRefusal(request=REQUEST, recipient=BO),
        ConfirmExemptionRefusal(request=REQUEST, recipient=BO, decided_by=SKAT),
    ):
        asked(REFUSED, APPEALED).when(command).then_refused(NoSuchRequest)
