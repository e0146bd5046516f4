"""The numbered edge cases of NemKonto, identity and access, with the tests that prove the whole of each."""

from typing import Final

from bin.dev.law.rule import MISSING, NO_ISSUE, PARTLY, RIGHT, numbered, tests

CASES: Final = "domain/nemkonto/test_designation_cases.py"
CREDENTIALS: Final = "There are no credentials."

case: Final = numbered("money", "list of cases, NemKonto", comes_in="issue 13")

NEMKONTO_CASES: Final = (
    case(
        1,
        PARTLY,
        "A payment on the third bank day may use the old account or the new, pinned and explained.",
        tests(CASES, "test_both_accounts_are_known_with_their_days_while_money_may_go_to_either"),
        "There are no payments.",
    ),
    case(
        2,
        PARTLY,
        "A wrong death and 40 payments, corrected: locks lifted, nothing paid again, both beliefs shown.",
        tests(
            "domain/identity/test_person_commands.py",
            "test_a_wrong_death_is_corrected_and_the_person_may_die_later",
        )
        + tests(
            "domain/post/test_mail_closing.py",
            "test_a_corrected_death_or_cessation_opens_the_registration_again",
        ),
        "There are no payments and no locks of identities.",
    ),
    case(
        3,
        PARTLY,
        "A changed CPR number: three credentials superseded, NemKonto unchanged, the old number found and the look-up "
        "recorded.",
        tests(CASES, "test_a_new_cpr_number_leaves_the_nemkonto_as_it_is")
        + tests("bin/cli/test_life_events.py", "TestFind::test_a_former_number_always_leads_to_its_bearer"),
        CREDENTIALS,
        comes_in=NO_ISSUE,
    ),
    case(
        4,
        MISSING,
        "A NemKonto is deleted while there are a locked and an unlocked benefit account.",
        because="There are no benefit accounts.",
    ),
    case(
        5,
        RIGHT,
        "A code redeemed on day 60 at 23:59 in Copenhagen and on day 61, across a change to or from summer time.",
        tests(CASES, "test_nemkonto_case_05_a_code_is_valid_until_the_end_of_day_60_also_across_a_summer_time_change"),
    ),
    case(
        6,
        RIGHT,
        "Two channels designate at once: one wins, both are in the history.",
        tests(
            CASES,
            "test_nemkonto_case_06_of_two_channels_at_once_one_wins_and_both_are_in_history",
            "test_nemkonto_case_06_both_decisions_rest_on_the_same_payee_so_they_cannot_both_be_first",
        )
        + tests(
            "bin/application/test_command_handler.py",
            "test_a_decision_is_in_conflict_with_what_was_recorded_meanwhile_and_others_are_not",
        ),
    ),
    case(
        7,
        RIGHT,
        "A person and the own firm are two payees.",
        tests(CASES, "test_nemkonto_case_07_a_person_and_the_firm_of_the_same_human_are_two_payees"),
    ),
    case(
        8,
        MISSING,
        "A bundle sent twice, the same reference with other content: a conflict.",
        because="There are no payments.",
    ),
    case(
        9,
        MISSING,
        "Two million orders, one in a hundred without an account: held, and released once each.",
        because="There are no payments.",
    ),
    case(
        10,
        RIGHT,
        "The holder of a joint account dies: the survivor is warned.",
        tests(
            "domain/nemkonto/test_shared_account.py",
            "test_the_survivor_is_warned_by_digital_post",
            "test_the_warning_is_dropped_if_the_death_is_corrected_before_it_is_sent",
        )
        + tests(
            "bin/application/test_reactions.py",
            "test_the_survivor_of_a_joint_account_is_warned_unless_the_death_was_a_mistake",
        ),
    ),
    case(
        11,
        RIGHT,
        "29 February of 1904 and 1903, all 60 cells of the century table, numbers without modulus 11.",
        tests(
            "domain/identity/test_cpr.py",
            "test_29_february_exists_in_a_leap_year_of_the_derived_century",
            "test_29_february_does_not_exist_in_a_common_year_of_the_derived_century",
            "test_the_seventh_digit_and_the_year_give_the_century",
            "test_every_serial_of_1_january_1990_is_accepted_with_or_without_modulus_11",
        ),
    ),
    case(
        12,
        RIGHT,
        "A protection lapses at midnight while a read is running.",
        tests(
            "bin/cli/test_protections.py",
            "test_a_name_is_masked_until_the_midnight_at_which_the_protection_lapses",
            "test_a_reading_that_runs_over_midnight_shows_nothing_that_was_protected_when_it_began",
        ),
    ),
    case(
        13,
        PARTLY,
        "A fraudulent designation is void 90 days back: the list of payments is exact.",
        tests(
            "domain/nemkonto/test_fraud.py",
            "test_a_fraudulent_designation_is_void_from_its_day_and_the_account_before_it_holds_again",
        )
        + tests(
            "bin/cli/test_nemkonto_fraud.py",
            "test_a_void_designation_never_held_and_what_rested_on_it_is_listed",
        ),
        "The changes, notices and answers that rested on it are listed, and there are no payments.",
    ),
    case(
        14,
        RIGHT,
        "Registers built anew have the same rows.",
        tests(
            "projections/test_fold.py",
            "test_following_rebuilding_and_asking_of_the_past_agree_with_the_plain_fold",
        )
        + tests("projections/test_rebuild_kills.py", "test_a_rebuild_killed_at_any_moment_goes_on_to_the_same_rows"),
    ),
    case(
        15,
        MISSING,
        "A withheld entry of the access log appears on its day.",
        because="Every reading is shown at once.",
        comes_in="issue 12",
    ),
    case(16, MISSING, "A fourth device evicts the first.", because=CREDENTIALS, comes_in=NO_ISSUE),
    case(
        17,
        MISSING,
        "A suspension by a positive test is lifted by a negative one.",
        because=CREDENTIALS,
        comes_in=NO_ISSUE,
    ),
    case(
        18,
        RIGHT,
        "5 June, 24 and 31 December and the day after Ascension are no bank days.",
        tests(CASES, "test_nemkonto_case_18_bank_holidays_do_not_count"),
    ),
)
