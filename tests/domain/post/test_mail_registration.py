"""The state of a mail registration: who can be reached, why not, from when, and who has read access."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from domain.entry import EntryEndCause
from domain.fact import Event, Retention
from domain.post.exemption import ExemptionEnded, RevocationCause
from domain.post.mail_registration import (
    MAIL_REGISTRATION,
    AccessEnd,
    AccessKind,
    MailRegistered,
    MailRegistration,
    MailRegistrationReopened,
    Mode,
    ReadAccessGranted,
    ReadAccessRevoked,
    ReopeningCause,
    UnreachableBecause,
)
from domain.subject import EntryId, PartyId
from tests.controls import (
    ANNA,
    ANNA_EXEMPT,
    ANNAS_MAIL,
    ANNAS_MAIL_CLOSED,
    ANNAS_NAME_ENTERED,
    BO,
    BO_READS_FOR_ANNA,
    BOS_MAIL,
    FIRM,
    FIRM_ANNOUNCED,
    exemption,
)
from tests.law import folded

TODAY = date(2026, 3, 2)
REVOKED = ExemptionEnded(
    entry=ANNA_EXEMPT.entry,
    party=ANNA,
    valid_to=date(2026, 3, 1),
    cause=EntryEndCause.STATED,
    revoked_by=RevocationCause.SELF,
)
EXEMPT_AGAIN = exemption(ANNA, entry=EntryId(UUID(int=7)), valid_from=TODAY)
REOPENED = MailRegistrationReopened(recipient=ANNA, cause=ReopeningCause.DEATH_CORRECTED)
JOINED = MailRegistered(recipient=ANNA, mode=Mode.VOLUNTARY, rule=None)
BO_WRITES_FOR_ANNA = ReadAccessGranted(owner=ANNA, reader=BO, kind=AccessKind.READ_WRITE)
ANNA_READS_FOR_FIRM = ReadAccessGranted(owner=FIRM, reader=ANNA, kind=AccessKind.READ)


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
        ((ANNAS_MAIL, ANNAS_MAIL_CLOSED), UnreachableBecause.CLOSED),
        ((ANNAS_MAIL_CLOSED,), UnreachableBecause.CLOSED),
        ((ANNAS_MAIL, ANNA_EXEMPT, ANNAS_MAIL_CLOSED), UnreachableBecause.CLOSED),
        ((ANNAS_MAIL, ANNAS_MAIL_CLOSED, REOPENED), UnreachableBecause.NEVER),
        ((ANNAS_MAIL, ANNA_EXEMPT, ANNAS_MAIL_CLOSED, REOPENED), UnreachableBecause.EXEMPT),
    ],
)
def test_a_recipient_is_reachable_or_not_for_one_reason(facts: tuple[Event, ...], because: UnreachableBecause) -> None:
    state = registration(ANNA, *facts)
    assert state.unreachable_because(TODAY) is because
    assert state.reachable(TODAY) is (because is UnreachableBecause.NEVER)


def test_an_announced_recipient_is_not_reachable_before_the_day_is_acted_on() -> None:
    waits = registration(FIRM, FIRM_ANNOUNCED)
    assert waits.unreachable_because(TODAY) is UnreachableBecause.NOT_YET
    assert waits.not_before == date(2026, 3, 14)


def test_a_registered_recipient_waits_for_no_day() -> None:
    firms_mail = MailRegistered(recipient=FIRM, mode=Mode.AUTOMATIC, rule=FIRM_ANNOUNCED.rule)
    assert registration(FIRM, FIRM_ANNOUNCED, firms_mail).not_before is None


def test_an_exemption_and_a_revocation_take_no_mailbox_away() -> None:
    assert registration(ANNA, ANNAS_MAIL, ANNA_EXEMPT).has_mailbox
    assert not registration(ANNA, ANNAS_MAIL, ANNAS_MAIL_CLOSED).has_mailbox
    assert not registration(ANNA).has_mailbox


def test_a_reader_reads_until_the_access_ends() -> None:
    ended = ReadAccessRevoked(owner=ANNA, reader=BO, cause=AccessEnd.OWNER)
    assert registration(ANNA, ANNAS_MAIL, BO_READS_FOR_ANNA).readers == {BO}
    assert registration(ANNA, ANNAS_MAIL, BO_READS_FOR_ANNA, ended).readers == frozenset()


def test_a_later_grant_replaces_the_earlier() -> None:
    state = registration(ANNA, BO_READS_FOR_ANNA, BO_WRITES_FOR_ANNA)
    assert state.grant(ANNA, BO) == BO_WRITES_FOR_ANNA
    assert len(state.access) == 1


def test_who_reads_for_an_owner_gives_the_owner_no_access_in_return() -> None:
    bos = registration(BO, BOS_MAIL, BO_READS_FOR_ANNA)
    assert ANNA not in bos.readers
    assert bos.grant(BO, ANNA) is None


def test_ending_one_access_of_a_reader_leaves_the_others() -> None:
    annas = registration(
        ANNA,
        BO_READS_FOR_ANNA,
        ANNA_READS_FOR_FIRM,
        ReadAccessRevoked(owner=FIRM, reader=ANNA, cause=AccessEnd.READER),
    )
    assert annas.access == (BO_READS_FOR_ANNA,)


def test_facts_of_others_change_nothing() -> None:
    assert MailRegistration().evolve(ANNAS_NAME_ENTERED) == MailRegistration()


def test_the_ground_of_an_exemption_is_encrypted_and_the_reason_is_open() -> None:
    exempted = exemption(ANNA, ground="no computer")
    assert "ground" not in exempted.open_fields()
    assert exempted.open_fields()["reason"] == "other"
    assert exempted.personal_fields() == {"ground": "no computer"}
    assert exempted.retention is Retention.HEALTH
