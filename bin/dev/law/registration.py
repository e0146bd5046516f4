"""Rules about who can be reached by Digital Post: LBK 686/2021 (the Act) §§ 3 to 5."""

from datetime import date
from typing import Final

from bin.dev.law.registration_by_wish import BY_WISH
from bin.dev.law.rule import RIGHT, Rule, tests

COMMANDS: Final = "domain/post/test_mail_registration_commands.py"
CORRECTION: Final = "domain/post/test_correction.py"
CLOSING: Final = "domain/post/test_mail_closing.py"
EXEMPTION: Final = "domain/post/test_exemption.py"
ANNOUNCEMENT: Final = "domain/post/test_registration_announcement.py"
CONNECTED: Final = date(2014, 11, 1)
SOLUTION: Final = date(2022, 3, 21)
ACT: Final = date(2012, 7, 1)

BY_DUTY: Final = (
    Rule(
        "registration.01",
        RIGHT,
        "A resident of 15 is registered by duty; a child waits for the birthday, at midnight in Copenhagen.",
        "LBK 686/2021 § 3(1)",
        CONNECTED,
        carried_by=("PlanMailRegistration", "FollowRegistrationPlan", "DIGITAL_POST_AGE_YEARS", "REGISTRATION"),
        proved_by=tests(
            COMMANDS,
            "test_a_resident_of_age_is_registered",
            "test_nobody_is_registered_before_the_15th_birthday",
            "test_edge_12_a_child_is_registered_at_midnight_in_copenhagen_on_the_birthday",
            "test_the_duty_does_not_reach_one_without_residence_nor_the_dead",
            "test_the_registration_of_a_child_is_planned_for_the_15th_birthday",
            "test_nothing_is_planned_of_the_registered_nor_of_who_lives_abroad",
            "test_one_who_left_before_the_planned_day_is_not_registered_on_it",
        )
        + tests(CORRECTION, "test_nobody_is_registered_by_a_correction_for_whom_no_duty_held_on_the_first_day")
        + tests(
            "bin/cli/test_registration_mistakes.py", "test_no_correction_registers_a_child_and_nothing_arrives_there"
        )
        + tests("domain/test_reactions.py", "test_a_child_is_registered_even_if_the_runner_slept_past_the_birthday"),
    ),
    Rule(
        "registration.02",
        RIGHT,
        "Nobody can send to a new company for 12 days (karensperiode), unless it logs in before.",
        "LBK 686/2021 § 3(2); virk.dk",
        SOLUTION,
        carried_by=("PlanMailRegistration", "BreakGrace", "MailGraceBroken", "COMPANY_GRACE_DAYS"),
        proved_by=tests(
            COMMANDS,
            "test_a_new_company_has_a_grace_of_12_days",
            "test_edge_13_a_company_in_its_grace_is_registered_when_the_grace_is_over",
            "test_a_company_that_logs_in_breaks_its_grace_and_is_registered",
            "test_an_exempt_company_is_not_registered_by_logging_in",
            "test_a_grace_is_counted_from_the_first_plan_only",
            "test_only_a_new_company_that_is_not_exempt_has_a_grace_to_break",
            "test_a_ceased_company_has_no_grace_to_break",
        )
        + tests("bin/application/test_reactions.py", "test_a_new_company_is_registered_when_its_grace_is_over"),
        to_confirm="the paragraph of the 12 days",
    ),
    Rule(
        "registration.07",
        RIGHT,
        "A death or cessation closes the registration; the day it happened and the day it was learned are both known.",
        "BEK 1553/2013 § 14; LBK 686/2021 § 3(2)",
        CONNECTED,
        carried_by=("MailRegistration", "Existence"),
        proved_by=tests(CLOSING, "test_nothing_arrives_once_a_death_or_cessation_is_recorded_without_any_further_fact")
        + tests("bin/application/test_reactions.py", "test_a_death_closes_the_mailbox_and_its_correction_opens_it"),
        to_confirm="the order that replaced BEK 1553/2013",
    ),
    Rule(
        "registration.09",
        RIGHT,
        "The register that senders read says the same as the decision on a letter, at every position.",
        "LBK 686/2021 §§ 3 to 5",
        ACT,
        carried_by=("MailRegistration",),
        proved_by=tests(
            "bin/application/test_reactions.py", "test_nothing_arrives_at_the_dead_though_no_reaction_has_run"
        )
        + tests(
            "projections/test_mail_registrations.py",
            "test_w15_the_registers_say_at_every_position_what_the_decision_on_a_letter_says",
        ),
    ),
    Rule(
        "registration.10",
        RIGHT,
        "Who is to be registered by duty on a later day is notified on paper three weeks before, or at once when that "
        "day is nearer; that nobody could be notified is recorded (underretning).",
        "LBK 686/2021 § 3; randers.dk",
        CONNECTED,
        carried_by=(
            "MailRegistrationPlanned",
            "REGISTRATION_ANNOUNCEMENT_DAYS",
            "REGISTRATION_ANNOUNCEMENT",
            "AnnounceRegistration",
            "RegistrationAnnounced",
            "RegistrationAnnouncementOmitted",
        ),
        proved_by=tests(
            ANNOUNCEMENT,
            "test_three_weeks_before_the_birthday_the_child_is_to_be_notified_and_not_before",
            "test_a_child_who_has_no_mailbox_is_notified_on_paper_once",
            "test_the_letter_names_the_first_day",
            "test_it_is_recorded_that_nobody_could_be_notified_without_an_address",
            "test_the_dead_exempt_registered_moved_and_merged_are_not_notified_nor_of_a_former_plan",
            "test_who_is_no_longer_exempt_within_the_three_weeks_is_still_notified",
            "test_a_new_company_whose_grace_is_shorter_is_notified_at_once_at_its_address",
            "test_a_plan_of_less_than_three_weeks_is_announced_at_once",
            "test_who_waits_as_an_immigrant_is_notified_nine_days_after_coming",
            "test_two_plans_for_one_day_are_announced_each",
            "test_nothing_is_ordered_for_the_dead_the_exempt_and_who_moved_away",
            "test_a_registration_that_begins_at_once_is_not_announced",
        )
        + tests(
            "bin/cli/test_registration_announcement.py",
            "test_three_weeks_before_the_birthday_the_child_is_notified_on_paper_once",
            "test_that_nobody_could_be_notified_is_recorded_and_no_letter_is_kept",
            "test_a_new_company_is_notified_at_once_at_its_cvr_address",
        ),
        to_confirm="the paragraph and the three weeks, which one municipality writes of a 15th birthday only; that who "
        "is of age already, and a company that is taken over, is not notified",
    ),
    Rule(
        "registration.11",
        RIGHT,
        "Who immigrates is registered after 30 days, at a first entry as at a return, or on a later 15th birthday.",
        "LBK 686/2021 § 3(1); naestved.dk",
        ACT,
        carried_by=("PlanMailRegistration", "IMMIGRANT_REGISTRATION_DAYS"),
        proved_by=tests(
            COMMANDS,
            "test_a_resident_whose_residence_gets_another_day_is_no_immigrant",
            "test_who_had_disappeared_and_is_found_is_no_immigrant_and_is_registered_by_age_at_once",
            "test_an_immigrant_is_planned_for_the_30th_day",
            "test_a_child_who_immigrates_waits_for_the_birthday",
            "test_an_immigrant_whose_birth_date_is_corrected_keeps_the_wait",
            "test_an_immigrant_who_turns_out_to_turn_15_after_the_wait_waits_for_the_birthday",
            "test_the_wait_is_kept_through_a_birth_date_that_is_corrected_to_a_childs_and_back",
            "test_an_immigrant_who_left_during_the_wait_waits_anew_on_coming_back_after_it",
            "test_nobody_immigrates_by_a_move_that_was_annulled_meanwhile",
        )
        + tests(
            "domain/test_reactions.py",
            "test_w11_an_adult_who_is_entered_as_an_immigrant_waits_30_days",
            "test_who_immigrates_waits_by_the_birth_date_of_the_register",
        )
        + tests(
            "bin/application/test_reactions.py",
            "test_w11_who_immigrates_waits_30_days_and_what_was_taken_over_waits_for_nothing",
        )
        + tests(
            "bin/cli/test_registration_announcement.py",
            "test_registration_11_an_immigrant_whose_birth_date_is_corrected_waits_30_days_all_the_same",
        )
        + tests(
            "domain/post/test_exemption_after_return.py",
            "test_only_a_plan_for_a_return_is_dropped_and_only_if_no_return_is_left",
            "test_who_had_disappeared_and_is_found_has_not_returned",
            "test_an_arrival_and_a_departure_by_mistake_leave_everything_as_it_was_in_either_order",
        ),
        to_confirm="the day from which the 30 days count: here that of the record",
    ),
    Rule(
        "registration.12",
        RIGHT,
        "A person or company that is taken over from another register is not new and has no grace.",
        "LBK 686/2021 § 3",
        ACT,
        carried_by=("CompanyEntryCause", "PersonEntryCause", "registers_for_mail", "registers_company"),
        proved_by=tests(
            "domain/test_reactions.py",
            "test_w11_a_company_that_was_taken_over_is_not_new_and_has_no_grace",
            "test_w11_an_adult_who_was_taken_over_waits_for_nothing",
        )
        + tests(
            "bin/application/test_reactions.py",
            "test_w11_who_immigrates_waits_30_days_and_what_was_taken_over_waits_for_nothing",
        ),
    ),
    Rule(
        "registration.13",
        RIGHT,
        "The age that counts is the register's, not the caller's.",
        "LBK 686/2021 §§ 3(1) and 4",
        CONNECTED,
        carried_by=("Birth", "RegistrationPlan", "PlanMailRegistration", "FollowRegistrationPlan", "JoinVoluntarily"),
        proved_by=tests(EXEMPTION, "test_nobody_joins_before_the_15th_birthday")
        + tests(
            COMMANDS,
            "test_w12_no_command_that_registers_a_person_takes_a_date_from_its_caller",
            "test_w12_a_false_reason_registers_nobody_before_the_day_that_the_registers_hold",
            "test_nothing_is_planned_of_a_person_whose_birth_date_the_register_does_not_hold",
        )
        + tests(
            "adapters/ledger/test_fold.py",
            "test_only_an_entity_that_is_opened_folds_what_is_personal",
            "test_what_a_destroyed_key_hides_is_not_opened",
        )
        + tests("bin/cli/test_registration_announcement.py", "test_w12_no_false_date_registers_a_child"),
    ),
    Rule(
        "registration.14",
        RIGHT,
        "Only who is in the register is planned for, registered, exempted or joins.",
        "LBK 686/2021 §§ 3 to 5",
        ACT,
        carried_by=("UnknownParty", "MailRegistration"),
        proved_by=tests(COMMANDS, "test_w13_nothing_is_recorded_about_somebody_who_is_not_registered"),
    ),
    Rule(
        "registration.15",
        RIGHT,
        "The living are not closed and the dead not opened, however late the reaction runs.",
        "BEK 1553/2013 § 14",
        CONNECTED,
        carried_by=("MailRegistration", "Existence", "FollowRegistrationPlan"),
        proved_by=tests(
            CLOSING,
            "test_a_corrected_death_or_cessation_opens_the_registration_again",
            "test_w14_w9_a_second_death_after_a_corrected_one_closes_it_again",
            "test_w14_nothing_is_registered_while_the_death_stands_nor_for_the_exempt_nor_what_is_not_planned",
            "test_who_turned_15_while_recorded_as_dead_by_mistake_is_registered_by_the_correction",
            "test_a_company_whose_grace_ended_while_recorded_as_ceased_by_mistake_is_registered_by_the_correction",
            "test_a_letter_held_back_is_not_released_to_one_recorded_as_dead",
        )
        + tests(
            "bin/application/test_reactions.py",
            "test_a_death_and_its_correction_between_two_runs_leave_the_mailbox_open",
        )
        + tests(
            "domain/identity/test_mandate_reactions.py",
            "test_a_corrected_death_or_cessation_is_followed_by_what_fell_due_and_every_mandate",
        ),
        to_confirm="the order that replaced BEK 1553/2013",
    ),
    Rule(
        "registration.19",
        RIGHT,
        "A registration is corrected for a time of the past, and the letters of that time are listed for each sender.",
        "LBK 686/2021 § 3; the incidents of 2022 (en.digst.dk, letter of 27 April 2023)",
        SOLUTION,
        carried_by=("CorrectRegistration", "RegistrationCorrected", "affected_letters", "SenderInformed"),
        proved_by=tests(
            CORRECTION,
            "test_a_mailbox_that_was_registered_by_mistake_is_not_registered_from_now_on",
            "test_a_registration_that_was_missing_by_mistake_holds_from_now_on",
            "test_a_registration_that_is_right_again_stays_as_it_is",
            "test_nobody_is_registered_by_a_correction_for_whom_no_duty_held_on_the_first_day",
            "test_the_age_of_the_first_day_counts_also_where_the_time_is_over",
            "test_who_should_have_been_registered_before_moving_away_is_registered_now",
            "test_of_the_dead_a_time_before_the_death_is_corrected_and_no_later_one",
            "test_the_letters_of_the_wrong_time_are_listed_with_their_senders_and_no_others",
            "test_the_letters_of_the_first_right_day_are_not_listed",
            "test_the_letters_that_arrived_after_the_correction_are_not_listed",
            "test_of_a_registration_that_was_missing_the_refused_letters_are_listed",
            "test_what_was_refused_for_another_reason_is_not_listed_of_a_registration_that_was_missing",
            "test_on_a_letter_that_arrived_in_another_system_it_is_decided_too_and_its_sender_sends_it_on_paper",
            "test_of_an_exemption_that_never_held_no_letter_is_listed_decided_on_or_told_of",
            "test_what_was_decided_because_of_an_exemption_that_never_held_is_decided_back_and_nothing_else_is_decided",
            "test_of_a_registration_by_mistake_the_arrivals_in_another_system_are_listed_by_their_own_time",
            "test_of_an_exemption_whose_end_was_moved_the_letters_until_that_end_are_listed",
            "test_what_is_right_lies_ahead_or_is_nobodys_is_not_corrected",
            "test_only_what_arrived_at_that_recipient_is_decided_on",
            "test_what_is_decided_not_to_have_arrived_goes_on_paper_and_its_recorded_arrival_remains",
            "test_a_time_that_is_over_is_corrected_of_one_who_is_registered_rightly_by_now",
        )
        + tests(
            "bin/cli/test_registration_mistakes.py",
            "test_a_registration_that_was_undone_and_made_again_has_the_day_of_the_second_one",
            "test_two_questions_say_who_was_registered_on_a_day_as_is_known_now",
        )
        + tests(
            "domain/post/test_registered_too_young.py",
            "test_who_was_registered_and_joined_again_was_wrongly_registered_since_the_first_day",
            "test_a_registration_that_was_corrected_before_is_not_of_the_wrong_time",
        ),
    ),
)

REGISTRATION: Final = (*BY_DUTY, *BY_WISH)
