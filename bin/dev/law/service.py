"""Rules about service of process (forkyndelse)."""

from typing import Final

from bin.dev.law.rule import MISSING, RIGHT, Rule, tests

ITEM: Final = "domain/post/test_item.py"
SERVICE_TESTS: Final = "domain/post/test_service.py"
SERVICE_TOOLS: Final = "bin/cli/test_service.py"
NOT_SEEN: Final = "the text of retsplejeloven §§ 155 and 156, of which only the courts' own words were seen"

SERVICE: Final = (
    Rule(
        "service.01",
        RIGHT,
        "The first handling of a summons (opened, moved, deleted or downloaded) serves it, once.",
        "retsplejeloven § 155(1) no. 3; domstol.dk, forkyndelse",
        carried_by=("HandleMessage", "ServiceEffected", "Handling"),
        proved_by=tests(
            ITEM,
            "test_opening_a_summons_serves_it_and_informs_the_court_before_the_item_changes",
            "test_moving_a_summons_serves_it",
            "test_deleting_a_summons_serves_it",
            "test_downloading_a_summons_serves_it",
            "test_a_summons_is_served_once_however_it_is_handled_later",
            "test_moving_a_message_to_its_own_folder_changes_nothing_and_serves_nothing",
            "test_no_handling_of_an_ordinary_letter_serves_anything",
        )
        + tests("domain/post/test_legal_times.py", "test_a_summons_is_served_when_it_is_first_handled")
        + tests("bin/cli/test_life_events.py", "TestOpen::test_opening_shows_the_letter_and_serves_a_summons_once"),
        to_confirm=NOT_SEEN,
    ),
    Rule(
        "service.02",
        RIGHT,
        "Marking a summons as read or unread serves nothing.",
        "retsplejeloven § 155(1) no. 3; domstol.dk, forkyndelse",
        carried_by=("MarkRead", "MarkUnread"),
        proved_by=tests(ITEM, "test_marking_a_summons_read_or_unread_does_not_serve_it"),
        to_confirm=NOT_SEEN,
    ),
    Rule(
        "service.03",
        RIGHT,
        "A holder of read access is served for the owner, and an owner who became exempt after the arrival is served.",
        "mariagerfjord.dk; vejle.dk; LBK 686/2021 § 5",
        carried_by=("HandleMessage",),
        proved_by=tests(
            ITEM,
            "test_edge_21_a_holder_of_read_access_is_served_on_behalf_of_the_owner",
            "test_an_exemption_after_arrival_does_not_hinder_service",
        ),
        to_confirm="the paragraph of service on a holder of read access",
    ),
    Rule(
        "service.04",
        RIGHT,
        "The dead and the ceased are not served.",
        "retsplejeloven § 155(1) no. 3; BEK 1553/2013 § 14",
        carried_by=("HandleMessage", "Representation"),
        proved_by=tests(
            ITEM,
            "test_w34_a_representatives_opening_after_the_death_is_no_service_on_the_deceased",
            "test_nobody_opens_the_deceaseds_mailbox_as_its_owner",
        )
        + tests("domain/post/test_mail_closing.py", "test_access_ends_with_the_recording_of_a_death")
        + tests(
            "domain/identity/test_merged_mandates.py",
            "test_w34_who_represents_the_estate_reads_the_post_of_the_merged_entry_too_and_serves_nobody",
        ),
        to_confirm=NOT_SEEN,
    ),
    Rule(
        "service.05",
        RIGHT,
        "Only who has the right to serve sends a summons; one that waits does not arrive as a summons when the right "
        "never held.",
        "retsplejeloven § 155; NgDP legalNotificationAllowed",
        carried_by=(
            "SendingRight",
            "SendingRightGranted",
            "SubmitMessage",
            "ReleaseMessage",
            "ServiceRequestAnnulled",
            "sender_faults",
        ),
        proved_by=tests(
            "domain/post/test_message_commands.py",
            "test_an_authority_sends_what_its_rights_say",
            "test_w16_nobody_but_a_public_sender_writes_to_a_citizen_and_a_neighbour_serves_no_summons",
        )
        + tests(
            "domain/post/test_message_release.py",
            "test_a_summons_that_waits_is_rejected_when_the_right_to_serve_never_held",
            "test_a_letter_whose_action_asks_for_confirmation_arrives_as_ordinary_post_when_the_right_never_held",
            "test_a_right_to_serve_that_ended_after_the_submission_leaves_the_letter_to_be_served",
            "test_what_ends_after_the_submission_stops_no_letter_that_waits",
        )
        + tests("bin/cli/test_senders.py", "test_a_court_serves_from_the_day_of_its_right_until_its_end"),
        to_confirm=NOT_SEEN,
    ),
    Rule(
        "service.06",
        RIGHT,
        "A dead reader serves nobody, also before a reaction has ended the access.",
        "BEK 1553/2013 § 14; borger.dk",
        carried_by=("ReadersAct", "NotTheRecipient"),
        proved_by=tests(
            ITEM,
            "test_w23_a_dead_reader_serves_nobody_though_no_reaction_has_ended_the_access",
            "test_nobody_reads_before_or_after_the_days_of_a_mandate",
        ),
        to_confirm="the paragraph",
    ),
    Rule(
        "service.07",
        RIGHT,
        "The record of a service names retsplejeloven as its basis, and that of another opening § 10.",
        "retsplejeloven § 155(1) no. 3; LBK 686/2021 § 10",
        carried_by=("HandleMessage", "SERVICE_BASIS"),
        proved_by=tests("bin/application/test_legal_basis.py", "test_every_fact_has_the_paragraph_of_its_command")
        + tests(ITEM, "test_the_opening_that_serves_a_summons_rests_on_another_paragraph_than_a_later_one"),
        to_confirm=NOT_SEEN,
    ),
    Rule(
        "service.08",
        RIGHT,
        "Forwarding a summons is handling it.",
        "domstol.dk, forkyndelse; anwaltindänemark.de",
        carried_by=("Handling", "HandleMessage", "ItemForwarded"),
        proved_by=tests(ITEM, "test_forwarding_a_summons_serves_it")
        + tests(SERVICE_TOOLS, "TestService::test_the_first_handling_serves_and_the_register_says_who_handled_it_how"),
        to_confirm="that forwarding counts: the courts' words name moving and deleting",
    ),
    Rule(
        "service.09",
        RIGHT,
        "In digital service with confirmation, the recipient confirms, and the stated day counts.",
        "retsplejeloven § 155(1) no. 2",
        carried_by=("ServiceConfirmationRequested", "ServiceConfirmed", "ConfirmService"),
        proved_by=tests(
            SERVICE_TESTS,
            "TestConfirmation::test_the_stated_day_counts_and_the_court_and_the_recipient_get_the_receipt",
            "TestConfirmation::test_no_day_before_the_arrival_and_none_to_come_is_stated",
            "TestConfirmation::test_opening_a_letter_that_asks_for_confirmation_serves_nothing",
            "TestConfirmation::test_a_holder_of_read_access_does_not_confirm_for_the_owner",
            "TestConfirmation::test_a_letter_of_an_authority_that_may_not_serve_asks_for_no_service",
            "TestConfirmation::test_what_asks_for_no_confirmation_is_not_confirmed",
            "TestConfirmation::test_a_letter_that_has_not_arrived_is_not_confirmed",
        )
        + tests(
            "domain/post/test_message_release.py",
            "test_a_letter_whose_action_asks_for_confirmation_arrives_as_ordinary_post_when_the_right_never_held",
        )
        + tests(SERVICE_TOOLS, "TestService::test_a_recipient_confirms_and_the_stated_day_counts"),
        to_confirm=f"{NOT_SEEN}; that a MeMo action with the code BEKRAEFT asks for it, and that the recipient alone "
        "confirms, is assumed",
    ),
    Rule(
        "service.10",
        RIGHT,
        "A court gives the digital service up and takes another method; service is valid by § 163(2) if the document "
        "did reach its addressee; and a service that the court finds not to hold is annulled, and the message can be "
        "served again, while no recorded time moves.",
        "retsplejeloven §§ 155, 156 a and 163(2)",
        carried_by=("ServiceAbandoned", "ServedOtherwise", "SummonsReachedAddressee", "ServiceAnnulled", "CourtsAct"),
        proved_by=tests(
            SERVICE_TESTS,
            "TestOtherMethods::test_a_court_gives_digital_service_up_and_names_its_next_method",
            "TestOtherMethods::test_after_that_no_handling_and_no_confirmation_serves",
            "TestOtherMethods::test_a_court_serves_by_another_method_on_the_day_that_it_states",
            "TestOtherMethods::test_a_document_that_reached_its_addressee_counts_as_served",
            "TestOtherMethods::test_nobody_is_served_on_a_day_to_come_or_after_a_death",
            "TestOtherMethods::test_nobody_is_served_before_the_message_was_submitted",
            "TestOnce::test_what_is_served_is_not_served_again",
            "TestOnce::test_neither_a_handling_nor_a_confirmation_serves_it_again",
            "TestAnnulled::test_a_service_that_does_not_hold_is_annulled_and_the_message_is_served_again",
            "TestAnnulled::test_what_is_not_served_is_not_annulled_nor_is_anothers",
            "TestAnnulled::test_a_service_on_two_people_who_were_taken_for_one_is_annulled",
            "TestAnnulled::test_a_service_on_the_dead_is_annulled_and_nobody_is_served_again",
            "TestAnnulled::test_an_annulment_takes_the_time_of_the_service_away_and_no_other",
            "TestAnnulled::test_an_annulment_corrects_the_service_that_it_annuls",
            "TestOtherMethods::test_what_has_not_arrived_is_recalled_and_not_given_up",
            "TestOtherMethods::test_a_court_acts_upon_its_own_summons_only",
            "TestAnnulled::test_digital_service_that_was_given_up_is_not_taken_up_again_by_an_annulment",
            "TestOtherMethods::test_who_was_served_while_alive_was_served",
        )
        + tests(
            "bin/cli/test_annulled_service.py",
            "test_a_summons_opened_by_a_mandate_that_never_held_is_served_again",
            "test_the_proof_of_an_annulled_service_proves_the_annulment_and_then_the_service_after_it",
        )
        + tests(
            SERVICE_TOOLS,
            "TestService::test_a_court_gives_digital_service_up_and_serves_by_another_method",
            "TestService::test_a_court_finds_that_the_document_reached_its_addressee",
        ),
        to_confirm=f"{NOT_SEEN}; that a summons which the court has given up is no longer served digitally is assumed;"
        " and the paragraph by which a court sets a service aside",
    ),
    Rule(
        "service.11",
        MISSING,
        "The assurance level of the login by which a summons was opened is known.",
        "NSIS 2.0.2a; OIOSAML 3",
        because="There are no logins.",
        comes_in="issue 13",
    ),
    Rule(
        "service.12",
        RIGHT,
        "A register of service says who was served, by whom and by which handling.",
        "retsplejeloven § 155(1) no. 3",
        carried_by=("SERVICES", "ServiceEffected", "ServiceConfirmed", "ServedOtherwise"),
        proved_by=tests(
            SERVICE_TOOLS,
            "TestService::test_the_first_handling_serves_and_the_register_says_who_handled_it_how",
            "TestService::test_a_recipient_confirms_and_the_stated_day_counts",
            "TestService::test_a_court_gives_digital_service_up_and_serves_by_another_method",
        ),
        to_confirm=NOT_SEEN,
    ),
)
