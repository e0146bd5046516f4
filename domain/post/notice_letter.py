"""The letters that the operators of registers send: plain text, with ids made of what the letter is about.

So the same notice, submitted again, is the same letter.
"""

from hashlib import blake2b
from uuid import UUID

from domain.post.message_commands import SubmitMessage
from domain.subject import CompanyId, MessageId, PartyId


def notice_letter(message: MessageId, sender: CompanyId, recipient: PartyId, title: str) -> SubmitMessage:
    """The submission of a notice that asks for no answer and has no value date."""
    return SubmitMessage(
        message=message,
        sender=sender,
        recipient=recipient,
        transmission=id_about(f"transmission {message}"),
        memo_version=None,
        message_type="DIGITALPOST",
        mandatory=False,
        legal_notification=False,
        reply=False,
        reply_by=None,
        do_not_deliver_until=None,
        title=title,
        sender_reference=None,
    )


def id_about(text: str) -> UUID:
    """The same id for the same text, in the form of version 4, as MeMo requires of a message's."""
    return UUID(bytes=blake2b(text.encode(), digest_size=16).digest(), version=4)
