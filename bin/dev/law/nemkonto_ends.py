"""Rules about the end of a NemKonto, and about what else follows from a change."""

from datetime import date
from typing import Final

from bin.dev.law.rule import MISSING, PARTLY, RIGHT, Rule, tests

CODES: Final = "domain/nemkonto/test_codes.py"
ENDINGS: Final = "domain/nemkonto/test_endings.py"
FRAUD: Final = "domain/nemkonto/test_fraud.py"
SHARED: Final = "domain/nemkonto/test_shared_account.py"
SURVIVOR: Final = tests(
    "bin/application/test_reactions.py",
    "test_the_survivor_of_a_joint_account_is_warned_unless_the_death_was_a_mistake",
)
END_OF_PAYEE: Final = "domain/nemkonto/test_end_of_payee.py"
ACT: Final = date(2025, 7, 1)
ENDING: Final = "nemkonto.dk, Ophør af en NemKonto"
OLD_PAGE: Final = "the numbers are of the former scheme; the order of 2025 was not seen beyond § 10"

ENDS: Final = (
    Rule(
        "nemkonto.07",
        RIGHT,
        "The payee is notified of each change, end and block, on paper if exempt from Digital Post.",
        "BEK 788/2025 § 10",
        ACT,
        carried_by=("NotifyPayee", "ChangeNoticeGiven", "notice_text", "notifies_payee", "address_for_paper"),
        proved_by=tests("domain/test_reactions.py", "test_every_change_end_and_block_is_notified")
        + tests(
            "domain/nemkonto/test_notice_text.py",
            "test_a_notice_says_in_danish_what_happened_to_which_account_by_which_paragraph",
            "test_a_notice_shows_no_more_of_an_account_than_its_last_four_signs",
        )
        + tests(
            "domain/nemkonto/test_notice.py",
            "test_a_notice_arrives_by_digital_post_in_the_decision_that_records_it",
            "test_w31_who_is_exempt_or_not_registered_is_notified_on_paper",
            "test_w31_that_no_notice_could_be_given_is_recorded_with_the_reason",
        )
        + tests(
            "bin/application/test_reactions.py",
            "test_a_payee_is_notified_of_a_letter_and_of_a_changed_nemkonto_by_messages",
            "test_w31_an_exempt_payee_is_notified_of_each_change_on_paper",
        ),
        to_confirm="the paragraph of the notice; that it goes on paper to the exempt is our reading",
    ),
    Rule(
        "nemkonto.12",
        RIGHT,
        "A NemKonto ends 3 years after a death and 360 days after a cessation that the register holds; only a company "
        "goes bankrupt.",
        ENDING,
        date(2012, 7, 1),
        carried_by=("EndNemkonto", "ENDED_AFTER_DEATH_YEARS", "ENDED_AFTER_CESSATION_DAYS", "EndCauseNotRecorded"),
        proved_by=tests(
            CODES,
            "test_each_cause_ends_a_nemkonto_on_the_day_that_it_counts_from",
            "test_w28_an_end_after_a_death_or_a_cessation_needs_it_in_the_register",
            "test_w28_people_die_and_companies_cease_or_go_bankrupt",
            "test_a_nemkonto_goes_on_for_a_time_after_a_death_or_a_cessation",
            "test_an_end_that_rests_on_a_day_needs_one_that_is_not_to_come",
        ),
        to_confirm=OLD_PAGE,
    ),
    Rule(
        "nemkonto.13",
        RIGHT,
        "A bankruptcy decree ends whatever account held on its day.",
        ENDING,
        carried_by=("EndNemkonto", "NemkontoEnded"),
        proved_by=tests(ENDINGS, "test_w29_every_account_ends_at_the_day_of_the_decree"),
        to_confirm=OLD_PAGE,
    ),
    Rule(
        "nemkonto.14",
        RIGHT,
        "The day of an end is corrected, and an end by mistake is undone.",
        ENDING,
        carried_by=("CorrectNemkontoEnd", "UndoNemkontoEnd", "NemkontoEndCorrected", "FollowEndOfPayee"),
        proved_by=tests(
            ENDINGS,
            "test_w30_the_day_of_a_decree_is_corrected_for_every_account_that_it_ended",
            "test_w30_a_decree_that_was_annulled_ends_nothing",
            "test_a_corrected_decree_leaves_the_account_that_was_activated_after_it",
            "test_only_a_decree_or_a_closing_that_was_recorded_is_corrected_to_a_day_that_has_come",
            "test_an_account_that_ended_is_not_ended_again_on_the_same_day_for_another_cause",
        )
        + tests(
            END_OF_PAYEE,
            "test_w30_a_death_recorded_by_mistake_plans_no_end_and_restores_what_the_timer_ended",
            "test_w30_a_corrected_day_of_death_moves_the_planned_and_the_recorded_end",
            "test_an_account_that_is_restored_ends_in_time_if_its_payee_is_dead",
        )
        + tests(
            "domain/test_correction.py", "test_a_second_correction_of_the_end_of_a_nemkonto_corrects_the_first_too"
        ),
        to_confirm=OLD_PAGE,
    ),
    Rule(
        "nemkonto.15",
        PARTLY,
        "The 3 years, the 360 days and five years without a payment end a NemKonto automatically.",
        ENDING,
        carried_by=("NEMKONTO_END", "NemkontoEndPlanned", "FollowEndOfPayee"),
        proved_by=tests(
            END_OF_PAYEE,
            "test_w28_an_account_ends_three_years_after_the_death_without_a_request",
            "test_w28_an_account_ends_360_days_after_the_cessation_without_a_request",
            "test_who_has_no_account_has_none_to_end",
        ),
        because="The last payment is not known, so five idle years end nothing.",
        comes_in="issue 13",
        to_confirm=OLD_PAGE,
    ),
    Rule(
        "nemkonto.19",
        RIGHT,
        "A citizen freezes changes; a fraudulent designation is void from its day, and the loss is compensated.",
        "L 165 (2021-22); digst.dk, kompensation",
        date(2022, 8, 1),
        carried_by=(
            "SetChangeFreeze",
            "LiftChangeFreeze",
            "ChangesFrozen",
            "VoidDesignation",
            "restore_the_others",
            "ClaimCompensation",
            "DecideCompensation",
            "RecordPaidCompensation",
            "CorrectPaidCompensation",
            "AnnulPaidCompensation",
        ),
        proved_by=tests(
            FRAUD,
            "test_a_payee_freezes_changes_and_lifts_the_freeze",
            "test_while_changes_are_frozen_nothing_is_changed_by_anybody",
            "test_what_the_law_ends_ends_while_changes_are_frozen",
            "test_a_fraudulent_designation_is_void_from_its_day_and_the_account_before_it_holds_again",
            "test_after_a_later_change_the_account_before_the_fraud_holds_until_that_change",
            "test_a_decree_that_ended_a_void_account_ends_the_account_before_it",
            "test_a_fraudulent_designation_that_awaits_its_code_never_becomes_active",
            "test_a_designation_is_voided_by_a_report_to_the_police",
            "test_what_never_held_cannot_be_voided",
        )
        + tests(
            "domain/nemkonto/test_compensation.py",
            "test_compensation_is_claimed_decided_and_paid",
            "test_only_an_authority_decides_a_claim_and_its_reasons_are_encrypted",
            "test_nothing_is_claimed_for_a_designation_that_was_never_activated",
            "test_compensation_is_for_a_void_designation_in_its_order",
            "test_compensation_is_paid_in_parts_and_never_more_than_is_granted",
            "test_after_a_payment_no_less_is_granted_and_the_claim_is_not_refused_any_more",
            "test_no_more_is_granted_than_is_claimed",
            "test_with_amounts_that_are_erased_none_is_compared",
            "test_the_same_payment_is_recorded_once_and_its_reference_is_of_no_other",
            "test_a_payment_that_was_recorded_wrongly_is_corrected_and_what_it_leaves_is_paid",
            "test_a_payment_that_was_never_made_is_annulled_and_its_reference_is_free_again",
            "test_the_id_of_a_payment_is_of_no_other_payment_of_whichever_designation",
            "test_a_correction_fits_the_grant_and_the_other_payments",
            "test_an_amount_fits_what_was_decided",
            "test_a_payment_is_recorded_with_its_day_and_reference_when_it_was_made",
            "test_a_claim_is_corrected_by_a_second_one",
        )
        + tests(ENDINGS, "test_after_every_history_the_register_names_the_account_that_a_plain_reference_names")
        + tests(
            "bin/cli/test_nemkonto_fraud.py",
            "test_a_void_designation_never_held_and_what_rested_on_it_is_listed",
        )
        + tests(
            "bin/cli/test_compensation.py",
            "test_compensation_is_recorded_step_by_step_and_its_amounts_are_encrypted",
            "test_a_payment_is_recorded_once_and_one_typed_wrongly_is_corrected_or_annulled",
            "test_of_payments_at_the_same_time_no_more_is_recorded_than_is_granted",
        ),
        to_confirm="the paragraph in the act of 2025; that a freeze stops every channel is our decision",
    ),
    Rule(
        "nemkonto.22",
        RIGHT,
        "Others who use a dead holder's account are warned.",
        "vestjyskbank.dk, dødsfald",
        carried_by=("FindAccountSharers", "AccountHolderEnded", "warns_sharers", "NotifyPayee"),
        proved_by=tests(
            SHARED,
            "test_after_a_death_the_others_who_use_the_account_are_found",
            "test_the_survivor_is_warned_by_digital_post",
            "test_the_warning_is_dropped_if_the_death_is_corrected_before_it_is_sent",
            "test_an_account_that_was_still_the_nemkonto_of_the_dead_warns_who_shares_it",
            "test_who_still_uses_the_account_until_a_change_has_effect_is_warned",
            "test_who_uses_the_account_no_more_is_not_warned",
            "test_an_account_that_the_dead_used_no_more_warns_nobody",
            "test_after_a_corrected_death_the_survivor_is_warned_of_a_later_one_again",
        )
        + SURVIVOR,
        to_confirm="no rule requires it",
    ),
    Rule(
        "nemkonto.23",
        MISSING,
        "Payments: bundles, orders, answers, set-off and the holding account (ventekonto).",
        "lov om Nemkonto; the order on the holding account of 24 February 2012",
        date(2012, 3, 6),
        because="There are no payments.",
        comes_in="issue 13",
    ),
)
