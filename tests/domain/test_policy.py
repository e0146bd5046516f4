"""The numbers of the law: each with its day, its paragraph and its stated assumption."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain import policy
from domain.command import AnyCommand, Command, Consulted
from domain.context import Context
from domain.dated_policy import NoRuleYet, Policy
from domain.entry import EntryEndCause
from domain.fact import Event, Retention
from domain.identity.company import CompanyCeased
from domain.identity.entry_commands import EndEntry, MatterName
from domain.identity.mandate import MandateEnded, MandateKind, MandateScope
from domain.identity.naming import NamingDeadlinePassed
from domain.identity.uncertain_day import UncertainDay
from domain.nemkonto.fraud_commands import SetChangeFreeze
from domain.operations.retention import DeletionPlanned
from domain.operations.retention_commands import PlanDeletion
from domain.policy import DIGITAL_POST_AGE_YEARS, SCHEDULED_AHEAD_DAYS_MAX
from domain.post.mail_registration_commands import PlanMailRegistration
from domain.post.mail_registration_plan import PlannedFor
from tests import law
from tests.controls import ANNA, ANNA_DIED, ANNAS_MAIL, BO, FIRM, born, known, letter, mandate, post
from tests.law import NOW, Scene, given

TODAY = date(2026, 11, 21)
ALL_POLICIES = [value for value in vars(policy).values() if isinstance(value, Policy)]

IN_FORCE = {
    "digital_post.age_years": 15,
    "digital_post.scheduled_ahead_days_max": 12,
    "digital_post.release_hour": 0,
    "digital_post.transition_period": False,
    "digital_post.company_grace_days": 12,
    "digital_post.immigrant_registration_days": 30,
    "digital_post.registration_announcement_days": 21,
    "digital_post.exemption_years": 0,
    "digital_post.exemption_appeal_weeks": 4,
    "digital_post.paper_arrival_days": 5,
    "digital_post.resend_window_months": 6,
    "digital_post.content_after_death_years": 5,
    "digital_post.content_after_cessation_years": 10,
    "digital_post.content_after_recording_days": 180,
    "digital_post.rejected_letter_days": 180,
    "digital_post.receipt_watchdog_hours": 24,
    "nemkonto.activation_code_valid_days": 60,
    "nemkonto.activation_code_digits": 8,
    "nemkonto.activation_attempts_max": 5,
    "nemkonto.effect_bank_days_max": 5,
    "nemkonto.foreign_effect_bank_days": 5,
    "nemkonto.designates_alone_age_years": 15,
    "nemkonto.ended_after_death_years": 3,
    "nemkonto.ended_after_cessation_days": 360,
    "identity.mandate_giver_age_years": 15,
    "identity.parents_max": 2,
    "identity.majority_years": 18,
    "identity.naming_months": 6,
    "identity.protection_years": 1,
    "identity.protection_reminder_days": 30,
    "identity.erased_number_is_free": True,
    "identity.move_reported_before_days_max": 28,
    "identity.move_reported_after_days_max": 5,
}


def test_the_law_in_force_is_what_the_sources_say() -> None:
    assert {p.rule: p.on(TODAY).value for p in ALL_POLICIES} == IN_FORCE


def test_no_two_policies_have_one_stored_name() -> None:
    assert len({p.rule for p in ALL_POLICIES}) == len(ALL_POLICIES)


@pytest.mark.parametrize("each", ALL_POLICIES, ids=lambda each: each.rule)
def test_a_policy_names_its_source_and_unit_and_owns_up_to_our_decisions(each: Policy[int]) -> None:
    assert each.says
    assert each.unit
    assert each.paragraph
    assert bool(each.assumed) or "our decision" not in each.paragraph


@pytest.mark.parametrize("each", ALL_POLICIES, ids=lambda each: each.rule)
def test_a_rule_is_not_known_before_its_first_day(each: Policy[int]) -> None:
    first_day, value = each.versions[0]
    assert each.on(first_day).value == value
    with pytest.raises(NoRuleYet, match=each.rule):
        each.on(first_day - timedelta(days=1))


def test_a_message_could_be_held_back_5_days_and_from_september_2022_12_days() -> None:
    before, after = date(2022, 8, 31), date(2022, 9, 1)
    assert SCHEDULED_AHEAD_DAYS_MAX.on(before).value == 5
    assert SCHEDULED_AHEAD_DAYS_MAX.on(after).value == 12


def test_an_outcome_records_which_version_of_the_rule_decided_it() -> None:
    assert str(SCHEDULED_AHEAD_DAYS_MAX.on(date(2022, 8, 31))) == "digital_post.scheduled_ahead_days_max@2022-03-21"


def test_a_policy_prints_its_value_its_day_and_its_source() -> None:
    assert str(policy.DIGITAL_POST_AGE_YEARS) == (
        "A resident is connected to Digital Post automatically from the age of: "
        "15 years from 2014-11-01 (LBK 686/2021 § 3(1))"
    )
    assert "5 days from 2022-03-21, then 12 days from 2022-09-01" in str(SCHEDULED_AHEAD_DAYS_MAX)
    assert str(policy.RELEASE_HOUR).endswith("Assumed: the hour is stated nowhere that we read.")


def test_versions_out_of_order_are_impossible() -> None:
    for versions in ((), ((TODAY, 1), (TODAY, 2)), ((TODAY, 1), (date(2000, 1, 1), 2))):
        with pytest.raises(AssertionError):
            Policy(rule="x", says="x", paragraph="x", unit="x", versions=versions)


class Forget(Command[()]):
    """A command that a rule decides, and whose fact does not hold the rule."""

    legal_basis = "a paragraph"

    def consults(self) -> tuple[Consulted[Any], ...]:
        return ()

    def decide(self, context: Context) -> Iterator[Event]:
        assert DIGITAL_POST_AGE_YEARS.on(context.today).value
        yield NamingDeadlinePassed(person=ANNA)


def test_every_scene_of_these_tests_fails_when_a_rule_decides_that_no_fact_holds() -> None:
    with pytest.raises(AssertionError, match=r"digital_post.age_years@2014-11-01"):
        given().when(Forget())


TODAYS_LETTER = letter(do_not_deliver_until=NOW.date())
IMMIGRATED = PlanMailRegistration(recipient=ANNA, reason=PlannedFor.IMMIGRATION)
CUSTODY = mandate(ANNA, BO, MandateKind.CUSTODY, scope=MandateScope.ALL)
BY_CUSTODY = (born(UncertainDay(2015)), CUSTODY)
END_CUSTODY = EndEntry(matter=MatterName.MANDATE, party=ANNA, entry=CUSTODY.entry, valid_to=date(2040, 1, 1))
KEPT_LONGER = DeletionPlanned(subject=ANNA, retention_class=Retention.POST, due_on=date(2040, 1, 1), rule=None)
PLANNED_BY_TERM = KEPT_LONGER.model_copy(update={"due_on": date(2041, 1, 1), "rule": "a rule"})
"""By the term after a later day of death or cessation, which was corrected since."""
SCENES: Mapping[tuple[str, str], tuple[Scene, AnyCommand]] = {
    ("MessageMadeAvailable", "digital_post.release_hour"): (post(ANNAS_MAIL), TODAYS_LETTER),
    ("MailRegistrationPlanned", "digital_post.age_years"): (known(), IMMIGRATED),
    ("MailRegistrationPlanned", "digital_post.immigrant_registration_days"): (
        known(born(UncertainDay(2015))),
        IMMIGRATED,
    ),
    ("DeletionPlanned", "digital_post.content_after_death_years"): (
        given(ANNA_DIED, KEPT_LONGER, PLANNED_BY_TERM),
        PlanDeletion(holder=ANNA),
    ),
    ("DeletionPlanned", "digital_post.content_after_cessation_years"): (
        given(
            CompanyCeased(company=FIRM, ceased_on=NOW.date()),
            *(plan.model_copy(update={"subject": FIRM}) for plan in (KEPT_LONGER, PLANNED_BY_TERM)),
        ),
        PlanDeletion(holder=FIRM),
    ),
    ("DeletionPlanned", "digital_post.content_after_recording_days"): (given(ANNA_DIED), PlanDeletion(holder=ANNA)),
    ("MandateEnded", "identity.majority_years"): (known(*BY_CUSTODY), replace(END_CUSTODY, valid_to=NOW.date())),
    ("MandateEndCorrected", "identity.majority_years"): (
        known(*BY_CUSTODY, MandateEnded(**CUSTODY.named, valid_to=NOW.date(), cause=EntryEndCause.STATED)),
        END_CUSTODY,
    ),
    ("mandate", "identity.majority_years"): (known(*BY_CUSTODY), SetChangeFreeze(payee=ANNA, acted_by=BO)),
}
"""Each rule that a decision need not hold, by the fact or field for which it need not, and a scene that needs it."""


@pytest.mark.parametrize(("fact", "rule"), SCENES)
def test_a_rule_need_not_be_held_only_where_a_scene_fails_without_that(
    fact: str, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene, command = SCENES[fact, rule]
    assert scene.when(command).facts
    monkeypatch.setattr(law, "NEED_NOT_HOLD", {})
    monkeypatch.setattr(law, "OF_THE_MANDATE", frozenset())
    with pytest.raises(AssertionError, match=rf"no fact holds them: {{'{rule}@[0-9-]+'}}"):
        scene.when(command)


def test_every_rule_that_need_not_be_held_has_its_scene() -> None:
    listed = {(fact, rule) for fact, rules in law.NEED_NOT_HOLD.items() for rule in rules}
    assert set(SCENES) == listed | {("mandate", rule) for rule in law.OF_THE_MANDATE}
