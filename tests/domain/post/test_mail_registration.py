"""The state of a mail registration: who can be reached, why not, and from when."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.entry import EntryEndCause
from domain.fact import Event, Retention
from domain.identity.person import DeathCorrected
from domain.post.correction import MailRegistrationAnnulled
from domain.post.exemption import ExemptionEnded, RevocationCause
from domain.post.mail_registration import (
    MAIL_REGISTRATION,
    MailRegistered,
    MailRegistration,
    Mode,
    UnreachableBecause,
)
from domain.post.mail_registration_plan import (
    MAIL_REGISTRATION_PLAN,
    MailRegistrationPlanDropped,
    RegistrationPlan,
)
from domain.subject import EntryId, PartyId
from tests.controls import (
    ANNA,
    ANNA_DIED,
    ANNA_EXEMPT,
    ANNAS_MAIL,
    ANNAS_NAME_ENTERED,
    FIRM,
    FIRM_PLANNED,
    exemption,
    planned,
)
from tests.law import folded

TODAY = date(2026, 3, 2)
REVOKED = ExemptionEnded(
    entry=ANNA_EXEMPT.entry,
    party=ANNA,
    valid_to=date(2026, 3, 1),
    cause=EntryEndCause.STATED,
    revocation=RevocationCause.SELF,
)
EXEMPT_AGAIN = exemption(ANNA, entry=EntryId(UUID(int=7)), valid_from=TODAY)
CORRECTED = DeathCorrected(person=ANNA)
JOINED = MailRegistered(recipient=ANNA, mode=Mode.VOLUNTARY, rule=None)


def registration(of: PartyId, *facts: Event) -> MailRegistration:
    """The recipient's mail registration after the facts."""
    state = folded(MAIL_REGISTRATION.of(of), facts)
    assert isinstance(state, MailRegistration)
    return state


@pytest.mark.parametrize(
    ("facts", "because"),
    [
        ((), UnreachableBecause.UNKNOWN),
        ((ANNAS_MAIL,), UnreachableBecause.NEVER),
        ((ANNAS_MAIL, ANNA_EXEMPT), UnreachableBecause.EXEMPT),
        ((ANNAS_MAIL, ANNA_EXEMPT, REVOKED), UnreachableBecause.NEVER),
        ((ANNAS_MAIL, ANNA_EXEMPT, REVOKED, JOINED), UnreachableBecause.NEVER),
        ((ANNAS_MAIL, ANNA_EXEMPT, REVOKED, JOINED, EXEMPT_AGAIN), UnreachableBecause.EXEMPT),
        ((ANNAS_MAIL, exemption(ANNA, valid_from=date(2026, 3, 3))), UnreachableBecause.NEVER),
        ((ANNAS_MAIL, exemption(ANNA, valid_to=TODAY)), UnreachableBecause.NEVER),
        ((ANNAS_MAIL, exemption(ANNA, valid_to=date(2026, 3, 3))), UnreachableBecause.EXEMPT),
        ((ANNA_EXEMPT,), UnreachableBecause.EXEMPT),
        ((ANNA_EXEMPT, REVOKED), UnreachableBecause.UNKNOWN),
        ((ANNAS_MAIL, ANNA_DIED), UnreachableBecause.CLOSED),
        ((ANNA_DIED,), UnreachableBecause.CLOSED),
        ((ANNAS_MAIL, ANNA_EXEMPT, ANNA_DIED), UnreachableBecause.CLOSED),
        ((ANNAS_MAIL, ANNA_DIED, CORRECTED), UnreachableBecause.NEVER),
        ((ANNAS_MAIL, ANNA_EXEMPT, ANNA_DIED, CORRECTED), UnreachableBecause.EXEMPT),
    ],
)
def test_a_recipient_is_reachable_or_not_for_one_reason(facts: tuple[Event, ...], because: UnreachableBecause) -> None:
    state = registration(ANNA, *facts)
    assert state.unreachable_because(TODAY) is because
    assert state.reachable(TODAY) is (because is UnreachableBecause.NEVER)


def test_an_announced_recipient_is_not_reachable_before_the_day_is_acted_on() -> None:
    waits = registration(FIRM, FIRM_PLANNED)
    assert waits.unreachable_because(TODAY) is UnreachableBecause.NOT_YET


def test_an_exemption_and_a_revocation_take_no_mailbox_away() -> None:
    assert registration(ANNA, ANNAS_MAIL, ANNA_EXEMPT).has_mailbox
    assert not registration(ANNA, ANNAS_MAIL, ANNA_DIED).has_mailbox
    assert not registration(ANNA).has_mailbox


def test_facts_of_others_change_nothing() -> None:
    assert MailRegistration().evolve(ANNAS_NAME_ENTERED) == MailRegistration()


def test_the_ground_of_an_exemption_is_encrypted_and_the_reason_is_open() -> None:
    exempted = exemption(ANNA, ground="no computer")
    assert "ground" not in exempted.open_fields()
    assert exempted.open_fields()["reason"] == "other"
    assert exempted.personal_fields() == {"ground": "no computer"}
    assert exempted.retention is Retention.HEALTH


PLANS = [planned(ANNA, date(2026, 4, nth), plan=EntryId(UUID(int=nth))) for nth in (1, 2)]
DROPPED = [MailRegistrationPlanDropped(recipient=ANNA, plan=each.plan) for each in PLANS]
OF_PLANS: tuple[Event, ...] = (*PLANS, *DROPPED, MailRegistrationAnnulled(recipient=ANNA), ANNAS_MAIL)


@for_all(st.lists(st.sampled_from(OF_PLANS)))
def test_the_registration_and_its_opened_plan_agree_on_what_is_planned(facts: list[Event]) -> None:
    registration = folded(MAIL_REGISTRATION.of(ANNA), tuple(facts))
    opened = folded(MAIL_REGISTRATION_PLAN.of(ANNA), tuple(facts))
    assert isinstance(registration, MailRegistration)
    assert isinstance(opened, RegistrationPlan)
    plans = [None if each is None else each.plan for each in (registration.planned, opened.planned)]
    assert plans[0] == plans[1]
