"""The edge cases 18 to 34 of Digital Post, each with its required outcome and the tests that prove the whole of it."""

from typing import Final

from bin.dev.law.cases_to_17 import COMMANDS, ITEM, TIMES, case
from bin.dev.law.rule import MISSING, NO_ISSUE, PARTLY, RIGHT, tests

OUTAGE: Final = "domain/post/test_outage.py"
OUTAGE_TOOLS: Final = "bin/cli/test_outage.py"

CASES_FROM_18: Final = (
    case(
        18,
        MISSING,
        "A recipient system is down for 7 days: switched off; a later fetch has no new legal time.",
        because="There are no recipient systems.",
        comes_in=NO_ISSUE,
    ),
    case(
        19,
        RIGHT,
        "A view client is out around the arrival: the time remains, the outage joins the evidence.",
        tests(OUTAGE, "TestWhatArrives::test_edge_19_an_outage_of_a_view_client_moves_no_arrival")
        + tests(
            OUTAGE_TOOLS,
            "test_edge_19_the_evidence_of_a_letter_holds_the_outages_around_its_arrival_and_its_time_remains",
        ),
    ),
    case(
        20,
        RIGHT,
        "The whole platform is out, or the transition period of § 10 d: nothing arrives while that is recorded.",
        tests(
            OUTAGE,
            "TestWhatArrives::test_edge_20_while_the_platform_is_out_a_letter_waits_until_it_is_expected_back",
            "TestWhatArrives::test_edge_20_a_letter_held_back_that_falls_due_in_an_outage_waits_too",
            "TestWhatArrives::test_edge_20_in_the_transition_period_nothing_arrives",
            "TestWaiting::test_edge_20_it_arrives_when_the_outage_ends_earlier_or_was_none",
            "TestWaiting::test_edge_20_it_waits_less_when_an_earlier_end_is_expected",
        )
        + tests(
            OUTAGE_TOOLS,
            "test_edge_20_while_the_platform_is_out_nothing_arrives_and_the_letter_arrives_when_it_is_back",
            "test_edge_20_a_letter_that_waits_arrives_when_the_outage_was_none_or_ended_earlier",
        ),
    ),
    case(
        21,
        RIGHT,
        "Read by a holder of access: opened by the representative, and a summons is served for the owner.",
        tests(
            ITEM,
            "test_edge_21_a_holder_of_read_access_is_served_on_behalf_of_the_owner",
            "test_edge_21_read_access_covers_letters_that_arrived_before_it",
        ),
    ),
    case(
        22,
        RIGHT,
        "Read and then marked unread: no time changes.",
        tests(
            TIMES,
            "test_edge_22_marking_a_message_unread_moves_nothing",
            "test_edge_22_marking_a_message_read_is_no_handling",
        )
        + tests(ITEM, "test_edge_22_a_message_marked_unread_is_not_first_opened_again"),
    ),
    case(
        23,
        RIGHT,
        "Notification fails everywhere: arrived all the same.",
        tests(
            "domain/post/test_dispute.py",
            "test_edge_23_when_every_notification_fails_the_letter_has_arrived_all_the_same",
        )
        + tests("bin/cli/test_disputes.py", "test_edge_23_a_notification_that_fails_everywhere_moves_no_time"),
    ),
    case(
        24,
        RIGHT,
        "A reply after its day, to a letter without reply or to a closed contact point: accepted and flagged as late, "
        "rejected, sent to another point.",
        tests(
            "domain/post/test_reply.py",
            "test_a_reply_names_the_letter_that_it_answers_and_the_thread",
            "test_edge_24_a_reply_after_its_time_arrives_and_is_flagged_as_late",
            "test_edge_24_a_reply_to_a_letter_that_permits_none_is_rejected",
            "test_edge_24_a_reply_to_a_closed_contact_point_is_linked_and_lies_elsewhere",
            "test_who_names_a_letter_that_is_not_theirs_to_answer_learns_nothing_and_sends_a_new_message",
        )
        + tests(
            "bin/cli/test_letter_facts.py",
            "test_edge_24_a_reply_is_linked_with_what_it_answers_and_says_that_it_is_late_or_not_permitted",
        ),
    ),
    case(
        25,
        PARTLY,
        "Receipts out of order, twice, or before the letter: one of each, an orphan is matched again.",
        tests("domain/post/test_receipt.py", "test_a_message_has_one_receipt_of_each_status_with_every_caller"),
        "Receipts of other systems are not taken in, so there are no orphans.",
        comes_in="issue 12",
    ),
    case(
        26,
        RIGHT,
        "A sender fetches a receipt and crashes: it is listed until it is acknowledged, which is a fact.",
        tests(
            "domain/post/test_receipt.py",
            "test_edge_26_a_receipt_waits_until_its_sender_acknowledges_it",
            "test_edge_26_acknowledging_again_changes_nothing",
        )
        + tests(
            "bin/cli/test_life_events.py",
            "TestReceipts::test_edge_26_a_crash_before_the_acknowledgement_leaves_them_listed",
        ),
    ),
    case(
        27,
        PARTLY,
        "An archive with bad letters: receipts for each, its progress shown, a second run sends the missing only.",
        tests(
            "bin/cli/test_submit.py",
            "test_killed_at_any_step_and_run_again_every_letter_arrives_once",
            "test_a_torn_archive_is_bad_input_after_its_whole_letters_are_taken",
        ),
        "No register shows the progress of a mailing.",
        comes_in="issue 14",
    ),
    case(
        28,
        RIGHT,
        "No final receipt after some hours: reported as stuck.",
        tests(
            "bin/cli/test_stuck_letters.py",
            "test_a_letter_without_a_final_receipt_after_a_day_is_reported_until_it_has_one",
        ),
    ),
    case(
        29,
        RIGHT,
        "The incident of 2022: a mailbox registered by mistake for months; correction, list, senders informed, paper.",
        tests(
            "domain/post/test_correction.py",
            "test_what_is_decided_not_to_have_arrived_goes_on_paper_and_its_recorded_arrival_remains",
            "test_a_sender_is_informed_once_of_its_own_letters",
        )
        + tests(
            "bin/cli/test_corrections.py",
            "test_edge_29_a_mailbox_by_mistake_is_corrected_its_senders_informed_and_its_letters_sent_on_paper",
        ),
    ),
    case(
        30,
        RIGHT,
        "Read access revived by mistake: corrected, with the list of every reading by it.",
        tests(
            "bin/cli/test_mandates.py",
            "test_edge_30_of_a_wrong_access_it_is_listed_who_read_what_by_it_and_when",
        )
        + tests("bin/cli/test_impact_drills.py", "test_drill_of_a_wrong_access_lists_what_was_read_and_served_by_it"),
    ),
    case(
        31,
        RIGHT,
        "Erasure by term or on request: content and personal fields gone, facts and digests stay, replay is equal.",
        tests("bin/cli/test_openings_and_erasure.py", "test_an_erasure_of_all_leaves_nothing_to_open_anywhere")
        + tests("bin/cli/test_operators_facts.py", "test_to_erase_all_no_key_is_needed_and_the_registers_stay_equal")
        + tests(
            "bin/cli/test_retention.py",
            "test_edge_31_content_is_deleted_five_years_after_a_death_and_the_facts_stay",
            "test_content_is_deleted_ten_years_after_a_cessation",
        ),
    ),
    case(
        32,
        RIGHT,
        "Submitted again after a fall back to paper: a new UUID, linked by messageID, no second arrival.",
        tests(COMMANDS, "test_a_new_letter_after_a_rejection_has_its_own_uuid_and_its_own_arrival")
        + tests(
            "bin/cli/test_paper.py",
            "test_edge_32_submitted_again_after_paper_it_is_linked_by_its_message_id_and_arrives_once_each_way",
        ),
    ),
    case(
        33,
        RIGHT,
        "Clocks differ between machines: the database's time counts and never runs back.",
        tests(TIMES, "test_edge_33_the_clock_is_the_ledgers_and_no_callers")
        + tests(
            "adapters/ledger/test_ledger_append_only.py",
            "test_when_the_clock_is_set_back_the_times_in_the_ledger_do_not_go_back",
            "test_a_forged_position_or_registration_time_is_refused",
        ),
    ),
    case(
        34,
        RIGHT,
        "A rule changes: the fact keeps the version that decided, and a replay its outcome.",
        tests(
            COMMANDS,
            "test_before_september_2022_a_letter_was_held_back_for_five_days_at_most",
            "test_the_fact_keeps_the_version_of_the_rule_that_decided",
        )
        + tests(TIMES, "test_the_clock_is_the_recorded_outcome_and_asks_no_rule")
        + tests(
            "domain/post/test_exemption.py",
            "test_edge_34_an_exemption_of_the_former_law_ends_and_each_keeps_the_rule_that_decided",
        )
        + tests(
            "domain/test_policy.py",
            "test_every_scene_of_these_tests_fails_when_a_rule_decides_that_no_fact_holds",
        ),
    ),
)
