"""Rules about the birth and the death of people: CPR act."""

from typing import Final

from bin.dev.law.rule import RIGHT, Rule, tests

BIRTHS: Final = "domain/identity/test_birth_and_death.py"

BIRTHS_AND_DEATHS: Final = (
    Rule(
        "identity.07",
        RIGHT,
        "A death is recorded with its day, which can be corrected; a death recorded by mistake is undone (status 90).",
        "CPR act § 6",
        carried_by=("RecordDeath", "PersonDied", "CorrectDeath", "DeathCorrected"),
        proved_by=tests(
            "domain/identity/test_person_commands.py",
            "test_a_death_is_recorded",
            "test_a_death_on_another_day_corrects_the_day",
            "test_a_wrong_death_is_corrected_and_the_person_may_die_later",
            "test_a_death_that_is_not_recorded_is_not_corrected",
            "test_what_has_not_happened_yet_is_not_recorded",
        ),
        to_confirm="that § 6 is the paragraph of deaths and their corrections",
    ),
    Rule(
        "identity.14",
        RIGHT,
        "A birth date is corrected, and what hangs on it follows.",
        "CPR act § 6; cpr.dk, status 60",
        carried_by=("CorrectBirth", "BirthCorrected", "ChangeCpr", "follows_birth", "corrects_if_too_young"),
        proved_by=tests(
            BIRTHS,
            "test_w3_a_birth_date_is_corrected_also_to_one_that_is_not_whole",
            "test_w3_a_number_that_is_given_for_the_birth_date_corrects_the_birth_date",
            "test_w3_a_child_is_planned_for_the_corrected_birthday",
            "test_w3_one_who_turns_out_to_be_of_age_is_registered_at_once",
            "test_w3_one_who_turns_out_to_be_too_young_was_registered_wrongly_and_is_planned_for_the_birthday",
            "test_w3_who_is_of_age_by_the_corrected_birth_date_too_stays_registered",
            "test_w3_nobody_without_residence_is_planned_for_a_corrected_birth_date",
            "test_w3_who_comes_back_waits_by_the_corrected_birth_date",
            "test_w7_a_birth_is_corrected_to_a_month_in_which_the_dead_may_have_been_born",
        )
        + tests(
            "bin/cli/test_births_and_deaths.py",
            "test_w3_a_corrected_birth_date_moves_the_planned_registration_and_the_register",
            "test_w3_a_number_that_is_given_for_the_birth_date_corrects_what_hangs_on_it",
            "test_w3_who_was_registered_and_is_a_child_gets_no_more_post_until_the_birthday",
        )
        + tests(
            "domain/post/test_registered_too_young.py",
            "test_who_has_turned_15_since_was_wrongly_registered_until_that_birthday",
            "test_the_registration_stays_and_the_letters_until_the_birthday_are_to_be_decided_on",
            "test_who_was_registered_and_joined_again_was_wrongly_registered_since_the_first_day",
            "test_a_registration_that_was_corrected_before_is_not_of_the_wrong_time",
        )
        + tests("domain/identity/test_naming.py", "test_the_day_moves_with_a_corrected_birth_date")
        + tests(
            "domain/identity/test_birth.py",
            "test_a_birth_is_not_corrected_to_a_day_by_which_something_begins",
            "test_a_birth_is_not_corrected_to_a_day_after_a_protection_begins_or_an_entry_of_an_unknown_day",
            "test_the_entries_of_others_that_name_the_person_do_not_bind_its_birth",
        )
        + tests("domain/test_correction.py", "test_a_second_correction_of_a_birth_date_corrects_the_first_too"),
    ),
    Rule(
        "identity.15",
        RIGHT,
        "A newborn is entered without a name, and is named within six months.",
        "CPR act § 3",
        carried_by=("RegisterPerson", "ChangeName", "NAMING_MONTHS", "NAMING", "NamingAwaited", "NamingDeadlinePassed"),
        proved_by=tests(
            "domain/identity/test_person_commands.py", "test_w4_a_newborn_is_registered_without_a_name_and_named_later"
        )
        + tests(
            "domain/identity/test_naming.py",
            "test_a_newborn_without_a_name_is_to_be_named_within_six_months",
            "test_a_child_that_was_not_named_in_time_is_reported_once_and_may_still_be_named",
            "test_a_child_that_was_named_or_died_is_not_reported",
            "test_of_a_birth_date_that_is_not_whole_the_last_possible_day_counts",
            "test_the_day_moves_with_a_corrected_birth_date",
        )
        + tests("bin/application/test_reactions.py", "test_a_newborn_who_is_not_named_within_six_months_is_reported"),
        to_confirm="the paragraph of the six months",
    ),
    Rule(
        "identity.18",
        RIGHT,
        "Nothing of a person begins before birth, nobody dies before it, and the dead neither move nor are protected, "
        "also by a death recorded later.",
        "CPR act § 6",
        carried_by=(
            "BeforeTheBirth",
            "AfterTheDeath",
            "ChangeName",
            "EnterResidence",
            "ChangeAddress",
            "ProtectPerson",
            "FollowDeath",
        ),
        proved_by=tests(
            "domain/identity/test_person_commands.py",
            "test_w7_a_name_from_before_the_death_is_registered_late_and_no_later_one",
        )
        + tests(
            "domain/identity/test_birth.py",
            "test_nothing_of_a_person_begins_before_the_birth",
            "test_a_birth_is_not_corrected_to_a_day_by_which_something_begins",
            "test_nobody_is_registered_who_is_not_born_or_lives_here_since_before_the_birth",
        )
        + tests(
            "domain/identity/test_residence.py",
            "test_w7_a_move_after_the_death_is_refused_and_a_late_one_from_before_it_recorded",
            "test_w7_the_dead_get_no_new_address_and_no_protection",
        )
        + tests(
            BIRTHS,
            "test_w7_nobody_dies_before_birth",
            "test_w7_who_may_have_died_on_the_day_of_birth_did_not_die_before_it",
            "test_w7_a_birth_is_not_corrected_to_a_day_that_cannot_be",
            "test_w7_who_may_have_been_born_before_the_death_may_have_died_then",
            "test_w7_a_birth_is_corrected_to_a_month_in_which_the_dead_may_have_been_born",
        )
        + tests(
            "bin/cli/test_births_and_deaths.py",
            "test_a_death_may_be_uncertain_incomplete_or_presumed_but_not_before_the_birth",
            "test_a_death_recorded_later_undoes_later_moves_and_its_correction_brings_them_back",
        )
        + tests(
            "domain/identity/test_after_death.py",
            "test_an_address_that_begins_after_a_death_that_is_recorded_later_does_not_begin",
            "test_it_comes_back_when_the_death_is_corrected_or_moved_to_that_day_or_later",
            "test_a_name_and_a_protection_after_the_death_do_not_begin_and_come_back",
            "test_a_departure_after_the_death_did_not_take_place_and_the_address_at_home_holds_on",
            "test_what_would_begin_after_the_death_is_neither_ended_nor_reopened",
            "test_on_every_day_after_every_act_and_every_death_the_entry_that_holds_is_the_one_of_a_plain_list",
            "test_what_begins_on_the_day_of_the_death_or_before_remains",
            "test_what_began_on_a_day_that_nobody_knows_is_left_as_it_is",
        )
        + tests(
            "domain/identity/test_person_history.py",
            "test_on_every_day_after_moves_departures_deaths_and_corrections_holds_what_was_stated",
        ),
        to_confirm="that what was recorded for days after a death does not begin: no source that we read says so",
    ),
    Rule(
        "identity.25",
        RIGHT,
        "A day of birth or death may be uncertain or incomplete, and a death may be presumed.",
        "cpr.dk: uncertainty marks of dates",
        carried_by=("UncertainDay", "PersonRegistered", "BirthCorrected", "PersonDied", "RecordDeath"),
        proved_by=tests(
            BIRTHS,
            "test_w3_a_birth_date_is_corrected_also_to_one_that_is_not_whole",
            "test_w3_a_child_is_planned_for_the_corrected_birthday",
            "test_a_death_on_a_day_that_nobody_knows_is_recorded_with_what_is_known",
            "test_a_death_is_presumed_and_later_known",
            "test_a_presumed_death_becomes_known_on_the_same_day",
            "test_w7_who_may_have_been_born_before_the_death_may_have_died_then",
            "test_w7_a_birth_is_corrected_to_a_month_in_which_the_dead_may_have_been_born",
        )
        + tests(
            "domain/identity/test_uncertain_day.py",
            "test_a_day_lies_within_what_is_known_of_it",
            "test_every_day_is_read_again_as_it_is_written",
        )
        + tests(
            "bin/cli/test_births_and_deaths.py",
            "test_a_death_may_be_uncertain_incomplete_or_presumed_but_not_before_the_birth",
        )
        + tests(
            "domain/identity/test_naming.py", "test_of_a_birth_date_that_is_not_whole_the_last_possible_day_counts"
        ),
        to_confirm="that the last day that an incomplete date may be is the one that counts",
    ),
)
