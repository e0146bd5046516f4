"""The registers that senders read and the decision on a letter say the same, after every fact of every history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from bin.application.questions.as_of import Question
from domain.command import AnyCommand
from domain.fact import Event
from domain.identity.birth_and_death import CorrectBirth, CorrectDeath, RecordDeath
from domain.identity.cessation import CeaseCompany, CorrectCessation
from domain.identity.entry_commands import AnnulEntry, MatterName
from domain.identity.number_commands import AnnulMerge, MergeEntries
from domain.identity.person import PersonRegistered
from domain.identity.uncertain_day import UncertainDay
from domain.post.correction import RegistrationStatus
from domain.post.correction_commands import CorrectRegistration
from domain.post.exemption import ExemptionEntered, RevocationCause
from domain.post.exemption_commands import ExemptFromMail, JoinVoluntarily, RevokeExemption
from domain.post.mail_registration_commands import (
    BreakGrace,
    FollowRegistrationPlan,
    PlanMailRegistration,
)
from domain.post.mail_registration_plan import PlannedFor
from domain.post.message import MessageMadeAvailable, MessageRejected
from domain.subject import PartyId
from projections.due_times import DUE_TIMES
from projections.engine.as_of import rows_as_of
from projections.entries import EXEMPTION_REGISTER
from projections.mail_registrations import MAIL_REGISTRATIONS
from tests.controls import ANNA, ANNA_REGISTERED, ANNAS_BIRTH_DATE, BO, FIRM, FIRM_REGISTERED, LETTER, letter, post
from tests.law import CONTEXT, NOW, given
from tests.projections.histories import Happened, fact, put

ARRIVES = "arrives"
ANNUL = "annul the newest exemption"
TODAY = NOW.date()
PARTIES = (ANNA, FIRM)
DAYS = st.integers(-30, 30).map(lambda days: TODAY + timedelta(days=days))


def acts_of(party: PartyId) -> list[st.SearchStrategy[AnyCommand | str]]:
    """What may be asked about a party's registration, its exemptions, and its existence."""
    named = st.just(party)
    ends: list[st.SearchStrategy[AnyCommand | str]] = (
        [
            DAYS.map(lambda day: RecordDeath(person=ANNA, died_on=UncertainDay.of(day))),
            st.just(CorrectDeath(person=ANNA)),
            st.sampled_from([date(2011, 3, 20), ANNAS_BIRTH_DATE]).map(
                lambda born: CorrectBirth(person=ANNA, birth_date=UncertainDay.of(born))
            ),
            st.just(MergeEntries(person=ANNA, into=BO)),
            st.just(AnnulMerge(person=ANNA, into=BO)),
        ]
        if party == ANNA
        else [DAYS.map(lambda day: CeaseCompany(company=FIRM, ceased_on=day)), st.just(CorrectCessation(company=FIRM))]
    )
    plans = [PlannedFor.TURNING_15, PlannedFor.IMMIGRATION]
    companies = [PlannedFor.NEW_COMPANY, PlannedFor.TAKEN_OVER]
    return [
        *ends,
        st.builds(PlanMailRegistration, recipient=named, reason=st.sampled_from(plans if party == ANNA else companies)),
        st.just(FollowRegistrationPlan(recipient=party)),
        st.builds(
            CorrectRegistration,
            recipient=named,
            wrong_from=DAYS,
            wrong_to=st.none() | DAYS,
            should=st.sampled_from(RegistrationStatus),
        ),
        st.just(BreakGrace(recipient=party)),
        st.builds(ExemptFromMail, recipient=named, valid_from=st.none() | DAYS, valid_to=st.none() | DAYS),
        st.just(RevokeExemption(recipient=party, cause=RevocationCause.SELF)),
        st.just(JoinVoluntarily(recipient=party, signature=UUID(int=7))),
        st.just(f"{ANNUL} of {party}"),
    ]


ACTS = st.tuples(st.integers(0, 20), st.one_of([act for party in PARTIES for act in acts_of(party)]))
"""On which day from now on, and what."""


def played(acts: Sequence[tuple[int, AnyCommand | str]]) -> tuple[Event, ...]:
    """The facts that follow from the acts, one after another, by their days; what is refused leaves nothing."""
    bo = PersonRegistered(person=BO, birth_date=None)
    facts: tuple[Event, ...] = (*ANNA_REGISTERED, bo, *FIRM_REGISTERED)
    for nth, (days, act) in enumerate(sorted(acts, key=lambda act: act[0])):
        context = replace(CONTEXT, command=UUID(int=nth + 1))
        command = _annul(facts, act) if isinstance(act, str) else act
        if command is not None:
            facts += given(*facts).by(context.at(NOW + timedelta(days=days))).when(command).facts_unless_refused
    return facts


def _annul(facts: tuple[Event, ...], act: str) -> AnyCommand | None:
    entered = [one for one in facts if isinstance(one, ExemptionEntered) and act.endswith(str(one.party))]
    return (
        AnnulEntry(matter=MatterName.EXEMPTION, party=entered[-1].party, entry=entered[-1].entry) if entered else None
    )


def decided(events: tuple[Event, ...], recipient: PartyId, at: datetime) -> str:
    """What the law decides on a letter to the recipient: that it arrives, or the code of its one fault."""
    facts = post(*events).at(at).when(letter(recipient=recipient)).facts
    if MessageMadeAvailable(message=LETTER, recipient=recipient) in facts:
        return ARRIVES
    (rejected,) = (fact for fact in facts if isinstance(fact, MessageRejected))
    (fault,) = rejected.faults
    return fault.code


def read(connection: Connection, recipient: PartyId, known: int, day: date) -> str:
    """What a sender reads in the registers: closed, merged, exempt or not yet registered, in that order."""
    registration = next(iter(rows_as_of(connection, MAIL_REGISTRATIONS, recipient, known)), None)
    if registration is not None and registration["closed_on"]:
        return "recipient.is.closed"
    if registration is not None and registration["merged_into"]:
        return "recipient.is.merged"
    question = Question(EXEMPTION_REGISTER, recipient, known, day)
    if any(question.holds(row) for row in rows_as_of(connection, EXEMPTION_REGISTER, recipient, known)):
        return "recipient.is.exempt"
    if registration is None or (registration["mode"] is None and registration["planned_for"] is None):
        return "recipient.unknown"
    return ARRIVES if registration["mode"] else "recipient.not.yet.registered"


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@for_all(acts=st.lists(ACTS, max_size=14))
def test_w15_the_registers_say_at_every_position_what_the_decision_on_a_letter_says(
    owner: Engine, projecting: Engine, *, acts: list[tuple[int, AnyCommand | str]]
) -> None:
    events = played(acts)
    with owner.connect() as connection:
        put(connection, [Happened(type(one), one.open_fields(), b"sealed" if one.personal else None) for one in events])
        for position in range(len(events) + 1):
            for recipient in PARTIES:
                for at in (NOW - timedelta(days=7), NOW, NOW + timedelta(days=15)):
                    law = decided(events[:position], recipient, at)
                    assert read(connection, recipient, position, at.date()) == law
        connection.rollback()


NO_WAIT: dict[str, Any] = {"waits_until": None, "rule": "a"}


def test_what_is_due_waits_while_a_death_is_recorded(owner: Engine, projecting: Engine) -> None:
    child = str(ANNA)
    history = [
        fact("MailRegistrationPlanned", recipient=child, plan=f"entry:{UUID(int=1)}", reason="turning_15", **NO_WAIT),
        fact("PersonDied", person=child, died_on="2026-03-01"),
        fact("DeathCorrected", person=child),
    ]
    with owner.connect() as connection:
        put(connection, history)
        rows = [rows_as_of(connection, DUE_TIMES, ANNA, position) for position in (1, 2, 3)]
        assert [[row["suspended"] for row in due] for due in rows] == [[False] * 2, [True] * 2, [False] * 2]
        connection.rollback()
