"""Rules about who reads what of whom."""

from typing import Final

from bin.dev.law.refused_acts import REFUSED
from bin.dev.law.rule import MISSING, NO_ISSUE, PARTLY, RIGHT, Rule, tests

BIRTHDAY: Final = "bin/cli/test_registration_announcement.py"
OPENINGS: Final = "bin/cli/test_openings_and_erasure.py"
MANDATE: Final = "domain/identity/test_mandate.py"
MANDATES: Final = "bin/cli/test_mandates.py"

ACCESS: Final = (
    Rule(
        "access.01",
        RIGHT,
        "An opening is recorded before anything is shown, and its subject sees who, when and on which basis.",
        "GDPR art. 15(1); CJEU C-579/21; Datatilsynet 2024-32-0283",
        carried_by=("DiscloseData", "DataDisclosed", "HandleMessage"),
        proved_by=tests(
            OPENINGS,
            "test_every_opening_for_an_authority_is_in_its_subjects_history",
            "test_what_cannot_be_recorded_is_not_answered",
            "test_what_a_person_opens_is_in_their_own_history",
        ),
    ),
    Rule(
        "access.02",
        RIGHT,
        "Read access is granted between two with mailboxes, covers older post, gives no right to delete, and ends by "
        "owner, reader or a death.",
        "borger.dk; mariagerfjord.dk; vejle.dk",
        carried_by=("GrantMandate", "MandateEnded", "OnlyTheOwnerDeletes"),
        proved_by=tests(
            MANDATE,
            "TestSomebodyGivesAMandate::test_an_owner_lets_a_reader_read",
            "TestSomebodyGivesAMandate::test_access_to_post_needs_two_open_mailboxes",
            "TestItEnds::test_giver_and_holder_may_each_end_it_and_the_fact_says_who",
            "test_nobody_gives_a_mandate_for_days_that_have_passed_and_a_register_may_state_one",
        )
        + tests(
            "domain/post/test_item.py",
            "test_edge_21_read_access_covers_letters_that_arrived_before_it",
            "test_read_access_gives_no_right_to_delete",
            "test_the_post_of_a_merged_entry_is_read_by_the_one_that_remains_while_both_live",
            "test_a_stranger_neither_opens_nor_handles_nor_marks_a_message",
            "test_nobody_reads_before_or_after_the_days_of_a_mandate",
        )
        + tests("domain/post/test_mail_closing.py", "test_access_ends_with_the_recording_of_a_death")
        + tests(
            "domain/identity/test_merged_mandates.py",
            "test_a_mandate_of_one_entry_reads_no_post_of_another_with_which_it_is_not_merged",
        ),
        to_confirm="BEK 2020/2021 § 12, which the commands name: the dossiers cite it for the ownership of post",
    ),
    Rule(
        "access.03",
        RIGHT,
        "It is known from when until when each access held.",
        "borger.dk; GDPR art. 5(2)",
        carried_by=("MandateGranted", "MandateEnded", "MandateEndCorrected", "MandateAnnulled"),
        proved_by=tests(
            MANDATES,
            "test_w36_two_grants_after_each_other_are_two_rows_with_their_periods",
            "test_w35_a_wrong_death_ends_every_mandate_on_its_day_and_its_correction_restores_each",
        )
        + tests(
            MANDATE,
            "TestItHolds::test_it_holds_from_its_first_day_until_before_its_last_without_any_further_fact",
            "TestItHolds::test_an_annulled_mandate_never_held",
            "TestItEnds::test_a_corrected_day_of_death_moves_the_end",
            "TestItEnds::test_after_two_deaths_the_correction_of_one_leaves_the_other",
            "TestItEnds::test_a_death_on_the_day_of_its_stated_end_changes_nothing",
            "TestItEnds::test_giver_and_holder_may_each_end_it_and_the_fact_says_who",
        ),
    ),
    Rule(
        "access.04",
        RIGHT,
        "Every answer about a person is recorded, whether anything in it was encrypted or not.",
        "GDPR art. 15(1)(c); CJEU C-579/21",
        carried_by=("DiscloseData", "DataDisclosed"),
        proved_by=tests(
            "bin/cli/test_operators.py",
            "test_every_command_has_its_place_and_every_place_its_command",
            "test_a_command_changes_nothing_or_answers_on_record_or_leaves_its_facts",
        )
        + tests(OPENINGS, "test_every_answer_about_a_person_is_in_their_history_though_nothing_was_opened"),
    ),
    Rule(
        "access.05",
        RIGHT,
        "Looking a number up is recorded, without the number, also of a number that nobody bears.",
        "GDPR art. 5(2); NgDP CPR_LOOKED_UP",
        carried_by=("DiscloseData", "QuestionKind"),
        proved_by=tests(
            "bin/cli/test_life_events.py",
            "TestFind::test_looking_a_number_up_records_that_it_was_looked_up_and_not_the_number",
        )
        + tests(OPENINGS, "test_a_number_that_nobody_bears_is_looked_up_on_record"),
    ),
    Rule(
        "access.06",
        RIGHT,
        "An executor, a curator or a liquidator is given access to the closed mailbox of an estate.",
        "BEK 1553/2013 § 14; virk.dk, udpeget adgang",
        carried_by=("GrantMandate", "KIND_RULES", "Representation"),
        proved_by=tests(
            MANDATE,
            "TestSomebodyRepresentsAnEstate::test_w34_the_representative_of_an_estate_is_let_in",
            "TestSomebodyRepresentsAnEstate::test_an_estate_needs_a_death_a_document_and_who_appoints",
            "TestItHolds::test_a_death_ends_it_at_once_and_lets_an_estate_begin",
        )
        + tests(
            MANDATES,
            "test_w34_an_executor_is_let_into_the_mailbox_of_the_dead_and_serves_nobody",
            "test_w34_a_liquidator_is_let_into_the_mailbox_of_a_company_that_ceased",
        )
        + tests("domain/post/test_item.py", "test_the_representative_of_an_estate_reads_nothing_of_the_living"),
        to_confirm="the order that replaced BEK 1553/2013, and the paragraph for a company that has ceased",
    ),
    Rule(
        "access.07",
        RIGHT,
        "Access that a wrong death ended comes back; a wrong access is corrected, with the list of who read by it.",
        "dailyevents.news and en.digst.dk on the incidents of 2022; GDPR art. 33",
        carried_by=("FollowPartiesOfMandate", "MandateAnnulled", "readings", "impact"),
        proved_by=tests(
            MANDATES,
            "test_w35_a_wrong_death_ends_every_mandate_on_its_day_and_its_correction_restores_each",
            "test_edge_30_of_a_wrong_access_it_is_listed_who_read_what_by_it_and_when",
        )
        + tests("bin/cli/test_impact_drills.py", "test_drill_of_a_wrong_access_lists_what_was_read_and_served_by_it")
        + tests(
            MANDATE,
            "TestItEnds::test_w35_a_death_or_cessation_ends_it_on_its_day_and_its_correction_restores_it",
            "TestItEnds::test_w35_what_had_ended_or_was_to_end_keeps_its_own_end_through_a_mistaken_death",
            "TestItEnds::test_the_estates_mandate_ends_when_its_giver_turns_out_to_live",
        ),
    ),
    Rule(
        "access.08",
        RIGHT,
        "After an erasure a number leads to nobody, and no personal field can be opened.",
        "GDPR art. 17(1)",
        carried_by=("ErasureOrdered", "OrderErasure", "CprIndex"),
        proved_by=tests(
            OPENINGS,
            "test_an_erasure_of_all_leaves_nothing_to_open_anywhere",
            "test_after_an_erasure_the_number_leads_to_nobody_and_a_new_entry_has_nothing_of_the_old",
        )
        + tests("bin/application/people/test_numbers.py", "test_no_id_is_a_keyed_index_of_the_number"),
    ),
    Rule(
        "access.09",
        PARTLY,
        "Nothing personal is stored in clear text or is published.",
        "GDPR art. 5(1)(f) and 25",
        carried_by=("Event", "NumberInOpenText"),
        proved_by=tests("adapters/keys/test_encryption.py", "test_nothing_personal_is_stored_in_clear_text")
        + tests("bin/cli/test_seal.py", "test_a_published_log_holds_hashes_and_nothing_of_any_record")
        + tests(
            "bin/application/test_open_text.py",
            "test_a_number_in_any_text_of_a_command_is_refused_or_stored_encrypted",
            "test_a_number_is_found_however_it_is_spelled",
        )
        + tests(
            "bin/cli/test_content_digests.py",
            "test_no_fact_and_no_document_name_holds_an_unkeyed_digest_of_what_is_personal",
        )
        + tests(
            "bin/cli/test_blinded_leaves.py",
            "test_no_leaf_names_whom_it_concerns_and_the_entries_of_an_auditor_do_not_either",
        )
        + tests(BIRTHDAY, "test_access_09_a_childs_birthday_is_in_no_open_field_of_the_ledger_and_the_registers")
        + tests("domain/identity/test_birth.py", "test_no_day_on_which_something_begins_says_the_birth_date")
        + tests(MANDATES, "test_no_row_of_the_ledger_says_the_birth_date_of_a_child_in_the_open"),
        because="The time at which a child's notice and registration are recorded lets one infer the 15th birthday.",
        comes_in=NO_ISSUE,
    ),
    *REFUSED,
    Rule(
        "access.11",
        MISSING,
        "What an authority may read, for which purpose and until when, is a right on record.",
        "GDPR art. 6(1)(e)",
        because="The forms of the facts are there and nothing records them.",
        comes_in="issue 12",
    ),
    Rule(
        "access.12",
        MISSING,
        "An entry of the access log can be withheld for a reason, and appears on its day.",
        "GDPR art. 23",
        because="Every reading is shown at once.",
        comes_in="issue 12",
    ),
    Rule(
        "access.13",
        RIGHT,
        "An access has an end, a scope, an issuer and a source; write access lets its holder write; firms read too.",
        "borger.dk; egedalkommune.dk; vejle.dk",
        carried_by=("MandateGranted", "MandateScope", "EntrySource", "WRITING_KINDS"),
        proved_by=tests(
            MANDATE,
            "TestSomebodyGivesAMandate::test_a_mandate_holds_from_a_day_to_a_day_and_says_who_reported_and_decided_it",
            "TestItHolds::test_it_holds_in_its_scope_only",
            "TestItEnds::test_giver_and_holder_may_each_end_it_and_the_fact_says_who",
        )
        + tests("domain/post/test_item.py", "test_a_firm_reads_for_a_person_by_its_mandate")
        + tests(
            "domain/post/test_writing_for_another.py",
            "test_a_mandate_to_write_lets_its_holder_write_and_is_in_the_fact",
            "test_nobody_writes_for_another_without_one",
            "test_a_mandate_of_another_kind_lets_its_holder_write_nothing",
        )
        + tests(MANDATES, "test_write_access_lets_its_holder_write_in_the_owners_name_and_read_access_does_not"),
    ),
)
