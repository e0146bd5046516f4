"""Who may designate: the payee from 15 years on, a guardian for a child or ward, a case worker who signs."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.entry import EntrySource
from domain.fact import Event
from domain.identity.mandate import MandateKind, MandateScope
from domain.identity.merge import EntriesMerged, EntryIsMerged
from domain.identity.person import PersonDied, PersonRegistered
from domain.identity.uncertain_day import UncertainDay
from domain.nemkonto.change_freeze import ChangeFreezeFact, ChangeFreezeSet
from domain.nemkonto.designation import (
    ActForPayee,
    ActivationLetterOrdered,
    ActivationRefused,
    EndCause,
    NemkontoActivated,
    NemkontoDesignated,
)
from domain.nemkonto.designation_commands import DesignateNemkonto
from domain.nemkonto.ending_commands import NobodyActs
from domain.nemkonto.fraud_commands import LiftChangeFreeze, SetChangeFreeze
from domain.nemkonto.who_designates import (
    FormMissing,
    GuardianNeeded,
    MayNotDesignate,
    PayeeActsNoMore,
    PayeeCommand,
    PayeesAgeUnknown,
    SignatureMissing,
)
from domain.subject import PersonId
from tests.controls import ANNA, ANNA_DIED, BO, FIRM, LATER_DESIGNATION, born, known, mandate
from tests.law import given
from tests.nemkonto_past import (
    ACTIVE,
    AGE_RULE,
    AWAITING,
    BANK_REPORT,
    BY_CASE_WORKER,
    END,
    FOREIGN,
    FORM,
    LATER_REPLACES,
    REDEEM,
    SELF_SERVICE,
    SUPERSEDED,
    TODAY,
    WITHDRAW,
    WRONG_CODE,
)

FIFTEEN = born(UncertainDay(2011, 3, 2))
"""Anna turns 15 on the scene's day."""
CHILD = born(UncertainDay(2011, 3, 3))
CUSTODY = mandate(ANNA, BO, MandateKind.CUSTODY, scope=MandateScope.ALL, source=EntrySource.MUNICIPALITY)
GUARDIAN = mandate(ANNA, BO, MandateKind.GUARDIAN, scope=MandateScope.NEMKONTO, source=EntrySource.COURT)
ATTORNEY = mandate(ANNA, BO, MandateKind.POWER_OF_ATTORNEY, scope=MandateScope.NEMKONTO)
BY_BO = replace(SELF_SERVICE, acted_by=BO)


def test_who_is_15_designates_alone() -> None:
    assert known(FIFTEEN).when(SELF_SERVICE).facts


@pytest.mark.parametrize("designate", [SELF_SERVICE, BANK_REPORT], ids=["alone", "by a bank"])
def test_w13_who_is_younger_designates_nothing_without_a_guardian(designate: DesignateNemkonto) -> None:
    known(CHILD).when(designate).then_refused(GuardianNeeded)
    known(CHILD, CUSTODY).when(designate).then_refused(GuardianNeeded)
    known(CHILD, CUSTODY).when(replace(designate, acted_by=ANNA)).then_refused(GuardianNeeded)


@pytest.mark.parametrize("appointed", [CUSTODY, GUARDIAN], ids=["custody", "guardian"])
def test_who_has_custody_or_is_guardian_designates_for_a_child(appointed: Event) -> None:
    designated, letter = known(CHILD, appointed).when(BY_BO).facts
    assert isinstance(designated, NemkontoDesignated)
    assert (designated.payee, designated.acted_by) == (ANNA, BO)
    assert designated.mandate == appointed.own_subject
    assert isinstance(letter, ActivationLetterOrdered)


def test_a_bank_reports_the_account_of_a_child_that_the_guardian_wishes() -> None:
    reported = replace(BANK_REPORT, acted_by=BO)
    assert isinstance(known(CHILD, CUSTODY).when(reported).facts[-1], NemkontoActivated)


def test_a_power_of_attorney_is_enough_for_who_is_old_enough_to_give_it_and_not_for_a_child() -> None:
    assert known(FIFTEEN, ATTORNEY).when(BY_BO).facts
    known(CHILD, ATTORNEY).when(BY_BO).then_refused(MayNotDesignate)


@pytest.mark.parametrize(
    "past",
    [
        (),
        (mandate(ANNA, BO),),
        (mandate(ANNA, BO, MandateKind.GUARDIAN, scope=MandateScope.MAIL, source=EntrySource.COURT),),
        (GUARDIAN.model_copy(update={"valid_from": date(2026, 3, 3)}),),
        (GUARDIAN.model_copy(update={"valid_to": TODAY}),),
        (GUARDIAN, PersonDied(person=BO, died_on=date(2026, 2, 1))),
        (mandate(FIRM, BO, MandateKind.SIGNATORY, scope=MandateScope.NEMKONTO),),
    ],
    ids=["none", "of post", "not of the NemKonto", "not yet", "no more", "the guardian is dead", "of another"],
)
def test_nobody_designates_for_another_without_a_mandate_that_covers_it(past: tuple[Event, ...]) -> None:
    known(CHILD, *past).when(BY_BO).then_refused(MayNotDesignate)
    known(FIFTEEN, *past).when(BY_BO).then_refused(MayNotDesignate)


def test_a_guardian_whose_entry_was_merged_acts_by_the_one_that_remains() -> None:
    merged = EntriesMerged(person=BO, into=PersonId(UUID(int=78)))
    known(CHILD, GUARDIAN, merged).when(BY_BO).then_refused(EntryIsMerged)


def test_custody_of_who_is_of_age_designates_nothing() -> None:
    known(CUSTODY).when(BY_BO).then_refused(MayNotDesignate)
    assert known(FIFTEEN, CUSTODY).when(BY_BO).facts


def test_whether_the_payee_is_a_child_is_what_the_register_says() -> None:
    given(PersonRegistered(person=ANNA, birth_date=None)).when(SELF_SERVICE).then_refused(PayeesAgeUnknown)
    assert known(CHILD, FIFTEEN).when(SELF_SERVICE).facts
    known(born(UncertainDay(2011))).when(SELF_SERVICE).then_refused(GuardianNeeded)


def test_a_signatory_designates_for_a_company() -> None:
    signatory = mandate(FIRM, BO, MandateKind.SIGNATORY, scope=MandateScope.NEMKONTO)
    (designated, _) = known(signatory).when(replace(SELF_SERVICE, payee=FIRM, acted_by=BO)).facts
    assert isinstance(designated, NemkontoDesignated)
    assert designated.acted_by == BO


@pytest.mark.parametrize("signature", [None, "", " "])
def test_a_case_worker_signs_each_designation(signature: str | None) -> None:
    known().when(replace(BY_CASE_WORKER, signature=signature)).then_refused(SignatureMissing)
    designated = known().when(BY_CASE_WORKER).facts[0]
    assert isinstance(designated, NemkontoDesignated)
    assert designated.signature == "signature 1"


def test_a_designation_on_paper_rests_on_the_stored_form() -> None:
    known().when(replace(FOREIGN, document=None)).then_refused(FormMissing)
    designated = known().when(FOREIGN).facts[0]
    assert isinstance(designated, NemkontoDesignated)
    assert designated.document == FORM


LIFT, FREEZE = LiftChangeFreeze(payee=ANNA), SetChangeFreeze(payee=ANNA)
ACTS_OF_A_PAYEE = pytest.mark.parametrize(
    ("past", "act"),
    [
        (AWAITING, WITHDRAW),
        (ACTIVE, END),
        ((*ACTIVE, *AWAITING, LATER_REPLACES, SUPERSEDED), replace(END, designation=LATER_DESIGNATION)),
        ((), FREEZE),
        ((ChangeFreezeSet(payee=ANNA),), LIFT),
    ],
    ids=["withdraws", "ends", "calls off", "freezes", "lifts the freeze"],
)


@ACTS_OF_A_PAYEE
def test_a_child_undoes_nothing_that_its_guardian_designated(past: tuple[Event, ...], act: PayeeCommand[Any]) -> None:
    known(CHILD, CUSTODY, *past).when(act).then_refused(GuardianNeeded)
    known(CHILD, CUSTODY, *past).when(replace(act, acted_by=ANNA)).then_refused(GuardianNeeded)
    assert known(FIFTEEN, *past).when(act).facts


@pytest.mark.parametrize(
    ("past", "act"),
    [
        (AWAITING, WITHDRAW),
        (ACTIVE, END),
        ((*ACTIVE, *AWAITING, LATER_REPLACES, SUPERSEDED), replace(END, designation=LATER_DESIGNATION)),
        ((ChangeFreezeSet(payee=ANNA),), LIFT),
    ],
    ids=["withdraws", "ends", "calls off", "lifts the freeze"],
)
def test_the_dead_do_nothing_any_more_and_who_represents_the_estate_acts_for_them(
    past: tuple[Event, ...], act: PayeeCommand[Any]
) -> None:
    estate = mandate(
        ANNA,
        BO,
        MandateKind.ESTATE,
        scope=MandateScope.NEMKONTO,
        valid_from=date(2026, 3, 1),
        source=EntrySource.COURT,
        document="skifteretten 2026-17",
    )
    for former in ((), (CHILD,)):
        dead = known(*former, *past, ANNA_DIED, estate)
        dead.when(act).then_refused(PayeeActsNoMore)
        dead.when(replace(act, acted_by=ANNA)).then_refused(PayeeActsNoMore)
        fact = dead.when(replace(act, acted_by=BO)).facts[0]
        assert isinstance(fact, ActForPayee | ChangeFreezeFact)
        assert (fact.acted_by, fact.mandate) == (BO, estate.entry)


@ACTS_OF_A_PAYEE
def test_who_acts_for_the_payee_is_in_the_fact_with_the_mandate(
    past: tuple[Event, ...], act: PayeeCommand[Any]
) -> None:
    by_bo = replace(act, acted_by=BO)
    fact = known(CHILD, CUSTODY, *past).when(by_bo).facts[0]
    assert isinstance(fact, ActForPayee | ChangeFreezeFact)
    assert (fact.acted_by, fact.mandate, fact.age_rule) == (BO, CUSTODY.entry, AGE_RULE)
    for former in ((), (ATTORNEY,), (CUSTODY, PersonDied(person=BO, died_on=date(2026, 2, 1)))):
        known(CHILD, *former, *past).when(by_bo).then_refused(MayNotDesignate)


def test_who_redeems_a_code_for_another_needs_a_mandate_and_who_has_the_letter_is_asked_for_no_age() -> None:
    assert known(CHILD, CUSTODY, *AWAITING).when(REDEEM).facts
    (activated,) = known(CHILD, CUSTODY, *AWAITING).when(replace(REDEEM, acted_by=BO)).facts
    assert isinstance(activated, NemkontoActivated)
    assert (activated.acted_by, activated.mandate) == (BO, CUSTODY.entry)
    known(CHILD, *AWAITING).when(replace(REDEEM, acted_by=BO)).then_refused(MayNotDesignate)
    wrong = known(CHILD, CUSTODY, *AWAITING).when(replace(WRONG_CODE, acted_by=BO)).facts[0]
    assert isinstance(wrong, ActivationRefused)
    assert wrong.acted_by == BO


def test_of_an_end_that_nobody_requests_no_age_is_asked_and_nobody_acts() -> None:
    closed = replace(END, cause=EndCause.ACCOUNT_CLOSED, happened_on=TODAY)
    assert known(CHILD, *ACTIVE).when(closed).facts
    known(CHILD, CUSTODY, *ACTIVE).when(replace(closed, acted_by=BO)).then_refused(NobodyActs)
