"""The NemKonto: changes called off, decrees over a change, ends corrected and undone, and what the register answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from bin.application.questions.as_of import Question
from domain.command import AnyCommand
from domain.fact import Event
from domain.nemkonto.account import DanishAccount
from domain.nemkonto.designation import (
    DesignationCancelled,
    DesignationChannel,
    EndCause,
    NemkontoActivated,
    NemkontoEndCorrected,
    NemkontoEnded,
    NemkontoRestored,
    NemkontoSuperseded,
)
from domain.nemkonto.designation_commands import ActivateNemkonto, DesignateNemkonto
from domain.nemkonto.ending_commands import (
    CorrectNemkontoEnd,
    EndNeedsItsDay,
    EndNemkonto,
    EndNotCorrected,
    NoSuchEnd,
    UndoNemkontoEnd,
)
from domain.nemkonto.fraud_commands import VoidDesignation
from domain.subject import AccountIndex, DesignationId
from projections.nemkonto import NEMKONTO_DESIGNATIONS
from projections.sources import Field
from tests.controls import ANNA, DESIGNATION, FIRM, LATER_DESIGNATION, known
from tests.law import NOW
from tests.nemkonto_past import (
    ACTIVE,
    AGE_RULE,
    AWAITING,
    BANK_REPORT,
    EFFECT_RULE,
    END,
    FIFTH_BANK_DAY,
    LATER_REPLACES,
    SUPERSEDED,
    TODAY,
)

CHANGED = (*ACTIVE, *AWAITING, LATER_REPLACES, SUPERSEDED)
"""Anna's first account holds from 9 March, and on the same day the later one took its place."""
JANUARY = date(2026, 1, 8)
FIRST = ACTIVE[1].model_copy(update={"effective_on": JANUARY, "latest_on": JANUARY})
CHANGED_LATER = (ACTIVE[0], FIRST, *AWAITING, LATER_REPLACES, SUPERSEDED)
"""Anna's first account holds from 8 January; the later one takes its place on 9 March."""
FIRMS = tuple(fact.model_copy(update={"payee": FIRM}) for fact in CHANGED_LATER)
"""The same of the firm."""
DECREE_ON = date(2026, 2, 15)
DECREE = EndNemkonto(designation=LATER_DESIGNATION, payee=FIRM, cause=EndCause.BANKRUPTCY, happened_on=DECREE_ON)
LEARNED = datetime(2026, 3, 20, 9, tzinfo=UTC)
DECREED = known(*FIRMS).at(LEARNED).when(DECREE).facts
CORRECT = CorrectNemkontoEnd(
    designation=LATER_DESIGNATION, payee=FIRM, cause=EndCause.BANKRUPTCY, happened_on=date(2026, 3, 12)
)
UNDO = UndoNemkontoEnd(designation=LATER_DESIGNATION, payee=FIRM, cause=EndCause.BANKRUPTCY)


def rows_after(facts: tuple[Event, ...]) -> dict[DesignationId, dict[str, object]]:
    """The days of each designation, as the register declares them."""
    rows: dict[DesignationId, dict[str, object]] = {}
    for fact in facts:
        if not isinstance(fact, NEMKONTO_DESIGNATIONS.facts):
            continue
        assert isinstance(fact.own_subject, DesignationId)
        row = rows.setdefault(fact.own_subject, {"valid_from": None, "valid_to": None})
        for name in row:
            for setter in NEMKONTO_DESIGNATIONS.column(name).setters:
                if setter.fact is type(fact):
                    row[name] = getattr(fact, setter.source.name) if isinstance(setter.source, Field) else None
    return rows


def holding(facts: tuple[Event, ...], day: date) -> list[DesignationId]:
    """Which designations the register says held on the day, after the facts."""
    return list(held(rows_after(facts), day))


def held(rows: dict[DesignationId, dict[str, object]], day: date) -> Iterator[DesignationId]:
    question = Question(NEMKONTO_DESIGNATIONS, FIRM, known=0, valid=day)
    yield from (designation for designation, row in rows.items() if question.holds(row))


def test_w26_an_end_before_the_effect_calls_the_change_off_and_the_former_account_goes_on() -> None:
    end = replace(END, designation=LATER_DESIGNATION)
    cancelled = DesignationCancelled(
        designation=LATER_DESIGNATION, payee=ANNA, cause=EndCause.REQUEST, age_rule=AGE_RULE
    )
    restored = NemkontoRestored(designation=DESIGNATION, payee=ANNA, cause=None)
    known(*CHANGED_LATER).when(end).then(cancelled, restored)
    after = (*CHANGED_LATER, cancelled, restored)
    known(*after).when(end).then_nothing()
    assert holding(CHANGED_LATER, date(2026, 3, 10)) == [LATER_DESIGNATION]
    assert holding(after, date(2026, 3, 10)) == [DESIGNATION]
    assert known(*after).when(END).facts == (
        NemkontoEnded(
            designation=DESIGNATION,
            payee=ANNA,
            cause=EndCause.REQUEST,
            valid_to=FIFTH_BANK_DAY,
            rule=EFFECT_RULE,
            age_rule=AGE_RULE,
        ),
    )


def test_a_first_account_that_is_closed_before_its_effect_never_takes_effect() -> None:
    closed = replace(END, cause=EndCause.ACCOUNT_CLOSED, happened_on=TODAY)
    cancelled = DesignationCancelled(designation=DESIGNATION, payee=ANNA, cause=EndCause.ACCOUNT_CLOSED)
    known(*ACTIVE).when(closed).then(cancelled)
    assert holding((*ACTIVE, cancelled), FIFTH_BANK_DAY) == []


def test_a_former_account_is_closed_while_the_change_has_no_effect_yet() -> None:
    closed = replace(END, cause=EndCause.ACCOUNT_CLOSED, happened_on=TODAY)
    known(*CHANGED_LATER).when(closed).then(
        NemkontoEnded(designation=DESIGNATION, payee=ANNA, cause=EndCause.ACCOUNT_CLOSED, valid_to=TODAY)
    )


def test_an_account_that_ended_is_not_ended_again_on_the_same_day_for_another_cause() -> None:
    closed = replace(END, cause=EndCause.ACCOUNT_CLOSED, happened_on=DECREE_ON, payee=FIRM)
    known(*FIRMS, *DECREED).at(LEARNED).when(closed).then_nothing()


def test_w29_every_account_ends_at_the_day_of_the_decree() -> None:
    first, later = DECREED
    assert first == NemkontoEnded(designation=DESIGNATION, payee=FIRM, cause=EndCause.BANKRUPTCY, valid_to=DECREE_ON)
    assert later == NemkontoEnded(
        designation=LATER_DESIGNATION, payee=FIRM, cause=EndCause.BANKRUPTCY, valid_to=FIFTH_BANK_DAY
    )
    assert holding(FIRMS, date(2026, 2, 20)) == [DESIGNATION]
    for day in (DECREE_ON, date(2026, 2, 20), FIFTH_BANK_DAY, date(2026, 4, 1)):
        assert holding((*FIRMS, *DECREED), day) == []
    assert holding((*FIRMS, *DECREED), DECREE_ON - timedelta(days=1)) == [DESIGNATION]
    known(*FIRMS, *DECREED).at(LEARNED).when(DECREE).then_nothing()


def test_w30_the_day_of_a_decree_is_corrected_for_every_account_that_it_ended() -> None:
    by_change = SUPERSEDED.model_copy(update={"payee": FIRM})
    corrected = known(*FIRMS, *DECREED).at(LEARNED).when(CORRECT)
    corrected.then(
        NemkontoRestored(designation=DESIGNATION, payee=FIRM, cause=EndCause.BANKRUPTCY),
        by_change,
        NemkontoEndCorrected(
            designation=LATER_DESIGNATION, payee=FIRM, cause=EndCause.BANKRUPTCY, valid_to=CORRECT.happened_on
        ),
    )
    after = (*FIRMS, *DECREED, *corrected.facts)
    assert holding(after, date(2026, 2, 20)) == [DESIGNATION]
    assert holding(after, date(2026, 3, 11)) == [LATER_DESIGNATION]
    assert holding(after, date(2026, 3, 12)) == []
    known(*after).at(LEARNED).when(CORRECT).then_nothing()


def test_w30_a_decree_that_was_annulled_ends_nothing() -> None:
    undone = known(*FIRMS, *DECREED).at(LEARNED).when(UNDO).facts
    after = (*FIRMS, *DECREED, *undone)
    for day in (JANUARY, date(2026, 2, 20), FIFTH_BANK_DAY, date(2026, 4, 1)):
        assert holding(after, day) == holding(FIRMS, day) != []
    known(*after).at(LEARNED).when(UNDO).then_refused(NoSuchEnd)


def test_only_a_decree_or_a_closing_that_was_recorded_is_corrected_to_a_day_that_has_come() -> None:
    known(*FIRMS).when(CORRECT).then_refused(NoSuchEnd)
    known(*FIRMS, *DECREED).when(replace(CORRECT, happened_on=TODAY + timedelta(days=1))).then_refused(EndNeedsItsDay)
    known(*FIRMS, *DECREED).when(replace(CORRECT, cause=EndCause.REQUEST)).then_refused(EndNotCorrected)
    known(*FIRMS, *DECREED).when(replace(UNDO, cause=EndCause.CEASED_PLUS_360D)).then_refused(EndNotCorrected)


def test_a_change_that_is_called_off_leaves_the_account_with_the_end_that_it_had() -> None:
    requested = known(ACTIVE[0], FIRST).when(END).facts
    again = NemkontoActivated.model_validate({**LATER_REPLACES.model_dump(), "effective_on": TODAY + timedelta(days=1)})
    superseded = NemkontoSuperseded.model_validate({**SUPERSEDED.model_dump(), "valid_to": again.effective_on})
    past = (ACTIVE[0], FIRST, *requested, *AWAITING, again, superseded)
    facts = known(*past).when(replace(END, designation=LATER_DESIGNATION)).facts
    assert [type(fact) for fact in facts] == [DesignationCancelled, NemkontoRestored, NemkontoEnded]
    assert facts[-1] == requested[0]


@dataclass
class Plain:
    """One account, for the plain reference."""

    designation: DesignationId
    effective_on: date
    off: bool = False
    ends: dict[EndCause, date] = field(default_factory=dict)
    decree: DesignationId | None = None
    """The account about which the decree was stated that ended this one."""


@dataclass
class Reference:
    """Says who holds a day by the simplest rule: the last account that has effect, unless something ended it."""

    accounts: list[Plain] = field(default_factory=list)

    def holding(self, day: date) -> list[DesignationId]:
        begun = [account for account in self.accounts if not account.off and account.effective_on <= day]
        return [begun[-1].designation] if begun and all(end > day for end in begun[-1].ends.values()) else []

    def take(self, command: AnyCommand, facts: tuple[Event, ...], today: date) -> None:
        """What an accepted command means."""
        match command:
            case DesignateNemkonto() | ActivateNemkonto():
                activated = [fact for fact in facts if isinstance(fact, NemkontoActivated)]
                self.accounts += [Plain(fact.designation, fact.effective_on) for fact in activated]
            case EndNemkonto(cause=EndCause.BANKRUPTCY, happened_on=day) if day:
                self.decreed(command.designation, day)
            case EndNemkonto(cause=cause, happened_on=day):
                account = self.of(command.designation)
                before = day or today
                if not account.ends and before < account.effective_on:
                    account.off = True
                else:
                    account.ends[cause] = day or next(f.valid_to for f in facts if isinstance(f, NemkontoEnded))
            case VoidDesignation():
                self.of(command.designation).off = True
            case CorrectNemkontoEnd() | UndoNemkontoEnd():
                self.changed(command)
            case _:
                raise AssertionError(command)

    def decreed(self, designation: DesignationId, day: date) -> None:
        """A decree ends every account, but for those that another decree ended before."""
        for account in self.accounts:
            if account.decree in {None, designation}:
                account.ends[EndCause.BANKRUPTCY], account.decree = day, designation

    def changed(self, command: CorrectNemkontoEnd | UndoNemkontoEnd) -> None:
        for account in self.concerned(command.designation, command.cause):
            account.ends.pop(command.cause, None)
            if isinstance(command, CorrectNemkontoEnd):
                account.ends[command.cause] = command.happened_on
            elif command.cause is EndCause.BANKRUPTCY:
                account.decree = None

    def of(self, designation: DesignationId) -> Plain:
        return next(account for account in self.accounts if account.designation == designation)

    def concerned(self, designation: DesignationId, cause: EndCause) -> list[Plain]:
        if cause is EndCause.ACCOUNT_CLOSED:
            return [self.of(designation)]
        return [account for account in self.accounts if account.decree == self.of(designation).decree]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["bank", "requested", "request", "closed", "decree", "correct", "undo", "void"]),
        st.integers(0, 12),
        st.integers(0, 40),
        st.integers(0, 4),
    ),
    max_size=14,
)


def commands(kind: str, nth: int, today: date, days: int, which: int) -> list[AnyCommand]:
    """The acts of one step: which account they are about, and how many days from today."""
    new, old = DesignationId(UUID(int=1000 + nth)), DesignationId(UUID(int=1000 + max(0, nth - 1 - which)))
    cause = EndCause.ACCOUNT_CLOSED if which % 2 else EndCause.BANKRUPTCY
    past = today - timedelta(days=days)
    designate = DesignateNemkonto(
        designation=new,
        payee=FIRM,
        account_index=AccountIndex(UUID(int=nth)),
        account=DanishAccount(registration_number="0040", account_number=str(nth)),
        channel=DesignationChannel.BANK,
        institution="0040",
        consent="agreement",
    )
    by_case_worker = replace(
        designate,
        channel=DesignationChannel.AUTHORITY,
        institution=None,
        consent=None,
        code_hash="h",
        signature="signature 1",
        requested_on=today + timedelta(days=days),
    )
    acts: dict[str, list[AnyCommand]] = {
        "bank": [designate],
        "requested": [by_case_worker, ActivateNemkonto(designation=new, payee=FIRM, code_hash="h")],
        "request": [EndNemkonto(designation=old, payee=FIRM, cause=EndCause.REQUEST)],
        "closed": [EndNemkonto(designation=old, payee=FIRM, cause=EndCause.ACCOUNT_CLOSED, happened_on=past)],
        "decree": [EndNemkonto(designation=old, payee=FIRM, cause=EndCause.BANKRUPTCY, happened_on=past)],
        "correct": [CorrectNemkontoEnd(designation=old, payee=FIRM, cause=cause, happened_on=past)],
        "void": [VoidDesignation(designation=old, payee=FIRM, police_reference="1234")],
        "undo": [UndoNemkontoEnd(designation=old, payee=FIRM, cause=cause)],
    }
    return acts[kind]


@pytest.mark.slow
@given_any(STEPS)
def test_after_every_history_the_register_names_the_account_that_a_plain_reference_names(
    steps: list[tuple[str, int, int, int]],
) -> None:
    facts: tuple[Event, ...] = ()
    reference, now = Reference(), NOW
    for nth, (kind, wait, days, which) in enumerate(steps):
        now += timedelta(days=wait)
        for command in commands(kind, nth, now.date(), days, which):
            new = known(*facts).at(now).when(command).facts_unless_refused
            facts = (*facts, *new)
            if new:
                reference.take(command, new, now.date())
        rows = rows_after(facts)
        for ahead in range(-45, 60):
            day = now.date() + timedelta(days=ahead)
            assert list(held(rows, day)) == reference.holding(day), f"{kind} {day}"


def test_a_change_ends_the_account_that_waits_for_a_later_day_and_the_one_that_goes_on_until_then() -> None:
    june = date(2026, 6, 1)
    waits = LATER_REPLACES.model_copy(update={"effective_on": june, "latest_on": june})
    until_june = SUPERSEDED.model_copy(update={"valid_to": june})
    third = replace(
        BANK_REPORT,
        designation=DesignationId(UUID(int=33)),
        account_index=AccountIndex(UUID(int=33)),
        account=DanishAccount(registration_number="0040", account_number="33"),
    )
    past = (ACTIVE[0], FIRST, *AWAITING, waits, until_june)
    after = (*past, *known(*past).when(third).facts)
    assert [holding(after, day) for day in (TODAY, FIFTH_BANK_DAY, june)] == [
        [DESIGNATION],
        [third.designation],
        [third.designation],
    ]


def test_a_corrected_decree_leaves_the_account_that_was_activated_after_it() -> None:
    fresh = DesignationId(UUID(int=34))
    designated = FIRMS[0].model_copy(update={"designation": fresh})
    activated = FIRST.model_copy(
        update={"designation": fresh, "payee": FIRM, "effective_on": date(2026, 3, 30), "latest_on": date(2026, 3, 30)}
    )
    past = (*FIRMS, *DECREED, designated, activated)
    corrected = known(*past).at(LEARNED + timedelta(days=20)).when(CORRECT).facts
    assert fresh not in {fact.own_subject for fact in corrected}
    assert holding((*past, *corrected), date(2026, 4, 1)) == [fresh]


def test_an_account_that_was_closed_before_its_effect_is_called_off_also_if_that_is_learned_after_it() -> None:
    closed = replace(END, cause=EndCause.ACCOUNT_CLOSED, happened_on=FIFTH_BANK_DAY - timedelta(days=1))
    cancelled = DesignationCancelled(designation=DESIGNATION, payee=ANNA, cause=EndCause.ACCOUNT_CLOSED)
    known(*ACTIVE).at(LEARNED).when(closed).then(cancelled)
