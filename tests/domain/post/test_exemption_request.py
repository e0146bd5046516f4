"""An exemption is asked for, also by a proxy; it is granted or refused, and a refusal can be appealed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.entry import EntryEndCause, Marker
from domain.fact import Event, Retention
from domain.identity.authority import NotAnAuthority
from domain.identity.mandate import MandateKind, MandateScope
from domain.identity.merge import EntriesMerged, EntryIsMerged
from domain.identity.person import PersonDied
from domain.identity.registered import UnknownParty
from domain.policy import EXEMPTION_APPEAL_WEEKS
from domain.post.exemption import EXEMPTIONS, ExemptionAnnulled, ExemptionEnded, ExemptionEntered, RevocationCause
from domain.post.exemption_commands import ExemptFromMail, RevokeExemption
from domain.post.exemption_proxy import NoMandateToAsk
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
    NoSuchRequest,
    NothingToAppeal,
    RefusalIsFinal,
    RefuseExemption,
    RequestExemption,
)
from domain.post.mail_registration_commands import RegistrationIsClosed
from domain.subject import EntryId, PersonId, RequestId
from tests.controls import (
    ANNA,
    ANNA_ABROAD,
    ANNA_DIED,
    ANNA_IS_A_CHILD,
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


BO_ACTS_FOR_ANNA = mandate(ANNA, BO, MandateKind.POWER_OF_ATTORNEY)
BO_IS_A_CHILDS_PARENT = mandate(ANNA, BO, MandateKind.CUSTODY, scope=MandateScope.ALL)
REQUEST_BY_BO = RequestExemption(**OF_ANNA, by=BO, ground="blind")
APPEAL_BY_BO = AppealExemptionRefusal(**OF_ANNA, by=BO)


@pytest.mark.parametrize(
    "past",
    [
        (BO_ACTS_FOR_ANNA,),
        (mandate(ANNA, BO, MandateKind.POWER_OF_ATTORNEY, scope=MandateScope.SERVICE),),
        (mandate(ANNA, BO, MandateKind.GUARDIAN, scope=MandateScope.ALL),),
        (BO_IS_A_CHILDS_PARENT, ANNA_IS_A_CHILD),
    ],
    ids=["attorney for post", "attorney for services", "guardian", "custody of a child"],
)
def test_a_proxy_who_may_act_for_the_recipient_asks_and_appeals(past: tuple[Event, ...]) -> None:
    by_mandate = past[0].own_subject
    requested = ExemptionRequested(**OF_ANNA, by_mandate=by_mandate, ground="blind")
    known(*ANNA_REGISTERED, *past).when(REQUEST_BY_BO).then(requested)
    asked(REFUSED, *past).when(APPEAL_BY_BO).then(ExemptionRefusalAppealed(**OF_ANNA, by_mandate=by_mandate))
    assert "ground" not in requested.open_fields()


@pytest.mark.parametrize(
    "past",
    [
        (),
        (BO_READS_FOR_ANNA,),
        (mandate(ANNA, BO, MandateKind.READ_WRITE),),
        (mandate(BO, ANNA, MandateKind.POWER_OF_ATTORNEY, scope=MandateScope.ALL),),
        (mandate(ANNA, BO, MandateKind.POWER_OF_ATTORNEY, scope=MandateScope.NEMKONTO),),
        (BO_ACTS_FOR_ANNA.model_copy(update={"valid_from": date(2026, 3, 3)}),),
        (BO_ACTS_FOR_ANNA.model_copy(update={"valid_to": NOW.date()}),),
        (BO_ACTS_FOR_ANNA, PersonDied(person=BO, died_on=date(2026, 2, 1))),
        (BO_IS_A_CHILDS_PARENT,),
    ],
    ids=["none", "reads", "writes", "is the giver", "of accounts", "later", "no more", "is dead", "of an adult"],
)
def test_nobody_asks_or_appeals_for_another_without_a_mandate_to_act(past: tuple[Event, ...]) -> None:
    known(*ANNA_REGISTERED, *past).when(REQUEST_BY_BO).then_refused(NoMandateToAsk)
    asked(REFUSED, *past).when(APPEAL_BY_BO).then_refused(NoMandateToAsk)


def test_a_proxy_whose_entry_was_merged_asks_by_the_one_that_remains() -> None:
    merged = EntriesMerged(person=BO, into=PersonId(UUID(int=77)))
    known(*ANNA_REGISTERED, BO_ACTS_FOR_ANNA, merged).when(REQUEST_BY_BO).then_refused(EntryIsMerged)
    asked(REFUSED, BO_ACTS_FOR_ANNA, merged).when(APPEAL_BY_BO).then_refused(EntryIsMerged)


def test_nobody_asks_for_one_who_is_unknown_or_dead() -> None:
    given().when(RequestExemption(**OF_ANNA)).then_refused(UnknownParty)
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


NEVER_HELD = ExemptionAnnulled(**GRANTED.named, marker=Marker.ANNULLED)


def test_what_was_granted_by_mistake_is_refused_and_appealed_after_its_exemption_is_annulled() -> None:
    asked(GRANTED, NEVER_HELD).when(REFUSE).then(REFUSED)
    asked(REFUSED, GRANTED, NEVER_HELD).when(APPEAL).then(APPEALED)
    asked(REFUSED, APPEALED, GRANTED, NEVER_HELD).when(CONFIRM).then(CONFIRMED)


@pytest.mark.parametrize("begins", [NOW.date(), NOW.date() + timedelta(days=5)], ids=["today", "later"])
def test_a_request_stays_granted_whose_exemption_was_revoked_before_it_held_for_a_day(begins: date) -> None:
    granted = GRANTED.model_copy(update={"valid_from": begins})
    revoked = asked(granted).when(RevokeExemption(recipient=ANNA, cause=RevocationCause.MUNICIPALITY)).facts
    assert [type(fact) for fact in revoked] == [ExemptionAnnulled]
    asked(granted, *revoked).when(REFUSE).then_refused(AlreadyGranted)
    asked(REFUSED, granted, *revoked).when(APPEAL).then_refused(NothingToAppeal)
    asked(REFUSED, APPEALED, granted, *revoked).when(CONFIRM).then_refused(NothingToAppeal)


def test_a_request_that_was_granted_is_not_refused_after_its_exemption_ended_or_got_another_end() -> None:
    ended = ExemptionEnded(**GRANTED.named, valid_to=date(2026, 3, 9), cause=EntryEndCause.STATED)
    asked(GRANTED, ended).when(REFUSE).then_refused(AlreadyGranted)
    first = GRANTED.model_copy(update={"entry": EntryId(UUID(int=8))})
    corrected = asked(first).when(ExemptFromMail(recipient=ANNA, valid_to=date(2026, 5, 1))).facts
    assert [type(fact) for fact in corrected] == [ExemptionAnnulled, ExemptionEntered]
    asked(first, *corrected).when(REFUSE).then_refused(AlreadyGranted)


def test_a_request_of_one_who_is_exempt_already_is_granted_once_and_so_is_the_post_that_is_wished_for() -> None:
    present = exemption(ANNA, entry=EntryId(UUID(int=8)), valid_from=date(2026, 1, 5))
    grant = ExemptFromMail(recipient=ANNA, request=REQUEST)
    succeeded = ExemptionEnded(
        entry=present.entry, party=ANNA, valid_to=NOW.date(), cause=EntryEndCause.SUCCEEDED, by=GRANTED.entry
    )
    asked(present).when(grant).then(GRANTED, succeeded)
    asked(present, GRANTED, succeeded).when(grant).then_nothing()
    asked(present).when(ExemptFromMail(recipient=ANNA)).then_nothing()
    resend = ExemptFromMail(recipient=ANNA, resend_unopened=True)
    wished = GRANTED.model_copy(update={"request": None, "resend_on": NOW.date()})
    asked(present).when(resend).then(wished, succeeded)
    asked(present, wished, succeeded).when(resend).then_nothing()


def test_a_request_is_its_recipients() -> None:
    for command in (
        RequestExemption(request=REQUEST, recipient=BO),
        RefuseExemption(request=REQUEST, recipient=BO, decided_by=SKAT),
        AppealExemptionRefusal(request=REQUEST, recipient=BO),
        ConfirmExemptionRefusal(request=REQUEST, recipient=BO, decided_by=SKAT),
    ):
        asked(REFUSED, APPEALED).when(command).then_refused(NoSuchRequest)
