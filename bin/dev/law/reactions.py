"""Rules about what follows from facts and from times."""

from typing import Final

from bin.dev.law.rule import RIGHT, Rule, tests

REACTION: Final = "domain/test_reactions.py"
RUN: Final = "bin/application/test_reactions.py"
OWN: Final = "our decision"
NOT_A_LAW: Final = "no rule sets it; it is how this product works"

REACTIONS: Final = (
    Rule(
        "reactions.01",
        RIGHT,
        "What follows from a fact follows once, under ids that never change, also after a crash, and a rebuild "
        "executes none of it.",
        OWN,
        carried_by=("Reaction", "Consequence", "REACTIONS", "react"),
        proved_by=tests(REACTION, "test_the_ids_of_reactions_never_change", "test_two_positions_never_share_an_id")
        + tests(
            RUN,
            "test_a_rebuild_executes_no_reaction",
            "test_killed_between_document_command_and_position_the_payee_is_notified_once",
            "test_killed_at_a_release_the_letter_arrives_once",
        ),
        to_confirm=NOT_A_LAW,
    ),
    Rule(
        "reactions.02",
        RIGHT,
        "What follows from a record names it as its cause and stays in its correlation and case.",
        OWN,
        carried_by=("Consequence",),
        proved_by=tests(REACTION, "test_a_reaction_says_what_caused_it"),
        to_confirm=NOT_A_LAW,
    ),
    Rule(
        "reactions.03",
        RIGHT,
        "A child is registered although nothing ran on the birthday.",
        "LBK 686/2021 § 3(1)",
        carried_by=("registers_for_mail",),
        proved_by=tests(REACTION, "test_a_child_is_registered_even_if_the_runner_slept_past_the_birthday"),
    ),
    Rule(
        "reactions.04",
        RIGHT,
        "What falls due names the record that set the time, and stays in its correlation and case.",
        OWN,
        carried_by=("Due", "Timer", "dues_by"),
        proved_by=tests(
            REACTION,
            "test_what_falls_due_is_caused_by_the_record_that_set_the_time_and_belongs_to_its_case",
            "test_a_due_time_carries_the_cause_the_correlation_and_the_case_of_its_record",
        ),
        to_confirm=NOT_A_LAW,
    ),
    Rule(
        "reactions.05",
        RIGHT,
        "A death or cessation begins the time after which a NemKonto ends, and warns others who use the account.",
        "nemkonto.dk, Ophør af en NemKonto; vestjyskbank.dk, dødsfald",
        carried_by=("follows_end_of", "FollowEndOfPayee", "NEMKONTO_END", "warns_sharers", "FindAccountSharers"),
        proved_by=tests(
            "domain/nemkonto/test_end_of_payee.py",
            "test_w28_an_account_ends_three_years_after_the_death_without_a_request",
            "test_w28_an_account_ends_360_days_after_the_cessation_without_a_request",
        )
        + tests(
            "domain/nemkonto/test_shared_account.py",
            "test_after_a_death_the_others_who_use_the_account_are_found",
            "test_after_a_cessation_the_others_who_use_the_account_are_found",
            "test_the_survivor_is_warned_by_digital_post",
        )
        + tests(
            "bin/application/test_reactions.py",
            "test_the_survivor_of_a_joint_account_is_warned_unless_the_death_was_a_mistake",
        ),
    ),
    Rule(
        "reactions.06",
        RIGHT,
        "What hangs on a birth date or a number follows its correction.",
        "CPR act § 6; LBK 686/2021 § 3(1)",
        carried_by=("follows_birth", "ChangeCpr"),
        proved_by=tests(
            "bin/cli/test_births_and_deaths.py",
            "test_w3_a_corrected_birth_date_moves_the_planned_registration_and_the_register",
            "test_w3_a_number_that_is_given_for_the_birth_date_corrects_what_hangs_on_it",
            "test_w3_who_was_registered_and_is_a_child_gets_no_more_post_until_the_birthday",
        )
        + tests("domain/identity/test_number.py", "test_the_old_number_and_the_new_lead_to_the_same_person"),
    ),
)
