"""Rules about numbers, and about companies: CPR act, CVR act."""

from datetime import date
from typing import Final

from bin.dev.law.rule import MISSING, RIGHT, Rule, tests

NUMBERS: Final = (
    Rule(
        "identity.01",
        RIGHT,
        "A CPR number is a day, month, year and serial; its seventh digit and its year give the century, and the day "
        "must exist in it.",
        "CPR act § 3; cpr.dk, opbygning af personnummeret",
        date(1968, 4, 2),
        carried_by=("CprNumber", "RegisterPerson"),
        proved_by=tests(
            "domain/identity/test_cpr.py",
            "test_the_seventh_digit_and_the_year_give_the_century",
            "test_29_february_exists_in_a_leap_year_of_the_derived_century",
            "test_29_february_does_not_exist_in_a_common_year_of_the_derived_century",
            "test_a_day_or_month_that_is_not_in_the_calendar_is_refused",
            "test_any_text_is_a_number_or_refused_without_repeating_it",
        ),
    ),
    Rule(
        "identity.02",
        RIGHT,
        "Modulus 11 refuses no number; a day raised by 60 marks a replacement number (erstatningspersonnummer).",
        "cpr.dk, personnumre uden kontrolciffer; cpr.dk, erstatningspersonnummer i eksterne systemer",
        date(2007, 10, 1),
        carried_by=("CprNumber",),
        proved_by=tests(
            "domain/identity/test_cpr.py",
            "test_every_serial_of_1_january_1990_is_accepted_with_or_without_modulus_11",
            "test_days_61_to_91_mark_a_replacement_number",
            "test_other_days_are_no_days",
            "test_every_birth_date_comes_back_from_a_replacement_number",
        ),
    ),
    Rule(
        "identity.03",
        RIGHT,
        "A CVR number has eight digits with a check digit, and does not begin with 0.",
        "CVR act § 3; dst.dk, CVR-nummer",
        carried_by=("CvrNumber", "RegisterCompany"),
        proved_by=tests(
            "domain/identity/test_cvr.py",
            "test_a_number_is_valid_exactly_with_its_check_digit",
            "test_any_text_is_a_number_or_refused",
        ),
        to_confirm="the paragraph of the form of the number",
    ),
    Rule(
        "identity.04",
        RIGHT,
        "A number has one bearer, also after a death or cessation, and however many ask at the same time.",
        "CPR act § 3; CVR act § 3; dst.dk, PNR: never reused",
        carried_by=("Number", "NumberTaken", "RegisterPerson", "RegisterCompany", "ERASED_NUMBER_IS_FREE"),
        proved_by=tests(
            "domain/identity/test_person_commands.py",
            "test_a_number_that_another_person_has_is_refused",
            "test_a_number_of_a_dead_person_is_not_used_again",
            "test_a_number_that_another_person_has_or_had_is_refused",
        )
        + tests(
            "domain/identity/test_company.py",
            "test_a_cvr_number_that_another_company_has_is_refused",
            "test_a_cvr_number_of_a_ceased_company_is_not_used_again",
            "test_a_company_keeps_its_number_all_its_life",
        )
        + tests(
            "bin/application/test_command_handler.py", "test_a_number_asked_for_by_many_at_once_has_exactly_one_bearer"
        ),
        to_confirm="whether a number may be given again after its bearer was erased is our dated assumption",
    ),
    Rule(
        "identity.05",
        RIGHT,
        "A person may be given a new number; the former one leads to the same person permanently (status 60).",
        "CPR act § 3; dst.dk, PNR",
        carried_by=("ChangeCpr", "CprChanged", "Number"),
        proved_by=tests(
            "domain/identity/test_number.py",
            "test_the_old_number_and_the_new_lead_to_the_same_person",
            "test_a_number_that_is_out_of_use_is_never_free_for_another_and_one_that_nobody_had_is",
        )
        + tests("bin/cli/test_life_events.py", "TestFind::test_a_former_number_always_leads_to_its_bearer")
        + tests(
            "domain/identity/test_person_commands.py",
            "test_a_number_changes_and_the_person_stays",
            "test_a_mistaken_change_of_number_is_changed_back",
        ),
    ),
    Rule(
        "identity.12",
        RIGHT,
        "A number that was given by mistake goes to its rightful bearer; the letters in between are listed, and those"
        " that still wait go nowhere.",
        "CPR act § 3",
        carried_by=("WithdrawCpr", "CprWithdrawn", "NumberInUse", "NumberHasMoved", "BorneNumbers", "CORRECTS"),
        proved_by=tests(
            "domain/identity/test_person_commands.py",
            "test_w1_a_number_given_by_mistake_is_withdrawn_and_goes_to_its_rightful_bearer",
            "test_w1_the_number_that_a_person_bears_is_not_withdrawn",
        )
        + tests(
            "bin/cli/test_life_events.py",
            "test_w1_the_letters_to_a_number_given_by_mistake_go_to_its_rightful_bearer",
        )
        + tests(
            "domain/post/test_rightful_bearer.py",
            "test_w1_a_letter_that_waits_does_not_arrive_at_whom_its_number_led_to_by_mistake",
            "test_it_arrives_as_long_as_its_number_leads_to_its_recipient",
            "test_w1_what_its_number_did_not_lead_to_rightly_does_not_go_on_paper",
            "test_w1_nor_does_the_unopened_post_of_one_who_becomes_exempt_that_came_by_a_wrong_number",
        )
        + tests(
            "bin/cli/test_rightful_bearer.py",
            "test_w1_a_letter_held_back_does_not_arrive_at_whom_its_number_led_to_by_mistake",
            "test_w1_a_letter_on_paper_is_not_printed_with_the_address_of_whom_its_number_led_to_by_mistake",
        )
        + tests(
            "domain/post/test_recipient_number.py",
            "test_w1_a_letter_whose_number_leads_to_somebody_else_by_now_is_refused",
        )
        + tests("bin/cli/test_impact.py", "test_after_a_wrong_number_the_letters_to_it_are_listed_and_no_others")
        + tests(
            "bin/cli/test_impact_drills.py",
            "test_drill_of_a_wrong_number_lists_the_letters_to_it_and_who_read_them",
        ),
        to_confirm="the paragraph on a number given by mistake",
    ),
    Rule(
        "identity.13",
        RIGHT,
        "Two entries of one human are merged, and both numbers refer to the entry that remains (status 50); "
        "after the merge is annulled, each has its numbers again. Mandates go on as those of the entry that remains.",
        "CPR act § 3; cpr.dk, status 50",
        carried_by=(
            "MergeEntries",
            "EntriesMerged",
            "CprRedirected",
            "EntryIsMerged",
            "AnnulMerge",
            "MergeAnnulled",
            "ReadersAct",
        ),
        proved_by=tests(
            "domain/identity/test_merge.py",
            "test_w2_two_entries_of_one_human_are_merged_and_the_numbers_of_both_lead_to_the_one_that_remains",
            "test_w2_nothing_more_arrives_at_the_merged_entry",
            "test_w2_entries_that_were_merged_by_mistake_are_annulled_and_each_has_its_numbers",
            "test_what_is_not_two_entries_of_one_human_is_not_merged",
        )
        + tests(
            "domain/identity/test_numbers_of_merged.py",
            "test_every_number_refers_to_whom_the_reference_says_after_any_merges_changes_and_annulments",
            "test_a_chain_of_mergings_is_annulled_from_its_end_and_each_number_comes_back",
            "test_the_first_of_a_chain_names_the_entry_that_remains",
            "test_a_number_that_was_withdrawn_or_annulled_meanwhile_does_not_come_back",
            "test_entries_are_not_annulled_while_one_bears_the_number_of_the_other",
            "test_a_number_that_was_withdrawn_after_a_later_merge_does_not_come_back",
            "test_an_entry_whose_merge_was_annulled_follows_no_later_one",
        )
        + tests(
            "bin/application/test_merged_entries.py",
            "test_a_command_that_names_a_merged_entry_is_refused_with_the_entry_that_remains_or_is_listed",
            "test_every_field_of_every_command_that_may_name_a_person_is_tried_or_listed",
        )
        + tests(
            "bin/cli/test_numbers.py",
            "test_w2_the_numbers_of_two_entries_lead_to_the_one_that_remains_and_so_does_the_post",
            "test_numbers_of_a_chain_of_mergings_come_back_in_the_registers",
            "test_w34_who_acts_for_a_merged_entry_reads_on_and_so_does_who_represents_the_estate",
        )
        + tests(
            "domain/identity/test_merged_mandates.py",
            "test_what_a_merged_entry_gave_or_held_is_a_mandate_of_the_entry_that_remains_from_today",
            "test_no_other_mandate_follows_from_a_merging",
            "test_after_a_merge_by_mistake_what_followed_never_held_and_what_is_the_others_own_holds",
            "test_who_gave_or_held_one_mandate_ends_it_for_both_entries_and_takes_that_back",
            "test_a_mandate_outlasts_one_that_the_entry_that_remains_had_for_a_time",
            "test_the_entry_that_remains_reads_by_the_mandate_that_the_merged_one_held",
            "test_who_had_a_mandate_of_the_merged_entry_reads_the_post_of_both",
            "test_w34_who_represents_the_estate_reads_the_post_of_the_merged_entry_too_and_serves_nobody",
            "test_a_mandate_keeps_its_stated_end_and_a_day_that_is_still_to_come",
            "test_along_a_chain_of_mergings_a_mandate_follows_to_the_last",
            "test_a_mandate_of_one_entry_reads_no_post_of_another_with_which_it_is_not_merged",
            "test_a_mandate_whose_place_another_is_to_take_ends_with_that_one_as_it_did",
            "test_of_two_merges_only_what_followed_the_one_by_mistake_never_held",
        ),
        to_confirm="what of a merged entry goes on, such as its letters and mandates, and how a chain is annulled",
    ),
    Rule(
        "identity.21",
        RIGHT,
        "A number is annulled (status 30) and is in use no more; who bore it remains registered without a number.",
        "cpr.dk, status 30",
        carried_by=("AnnulCpr", "CprAnnulled", "NumberIsAnnulled", "CprLost", "ChangeCpr"),
        proved_by=tests(
            "domain/identity/test_merge.py",
            "test_a_number_that_is_annulled_leads_to_nobody_and_is_given_to_nobody",
            "test_a_number_that_leads_to_nobody_or_to_another_is_not_annulled_about_the_person",
            "test_who_bears_the_number_that_is_annulled_has_none_and_is_given_another",
        )
        + tests(
            "bin/cli/test_numbers.py",
            "test_a_number_that_is_annulled_is_in_use_no_more",
            "test_who_is_left_without_a_number_remains_registered_and_is_given_another",
        ),
        to_confirm="that the entry remains when its only number is annulled: no source that we read says so",
    ),
    Rule(
        "identity.29",
        MISSING,
        "P and SE numbers, the form of a company, the owner of a sole firm, signatories and bankruptcy are registered.",
        "CVR act § 6; nemkonto.dk, FAQ companies",
        because="A company is its CVR number, name, address and cessation.",
        comes_in="issue 13 for what payments need; the rest has no issue yet",
    ),
)

COMPANIES: Final = (
    Rule(
        "identity.09",
        RIGHT,
        "A company is registered, renamed, moves and ceases; the day of its cessation is corrected.",
        "CVR act § 3",
        carried_by=("RegisterCompany", "ChangeCompanyName", "ChangeCompanyAddress", "CeaseCompany"),
        proved_by=tests(
            "domain/identity/test_company.py",
            "test_a_company_is_registered_with_number_name_and_address",
            "test_a_company_changes_its_name",
            "test_a_company_moves_from_a_day",
            "test_a_company_ceases",
            "test_a_cessation_recorded_for_another_day_corrects_the_day",
            "test_a_company_moves_nowhere_after_its_cessation",
            "test_a_cessation_in_the_future_is_refused",
        ),
        to_confirm="that § 3 of the CVR act is the paragraph of all of these",
    ),
    Rule(
        "identity.20",
        RIGHT,
        "A cessation that was recorded by mistake is undone, and the mailbox opens by that only.",
        "CVR act § 3",
        carried_by=("CorrectCessation", "CessationCorrected", "MailRegistration", "FollowCessation"),
        proved_by=tests(
            "domain/identity/test_company.py",
            "test_w9_a_cessation_recorded_by_mistake_is_corrected_once_and_may_be_recorded_anew",
        )
        + tests(
            "domain/identity/test_after_cessation.py",
            "test_what_would_begin_after_the_cessation_does_not_and_what_held_on_that_day_holds_on",
            "test_it_begins_when_the_cessation_is_corrected_or_moved_to_that_day",
            "test_what_would_begin_after_the_cessation_is_neither_ended_nor_reopened",
            "test_what_began_on_a_day_that_nobody_knows_is_left_as_it_is",
        )
        + tests(
            "bin/cli/test_cessations.py",
            "test_a_cessation_recorded_late_lets_nothing_begin_after_it_and_its_correction_does",
        )
        + tests("domain/post/test_mail_closing.py", "test_a_corrected_death_or_cessation_opens_the_registration_again")
        + tests("bin/application/test_reactions.py", "test_a_cessation_closes_the_mailbox_and_its_correction_opens_it")
        + tests(
            "domain/identity/test_mandate_reactions.py",
            "test_a_corrected_death_or_cessation_is_followed_by_what_fell_due_and_every_mandate",
        ),
        to_confirm="that § 3 of the CVR act is the paragraph of a cessation undone",
    ),
)
