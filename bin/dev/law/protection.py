"""Rules about protections in the population register: CPR act § 28."""

from typing import Final

from bin.dev.law.rule import PARTLY, RIGHT, Rule, tests

SCOPES: Final = "domain/identity/test_protection.py"
LAPSE: Final = "domain/identity/test_protection_lapse.py"
AT_MIDNIGHT: Final = "bin/cli/test_protections.py"

PROTECTIONS: Final = (
    Rule(
        "identity.08",
        RIGHT,
        "Protection of name and address lasts a year, or longer if the municipality grants it, can be prolonged or "
        "withdrawn, and lapses at midnight in Copenhagen.",
        "CPR act § 28",
        carried_by=("ProtectPerson", "WithdrawProtection", "ProtectionEntered", "PROTECTION_YEARS"),
        proved_by=tests(
            SCOPES,
            "test_protection_lasts_a_year",
            "test_the_municipality_may_grant_protection_for_longer",
            "test_protection_is_prolonged_by_one_that_takes_its_place",
            "test_protection_is_withdrawn_and_holds_until_midnight",
            "test_a_protection_that_is_still_to_begin_is_withdrawn_too",
            "test_after_a_withdrawal_no_protection_of_its_scope_holds_from_its_day",
            "test_a_protection_ends_at_midnight_at_the_earliest_also_if_an_earlier_day_is_stated",
            "test_protection_lapses_at_midnight_in_copenhagen_and_not_a_minute_before",
            "test_protection_is_never_shortened_by_protecting_again",
            "test_a_longer_protection_is_not_cut_short_by_one_that_was_to_begin_later",
            "test_one_that_is_to_begin_later_and_lasts_longer_stays",
        )
        + tests(AT_MIDNIGHT, "test_a_name_is_masked_until_the_midnight_at_which_the_protection_lapses"),
    ),
    Rule(
        "identity.11",
        RIGHT,
        "A protected name and address show to no private reader, also not by way of the person's firm; the name and "
        "address of the firm itself are public, also where they are the same.",
        "CPR act § 28; CVR act § 18(3) and (4); erhvervsstyrelsen.dk, personoplysninger i CVR",
        carried_by=("ProtectionEntered", "Reader", "FirmOwnerEntered"),
        proved_by=tests(
            "bin/cli/test_auditor.py",
            "test_a_protected_name_and_address_are_masked_for_a_private_reader",
            "test_a_private_reader_sees_the_firm_of_a_protected_owner_and_by_way_of_it_nothing_of_the_owner",
        )
        + tests("bin/cli/test_prove.py", "TestPersonalFields::test_a_protected_name_is_disclosed_to_no_private_reader"),
        to_confirm="that the owner's name, which § 18(3) lets CVR publish, is masked here as that of any person is",
    ),
    Rule(
        "identity.19",
        PARTLY,
        "Protection holds against private parties only; an authority with a right sees name and address.",
        "CPR act § 28",
        carried_by=("Reader", "is_authority"),
        proved_by=tests(
            "bin/cli/test_auditor.py",
            "test_w8_an_authority_sees_a_protected_name_and_address_and_its_reading_is_recorded",
            "test_a_protected_name_and_address_are_masked_for_a_private_reader",
        ),
        because="Every authority sees them, whatever it has a right to read.",
        comes_in="issue 12",
    ),
    Rule(
        "identity.26",
        RIGHT,
        "Thirty days before a protection lapses, the person is reminded, also of an end that was moved.",
        "CPR act § 28; rksk.dk",
        carried_by=(
            "PROTECTION_REMINDER",
            "PROTECTION_REMINDER_DAYS",
            "PlanProtectionReminders",
            "ProtectionReminderPlanned",
            "OrderProtectionReminder",
            "RemindOfProtection",
            "ProtectionReminderGiven",
        ),
        proved_by=tests(
            LAPSE,
            "test_thirty_days_before_a_protection_lapses_the_person_is_reminded_once",
            "test_who_is_exempt_is_reminded_on_paper",
            "test_without_digital_post_and_an_address_it_is_recorded_that_nobody_was_reminded",
            "test_who_has_another_protection_from_the_day_of_the_lapse_is_not_reminded",
            "test_nobody_is_reminded_of_what_does_not_lapse_then",
            "test_the_reminder_is_planned_once_by_the_end_and_the_plan_says_by_which_rule",
            "test_who_is_protected_for_no_longer_than_thirty_days_is_not_reminded",
            "test_an_end_that_is_moved_is_reminded_of_thirty_days_before_and_on_no_other_day",
            "test_who_was_reminded_is_reminded_of_a_later_end_too_by_another_letter",
            "test_whose_reminder_fell_due_during_a_mistake_is_reminded_at_once",
            "test_whatever_moves_the_end_of_a_protection_every_lapse_known_before_is_reminded_of_in_time",
            "test_the_dead_are_not_reminded",
            "test_an_end_that_is_moved_and_moved_back_is_reminded_of_once",
        )
        + tests(
            AT_MIDNIGHT,
            "test_thirty_days_before_the_lapse_a_letter_reminds_of_it",
            "test_thirty_days_before_an_end_that_was_moved_twice_a_letter_reminds_of_each",
            "test_who_is_exempt_is_reminded_on_paper",
        ),
        to_confirm="whether any rule requires the reminder; that none is sent of an end stated within the thirty days",
    ),
    Rule(
        "identity.27",
        RIGHT,
        "Other protections: local directory, marketing, research and credit warning.",
        "CPR act § 28; cpr.dk, beskyttelser",
        carried_by=("ProtectionScope", "ProtectPerson", "WithdrawProtection"),
        proved_by=tests(
            SCOPES,
            "test_another_protection_holds_beside_that_of_the_name_and_has_no_end_until_it_is_withdrawn",
            "test_who_keeps_name_and_address_from_others_is_in_no_directory_either",
            "test_a_protection_without_an_end_is_not_shortened_by_one_with_an_end",
        )
        + tests(AT_MIDNIGHT, "test_other_protections_are_registered_and_withdrawn_each_by_its_scope"),
    ),
)
