"""What a sender, or who writes for one, has no right to send: faults that no change of the letter removes."""

from domain.post.letter_fault import MESSAGE_HEADER_PATH, Advice, Fault

SENDER_PATH = f"{MESSAGE_HEADER_PATH}/Sender"
UNMARKED = "The sender has no right to send such messages. Send it without the mark, or ask for it."

NOT_A_PUBLIC_SENDER = Fault(
    code="sender.not.allowed",
    path=f"{SENDER_PATH}/senderID",
    message="This sender is not a public sender, and may write to authorities only. Send on paper.",
    advice=Advice.NEXT_CHANNEL,
)
MAY_NOT_SERVE = Fault(
    code="legal.notification.not.allowed", path=f"{MESSAGE_HEADER_PATH}/legalNotification", message=UNMARKED
)
MAY_NOT_OBLIGE = Fault(code="mandatory.not.allowed", path=f"{MESSAGE_HEADER_PATH}/mandatory", message=UNMARKED)
NOT_THE_REPRESENTATIVE = Fault(
    code="representative.not.allowed",
    path=f"{SENDER_PATH}/Representative/representativeID",
    message="The representative has no mandate to write for the sender. Let the sender grant one first.",
)
