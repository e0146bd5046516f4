"""Reactions: the commands that follow from each record and each due time, under ids that never change."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.due import ACTIVATION_EXPIRY, DUE_RULES, PROTECTION_REMINDER, REGISTRATION, RELEASE, Due, DueRule, dues_by
from domain.entities import NAMES
from domain.fact import SEALED, Event
from domain.identity.company import CompanyEntryCause, CompanyRegistered
from domain.identity.person import (
    DeathCorrected,
    PersonDied,
    PersonEntryCause,
    PersonRegistered,
)
from domain.identity.protection import ProtectionEntered
from domain.identity.protection_commands import ProtectPerson
from domain.identity.protection_lapse import OrderProtectionReminder, ProtectionReminderOrdered
from domain.identity.residence import ResidenceKind
from domain.identity.sender import NEMKONTO_OPERATOR
from domain.nemkonto.change_freeze import ChangeFreezeLifted, ChangeFreezeSet
from domain.nemkonto.designation import (
    AccountHolderEnded,
    ActivationLetterOrdered,
    DesignationBlocked,
    DesignationCancelled,
    DesignationExpired,
    DesignationVoided,
    DesignationWithdrawn,
    EndCause,
    NemkontoEndCorrected,
    NemkontoEnded,
    NemkontoRestored,
)
from domain.nemkonto.designation_commands import ExpireDesignation
from domain.nemkonto.notice import NotifyPayee
from domain.nemkonto.notice_text import notice_text
from domain.post.exemption import RevocationCause
from domain.post.exemption_commands import HasNotReturned, RevokeExemption
from domain.post.mail_registration import MailRegistered
from domain.post.mail_registration_commands import BirthDateNeeded, FollowRegistrationPlan, PlanMailRegistration
from domain.post.mail_registration_plan import MailRegistrationPlanned, PlannedFor
from domain.post.message import MessageMadeAvailable, MessageScheduled
from domain.post.message_commands import SubmitMessage
from domain.post.receipt import AcknowledgeReceipt, ReceiptIssued
from domain.post.release_commands import ReleaseMessage
from domain.reactions import REACTIONS, TIMERS, fall_due, react, reads_past
from domain.record import Record
from domain.subject import EntryId, MessageId, SubjectId
from tests.controls import (
    ANNA,
    ANNA_REGISTERED,
    AVAILABLE,
    BO,
    COMPLETED,
    DESIGNATION,
    FIRM,
    FIRM_PLANNED,
    HELD_BACK,
    LATER_DESIGNATION,
    LETTER,
    RELEASE_AT,
    SALARY_ACCOUNT,
    SALARY_INDEX,
    SKAT,
    STORED,
    planned,
    residence,
)
from tests.law import CONTEXT, NOW, given
from tests.nemkonto_past import ACTIVATED, AWAITING, DESIGNATED
from tests.nemkonto_past import LETTER as CODE_LETTER

BORN = date(2011, 3, 2)
"""Fifteen on the day of the scene's clock."""
GROWN = PersonRegistered(person=ANNA, birth_date=BORN)
CHILD_BORN = BORN + timedelta(days=1)
CHILD = PersonRegistered(person=ANNA, birth_date=CHILD_BORN)
HOME_AGAIN = residence(ANNA, ResidenceKind.RESIDENT, date(2026, 3, 1))


def due_at(
    rule: DueRule, subject: SubjectId, at: datetime, also: SubjectId | None = None, sender: SubjectId | None = None
) -> Due:
    """What falls due by a record at position 5, of a case."""
    return Due(
        rule=rule,
        subject=subject,
        due_at=at,
        also=also,
        sender=sender,
        position=5,
        correlation=UUID(int=9),
        case="2026-1",
    )


NEVER = EntryId(UUID(int=1))
HELD_LETTER = due_at(RELEASE, LETTER, RELEASE_AT, ANNA, SKAT)
EXPIRY = due_at(ACTIVATION_EXPIRY, LATER_DESIGNATION, CODE_LETTER.valid_until, ANNA)


def recorded(event: Event, position: int = 7) -> Record:
    """The fact as stored in the ledger."""
    return Record(position=position, recorded_at=NOW, name=NAMES[type(event)], event=event, context=CONTEXT)


def commands(event: Event, *past: Event) -> list[object]:
    """What follows from the fact."""
    return [reaction.command for reaction in react(recorded(event), [recorded(one) for one in past])]


def facts_after(event: Event, *past: Event) -> tuple[Event, ...]:
    """The new facts after all reactions are executed in order, in a ledger that holds the past."""
    facts = (*past, event)
    for reaction in react(recorded(event), [recorded(one) for one in past]):
        command = reaction.command
        if isinstance(command, SubmitMessage):
            command = replace(command, stored=STORED)
        facts = (*facts, *given(*facts).when(command).facts)
    return facts[len(past) + 1 :]


def test_a_resident_of_15_is_registered_for_mail() -> None:
    assert commands(GROWN) == [PlanMailRegistration(recipient=ANNA, reason=PlannedFor.TURNING_15)]
    assert [type(fact) for fact in facts_after(GROWN, GROWN)] == [MailRegistered]


def test_the_registration_of_a_child_is_planned_for_the_birthday() -> None:
    assert facts_after(CHILD, CHILD) == (planned(ANNA, date(2026, 3, 3)),)


def test_a_child_is_registered_even_if_the_runner_slept_past_the_birthday() -> None:
    facts: tuple[Event, ...] = (CHILD,)
    for reaction in react(recorded(CHILD)):
        facts = (*facts, *given(*facts).at(NOW + timedelta(days=3)).when(reaction.command).facts)
    assert [type(fact) for fact in facts[1:]] == [MailRegistered]


@pytest.mark.parametrize(
    "unknown",
    [
        PersonRegistered(person=ANNA, birth_date=SEALED),
        PersonRegistered(person=ANNA, birth_date=None),
        PersonRegistered(person=ANNA, birth_date=BORN, resident=False),
    ],
    ids=["sealed", "unknown", "not resident"],
)
def test_nothing_follows_for_a_person_whose_duty_is_unknown(unknown: PersonRegistered) -> None:
    assert commands(unknown) == []


def test_the_registration_of_a_new_company_is_planned_with_its_grace() -> None:
    assert facts_after(CompanyRegistered(company=FIRM, cause=CompanyEntryCause.FOUNDING)) == (FIRM_PLANNED,)


def test_w11_a_company_that_was_taken_over_is_not_new_and_has_no_grace() -> None:
    loaded = CompanyRegistered(company=FIRM, cause=CompanyEntryCause.REGISTER_LOAD)
    assert [type(fact) for fact in facts_after(loaded, loaded)] == [MailRegistered]


def test_w11_an_adult_who_is_entered_as_an_immigrant_waits_30_days() -> None:
    entered = PersonRegistered(person=ANNA, birth_date=date(1990, 1, 1), cause=PersonEntryCause.IMMIGRATION)
    (plan,) = facts_after(entered, entered)
    assert isinstance(plan, MailRegistrationPlanned)
    assert (plan.reason, plan.effective_on) == (PlannedFor.IMMIGRATION, date(2026, 4, 1))


def test_w11_an_adult_who_was_taken_over_waits_for_nothing() -> None:
    loaded = PersonRegistered(person=ANNA, birth_date=date(1990, 1, 1), cause=PersonEntryCause.REGISTER_LOAD)
    assert [type(fact) for fact in facts_after(loaded, loaded)] == [MailRegistered]


@pytest.mark.parametrize("cause", [PersonEntryCause.BIRTH, PersonEntryCause.IMMIGRATION])
def test_the_residence_with_which_somebody_is_entered_is_no_return(cause: PersonEntryCause) -> None:
    entered = PersonRegistered(person=ANNA, birth_date=CHILD_BORN, cause=cause)
    past = (entered, *facts_after(entered, entered), HOME_AGAIN)
    assert len(past) == 3
    revoke, plan = (reaction.command for reaction in react(recorded(HOME_AGAIN), [recorded(one) for one in past]))
    given(*past).when(revoke).then_refused(HasNotReturned)
    given(*past).when(plan).then_nothing()


def test_who_moves_back_is_no_longer_exempt() -> None:
    assert commands(HOME_AGAIN)[0] == RevokeExemption(
        recipient=ANNA, cause=RevocationCause.RE_ENTRY, residence=HOME_AGAIN.entry
    )


def test_who_immigrates_waits_by_the_birth_date_of_the_register() -> None:
    plan = PlanMailRegistration(recipient=ANNA, reason=PlannedFor.IMMIGRATION, residence=HOME_AGAIN.entry)
    assert commands(HOME_AGAIN)[1:] == [plan]


def test_nothing_is_planned_of_who_immigrates_if_the_birth_date_is_sealed() -> None:
    entered = PersonRegistered(person=ANNA, birth_date=SEALED, resident=False)
    plan = PlanMailRegistration(recipient=ANNA, reason=PlannedFor.IMMIGRATION, residence=HOME_AGAIN.entry)
    given(entered, HOME_AGAIN).when(plan).then_refused(BirthDateNeeded)


def test_every_change_end_and_block_is_notified() -> None:
    letter, *_ = (fact for fact in AWAITING if isinstance(fact, ActivationLetterOrdered))
    about = {"designation": DESIGNATION, "payee": ANNA}
    ended = NemkontoEnded(**about, cause=EndCause.REQUEST, valid_to=date(2026, 3, 9))
    for change in (
        ACTIVATED,
        letter,
        DesignationCancelled(**about, cause=EndCause.REQUEST),
        DesignationBlocked(**about, rule="a rule"),
        DesignationWithdrawn(**about),
        DesignationExpired(**about),
        ended,
        NemkontoEndCorrected(**about, cause=EndCause.BANKRUPTCY, valid_to=date(2026, 3, 9)),
        NemkontoRestored(**about, cause=EndCause.BANKRUPTCY),
        DesignationVoided(**about, valid_from=date(2026, 3, 9), police_reference="1234"),
        AccountHolderEnded(**about, other=BO, account_index=SALARY_INDEX),
        ChangeFreezeSet(payee=ANNA),
        ChangeFreezeLifted(payee=ANNA),
    ):
        assert [type(command) for command in commands(change, DESIGNATED, change)][-1:] == [NotifyPayee]


def test_the_words_of_a_notice_go_with_its_submission() -> None:
    (notified,) = react(recorded(ACTIVATED), [recorded(DESIGNATED), recorded(ACTIVATED)])
    (document,) = notified.documents
    assert document.content.decode() == notice_text(ACTIVATED, SALARY_ACCOUNT).text
    assert document.media_type == "text/plain"


def test_a_notice_names_no_account_whose_key_is_destroyed() -> None:
    sealed = DESIGNATED.model_copy(update={"account": SEALED})
    (document,) = react(recorded(ACTIVATED), [recorded(sealed), recorded(ACTIVATED)])[0].documents
    assert document.content.decode() == notice_text(ACTIVATED, None).text


def test_the_system_acknowledges_the_receipts_of_its_own_notices_and_no_others() -> None:
    own = COMPLETED.model_copy(update={"sender": NEMKONTO_OPERATOR})
    assert commands(own) == [AcknowledgeReceipt(receipt=own.receipt, message=own.message, sender=NEMKONTO_OPERATOR)]
    assert commands(COMPLETED) == []


def test_nothing_follows_from_other_facts() -> None:
    assert [commands(fact) for fact in (AVAILABLE, DESIGNATED, FIRM_PLANNED)] == [[]] * 3


def test_the_past_is_read_only_where_it_is_needed() -> None:
    assert [
        reads_past(recorded(fact))
        for fact in (ACTIVATED, HOME_AGAIN, PersonDied(person=ANNA, died_on=date(2026, 2, 28)), GROWN, AVAILABLE)
    ] == [
        True,
        False,
        True,
        False,
        False,
    ]


def test_a_message_falls_due_for_release() -> None:
    assert fall_due(HELD_LETTER).command == ReleaseMessage(message=LETTER, sender=SKAT, recipient=ANNA, due=RELEASE_AT)
    facts = given(*HELD_BACK).at(RELEASE_AT).when(fall_due(HELD_LETTER).command).facts
    assert [type(fact) for fact in facts] == [MessageMadeAvailable, ReceiptIssued]


def test_a_planned_registration_falls_due() -> None:
    due = due_at(REGISTRATION, FIRM, datetime(2026, 3, 13, 23, tzinfo=UTC))
    assert fall_due(due).command == FollowRegistrationPlan(recipient=FIRM)
    facts = given(CompanyRegistered(company=FIRM), FIRM_PLANNED).at(due.due_at).when(fall_due(due).command).facts
    assert [type(fact) for fact in facts] == [MailRegistered]


def test_an_activation_code_falls_due_to_expire() -> None:
    assert fall_due(EXPIRY).command == ExpireDesignation(designation=LATER_DESIGNATION, payee=ANNA)
    expired = DesignationExpired(designation=LATER_DESIGNATION, payee=ANNA)
    given(*AWAITING).at(EXPIRY.due_at).when(fall_due(EXPIRY).command).then(expired)


def test_a_protection_falls_due_to_be_reminded_of_on_its_danish_day() -> None:
    (protected,) = given(*ANNA_REGISTERED).when(ProtectPerson(person=ANNA)).facts
    assert isinstance(protected, ProtectionEntered)
    (planned_for,) = facts_after(protected, *ANNA_REGISTERED)
    (due,) = dues_by(recorded(planned_for))
    assert due.due_at == datetime(2027, 1, 30, 23, tzinfo=UTC)
    order = OrderProtectionReminder(person=ANNA, entry=protected.entry)
    assert fall_due(due).command == order
    ordered = ProtectionReminderOrdered(entry=protected.entry, party=ANNA, lapses_on=date(2027, 3, 2))
    given(*ANNA_REGISTERED, protected, planned_for).at(due.due_at).when(order).then(ordered)


def test_a_protection_that_ends_within_thirty_days_sets_no_time() -> None:
    soon = ProtectPerson(person=ANNA, valid_to=date(2026, 4, 1))
    (protected,) = given(*ANNA_REGISTERED).when(soon).facts
    (plan,) = facts_after(protected, *ANNA_REGISTERED)
    assert (dues_by(recorded(protected)), dues_by(recorded(plan))) == ((), ())


def test_everything_that_can_fall_due_has_its_command() -> None:
    assert set(TIMERS) == set(DUE_RULES)


def test_one_kind_of_fact_has_one_consequence_so_that_ids_cannot_meet() -> None:
    kinds = [consequence.of for consequence in REACTIONS]
    assert len(kinds) == len(set(kinds))


def test_no_consequence_asks_for_two_commands_under_one_id() -> None:
    for fact, past in (
        (HOME_AGAIN, (GROWN,)),
        (DeathCorrected(person=ANNA), (GROWN,)),
    ):
        reactions = react(recorded(fact), tuple(recorded(event, 1) for event in past))
        assert len({reaction.command_id for reaction in reactions}) == len(reactions) >= 2


def test_a_reaction_says_what_caused_it() -> None:
    case = replace(CONTEXT, case="2026-1")
    (reaction,) = react(replace(recorded(GROWN), context=case))
    assert (reaction.request.causation, reaction.request.correlation) == (7, CONTEXT.correlation)
    assert (reaction.request.authority, reaction.request.case) == ("digital-post", "2026-1")
    assert reaction.request.actor == "system:reactions"
    assert reaction.command_id != CONTEXT.command


def test_what_falls_due_is_caused_by_the_record_that_set_the_time_and_belongs_to_its_case() -> None:
    request = fall_due(HELD_LETTER).request
    assert (request.causation, request.correlation, request.case) == (5, UUID(int=9), "2026-1")


def test_a_due_time_carries_the_cause_the_correlation_and_the_case_of_its_record() -> None:
    (scheduled,) = [fact for fact in HELD_BACK if isinstance(fact, MessageScheduled)]
    (due,) = dues_by(replace(recorded(scheduled), context=replace(CONTEXT, case="2026-77")))
    assert (due.position, due.correlation, due.case) == (7, CONTEXT.correlation, "2026-77")


def test_the_ids_of_reactions_never_change() -> None:
    assert [reaction.command_id for reaction in react(recorded(ACTIVATED), [recorded(ACTIVATED)])] == [
        UUID("c9ef0994-54bb-501d-b7ea-be35de3f1e6a")
    ]
    assert fall_due(HELD_LETTER).command_id == UUID("e9606035-248c-59e1-83a6-7f5ac04b1fd8")


def test_one_due_time_has_one_id_in_every_time_zone() -> None:
    in_danish_time = replace(HELD_LETTER, due_at=RELEASE_AT.astimezone(timezone(timedelta(hours=1))))
    assert fall_due(in_danish_time).command_id == fall_due(HELD_LETTER).command_id


@for_all(st.integers(1, 2**62), st.integers(1, 2**62))
def test_two_positions_never_share_an_id(one: int, other: int) -> None:
    first, second = react(recorded(GROWN, one)), react(recorded(GROWN, other))
    assert (first[0].command_id == second[0].command_id) == (one == other)


@pytest.mark.parametrize(
    "changed",
    [
        replace(HELD_LETTER, due_at=RELEASE_AT + timedelta(microseconds=1)),
        replace(HELD_LETTER, subject=MessageId(UUID(int=8))),
        due_at(REGISTRATION, ANNA, RELEASE_AT),
    ],
    ids=["another time", "another subject", "another kind"],
)
def test_another_due_time_has_another_id(changed: Due) -> None:
    assert fall_due(changed).command_id != fall_due(HELD_LETTER).command_id


@pytest.mark.parametrize(
    ("rule", "subject", "also"),
    [
        (RELEASE, LETTER, None),
        (RELEASE, ANNA, ANNA),
        (REGISTRATION, LETTER, None),
        (ACTIVATION_EXPIRY, LATER_DESIGNATION, LETTER),
        (ACTIVATION_EXPIRY, BO, ANNA),
        (PROTECTION_REMINDER, ANNA, ANNA),
        (PROTECTION_REMINDER, NEVER, FIRM),
    ],
)
def test_what_falls_due_for_the_wrong_kind_of_subject_is_impossible(
    rule: DueRule, subject: SubjectId, also: SubjectId | None
) -> None:
    with pytest.raises(AssertionError):
        fall_due(due_at(rule, subject, NOW, also))
