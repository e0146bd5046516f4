"""Rules about who sends, and about what a letter brings with it: LBK 686/2021 (the Act) §§ 1, 7 and 10, and MeMo."""

from datetime import date
from typing import Final

from bin.dev.law.rule import MISSING, NO_ISSUE, PARTLY, RIGHT, Rule, tests

COMMANDS: Final = "domain/post/test_message_commands.py"
OUTAGE: Final = "domain/post/test_outage.py"
SUBMIT: Final = "bin/cli/test_submit.py"
SENDERS_TESTS: Final = "bin/cli/test_senders.py"
LETTER_ERASURE: Final = "bin/cli/test_letter_erasure.py"
LETTER_FACTS: Final = "bin/cli/test_letter_facts.py"
MEMO: Final = "adapters/memo/test_rules.py"
SOLUTION: Final = date(2022, 3, 21)
ACT: Final = date(2012, 7, 1)

SENDERS: Final = (
    Rule(
        "messages.10",
        RIGHT,
        "Only a public sender's letters have the effects of § 10; a citizen or company writes to authorities only.",
        "LBK 686/2021 §§ 1 and 7; BEK 2017/2021",
        ACT,
        carried_by=("SENDER", "SubmitMessage", "AuthorityEntered", "SendingRightGranted"),
        proved_by=tests(
            COMMANDS,
            "test_w16_nobody_but_a_public_sender_writes_to_a_citizen_and_a_neighbour_serves_no_summons",
            "test_citizens_and_companies_write_to_authorities",
            "test_a_right_to_send_holds_until_the_day_before_its_end",
            "test_an_authority_that_has_ceased_sends_nothing",
            "test_the_dead_write_to_nobody",
        )
        + tests(SENDERS_TESTS, "test_w16_a_neighbour_a_firm_and_a_stranger_serve_no_summons")
        + tests("domain/identity/test_authority.py", "test_only_an_authority_is_granted_a_right"),
    ),
    Rule(
        "messages.11",
        RIGHT,
        "A mandatory notice comes from a sender that has the right to it.",
        "MeMo mandatory; NgDP mandatoryPostAllowed",
        SOLUTION,
        carried_by=("SendingRight", "SubmitMessage"),
        proved_by=tests(COMMANDS, "test_an_authority_sends_what_its_rights_say"),
        to_confirm="the paragraph of the mandatory notice",
    ),
    Rule(
        "messages.13",
        RIGHT,
        "A letter's case is in the sender's words encrypted with the letter, and in the context of every record of what"
        " its sender, its reader and the solution do with it.",
        "MeMo CaseID",
        SOLUTION,
        carried_by=("MessageSubmitted", "Due", "as_submitted", "as_handled"),
        proved_by=tests(
            SUBMIT,
            "test_w18_every_record_of_a_letter_is_in_its_senders_case",
            "test_w18_what_is_done_with_a_letter_is_in_its_case_and_for_the_solution_or_its_sender",
        )
        + tests(OUTAGE, "TestWaiting::test_the_release_after_an_outage_is_in_the_case_of_its_letter")
        + tests(COMMANDS, "test_a_submission_keeps_the_title_and_the_senders_reference_sealed_with_the_recipients_key")
        + tests(
            "domain/test_reactions.py",
            "test_what_falls_due_is_caused_by_the_record_that_set_the_time_and_belongs_to_its_case",
        ),
    ),
    Rule(
        "messages.14",
        RIGHT,
        "Each record of a letter says for which authority it was made, and on which basis.",
        "GDPR art. 5(2)",
        carried_by=("SubmitMessage", "AddressedLetter", "Context", "as_submitted", "as_handled"),
        proved_by=tests(
            SUBMIT,
            "test_the_sending_authority_answers_for_the_act",
            "test_w18_what_is_done_with_a_letter_is_in_its_case_and_for_the_solution_or_its_sender",
        )
        + tests(
            LETTER_FACTS,
            "test_a_letter_from_an_authority_is_the_receptions_act_for_its_sender",
            "test_a_letter_to_an_authority_is_its_senders_act_for_the_authority_that_receives_it",
            "test_a_recall_is_recorded_for_the_authority_and_in_the_case_of_the_letter",
        )
        + tests(SENDERS_TESTS, "test_the_number_of_a_firm_is_not_in_the_header_of_its_letter")
        + tests("bin/application/test_legal_basis.py", "test_every_fact_has_the_paragraph_of_its_command"),
    ),
    Rule(
        "messages.15",
        RIGHT,
        "When the owner deletes a letter for good, the owner's copy is deleted and the sender's proof stays.",
        "BEK 1553/2013 § 14(1); BEK 2020/2021 § 12",
        carried_by=("HandleMessage", "ItemDeleted", "DocumentStore"),
        proved_by=tests(
            LETTER_ERASURE,
            "test_w20_the_owners_deletion_deletes_what_the_letter_says_and_the_senders_proof_stays",
            "test_a_letter_in_the_bin_keeps_what_it_says",
            "test_a_deletion_that_is_refused_deletes_nothing",
            "test_the_same_letter_again_after_its_deletion_brings_nothing_back",
            "test_a_deletion_that_is_killed_half_way_is_finished_by_the_same_call",
        ),
    ),
    Rule(
        "messages.16",
        RIGHT,
        "A letter to a number that nobody bears can be erased.",
        "GDPR art. 17(1)",
        carried_by=("OrderErasure", "ErasureOrdered", "KeysDestroyed", "Retention"),
        proved_by=tests(
            LETTER_ERASURE,
            "test_w21_a_letter_to_a_number_that_nobody_bears_is_erased",
            "test_an_erasure_of_a_letter_is_done_once",
            "test_a_letter_to_somebody_registered_is_erased_with_the_recipients_post_only",
        )
        + tests(COMMANDS, "test_a_submission_to_nobody_known_is_sealed_with_a_key_of_its_own"),
    ),
    Rule(
        "messages.17",
        MISSING,
        "Of a company, it is known which employee read.",
        "GDPR art. 5(2); OIOSAML 3, professional",
        because="The reader of a company's post is the company.",
        comes_in="issue 13",
    ),
    Rule(
        "messages.18",
        RIGHT,
        "Replies, threads and forwards are facts.",
        "MeMo ReplyData and ForwardData",
        SOLUTION,
        carried_by=("MessageSubmitted", "LetterDetails"),
        proved_by=tests(
            LETTER_FACTS,
            "test_replies_the_thread_and_a_forwarded_message_are_facts",
            "test_the_thread_is_found_in_whatever_order_a_sender_lists_it",
            "test_a_letter_that_names_a_message_does_not_make_it",
        ),
    ),
    Rule(
        "messages.19",
        RIGHT,
        "A sender's representative is a fact.",
        "MeMo 1.2 Sender/Representative",
        date(2025, 3, 3),
        carried_by=("MessageSubmitted", "LetterDetails"),
        proved_by=tests(
            LETTER_FACTS,
            "test_the_representative_of_a_sender_is_a_fact",
            "test_a_representative_without_a_real_number_is_a_fault_of_the_letter",
        )
        + tests(
            "domain/post/test_writing_for_another.py",
            "test_who_writes_for_themselves_needs_no_mandate",
            "test_nobody_writes_for_another_without_one",
        ),
        to_confirm="the day in March 2025",
    ),
    Rule(
        "messages.20",
        PARTLY,
        "Contact points and recipient systems: a letter is routed and handed over, and after 7 days without a delivery "
        "a system is switched off.",
        "digst.dk, vejledninger; NgDP contact structure",
        SOLUTION,
        carried_by=("MessageSubmitted", "ContactPointOpened", "OpenContactPoint", "MessageRouted"),
        proved_by=tests(LETTER_FACTS, "test_the_contact_point_the_system_and_the_post_type_are_facts")
        + tests(
            "domain/identity/test_contact_point.py",
            "test_an_authority_opens_a_contact_point_with_its_name_and_code",
            "test_a_contact_point_is_closed_from_a_day",
            "test_an_authority_has_one_default_at_a_time",
            "test_an_authority_has_one_default_at_a_time_also_after_what_was_recorded_is_corrected",
        )
        + tests(
            "bin/cli/test_contact_points.py",
            "test_letters_are_routed_to_what_is_open_and_a_wrong_contact_point_lists_its_letters",
        )
        + tests(
            "domain/post/test_routing.py",
            "test_a_letter_goes_to_its_contact_point_to_the_default_one_or_to_the_mailbox_and_the_fact_says_so",
        ),
        because="Contact points and the routing of letters are facts; there are no recipient systems, so nothing is "
        "handed over, and no system is switched off.",
        to_confirm="the paragraph for contact points",
        comes_in=NO_ISSUE,
    ),
    Rule(
        "messages.21",
        RIGHT,
        "The files of a letter and their languages are facts.",
        "MeMo File",
        SOLUTION,
        carried_by=("MessageSubmitted", "LetterFile"),
        proved_by=tests(LETTER_FACTS, "test_every_file_its_language_and_its_digest_are_facts")
        + tests(MEMO, "test_a_hundred_files_are_allowed_and_one_more_is_not"),
    ),
)
