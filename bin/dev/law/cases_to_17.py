"""The edge cases 1 to 17 of Digital Post, each with its required outcome and the tests that prove the whole of it."""

from typing import Final

from bin.dev.law.rule import NO_ISSUE, PARTLY, RIGHT, numbered, tests

COMMANDS: Final = "domain/post/test_message_commands.py"
RELEASE: Final = "domain/post/test_message_release.py"
TIMES: Final = "domain/post/test_legal_times.py"
ITEM: Final = "domain/post/test_item.py"
UNAVAILABILITY: Final = "domain/post/test_unavailability.py"
LETTER: Final = "bin/cli/test_letter.py"
PAPER: Final = "domain/post/test_paper.py"
CANONICAL: Final = "adapters/memo/test_canonical_hash.py"

case: Final = numbered("post", "list of cases, Digital Post", comes_in="issue 8")

CASES_TO_17: Final = (
    case(
        1,
        RIGHT,
        "Exempted while a letter is scheduled: refused at release with NOT_ALLOWED, never available; paper has a time "
        "of its own.",
        tests(RELEASE, "test_an_exemption_during_the_wait_refuses_the_release")
        + tests(TIMES, "test_a_message_refused_at_its_release_never_arrives")
        + tests(PAPER, "test_a_letter_refused_at_its_release_goes_on_paper_with_an_arrival_of_its_own"),
    ),
    case(
        2,
        RIGHT,
        "Exempted after the arrival: it stays arrived, may be sent on paper for six months, both times are shown.",
        tests(TIMES, "test_an_exemption_or_a_death_after_arrival_moves_nothing")
        + tests(PAPER, "test_unopened_post_of_the_last_six_months_goes_on_paper_and_its_arrival_does_not_move")
        + tests("bin/cli/test_paper.py", "test_who_becomes_exempt_has_unopened_post_on_paper_and_both_times_are_shown"),
    ),
    case(
        3,
        RIGHT,
        "An exemption is backdated: the letters in between are listed for a human decision.",
        tests(
            "domain/post/test_correction.py",
            "test_edge_03_the_letters_since_the_first_day_of_a_backdated_exemption_are_listed_for_a_decision",
        )
        + tests("bin/cli/test_corrections.py", "test_edge_03_a_backdated_exemption_lists_the_letters_in_between"),
    ),
    case(
        4,
        RIGHT,
        "Dead before the release: refused as closed; learned late: it stays, flagged as arrived at a deceased's.",
        tests(
            RELEASE,
            "test_a_death_during_the_wait_refuses_the_release",
            "test_a_death_learned_after_the_release_leaves_the_arrival_standing",
        )
        + tests(
            "domain/post/test_arrival_flag.py",
            "TestFlag::test_edge_04_a_letter_that_arrived_after_the_death_is_flagged",
            "TestFlag::test_edge_04_its_arrival_remains",
        )
        + tests(
            "bin/cli/test_disputes.py",
            "test_edge_04_a_death_that_is_learned_later_flags_the_letters_after_it_until_it_is_corrected",
        ),
    ),
    case(
        5,
        RIGHT,
        "Dead after the arrival of a summons: service is given up, access ends, an executor's opening is no service.",
        tests(
            ITEM,
            "test_w34_a_representatives_opening_after_the_death_is_no_service_on_the_deceased",
            "test_a_reader_whose_access_ended_with_the_death_is_refused",
        )
        + tests(
            "bin/cli/test_mandates.py",
            "test_w34_an_executor_is_let_into_the_mailbox_of_the_dead_and_serves_nobody",
            "test_w35_a_wrong_death_ends_every_mandate_on_its_day_and_its_correction_restores_each",
        )
        + tests(
            "domain/post/test_service.py",
            "TestOtherMethods::test_edge_05_of_who_died_unserved_the_court_gives_service_up_and_no_opening_serves",
            "TestOtherMethods::test_edge_05_service_that_was_given_up_stays_so_when_the_death_was_a_mistake",
        ),
    ),
    case(
        6,
        RIGHT,
        "A recall at the instant of the release: one decision after the other, in both orders.",
        tests(
            RELEASE,
            "test_edge_06_a_recall_taken_before_the_release_wins",
            "test_edge_06_a_release_taken_before_the_recall_wins",
        )
        + tests(
            "bin/application/test_command_handler.py",
            "test_a_decision_is_in_conflict_with_what_was_recorded_meanwhile_and_others_are_not",
        ),
    ),
    case(
        7,
        RIGHT,
        "A recall after the arrival is refused, and points to making the letter unavailable.",
        tests(RELEASE, "test_a_message_that_has_arrived_is_not_recalled")
        + tests(
            UNAVAILABILITY,
            "TestWrongDispatch::"
            "test_edge_07_an_arrived_letter_is_not_recalled_but_made_unavailable_in_a_documented_case",
        )
        + tests(LETTER, "TestLater::test_edge_07_a_wrong_dispatch_is_made_unavailable_in_its_case")
        + tests(
            "bin/cli/test_paper.py",
            "test_edge_07_a_letter_that_was_made_unavailable_or_whose_recipient_died_is_not_printed",
        ),
    ),
    case(
        8,
        RIGHT,
        "A value date today, past, too far or in the nights that change the clock.",
        tests(
            COMMANDS,
            "test_edge_08_a_value_date_today_is_released_at_once",
            "test_edge_08_a_value_date_to_come_holds_the_letter_back_until_that_day_begins_in_copenhagen",
            "test_edge_08_a_value_date_in_the_past_is_too_early",
            "test_edge_08_the_past_is_a_copenhagen_day_not_a_utc_day",
            "test_edge_08_a_value_date_is_at_most_twelve_days_ahead",
            "test_edge_08_around_the_nights_that_change_the_clock_the_day_still_begins_at_midnight",
        ),
    ),
    case(
        9,
        RIGHT,
        "The same letter again, byte for byte or written otherwise, is a repetition.",
        tests(
            COMMANDS,
            "test_edge_09_the_same_letter_again_changes_nothing",
            "test_edge_09_the_same_content_in_other_bytes_changes_nothing",
            "test_edge_09_a_rejected_letter_again_changes_nothing_even_when_its_recipient_is_registered_since",
            "test_edge_09_the_same_letter_again_changes_nothing_although_its_sender_has_become_known",
        )
        + tests(
            CANONICAL,
            "test_prefixes_leave_no_trace",
            "test_space_between_elements_leaves_no_trace",
            "test_any_change_of_a_text_changes_the_hash",
        ),
    ),
    case(
        10,
        RIGHT,
        "The same UUID with other content or from another sender is a conflict that says nothing of the first letter.",
        tests(
            COMMANDS,
            "test_edge_10_other_content_under_the_same_uuid_is_a_conflict",
            "test_edge_10_another_sender_under_the_same_uuid_is_a_conflict",
            "test_edge_10_a_conflict_says_nothing_of_the_other_letter",
        ),
    ),
    case(
        11,
        RIGHT,
        "A UUID that is not of version 4 is rejected; upper and lower case are one.",
        tests(
            "bin/cli/test_submit.py",
            "test_edge_11_a_uuid_in_upper_case_is_the_one_in_lower_case",
            "test_edge_11_a_uuid_of_another_version_is_no_uuid_of_a_letter",
        ),
    ),
    case(
        12,
        RIGHT,
        "An unknown number, a child under 15 and a changed number each have their own answer.",
        tests(
            COMMANDS,
            "test_edge_12_a_letter_to_a_number_that_the_state_does_not_know_is_not_allowed",
            "test_edge_12_a_child_of_whom_nothing_is_planned_is_unknown_to_digital_post",
            "test_edge_12_every_reason_has_a_code_of_its_own",
        )
        + tests(
            "domain/post/test_mail_registration_commands.py",
            "test_edge_12_a_child_is_registered_at_midnight_in_copenhagen_on_the_birthday",
        )
        + tests("bin/cli/test_life_events.py", "TestFind::test_a_former_number_always_leads_to_its_bearer"),
    ),
    case(
        13,
        RIGHT,
        "A company in its grace is not allowed yet, and the answer says from when it is.",
        tests(COMMANDS, "test_edge_13_a_letter_to_a_company_in_its_grace_is_not_allowed_and_says_when_it_will_be")
        + tests(
            "domain/post/test_mail_registration_commands.py",
            "test_edge_13_a_company_in_its_grace_is_registered_when_the_grace_is_over",
        ),
    ),
    case(
        14,
        PARTLY,
        "A sender that is blocked, has no right to serve or is not the one of its certificate is refused.",
        tests(
            COMMANDS,
            "test_an_authority_sends_what_its_rights_say",
        ),
        "No certificates are read.",
        comes_in="issue 12",
    ),
    case(
        15,
        RIGHT,
        "A virus is found after the arrival: made unavailable, the sender informed, the arrival remains.",
        tests(
            UNAVAILABILITY,
            "TestVirus::"
            "test_edge_15_a_virus_found_after_the_arrival_makes_the_letter_unavailable_and_informs_its_sender",
            "TestVirus::test_edge_15_the_arrival_remains",
        )
        + tests(
            LETTER,
            "TestLater::test_edge_15_a_virus_found_later_bars_the_readers_informs_the_sender_and_moves_no_time",
        ),
    ),
    case(
        16,
        RIGHT,
        "Too large, too many attachments, an empty file, a bad type or name, an http action: all errors with their "
        "paths.",
        tests(COMMANDS, "test_edge_16_every_fault_of_a_letter_is_reported_at_once_with_its_path")
        + tests(
            "adapters/memo/test_rules.py",
            "test_eleven_attachments_are_not",
            "test_an_empty_file_is_refused",
            "test_a_file_type_that_is_not_listed_is_refused",
            "test_a_file_name_holds_no_forbidden_character",
            "test_an_action_leads_to_an_https_address_only",
        )
        + tests("adapters/memo/test_attacks.py", "test_a_letter_larger_than_the_terms_allow_is_refused_at_the_limit")
        + tests("adapters/memo/test_grammar.py", "test_all_faults_are_reported_at_once_each_with_its_path"),
    ),
    case(
        17,
        PARTLY,
        "An inactive contact point: to the default system, else to the mailbox, and the fact says so.",
        tests(
            "domain/post/test_routing.py",
            "test_a_letter_goes_to_its_contact_point_to_the_default_one_or_to_the_mailbox_and_the_fact_says_so",
            "test_a_letter_that_is_held_back_is_routed_by_what_is_open_when_it_arrives",
        )
        + tests(
            "bin/cli/test_contact_points.py",
            "test_letters_are_routed_to_what_is_open_and_a_wrong_contact_point_lists_its_letters",
        ),
        because="The default is a contact point of the authority: there are no recipient systems.",
        comes_in=NO_ISSUE,
    ),
)
