"""Rules about receipts (kvitteringer)."""

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
        carried_by=("RECEIPT_WATCHDOG_HOURS", "stuck_letters"),
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
