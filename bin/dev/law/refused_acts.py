"""The rule about refused acts: GDPR art. 5(2)."""

from typing import Final

from bin.dev.law.rule import RIGHT, Rule, tests

REFUSED: Final = (
    Rule(
        "access.10",
        RIGHT,
        "A refused attempt to read, or to act in the affairs of another, is recorded.",
        "GDPR art. 5(2)",
        carried_by=(
            "ActRefused",
            "Attempt",
            "RecordRefusal",
            "DisclosureRefused",
            "RefuseDisclosure",
            "record_refused",
        ),
        proved_by=tests(
            "bin/cli/test_refused_acts.py",
            "test_a_refused_opening_is_in_the_history_of_the_letter_and_of_who_tried",
            "test_an_answer_that_was_refused_is_in_the_history_of_whom_it_is_about_once_a_day",
            "test_who_is_refused_learns_nothing_not_even_whether_there_is_such_a_letter",
            "test_so_many_refusals_are_recorded_a_day_of_one_who_tries_and_no_more",
            "test_a_refused_act_in_the_affairs_of_another_is_in_the_history_of_both",
            "test_an_exemption_that_is_asked_for_without_a_mandate_is_refused_and_the_attempt_recorded",
            "test_who_errs_in_ones_own_affairs_or_in_what_is_stated_leaves_nothing",
        )
        + tests(
            "bin/application/test_refused_acts.py",
            "test_a_repeat_under_the_same_id_is_refused_again_and_recorded_once",
            "test_an_attempt_in_a_batch_is_recorded",
        )
        + tests(
            "domain/operations/test_refused_attempts.py",
            "test_who_acts_in_the_affairs_of_another_is_named_and_who_acts_in_their_own_is_not",
            "test_every_command_with_a_field_for_who_acts_says_whose_attempt_it_is",
        ),
    ),
)
