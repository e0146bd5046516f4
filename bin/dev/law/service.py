"""Rules about receipts (kvitteringer) and service of process (forkyndelse)."""

from datetime import date
from typing import Final

from bin.dev.law.rule import MISSING, RIGHT, Rule, tests

RECEIPT: Final = "domain/post/test_receipt.py"
ITEM: Final = "domain/post/test_item.py"
SERVICE_TESTS: Final = "domain/post/test_service.py"
STUCK: Final = "bin/cli/test_stuck_letters.py"
SERVICE_TOOLS: Final = "bin/cli/test_service.py"
COMMANDS: Final = "domain/post/test_message_commands.py"
SOLUTION: Final = date(2022, 3, 21)
NOT_SEEN: Final = "the text of retsplejeloven §§ 155 and 156, of which only the courts' own words were seen"
RECEIPT_BASIS: Final = "the paragraph of a receipt: § 10 speaks of arrival only"

RECEIPTS: Final = (
    Rule(
        "receipts.01",
        RIGHT,
        "A letter has the receipt RECEIVED, then exactly one of COMPLETED, INVALID and NOT_ALLOWED.",
        "LBK 686/2021 § 10; MeMo receipt",
        SOLUTION,
        carried_by=("ReceiptIssued", "ReceiptStatus", "SubmitMessage"),
        proved_by=tests(
            RECEIPT,
            "test_a_message_has_one_receipt_of_each_status_with_every_caller",
            "test_the_last_word_on_delivery_is_one_of_three",
        )
        + tests(COMMANDS, "test_a_letter_to_a_registered_recipient_arrives_at_once")
        + tests(
            "domain/post/test_message_release.py",
            "test_a_message_held_back_has_at_most_one_last_receipt_and_one_arrival",
        ),
        to_confirm=RECEIPT_BASIS,
    ),
    Rule(
        "receipts.02",
        RIGHT,
        "A receipt is listed until its sender acknowledges it and is never deleted; it can be proved alone.",
        "LBK 686/2021 § 10; MeMo receipt",
        SOLUTION,
        carried_by=("AcknowledgeReceipt", "ReceiptAcknowledged"),
        proved_by=tests(RECEIPT, "test_edge_26_a_receipt_waits_until_its_sender_acknowledges_it")
        + tests(
            "bin/cli/test_life_events.py",
            "TestReceipts::test_acknowledged_receipts_leave_the_list_and_others_stay",
            "TestReceipts::test_edge_26_a_crash_before_the_acknowledgement_leaves_them_listed",
        )
        + tests(
            "bin/cli/test_prove.py", "TestOfAMessage::test_the_senders_own_receipts_name_positions_that_are_provable"
        ),
        to_confirm=RECEIPT_BASIS,
    ),
    Rule(
        "receipts.03",
        RIGHT,
        "The sender of a summons gets a receipt of its service, in the same decision.",
        "retsplejeloven § 155(1) no. 3; domstol.dk, 28 February 2017",
        carried_by=("HandleMessage", "ReceiptIssued"),
        proved_by=tests(ITEM, "test_opening_a_summons_serves_it_and_informs_the_court_before_the_item_changes"),
        to_confirm=NOT_SEEN,
    ),
    Rule(
        "receipts.04",
        RIGHT,
        "The sender of a letter whose release is refused gets NOT_ALLOWED with the reason.",
        "LBK 686/2021 §§ 3 to 5; MeMo receipt",
        SOLUTION,
        carried_by=("ReleaseMessage", "ReleaseRefused"),
        proved_by=tests("domain/post/test_message_release.py", "test_an_exemption_during_the_wait_refuses_the_release"),
        to_confirm=RECEIPT_BASIS,
    ),
    Rule(
        "receipts.05",
        RIGHT,
        "A fault says who must correct it, and whether to notify somebody, to take the next channel or to try again.",
        "docs.workzone.kmd.net, NgDP errors; MeMo receipt",
        SOLUTION,
        carried_by=("Fault", "Party", "Advice", "advice_on"),
        proved_by=tests(
            "domain/post/test_letter_fault.py",
            "test_each_fault_says_who_corrects_it_and_what_the_sender_does",
            "test_of_several_faults_the_advice_that_stops_first_holds",
        )
        + tests(STUCK, "test_the_receipt_of_a_letter_to_the_exempt_says_to_take_the_next_channel"),
        to_confirm="which advice each error has: the classification is WorkZone's, the advice of each is ours",
    ),
    Rule(
        "receipts.06",
        RIGHT,
        "A receipt is acknowledged by its sender only.",
        "LBK 686/2021 § 10; MeMo receipt",
        SOLUTION,
        carried_by=("AcknowledgeReceipt", "NotItsSender"),
        proved_by=tests(RECEIPT, "test_w22_a_receipt_is_acknowledged_by_its_sender_only")
        + tests("bin/cli/test_life_events.py", "TestReceipts::test_a_sender_sees_its_own_receipts_only"),
        to_confirm=RECEIPT_BASIS,
    ),
    Rule(
        "receipts.07",
        RIGHT,
        "A copy of the receipt of service lies in the recipient's sent mail.",
        "domstol.dk, 28 February 2017",
        carried_by=("ReceiptCopied", "receipts_of_service", "SENT_MAIL"),
        proved_by=tests(
            ITEM,
            "test_opening_a_summons_serves_it_and_informs_the_court_before_the_item_changes",
        )
        + tests(
            SERVICE_TESTS,
            "TestConfirmation::test_the_stated_day_counts_and_the_court_and_the_recipient_get_the_receipt",
        )
        + tests(SERVICE_TOOLS, "TestService::test_a_recipient_confirms_and_the_stated_day_counts")
        + tests("bin/cli/test_outage.py", "test_a_summons_that_waited_is_confirmed_for_no_day_before_its_arrival"),
    ),
    Rule(
        "receipts.08",
        RIGHT,
        "A letter without a final receipt after some hours is reported as stuck.",
        "our decision",
        carried_by=("RECEIPT_WATCHDOG_HOURS", "stuck_messages"),
        proved_by=tests(STUCK, "test_a_letter_without_a_final_receipt_after_a_day_is_reported_until_it_has_one"),
        to_confirm="no rule sets it",
    ),
    Rule(
        "receipts.09",
        MISSING,
        "Receipts are delivered to an endpoint, failures are facts, and an orphan is matched again.",
        "MeMo receipt; NgDP receiptEndpoint",
        SOLUTION,
        because="Receipts are fetched, not delivered; each is made here with its letter, so there are no orphans.",
        comes_in="issue 12",
    ),
)

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
        + tests("domain/post/test_mail_closing.py", "test_access_ends_with_the_recording_of_a_death"),
        to_confirm=NOT_SEEN,
    ),
    Rule(
        "service.05",
        RIGHT,
        "Only who has the right to serve sends a summons; one that waits does not arrive when the right never held.",
        "retsplejeloven § 155; NgDP legalNotificationAllowed",
        carried_by=("SendingRight", "SendingRightGranted", "SubmitMessage", "ReleaseMessage", "sender_faults"),
        proved_by=tests(
            "domain/post/test_message_commands.py",
            "test_an_authority_sends_what_its_rights_say",
            "test_w16_nobody_but_a_public_sender_writes_to_a_citizen_and_a_neighbour_serves_no_summons",
        )
        + tests(
            "domain/post/test_message_release.py",
            "test_a_summons_that_waits_is_rejected_when_the_right_to_serve_never_held",
            "test_a_letter_that_waits_for_confirmation_is_rejected_when_the_right_to_serve_never_held",
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
        proved_by=tests(ITEM, "test_w23_a_dead_reader_serves_nobody_though_no_reaction_has_ended_the_access"),
        to_confirm="the paragraph",
    ),
    Rule(
        "service.07",
        RIGHT,
        "The record of a service names retsplejeloven as its basis, and that of another opening § 10.",
        "retsplejeloven § 155(1) no. 3; LBK 686/2021 § 10",
        carried_by=("HandleMessage", "SERVICE_BASIS"),
        proved_by=tests("bin/application/test_legal_basis.py", "test_every_fact_has_the_paragraph_of_its_command"),
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
        )
        + tests(SERVICE_TOOLS, "TestService::test_a_recipient_confirms_and_the_stated_day_counts"),
        to_confirm=f"{NOT_SEEN}; that a MeMo action with the code BEKRAEFT asks for it, and that the recipient alone "
        "confirms, is assumed",
    ),
    Rule(
        "service.10",
        RIGHT,
        "A court gives the digital service up and takes another method; service is valid by § 163(2) if the document "
        "did reach its addressee.",
        "retsplejeloven §§ 155, 156 a and 163(2)",
        carried_by=("ServiceAbandoned", "ServedOtherwise", "SummonsReachedAddressee", "CourtsAct"),
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
        )
        + tests(
            SERVICE_TOOLS,
            "TestService::test_a_court_gives_digital_service_up_and_serves_by_another_method",
            "TestService::test_a_court_finds_that_the_document_reached_its_addressee",
        ),
        to_confirm=f"{NOT_SEEN}; that a summons which the court has given up is no longer served digitally is assumed",
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
