"""Rules about people, their residence and names: CPR act."""

from typing import Final

from bin.dev.law.births_and_deaths import BIRTHS_AND_DEATHS
from bin.dev.law.companies import COMPANIES, NUMBERS
from bin.dev.law.protection import PROTECTIONS
from bin.dev.law.rule import NO_ISSUE, PARTLY, RIGHT, Rule, tests

ADDRESSES: Final = "domain/identity/test_person_address.py"

PEOPLE: Final = (
    Rule(
        "identity.06",
        RIGHT,
        "Emigration ends neither number nor Digital Post nor NemKonto.",
        "LBK 686/2021 § 3(4); nemkonto.dk, Ophør af en NemKonto",
        carried_by=("ResidenceEntered", "MailRegistration", "Nemkonto", "Number"),
        proved_by=tests("domain/post/test_exemption.py", "test_moving_away_does_not_end_the_registration")
        + tests(
            "domain/identity/test_emigration.py",
            "test_moving_away_leaves_the_number_to_its_bearer",
            "test_moving_away_ends_no_nemkonto",
        ),
    ),
    Rule(
        "identity.10",
        RIGHT,
        "A person may have a number without residence in Denmark (status 20).",
        "CPR act § 3; cpr.dk, status 20",
        carried_by=("PersonRegistered", "RegisterPerson"),
        proved_by=tests(
            "domain/identity/test_person_commands.py", "test_a_person_without_residence_is_registered_as_one"
        )
        + tests("bin/cli/test_register.py", "test_a_person_without_residence_has_a_number_and_no_duty"),
    ),
    Rule(
        "identity.16",
        RIGHT,
        "The day of a departure or an arrival is corrected.",
        "CPR act § 6",
        carried_by=("EnterResidence", "ResidenceEntered", "ResidenceAnnulled"),
        proved_by=tests(
            "domain/identity/test_residence.py",
            "test_w5_the_day_of_a_departure_is_corrected",
            "test_w5_the_day_of_an_arrival_is_corrected",
            "test_a_residence_since_a_day_that_nobody_knows_is_not_dated_by_recording_it_again",
            "test_a_departure_before_an_uncertain_day_takes_the_place_of_that_entry",
        ),
    ),
    Rule(
        "identity.17",
        RIGHT,
        "A departure that was recorded by mistake is undone, and nothing else follows from that.",
        "CPR act § 6",
        carried_by=("AnnulEntry", "ResidenceAnnulled"),
        proved_by=tests(
            "domain/identity/test_residence.py",
            "test_w6_a_departure_that_was_a_mistake_is_annulled_without_consequences",
            "test_an_address_that_a_departure_ended_holds_again_until_the_next_one_when_the_departure_is_annulled",
        ),
    ),
    Rule(
        "identity.22",
        PARTLY,
        "Disappeared (status 70), returned and resident in Greenland are states with legal transitions between them.",
        "cpr.dk, status 05, 07, 70 and 80",
        carried_by=("ResidenceKind", "EnterResidence"),
        proved_by=tests(
            "domain/identity/test_residence.py",
            "test_a_resident_moves_away_or_disappears",
            "test_a_person_moves_back_to_denmark",
        ),
        because="Every transition is allowed: no source names the legal ones.",
        comes_in=NO_ISSUE,
    ),
    Rule(
        "identity.23",
        RIGHT,
        "Names and addresses hold from a day of their own: a move is reported four weeks ahead or five days after.",
        "CPR act § 6",
        carried_by=(
            "NameEntered",
            "CompanyNameEntered",
            "AddressEntered",
            "CompanyAddressEntered",
            "MOVE_REPORTED_BEFORE_DAYS_MAX",
            "Matter",
            "ReopenEntry",
            "AnnulEntry",
        ),
        proved_by=tests(
            "bin/cli/test_entries.py",
            "test_a_name_holds_from_its_own_day_until_its_end_and_an_annulled_one_on_no_day",
        )
        + tests(
            "domain/test_entry.py",
            "test_on_every_day_after_every_act_the_entry_that_holds_is_the_one_of_a_plain_list",
        )
        + tests(
            ADDRESSES,
            "test_a_move_is_recorded_ahead_and_called_off",
            "test_a_move_is_reported_at_most_four_weeks_ahead",
            "test_a_person_reports_a_move_at_most_five_days_late_and_a_municipality_corrects_later",
            "test_a_move_that_is_recorded_late_holds_until_the_one_that_was_recorded_before_it",
            "test_an_address_that_was_loaded_without_its_day_gives_way_to_a_move_that_is_not_later",
            "test_another_address_from_the_same_day_corrects_it",
        )
        + tests(
            "domain/identity/test_company.py",
            "test_a_company_moves_from_a_day",
            "test_what_was_registered_without_its_day_gives_way_to_what_is_said_from_an_earlier_one",
        ),
        to_confirm="the four weeks and the five days",
    ),
    Rule(
        "identity.24",
        RIGHT,
        "Somebody has no fixed address, also because of a threat.",
        "CPR act § 6(6)",
        carried_by=("AddressKind", "ChangeAddress", "AddressAndKindDiffer"),
        proved_by=tests(
            ADDRESSES,
            "test_a_threatened_person_has_no_fixed_address_and_a_contact_address",
            "test_only_somebody_without_a_fixed_address_has_none",
            "test_a_foreign_address_takes_the_place_of_the_home",
        )
        + tests("domain/identity/test_residence.py", "test_a_departure_ends_the_address_at_home_and_no_other"),
        to_confirm="that § 6(6) is the paragraph",
    ),
    Rule(
        "identity.28",
        RIGHT,
        "Parents, custody, guardians, powers of attorney and estates are registered; custody ends at the age of 18.",
        "cpr.dk: records 046 and 050; borger.dk, digital fuldmagt; skifteretsattest",
        carried_by=("GrantMandate", "MandateKind", "MAJORITY_YEARS", "GiverIsOfAge", "EnterParent", "ParentEntered"),
        proved_by=tests(
            "domain/identity/test_mandate.py",
            "TestSomebodyGivesAMandate::test_a_power_of_attorney_outside_the_mailbox_needs_no_mailbox",
            "TestSomebodyRepresentsAnEstate::test_w34_the_representative_of_an_estate_is_let_in",
            "TestSomebodyGivesAMandate::test_what_does_not_fit_the_kind_is_refused",
            "TestSomebodyRepresentsAnEstate::test_an_estate_needs_a_death_a_document_and_who_appoints",
        )
        + tests(
            "domain/identity/test_custody.py",
            "test_a_guardian_and_who_has_custody_are_appointed_and_not_chosen",
            "TestSomebodyHasCustody::test_nobody_gets_custody_of_who_is_of_age",
            "TestSomebodyHasCustody::test_the_18th_birthday_is_not_stored_as_its_end",
            "TestSomebodyHasCustody::test_the_18th_birthday_is_not_stored_as_its_end_when_the_end_is_stated_later",
            "TestSomebodyHasCustody::test_custody_without_an_end_does_not_outlive_the_day_before_the_18th_birthday",
            "TestSomebodyHasCustody::test_a_custody_that_ended_before_the_child_was_of_age_is_entered_late",
            "TestSomebodyHasCustody::test_it_holds_by_the_birth_date_that_is_corrected_last_and_not_by_an_unknown_one",
            "TestSomebodyHasCustody::test_a_guardian_of_an_adult_acts_on",
        )
        + tests(
            "domain/identity/test_parent.py",
            "test_a_parent_is_entered_from_a_day_and_the_same_again_changes_nothing",
            "test_a_child_has_two_parents_on_a_day_and_another_after_one_of_them",
            "test_a_parent_who_is_still_to_begin_counts_for_who_would_be_one_beside_that_parent",
            "test_the_children_of_a_person_are_not_its_parents",
            "test_a_parent_whose_end_is_taken_back_or_moved_leaves_the_child_with_two_parents_on_each_day",
            "test_the_children_of_one_parent_do_not_take_each_others_place",
            "test_who_cannot_be_a_parent_is_refused",
        )
        + tests(
            "bin/cli/test_mandates.py",
            "test_parents_custody_and_guardians_are_registered_with_their_days",
            "test_custody_lets_a_parent_read_and_be_served_for_a_child_and_not_for_who_is_of_age",
            "test_w34_an_executor_is_let_into_the_mailbox_of_the_dead_and_serves_nobody",
        ),
        to_confirm="the paragraphs of parents and of mandates other than read access, which were not seen; "
        "the end of custody by a marriage before that age, which is left out",
    ),
)

IDENTITY: Final = tuple(
    sorted((*NUMBERS, *PEOPLE, *BIRTHS_AND_DEATHS, *PROTECTIONS, *COMPANIES), key=lambda rule: rule.id)
)
