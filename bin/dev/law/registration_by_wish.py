"""Rules about who joins or leaves Digital Post by decision: LBK 686/2021 (the Act) §§ 4 and 5."""

from datetime import date
from typing import Final

from bin.dev.law.rule import RIGHT, Rule, tests

EXEMPTION: Final = "domain/post/test_exemption.py"
RETURN: Final = "domain/post/test_exemption_after_return.py"
MISTAKES: Final = "bin/cli/test_registration_mistakes.py"
SOLUTION: Final = date(2022, 3, 21)
ACT: Final = date(2012, 7, 1)

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
        )
        + tests("domain/post/test_exemption_request.py", "test_who_lives_abroad_is_never_refused"),
    ),
    Rule(
        "registration.05",
        RIGHT,
        "An exemption ends by the recipient, by the municipality, and by moving back to Denmark, also one that is to "
        "begin and by a return that is learned late; by a return that was a mistake it has not ended.",
        "LBK 686/2021 § 5; lifeindenmark.borger.dk",
        ACT,
        carried_by=(
            "RevokeExemption",
            "RestoreExemptions",
            "ExemptionEnded",
            "EXEMPTION_END",
            "EXEMPTION_END_CORRECTED",
        ),
        proved_by=tests(
            EXEMPTION,
            "test_an_exemption_is_revoked_and_what_held_before_holds_again",
            "test_moving_back_to_denmark_revokes_the_exemption_of_one_who_left",
            "test_a_person_who_turned_15_while_exempt_is_registered_when_the_exemption_ends",
            "test_what_a_revoked_exemption_had_taken_the_place_of_does_not_hold_again",
        )
        + tests(
            RETURN,
            "test_an_arrival_by_mistake_has_ended_no_exemption_and_planned_no_registration",
            "test_an_exemption_for_a_time_that_comes_back_ends_at_its_stated_end_and_then_a_registration_follows",
            "test_the_exemption_ends_also_if_the_return_is_learned_after_it_was_granted",
            "test_an_exemption_that_is_to_begin_for_having_left_does_not_and_one_for_another_reason_does",
            "test_an_exemption_that_is_to_begin_is_revoked_too",
            "test_an_arrival_whose_day_is_corrected_ends_the_exemption_on_the_right_day_and_the_wait_is_kept",
            "test_exemptions_that_follow_each_other_come_back_as_they_were",
            "test_what_rests_on_a_later_departure_stays_when_an_earlier_return_is_learned",
            "test_a_return_ends_the_exemption_also_if_the_person_left_again_before_it_is_learned",
            "test_nothing_ends_by_a_move_that_was_annulled_before_and_nothing_comes_back_while_it_holds",
            "test_an_exemption_that_did_not_begin_is_taken_up_again_only_by_annulling_the_move",
            "test_an_exemption_that_was_over_stays_as_it_is_when_an_earlier_day_is_revoked",
            "test_an_arrival_and_a_departure_by_mistake_leave_everything_as_it_was_in_either_order",
        )
        + tests("domain/test_reactions.py", "test_who_moves_back_is_no_longer_exempt")
        + tests(MISTAKES, "test_an_arrival_by_mistake_is_annulled_and_the_emigrant_is_exempt_again")
        + tests(
            "domain/identity/test_ends.py",
            "test_an_exemption_whose_stated_end_was_before_a_return_ends_with_it_once_that_end_is_taken_back",
            "test_an_exemption_that_outlived_a_return_by_mistake_ends_with_the_next_one",
        ),
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
            "test_a_person_joins_with_a_known_birth_date_only",
            "test_a_company_that_is_not_exempt_does_not_join_by_its_own_wish",
            "test_the_registered_have_joined_already",
        )
        + tests(RETURN, "test_who_joins_is_not_exempt_later_either")
        + tests(MISTAKES, "test_who_joins_from_abroad_signs_and_the_reference_of_the_signature_is_recorded"),
        to_confirm="that the signature is valid: its reference is recorded, and no electronic identity is asked",
    ),
    Rule(
        "registration.08",
        RIGHT,
        "An exemption of a private person and one of the person's business are two, and firm and owner are linked.",
        "LBK 686/2021 § 5(3) and (4)",
        ACT,
        carried_by=("ExemptionEntered", "FirmOwnerEntered", "EnterFirmOwner"),
        proved_by=tests(
            "domain/identity/test_firm_owner.py",
            "test_the_exemption_of_a_person_and_that_of_the_persons_firm_are_two",
            "test_a_firm_and_its_owner_are_linked_by_an_entry",
            "test_another_owner_takes_the_place_of_the_first",
        )
        + tests("bin/cli/test_firm_owners.py", "test_a_firm_is_linked_with_its_owner_and_each_is_exempt_alone"),
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
        carried_by=(
            "ExemptFromMail",
            "ExemptionEntered",
            "RequestExemption",
            "RefuseExemption",
            "mandate_to_ask",
            "EXEMPTION_TERM",
        ),
        proved_by=tests(
            EXEMPTION,
            "test_an_exemption_has_a_first_day_also_in_the_past_and_may_have_a_last_one",
            "test_another_end_is_recorded_of_one_who_is_exempt_already",
            "test_a_letters_decision_asks_whether_an_exemption_holds_on_its_own_day",
            "test_an_exemption_for_a_time_ends_by_itself_and_who_fell_due_is_registered",
        )
        + tests(
            RETURN,
            "test_an_adult_who_was_exempt_before_the_registration_was_planned_is_registered_when_the_exemption_ends",
        )
        + tests(
            "domain/post/test_exemption_request.py",
            "test_an_exemption_is_asked_for_once",
            "test_a_proxy_who_may_act_for_the_recipient_asks_and_appeals",
            "test_nobody_asks_or_appeals_for_another_without_a_mandate_to_act",
            "test_a_refusal_can_be_appealed_for_four_weeks_and_not_longer",
            "test_an_appeal_that_succeeds_is_an_exemption",
            "test_an_appeal_that_fails_leaves_the_refusal_in_force",
            "test_what_was_granted_by_mistake_is_refused_and_appealed_after_its_exemption_is_annulled",
            "test_a_request_of_one_who_is_exempt_already_is_granted_once_and_so_is_the_post_that_is_wished_for",
            "test_a_proxy_whose_entry_was_merged_asks_by_the_one_that_remains",
            "test_only_an_authority_refuses_and_confirms",
            "test_nothing_is_granted_on_a_request_whose_refusal_was_confirmed",
            "test_what_was_granted_or_never_refused_is_neither_refused_nor_appealed",
            "test_a_request_that_was_granted_is_not_refused_after_its_exemption_ended_or_got_another_end",
            "test_a_request_stays_granted_whose_exemption_was_revoked_before_it_held_for_a_day",
            "test_a_request_is_its_recipients",
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
        carried_by=("UNOPENED_POST", "UnopenedPostOrdered", "SendUnopenedOnPaper", "RESEND_WINDOW_MONTHS"),
        proved_by=tests(
            "domain/post/test_paper.py",
            "test_unopened_post_of_the_last_six_months_goes_on_paper_and_its_arrival_does_not_move",
            "test_post_that_is_older_than_six_months_was_opened_or_is_not_wished_for_stays_where_it_is",
            "test_of_an_exemption_that_begins_later_what_is_unopened_then_goes_on_paper",
            "test_an_exemption_that_is_annulled_or_over_or_of_the_dead_sends_nothing_and_one_sends_once",
            "test_unopened_post_that_fell_due_during_a_death_a_cessation_or_a_return_by_mistake_is_ordered_afterwards",
            "test_afterwards_nothing_is_ordered_twice_before_its_day_or_without_the_wish",
            "test_what_was_opened_since_or_is_under_way_is_not_sent_on_paper",
            "test_what_was_made_unavailable_or_holds_a_virus_is_not_ordered_and_what_was_posted_before_is_reported",
        )
        + tests("bin/cli/test_paper.py", "test_who_becomes_exempt_has_unopened_post_on_paper_and_both_times_are_shown")
        + tests(
            "domain/post/test_rightful_bearer.py",
            "test_w1_nor_does_the_unopened_post_of_one_who_becomes_exempt_that_came_by_a_wrong_number",
        ),
        to_confirm="the paragraph of the six months",
    ),
)
