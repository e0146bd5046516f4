"""Rules about what hinders or follows an arrival: viruses, outages, letters on paper, disputes. LBK 686/2021 § 10."""

from datetime import date
from typing import Final

from bin.dev.law.rule import RIGHT, Rule, tests

UNAVAILABILITY: Final = "domain/post/test_unavailability.py"
OUTAGE: Final = "domain/post/test_outage.py"
OUTAGE_TOOLS: Final = "bin/cli/test_outage.py"
LETTER: Final = "bin/cli/test_letter.py"
SOLUTION: Final = date(2022, 3, 21)

ARRIVALS: Final = (
    Rule(
        "messages.22",
        RIGHT,
        "A letter with a virus is never available, or is made unavailable later while its arrival remains; after a "
        "false alarm it can be read again.",
        "datatilsynet.dk, 12 January 2024; NgDP MESSAGE_RECALLED_BY_ADMINISTRATOR",
        SOLUTION,
        carried_by=(
            "VirusFound",
            "VirusFindingAnnulled",
            "MessageMadeUnavailable",
            "UnavailabilityLifted",
            "SubmitMessage",
            "VirusScanner",
        ),
        proved_by=tests(
            UNAVAILABILITY,
            "TestVirus::test_a_virus_that_is_found_at_the_submission_rejects_the_letter",
            "TestVirus::test_a_virus_in_a_letter_held_back_rejects_it_and_its_release_changes_nothing",
            "TestVirus::test_edge_15_a_virus_found_after_the_arrival_makes_the_letter_unavailable_and_informs_its_sender",
            "TestVirus::test_edge_15_the_arrival_remains",
            "TestReaders::test_nobody_handles_an_unavailable_letter_and_no_summons_is_served_by_it",
            "TestTakenBack::test_after_a_false_alarm_the_letter_is_read_again_and_its_arrival_is_as_it_was",
            "TestTakenBack::test_a_finding_names_its_file_and_every_file_must_be_cleared",
            "TestTakenBack::test_what_was_no_wrong_dispatch_is_read_again_unless_it_holds_a_virus",
            "TestVirus::test_a_letter_that_was_rejected_or_is_unavailable_already_keeps_the_finding_only",
            "TestVirus::test_no_letter_with_a_virus_arrives",
        )
        + tests(
            "domain/post/test_paper.py",
            "test_what_was_made_unavailable_or_holds_a_virus_is_not_ordered_and_what_was_posted_before_is_reported",
        )
        + tests(
            LETTER,
            "TestScanning::test_a_letter_whose_file_holds_a_virus_is_invalid_and_never_arrives",
            "TestLater::test_a_virus_in_a_letter_held_back_rejects_it",
            "TestLater::test_edge_15_a_virus_found_later_bars_the_readers_informs_the_sender_and_moves_no_time",
        ),
        to_confirm="the paragraph by which an arrived letter is made unavailable",
    ),
    Rule(
        "messages.23",
        RIGHT,
        "An outage of a view client joins the proof; while the platform is out, and in the transition period of § 10 d,"
        " nothing arrives.",
        "LBK 686/2021 § 10 d (lov 2049/2021)",
        date(2021, 11, 14),
        carried_by=(
            "OutageRecorded",
            "ReleasePostponed",
            "TRANSITION_PERIOD",
            "outages_around_arrival",
            "closed_until",
        ),
        proved_by=tests(
            OUTAGE,
            "TestWhatArrives::test_edge_19_an_outage_of_a_view_client_moves_no_arrival",
            "TestWhatArrives::test_edge_20_while_the_platform_is_out_a_letter_waits_until_it_is_expected_back",
            "TestWaiting::test_of_two_outages_at_once_it_waits_for_the_one_that_ends_last",
            "TestWhatArrives::test_edge_20_in_the_transition_period_nothing_arrives",
            "TestWaiting::test_while_another_outage_goes_on_it_waits_for_that_one",
            "TestRecording::test_an_annulled_outage_hinders_no_arrival",
        )
        + tests(
            OUTAGE_TOOLS,
            "test_edge_19_the_evidence_of_a_letter_holds_the_outages_around_its_arrival_and_its_time_remains",
        ),
        to_confirm="the days of the transition period in March 2022, and that letters wait until its end, are assumed",
    ),
    Rule(
        "messages.24",
        RIGHT,
        "A letter that cannot be delivered goes on paper, with an arrival of its own.",
        "mariagerfjord.dk; MeMo receipt NOT_ALLOWED",
        SOLUTION,
        carried_by=(
            "SendOnPaper",
            "PostPaperLetter",
            "PaperLetterPosted",
            "PAPER_ARRIVAL_DAYS",
            "PaperLetterPostingAnnulled",
            "PaperLetterReturnAnnulled",
        ),
        proved_by=tests(
            "domain/post/test_paper.py",
            "test_what_cannot_be_delivered_goes_on_paper_once",
            "test_a_letter_refused_at_its_release_goes_on_paper_with_an_arrival_of_its_own",
            "test_what_was_held_back_for_an_entry_that_was_merged_goes_on_paper_to_the_one_that_remains",
            "test_nothing_goes_to_the_dead_and_what_was_posted_before_the_death_is_reported_after_it",
            "test_what_can_be_delivered_is_faulty_or_is_to_the_dead_does_not_go_on_paper",
            "test_a_letter_is_not_posted_to_an_address_that_does_not_hold_nor_on_a_day_to_come",
            "test_a_letter_that_came_back_is_sent_again_for_the_same_reason",
            "test_a_contact_address_comes_before_the_home_and_without_a_fixed_address_there_is_none",
        )
        + tests(
            "domain/post/test_paper_correction.py",
            "test_what_was_reported_as_posted_by_mistake_is_posted_anew_with_an_arrival_of_its_own",
            "test_what_was_reported_to_have_come_back_by_mistake_is_under_way_again_also_after_another_was_ordered",
        )
        + tests(
            "bin/cli/test_paper.py",
            "test_a_letter_that_cannot_be_delivered_goes_on_paper_with_an_arrival_of_its_own",
        )
        + tests(
            "domain/post/test_rightful_bearer.py",
            "test_w1_what_its_number_did_not_lead_to_rightly_does_not_go_on_paper",
        ),
        to_confirm="the paragraph, and the days after which a letter on paper is presumed to have arrived",
    ),
    Rule(
        "messages.25",
        RIGHT,
        "Notifications and their failures, disputes and the decision that a late answer is excused are facts.",
        "Ankestyrelsen, 28 November 2013; cobblestone.dk",
        carried_by=(
            "RecipientNotified",
            "NotificationFailed",
            "ArrivalDisputed",
            "DisputeDecided",
            "LateAnswerExcused",
        ),
        proved_by=tests(
            "domain/post/test_dispute.py",
            "test_each_attempt_to_notify_is_recorded_and_so_is_its_failure",
            "test_a_gateway_that_reports_late_says_when_it_happened_and_not_before_it_did",
            "test_the_recipient_disputes_the_arrival_and_an_authority_decides",
            "test_a_late_answer_is_excused_once_also_without_a_dispute",
            "test_only_an_authority_decides_or_excuses",
            "test_no_notification_dispute_or_excuse_moves_a_time",
            "test_another_than_the_recipient_disputes_nothing_and_a_dispute_needs_reasons",
            "test_of_a_letter_that_has_not_arrived_there_is_nothing_to_say",
            "test_without_a_dispute_nothing_is_decided",
        )
        + tests(
            "bin/cli/test_disputes.py",
            "test_edge_23_a_notification_that_fails_everywhere_moves_no_time",
            "test_a_dispute_its_decision_and_an_excuse_are_in_their_register_and_move_no_time",
        ),
    ),
)
