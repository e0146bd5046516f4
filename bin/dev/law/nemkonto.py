"""Rules about the account to which the public pays: lov om Nemkonto and BEK 788/2025."""

from datetime import date
from typing import Final

from bin.dev.law.nemkonto_ends import ENDS
from bin.dev.law.rule import MISSING, RIGHT, Rule, tests

DESIGNATION: Final = "domain/nemkonto/test_designation.py"
CODES: Final = "domain/nemkonto/test_codes.py"
CASES: Final = "domain/nemkonto/test_designation_cases.py"
ENDINGS: Final = "domain/nemkonto/test_endings.py"
WHO: Final = "domain/nemkonto/test_who_designates.py"
GUARDIANS: Final = "bin/cli/test_nemkonto_guardians.py"
BANK_DAYS: Final = "domain/nemkonto/test_bank_days.py"
LETTERS: Final = date(2021, 4, 19)
ACT: Final = date(2025, 7, 1)

DESIGNATING: Final = (
    Rule(
        "nemkonto.01",
        RIGHT,
        "An account that its bank reports is active at once, and only with the payee's consent.",
        "BEK 788/2025 §§ 4(1) no. 1, 6(1) and 10",
        ACT,
        carried_by=("DesignateNemkonto", "NemkontoActivated", "BankReportIncomplete", "AccountOfAnotherBank"),
        proved_by=tests(
            DESIGNATION,
            "test_an_account_that_its_bank_reports_is_active_at_once_and_takes_effect_on_the_fifth_bank_day",
            "test_a_bank_report_without_consent_is_refused",
            "test_a_bank_reports_only_accounts_of_its_own",
        ),
    ),
    Rule(
        "nemkonto.02",
        RIGHT,
        "By every other route a letter brings a code of 8 digits, valid to the end of day 60 in Denmark.",
        "BEK 788/2025 § 10; nemkonto.dk, aktiveringsbrev",
        LETTERS,
        carried_by=(
            "ActivationLetterOrdered",
            "ActivateNemkonto",
            "ExpireDesignation",
            "ACTIVATION_CODE_DIGITS",
            "ACTIVATION_CODE_VALID_DAYS",
            "ACTIVATION_EXPIRY",
        ),
        proved_by=tests(
            CODES,
            "test_every_route_but_the_bank_needs_an_activation_code",
            "test_the_right_code_activates",
            "test_a_code_expires_when_its_last_day_is_over",
            "test_a_code_is_refused_when_its_days_are_over_even_if_no_timer_ran",
        )
        + tests(CASES, "test_nemkonto_case_05_a_code_is_valid_until_the_end_of_day_60_also_across_a_summer_time_change")
        + tests("bin/application/test_nemkonto.py", "test_a_code_has_as_many_digits_as_the_law_requires")
        + tests("bin/application/test_reactions.py", "test_a_code_that_nobody_redeems_expires"),
    ),
    Rule(
        "nemkonto.03",
        RIGHT,
        "Wrong codes are counted, and the last one blocks the designation.",
        "BEK 788/2025 § 10",
        ACT,
        carried_by=("ActivationRefused", "DesignationBlocked", "ACTIVATION_ATTEMPTS_MAX"),
        proved_by=tests(
            CODES,
            "test_a_wrong_code_activates_nothing_and_is_counted",
            "test_the_last_wrong_attempt_blocks_the_designation",
            "test_attempts_are_counted_anew_for_a_new_designation",
        ),
        to_confirm="the number of attempts is our dated assumption",
    ),
    Rule(
        "nemkonto.04",
        RIGHT,
        "A change has its effect on the fifth bank day, by the banks' own calendar.",
        "BEK 788/2025 § 10; Danmarks Nationalbank, Banklukkedage",
        ACT,
        carried_by=("EFFECT_BANK_DAYS_MAX", "bank_day_after", "NemkontoActivated"),
        proved_by=tests(
            BANK_DAYS,
            "test_the_closed_weekdays_of_a_year_are_the_published_ones",
            "test_the_nth_bank_day_after_has_exactly_n_bank_days_behind_it",
        )
        + tests(CASES, "test_nemkonto_case_18_bank_holidays_do_not_count")
        + tests(CODES, "test_an_end_on_request_takes_effect_on_the_fifth_bank_day"),
    ),
    Rule(
        "nemkonto.05",
        RIGHT,
        "A payee has one active NemKonto; of two designations the later counts, and the days of both are known.",
        "BEK 788/2025 § 10",
        ACT,
        carried_by=("NemkontoSuperseded", "NemkontoActivated", "Nemkonto"),
        proved_by=tests(CASES, "test_nemkonto_case_06_of_two_channels_at_once_one_wins_and_both_are_in_history")
        + tests(CASES, "test_both_accounts_are_known_with_their_days_while_money_may_go_to_either")
        + tests("bin/cli/test_auditor.py", "test_valid_asks_in_effective_time_which_designation_held")
        + tests(
            ENDINGS, "test_a_change_ends_the_account_that_waits_for_a_later_day_and_the_one_that_goes_on_until_then"
        )
        + tests(
            DESIGNATION,
            "test_an_activation_supersedes_the_active_nemkonto",
            "test_a_nemkonto_that_is_superseded_before_its_own_effect_never_took_effect",
        ),
    ),
    Rule(
        "nemkonto.06",
        RIGHT,
        "A NemKonto is a Danish account or an IBAN; many payees may share one.",
        "BEK 788/2025 §§ 4 and 6; nemkonto.dk, FAQ",
        ACT,
        carried_by=("DanishAccount", "IbanAccount", "AccountIndex"),
        proved_by=tests(
            "domain/nemkonto/test_account.py",
            "test_a_danish_account_and_its_own_iban_have_one_canonical_text",
            "test_any_text_is_an_account_or_refused",
        )
        + tests(CASES, "test_nemkonto_case_07_a_person_and_the_firm_of_the_same_human_are_two_payees"),
    ),
    Rule(
        "nemkonto.08",
        RIGHT,
        "A foreign account may take longer, and no latest day is promised.",
        "BEK 788/2025 § 10(3)",
        ACT,
        carried_by=("FOREIGN_EFFECT_BANK_DAYS", "AccountKind", "NemkontoActivated"),
        proved_by=tests(DESIGNATION, "test_w24_no_day_is_set_by_which_a_foreign_account_must_have_effect")
        + tests("domain/nemkonto/test_notice_text.py", "test_w24_a_notice_of_a_foreign_account_promises_no_latest_day"),
        to_confirm="the day from which payments use a foreign account is our dated assumption",
    ),
    Rule(
        "nemkonto.09",
        RIGHT,
        "The payee who points the present account out again calls a pending change off; a bank's repetition does not.",
        "BEK 788/2025 § 10",
        ACT,
        carried_by=("DesignateNemkonto", "DesignationWithdrawn"),
        proved_by=tests(
            DESIGNATION,
            "test_w25_the_present_account_designated_again_by_the_payee_withdraws_the_change_under_way",
            "test_a_repeated_bank_report_voids_no_letter_under_way",
        ),
    ),
    Rule(
        "nemkonto.10",
        RIGHT,
        "A change that is called off before its effect leaves the present account as it is.",
        "BEK 788/2025 § 10",
        ACT,
        carried_by=("DesignationCancelled", "NemkontoRestored", "EndNemkonto"),
        proved_by=tests(
            ENDINGS,
            "test_w26_an_end_before_the_effect_calls_the_change_off_and_the_former_account_goes_on",
            "test_after_every_history_the_register_names_the_account_that_a_plain_reference_names",
            "test_an_account_that_was_closed_before_its_effect_is_called_off_also_if_that_is_learned_after_it",
            "test_a_first_account_that_is_closed_before_its_effect_never_takes_effect",
            "test_a_change_that_is_called_off_leaves_the_account_with_the_end_that_it_had",
        ),
    ),
    Rule(
        "nemkonto.11",
        RIGHT,
        "The payee is registered and lives, and is 15 or has a guardian who acts, also to undo or freeze.",
        "lov om Nemkonto; nemkonto.dk, adolescents",
        ACT,
        carried_by=(
            "UnknownParty",
            "PayeeIsNoMore",
            "GuardianNeeded",
            "PayeeCommand",
            "DESIGNATES_ALONE_AGE_YEARS",
        ),
        proved_by=tests(DESIGNATION, "test_w13_no_account_is_designated_of_somebody_unknown_dead_or_ceased")
        + tests("domain/nemkonto/test_end_of_payee.py", "test_w13_no_account_becomes_active_after_the_death")
        + tests(
            WHO,
            "test_who_is_15_designates_alone",
            "test_w13_who_is_younger_designates_nothing_without_a_guardian",
            "test_who_has_custody_or_is_guardian_designates_for_a_child",
            "test_nobody_designates_for_another_without_a_mandate_that_covers_it",
            "test_custody_of_who_is_of_age_designates_nothing",
            "test_whether_the_payee_is_a_child_is_what_the_register_says",
            "test_a_child_undoes_nothing_that_its_guardian_designated",
            "test_who_acts_for_the_payee_is_in_the_fact_with_the_mandate",
            "test_who_redeems_a_code_for_another_needs_a_mandate_and_who_has_the_letter_is_asked_for_no_age",
            "test_a_power_of_attorney_is_enough_for_who_is_old_enough_to_give_it_and_not_for_a_child",
            "test_of_an_end_that_nobody_requests_no_age_is_asked_and_nobody_acts",
            "test_a_guardian_whose_entry_was_merged_acts_by_the_one_that_remains",
        )
        + tests(
            "domain/identity/test_birth.py",
            "test_only_the_registration_and_its_correction_have_a_field_for_a_birth_date",
        )
        + tests(
            GUARDIANS,
            "test_w13_a_guardian_designates_for_a_child_by_the_birth_date_in_the_register",
            "test_a_child_undoes_nothing_and_who_acts_without_a_mandate_leaves_a_refused_act",
        ),
        to_confirm="the paragraphs 2 to 9 of the act of 2025, which were not seen",
    ),
    Rule(
        "nemkonto.16",
        RIGHT,
        "A foreign account may have no IBAN: its number with a bank code, a BIC and a country.",
        "nemkonto.dk, foreign accounts",
        carried_by=("AccountWithoutIban", "parse_account", "ISO_3166", "has_iban"),
        proved_by=tests(
            "domain/nemkonto/test_account.py",
            "test_an_account_without_an_iban_is_its_number_with_a_bank_code_a_bic_and_a_country",
            "test_an_account_without_an_iban_is_refused_where_its_parts_do_not_fit",
        )
        + tests(DESIGNATION, "test_w24_no_day_is_set_by_which_a_foreign_account_must_have_effect")
        + tests(
            "bin/cli/test_life_events.py", "TestNemkonto::test_an_account_without_an_iban_is_designated_and_masked"
        ),
        to_confirm="whether each country has a bank code; we require one",
    ),
    Rule(
        "nemkonto.17",
        RIGHT,
        "A case worker may state a later day from which the change holds (gælder fra).",
        "nemkonto.dk, Ret eller slet NemKonto",
        LETTERS,
        carried_by=("DesignateNemkonto", "RequestedDayNotAllowed"),
        proved_by=tests(
            DESIGNATION,
            "test_a_case_worker_may_ask_for_another_day_and_nobody_else",
            "test_a_requested_day_before_the_fifth_bank_day_changes_nothing",
        )
        + tests(
            ENDINGS, "test_a_change_ends_the_account_that_waits_for_a_later_day_and_the_one_that_goes_on_until_then"
        ),
        to_confirm="whether the order of 2025 keeps the stated day",
    ),
    Rule(
        "nemkonto.18",
        MISSING,
        "A payer may have an account of its own for one benefit (ydelsesspecifik konto), locked or not.",
        "lov om Nemkonto § 1; nemkonto.dk, Anvis specifik konto",
        because="There is one kind of designation.",
        comes_in="issue 13",
    ),
    Rule(
        "nemkonto.20",
        MISSING,
        "A company may have a NemKonto for each SE or P number.",
        "digst.dk, NemKonto spørgsmål og svar",
        because="The payee is the company.",
        comes_in="issue 13",
    ),
    Rule(
        "nemkonto.21",
        RIGHT,
        "A guardian designates, a case worker signs, and the documents are stored.",
        "nemkonto.dk, adolescents; nemkonto.dk, Anvis NemKonto",
        carried_by=("DesignateNemkonto", "PayeeCommand", "SignatureMissing", "FormMissing"),
        proved_by=tests(
            WHO,
            "test_who_has_custody_or_is_guardian_designates_for_a_child",
            "test_a_bank_reports_the_account_of_a_child_that_the_guardian_wishes",
            "test_a_case_worker_signs_each_designation",
            "test_a_designation_on_paper_rests_on_the_stored_form",
        )
        + tests(
            GUARDIANS,
            "test_w13_a_guardian_designates_for_a_child_by_the_birth_date_in_the_register",
            "test_a_case_worker_signs_and_the_form_is_stored_and_read_again",
        ),
        to_confirm="a signature is a reference until the issue of the eID brings signatures",
    ),
)

NEMKONTO: Final = (*DESIGNATING, *ENDS)
