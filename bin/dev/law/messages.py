"""Rules about letters from submission to arrival: LBK 686/2021 (the Act) § 10, and MeMo."""

from datetime import date
from typing import Final

from bin.dev.law.arrivals import ARRIVALS
from bin.dev.law.letters import SENDERS
from bin.dev.law.rule import RIGHT, Rule, tests

COMMANDS: Final = "domain/post/test_message_commands.py"
RELEASE: Final = "domain/post/test_message_release.py"
TIMES: Final = "domain/post/test_legal_times.py"
SUBMIT: Final = "bin/cli/test_submit.py"
RETENTION_TOOLS: Final = "bin/cli/test_retention.py"
MEMO: Final = "adapters/memo/test_rules.py"
SOLUTION: Final = date(2022, 3, 21)
ACT: Final = date(2012, 7, 1)

DELIVERY: Final = (
    Rule(
        "messages.01",
        RIGHT,
        "A letter is submitted once; the same UUID with the same content is a repetition, with other content or "
        "another sender a conflict that says nothing about the first letter.",
        "LBK 686/2021 § 10; MeMo messageUUID",
        SOLUTION,
        carried_by=("SubmitMessage", "MessageSubmitted", "MessageConflict"),
        proved_by=tests(
            COMMANDS,
            "test_edge_09_the_same_letter_again_changes_nothing",
            "test_edge_09_the_same_content_in_other_bytes_changes_nothing",
            "test_edge_10_other_content_under_the_same_uuid_is_a_conflict",
            "test_edge_10_another_sender_under_the_same_uuid_is_a_conflict",
            "test_edge_10_a_conflict_says_nothing_of_the_other_letter",
        )
        + tests(SUBMIT, "test_the_same_letter_again_is_replayed_with_its_receipts"),
    ),
    Rule(
        "messages.02",
        RIGHT,
        "A letter is rejected with all its faults at once, as INVALID or NOT_ALLOWED.",
        "LBK 686/2021 § 10; MeMo receipt",
        SOLUTION,
        carried_by=("SubmitMessage", "MessageRejected", "Fault"),
        proved_by=tests(
            COMMANDS,
            "test_edge_16_every_fault_of_a_letter_is_reported_at_once_with_its_path",
            "test_a_faulty_letter_to_an_unreachable_recipient_is_not_allowed",
        )
        + tests(SUBMIT, "test_the_letters_own_faults_and_the_laws_are_reported_together"),
    ),
    Rule(
        "messages.03",
        RIGHT,
        "Unknown, exempt, closed and not yet registered are distinguished.",
        "LBK 686/2021 §§ 3 to 5; MeMo error codes",
        SOLUTION,
        carried_by=("UnreachableBecause", "SubmitMessage"),
        proved_by=tests(
            COMMANDS,
            "test_edge_12_every_reason_has_a_code_of_its_own",
            "test_edge_12_a_letter_to_a_number_that_the_state_does_not_know_is_not_allowed",
            "test_a_letter_to_an_exempt_recipient_is_not_allowed",
            "test_a_letter_to_a_person_known_to_be_dead_is_not_allowed",
            "test_edge_13_a_letter_to_a_company_in_its_grace_is_not_allowed_and_says_when_it_will_be",
        ),
    ),
    Rule(
        "messages.04",
        RIGHT,
        "A letter is held back until a value date at most 12 days ahead (5 until September 2022), a Copenhagen day "
        "also in the nights that change the clock.",
        "MeMo doNotDeliverUntilDate; Digst newsletter 1181118",
        SOLUTION,
        carried_by=("MessageScheduled", "SCHEDULED_AHEAD_DAYS_MAX", "RELEASE_HOUR", "RELEASE"),
        proved_by=tests(
            COMMANDS,
            "test_edge_08_a_value_date_is_at_most_twelve_days_ahead",
            "test_edge_08_a_value_date_in_the_past_is_too_early",
            "test_edge_08_the_past_is_a_copenhagen_day_not_a_utc_day",
            "test_edge_08_around_the_nights_that_change_the_clock_the_day_still_begins_at_midnight",
            "test_before_september_2022_a_letter_was_held_back_for_five_days_at_most",
        )
        + tests("bin/application/test_reactions.py", "test_a_letter_held_back_is_released_on_its_day_and_not_before"),
        to_confirm="the day in September 2022 and the hour of the release",
    ),
    Rule(
        "messages.05",
        RIGHT,
        "At its release the recipient, the number and the sender's rights are looked at again: it arrives, or does not."
        " What ended after its submission had its effect then; what was annulled never had.",
        "LBK 686/2021 §§ 3 to 5 and 10",
        SOLUTION,
        carried_by=("ReleaseMessage", "ReleaseRefused", "MessageRejected", "BorneNumbers", "sender_faults"),
        proved_by=tests(
            RELEASE,
            "test_a_message_that_falls_due_arrives_and_its_sender_gets_a_receipt",
            "test_an_exemption_during_the_wait_refuses_the_release",
            "test_a_death_during_the_wait_refuses_the_release",
            "test_a_letter_that_waits_is_rejected_when_its_sender_had_no_right_on_the_day_of_the_submission",
            "test_what_ends_after_the_submission_stops_no_letter_that_waits",
            "test_a_citizens_letter_to_an_authority_arrives_though_its_sender_died_or_was_merged_while_it_waited",
            "test_a_message_is_not_released_before_its_time",
            "test_a_message_is_not_released_for_an_instant_before_its_own",
        )
        + tests(
            "domain/post/test_rightful_bearer.py",
            "test_w1_a_letter_that_waits_does_not_arrive_at_whom_its_number_led_to_by_mistake",
            "test_w2_a_letter_that_waits_does_not_arrive_at_the_entry_with_which_its_recipients_was_merged_by_mistake",
        )
        + tests(
            "bin/application/test_reactions.py",
            "test_who_becomes_exempt_while_a_letter_is_held_back_does_not_receive_it",
        ),
    ),
    Rule(
        "messages.06",
        RIGHT,
        "A letter is recalled by its sender and before its release only.",
        "LBK 686/2021 § 10; digst.dk, vejledninger",
        SOLUTION,
        carried_by=("RecallMessage", "MessageRecalled", "AlreadyAvailable"),
        proved_by=tests(
            RELEASE,
            "test_a_sender_recalls_a_message_that_is_held_back",
            "test_only_its_sender_recalls_a_message",
            "test_edge_06_a_recall_taken_before_the_release_wins",
            "test_edge_06_a_release_taken_before_the_recall_wins",
            "test_a_message_that_has_arrived_is_not_recalled",
        ),
        to_confirm="the paragraph of the recall",
    ),
    Rule(
        "messages.07",
        RIGHT,
        "A letter arrives (kommet frem) once, when it is available, read or not, and nothing moves that time.",
        "LBK 686/2021 § 10 no. 1",
        ACT,
        carried_by=("MessageMadeAvailable", "ArrivalImported", "ArrivalImportAnnulled", "LegalTimes"),
        proved_by=tests(
            TIMES,
            "test_a_message_arrives_when_it_is_made_available_read_or_not",
            "test_an_exemption_or_a_death_after_arrival_moves_nothing",
            "test_a_legal_time_that_is_set_never_changes",
            "test_the_clock_is_the_same_for_every_order_of_the_records",
        )
        + tests(
            "domain/post/test_message.py",
            "test_every_fact_of_a_message_but_a_wait_a_service_and_an_import_happens_at_most_once",
        )
        + tests(
            "domain/post/test_imported_arrival.py",
            "test_no_import_changes_an_arrival_that_was_taken_over",
            "test_no_import_touches_a_message_that_was_submitted_here",
            "test_an_arrival_in_another_system_is_taken_over_with_its_own_time",
            "test_only_what_has_happened_is_taken_over",
            "test_an_arrival_that_was_taken_over_by_mistake_is_none_and_the_right_one_is_taken_over",
        ),
    ),
    Rule(
        "messages.08",
        RIGHT,
        "How a letter is read, marked and filed has no effect on arrival; each act keeps the channel it was done in.",
        "LBK 686/2021 § 10 no. 1; GDPR art. 5(2)",
        ACT,
        carried_by=("ItemOpened", "ItemMarkedRead", "ItemMarkedUnread", "ItemMoved", "MessageOpened", "Channel"),
        proved_by=tests(
            TIMES,
            "test_no_fact_of_the_item_touches_arrival_opening_or_service",
            "test_edge_22_marking_a_message_unread_moves_nothing",
        )
        + tests(
            "domain/post/test_item.py",
            "test_an_opening_keeps_the_channel_in_which_it_happened",
            "test_a_later_opening_is_the_items_alone",
        ),
    ),
    Rule(
        "messages.09",
        RIGHT,
        "Sizes, numbers and types of files, their names and the addresses of actions are as the terms allow.",
        "the order on file sizes of 2016 (id 183321); digst.dk, tilladte filtyper; digitaliser.dk, øget validering",
        date(2016, 1, 1),
        carried_by=("files_are_allowed", "attachments_are_few", "actions_are_safe"),
        proved_by=tests(
            MEMO,
            "test_ten_attachments_are_allowed",
            "test_eleven_attachments_are_not",
            "test_an_empty_file_is_refused",
            "test_a_file_type_that_is_not_listed_is_refused",
            "test_a_file_name_holds_no_forbidden_character",
            "test_an_action_leads_to_an_https_address_only",
        )
        + tests("adapters/memo/test_attacks.py", "test_a_letter_larger_than_the_terms_allow_is_refused_at_the_limit"),
        to_confirm="the sizes of the present solution, of which no source was seen",
    ),
    Rule(
        "messages.12",
        RIGHT,
        "A NemSMS is sent and never arrives in law.",
        "LBK 686/2021 § 10; digst.dk, NemSMS",
        SOLUTION,
        carried_by=("NemSmsSent",),
        proved_by=tests(RELEASE, "test_w17_a_nemsms_is_sent_and_never_arrives")
        + tests(
            TIMES, "test_every_fact_of_a_message_sets_a_time_but_a_nemsms_a_wait_and_a_routing_which_have_none_in_law"
        ),
    ),
    Rule(
        "messages.26",
        RIGHT,
        "The content of a mailbox is deleted 5 years after a death and 10 years after a cessation, and not before half "
        "a year after it was recorded.",
        "BEK 1553/2013 § 14(3) to (5); virk.dk",
        date(2014, 11, 1),
        carried_by=(
            "CONTENT_AFTER_DEATH_YEARS",
            "CONTENT_AFTER_CESSATION_YEARS",
            "CONTENT_AFTER_RECORDING_DAYS",
            "DeletionPlanned",
            "DELETION_TERM",
            "EndRetention",
            "delete_due",
        ),
        proved_by=tests(
            "domain/operations/test_retention.py",
            "TestPlan::test_the_content_is_deleted_five_years_after_a_death",
            "TestPlan::test_the_content_is_deleted_ten_years_after_a_cessation",
            "TestPlan::test_after_a_death_or_cessation_long_ago_it_waits_half_a_year_from_the_day_it_is_recorded",
            "TestPlan::test_a_repeat_or_another_day_long_ago_does_not_move_the_wait",
            "TestPlan::test_a_death_by_mistake_drops_it",
            "TestExtension::test_an_authority_lets_a_representative_keep_it_longer",
            "TestTerm::test_the_deletion_falls_due_at_the_start_of_its_day_in_copenhagen",
        )
        + tests(
            RETENTION_TOOLS,
            "test_edge_31_content_is_deleted_five_years_after_a_death_and_the_facts_stay",
            "test_content_is_deleted_ten_years_after_a_cessation",
        ),
        to_confirm="the order that replaced BEK 1553/2013; the paragraph of the ten years; the half year is ours",
    ),
    Rule(
        "messages.27",
        RIGHT,
        "A letter that arrived after a death that was learned later is flagged as such.",
        "BEK 1553/2013 § 14",
        carried_by=("ArrivalFlagged", "ArrivalFlagLifted", "FlagArrivals", "flags_late_arrivals"),
        proved_by=tests(
            "domain/post/test_arrival_flag.py",
            "TestFlag::test_edge_04_a_letter_that_arrived_after_the_death_is_flagged",
            "TestFlag::test_a_corrected_day_and_a_death_by_mistake_lift_it",
            "TestReaction::test_a_death_looks_at_the_letters_that_arrived_after_it",
            "TestFlag::test_a_letter_of_the_day_of_the_death_is_not_flagged",
            "TestFlag::test_it_is_flagged_once_for_each_day",
            "TestReaction::test_letters_that_were_flagged_are_looked_at_again",
            "TestReaction::test_a_cessation_flags_like_a_death",
        )
        + tests(
            "domain/post/test_imported_arrival.py",
            "test_an_arrival_after_the_death_is_flagged_in_whichever_order_the_two_become_known",
            "test_an_arrival_at_one_who_has_died_since_is_taken_over",
        )
        + tests(
            "bin/cli/test_disputes.py",
            "test_edge_04_a_death_that_is_learned_later_flags_the_letters_after_it_until_it_is_corrected",
        ),
        to_confirm="that a letter of the day of the death itself is not flagged is assumed",
    ),
)

MESSAGES: Final = (*DELIVERY, *SENDERS, *ARRIVALS)
