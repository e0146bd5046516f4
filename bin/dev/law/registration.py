"""Rules about who can be reached by Digital Post: LBK 686/2021 (the Act) §§ 3 to 5."""

from datetime import date
from typing import Final

from bin.dev.law.rule import MISSING, NO_ISSUE, PARTLY, RIGHT, Rule, tests

COMMANDS: Final = "domain/post/test_mail_registration_commands.py"
CLOSING: Final = "domain/post/test_mail_closing.py"
EXEMPTION: Final = "domain/post/test_exemption.py"
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
        carried_by=("RegisterForMail", "AnnounceMailRegistration", "DIGITAL_POST_AGE_YEARS", "REGISTRATION"),
        proved_by=tests(
            COMMANDS,
            "test_a_resident_of_age_is_registered",
            "test_nobody_is_registered_before_the_15th_birthday",
            "test_edge_12_a_child_is_registered_at_midnight_in_copenhagen_on_the_birthday",
            "test_the_duty_does_not_reach_one_without_residence_nor_the_dead",
        )
        + tests("domain/test_reactions.py", "test_a_child_is_registered_even_if_the_runner_slept_past_the_birthday"),
    ),
    Rule(
        "registration.02",
        RIGHT,
        "Nobody can send to a new company for 12 days (karensperiode), unless it logs in before.",
        "LBK 686/2021 § 3(2); virk.dk",
        SOLUTION,
        carried_by=("AnnounceMailRegistration", "BreakGrace", "MailGraceBroken", "COMPANY_GRACE_DAYS"),
        proved_by=tests(
            COMMANDS,
            "test_a_new_company_has_a_grace_of_12_days",
            "test_edge_13_a_company_in_its_grace_is_registered_when_the_grace_is_over",
            "test_a_company_that_logs_in_breaks_its_grace_and_is_registered",
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
        MISSING,
        "The recipient is notified beforehand of being registered (underretning).",
        "LBK 686/2021 § 3; randers.dk",
        CONNECTED,
        because="An announcement is recorded years ahead, and nothing is sent to anybody.",
        comes_in="issue 8",
        to_confirm="the paragraph and the three weeks before the birthday",
    ),
    Rule(
        "registration.11",
        RIGHT,
        "Who immigrates is registered after 30 days, at a first entry as at a return.",
        "LBK 686/2021 § 3(1); naestved.dk",
        ACT,
        carried_by=("AnnounceMailRegistration", "IMMIGRANT_REGISTRATION_DAYS"),
        proved_by=tests(
            COMMANDS,
            "test_an_immigrant_is_announced_for_the_30th_day",
            "test_an_immigrant_who_left_during_the_wait_waits_anew_on_coming_back_after_it",
        )
        + tests(
            "domain/test_reactions.py",
            "test_w11_an_adult_who_is_entered_as_an_immigrant_waits_30_days",
            "test_who_immigrates_is_announced_by_the_birth_date_in_the_past",
        )
        + tests(
            "bin/application/test_reactions.py",
            "test_w11_who_immigrates_waits_30_days_and_what_was_taken_over_waits_for_nothing",
        ),
    ),
    Rule(
        "registration.12",
        RIGHT,
        "A person or company that is taken over from another register is not new and has no grace.",
        "LBK 686/2021 § 3",
        ACT,
        carried_by=("CompanyEntryCause", "PersonEntryCause", "registers_for_mail", "announces_new_company"),
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
        PARTLY,
        "The age that counts is the register's, not the caller's.",
        "LBK 686/2021 §§ 3(1) and 4",
        CONNECTED,
        carried_by=("JoinVoluntarily", "RegisterForMail", "TooYoung"),
        proved_by=tests(EXEMPTION, "test_nobody_joins_before_the_15th_birthday"),
        because="The programs take the birth date from the register, but the command believes whatever date it brings.",
        comes_in="issue 8",
    ),
    Rule(
        "registration.14",
        RIGHT,
        "Only who is in the register is announced, registered, exempted or joins.",
        "LBK 686/2021 §§ 3 to 5",
        ACT,
        carried_by=("UnknownRecipient", "MailRegistration"),
        proved_by=tests(COMMANDS, "test_w13_nothing_is_recorded_about_somebody_who_is_not_registered"),
    ),
    Rule(
        "registration.15",
        RIGHT,
        "The living are not closed and the dead not opened, however late the reaction runs.",
        "BEK 1553/2013 § 14",
        CONNECTED,
        carried_by=("MailRegistration", "Existence", "RegisterWhatFellDue"),
        proved_by=tests(
            CLOSING,
            "test_a_corrected_death_or_cessation_opens_the_registration_again",
            "test_w14_w9_a_second_death_after_a_corrected_one_closes_it_again",
            "test_w14_nothing_is_registered_while_the_death_stands_nor_for_the_exempt_nor_unannounced",
        )
        + tests(
            "bin/application/test_reactions.py",
            "test_a_death_and_its_correction_between_two_runs_leave_the_mailbox_open",
        ),
        to_confirm="the order that replaced BEK 1553/2013",
    ),
    Rule(
        "registration.19",
        MISSING,
        "A registration is corrected for a time of the past, and the letters of that time are listed for each sender.",
        "LBK 686/2021 § 3; the incidents of 2022 (en.digst.dk, letter of 27 April 2023)",
        SOLUTION,
        because="A registration has no beginning and end of its own that could be corrected.",
        comes_in="issue 8",
    ),
)

BY_WISH: Final = (
    Rule(
        "registration.03",
        RIGHT,
        "An exemption is granted without a stated reason; a stated one is encrypted; what has arrived stays arrived.",
        "LBK 686/2021 § 5(1) to (4); BEK 1553/2013 § 14(2)",
        ACT,
        carried_by=("ExemptFromMail", "ExemptionEntered"),
        proved_by=tests(
            EXEMPTION,
            "test_a_registered_resident_is_exempted_without_a_named_ground",
            "test_the_named_ground_of_an_exemption_is_encrypted",
            "test_a_company_is_exempted_as_the_minister_decided",
        )
        + tests("domain/post/test_mail_registration.py", "test_an_exemption_and_a_revocation_take_no_mailbox_away")
        + tests("domain/post/test_legal_times.py", "test_an_exemption_or_a_death_after_arrival_moves_nothing"),
    ),
    Rule(
        "registration.04",
        RIGHT,
        "Who no longer lives in Denmark is always exempted on request.",
        "LBK 686/2021 § 5(1)",
        ACT,
        carried_by=("ExemptFromMail", "HasNotLeft"),
        proved_by=tests(
            EXEMPTION,
            "test_one_who_left_the_country_is_always_exempted_on_request_and_needs_no_other_ground",
            "test_one_who_has_not_left_is_not_exempted_for_having_left",
        ),
    ),
    Rule(
        "registration.05",
        RIGHT,
        "An exemption ends by the recipient, by the municipality, and by moving back to Denmark.",
        "LBK 686/2021 § 5; lifeindenmark.borger.dk",
        ACT,
        carried_by=("RevokeExemption", "ExemptionEnded", "EXEMPTION_END"),
        proved_by=tests(
            EXEMPTION,
            "test_an_exemption_is_revoked_and_what_held_before_holds_again",
            "test_moving_back_to_denmark_revokes_the_exemption_of_one_who_left",
            "test_a_person_who_turned_15_while_exempt_is_registered_when_the_exemption_ends",
        )
        + tests("domain/test_reactions.py", "test_who_moves_back_is_no_longer_exempt"),
        to_confirm="the paragraph of the end by re-entry",
    ),
    Rule(
        "registration.06",
        RIGHT,
        "The exempt may join, and so may who lives abroad, is 15 and has a CPR number and a signature; it binds.",
        "LBK 686/2021 § 4(1) and (2)",
        ACT,
        carried_by=("JoinVoluntarily", "CprNumberNeeded", "SignatureNeeded"),
        proved_by=tests(
            EXEMPTION,
            "test_the_exempt_may_join_by_their_own_wish",
            "test_an_exempt_company_may_join_by_its_own_wish",
            "test_one_without_residence_but_with_cpr_number_and_signature_joins_by_own_wish",
            "test_joining_without_residence_takes_a_cpr_number",
            "test_joining_without_residence_takes_a_digital_signature",
            "test_joining_by_ones_own_wish_binds_until_exempted_again",
        ),
    ),
    Rule(
        "registration.08",
        PARTLY,
        "An exemption of a private person and one of the person's business are two, and firm and owner are linked.",
        "LBK 686/2021 § 5(3) and (4)",
        ACT,
        carried_by=("MailRegistration",),
        proved_by=tests(EXEMPTION, "test_a_company_is_exempted_as_the_minister_decided"),
        because="They are the registrations of two subjects, and nothing links a sole firm with its owner.",
        comes_in=NO_ISSUE,
    ),
    Rule(
        "registration.16",
        RIGHT,
        "The cause by which an exemption ends has happened: nobody moves back who never left.",
        "LBK 686/2021 § 5",
        ACT,
        carried_by=("RevokeExemption", "HasNotReturned"),
        proved_by=tests(EXEMPTION, "test_w27_who_has_not_moved_back_does_not_lose_the_exemption_by_moving_back"),
    ),
    Rule(
        "registration.17",
        RIGHT,
        "An exemption has a first day, also in the past, and may have a last one; it is asked for, also by proxy, and "
        "a refusal can be appealed.",
        "LBK 686/2021 § 5(2)",
        ACT,
        carried_by=("ExemptFromMail", "ExemptionEntered", "RequestExemption", "RefuseExemption", "EXEMPTION_TERM"),
        proved_by=tests(
            EXEMPTION,
            "test_an_exemption_has_a_first_day_also_in_the_past_and_may_have_a_last_one",
            "test_a_letters_decision_asks_whether_an_exemption_holds_on_its_own_day",
            "test_an_exemption_for_a_time_ends_by_itself_and_who_fell_due_is_registered",
        )
        + tests(
            "domain/post/test_exemption_request.py",
            "test_an_exemption_is_asked_for_once",
            "test_a_proxy_asks_by_a_mandate_and_the_ground_is_encrypted",
            "test_a_refusal_can_be_appealed_for_four_weeks_and_not_longer",
            "test_an_appeal_that_succeeds_is_an_exemption",
            "test_an_appeal_that_fails_leaves_the_refusal_in_force",
        )
        + tests("bin/cli/test_exemptions.py", "test_an_exemption_is_asked_for_refused_appealed_and_granted_for_a_time"),
        to_confirm="the weeks in which a refusal can be appealed",
    ),
    Rule(
        "registration.18",
        RIGHT,
        "Who becomes exempt may have unopened post of the last six months sent on paper.",
        "mariagerfjord.dk; horsholm.dk",
        SOLUTION,
        carried_by=("SendUnopenedOnPaper", "resends_unopened", "RESEND_WINDOW_MONTHS"),
        proved_by=tests(
            "domain/post/test_paper.py",
            "test_unopened_post_of_the_last_six_months_goes_on_paper_and_its_arrival_does_not_move",
            "test_post_that_is_older_than_six_months_was_opened_or_is_not_wished_for_stays_where_it_is",
        )
        + tests("bin/cli/test_paper.py", "test_who_becomes_exempt_has_unopened_post_on_paper_and_both_times_are_shown"),
        to_confirm="the paragraph of the six months",
    ),
)

REGISTRATION: Final = (*BY_DUTY, *BY_WISH)
