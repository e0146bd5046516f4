"""Builds the letter from the values that the parser collected."""

from adapters.memo.letter import File, Letter, LetterParty
from adapters.memo.parser import LetterParser, Node
from adapters.memo.rules import documents, party_is_sound

CONFIRM = "BEKRAEFT"
"""The code of an action by which the recipient confirms."""


def build_letter(parser: LetterParser) -> Letter:
    """The letter, of a parser without faults: so every required value is there."""
    header: Node = parser.message["MessageHeader"]
    return Letter.model_validate(
        {
            "message_uuid": header["messageUUID"],
            "message_type": header["messageType"],
            "memo_version": parser.version,
            "label": header["label"],
            "sender": party(header["Sender"], "sender"),
            "recipient": party(header["Recipient"], "recipient"),
            "message_id": header.get("messageID"),
            "reply": header.get("reply", False),
            "reply_by": header.get("replyByDateTime"),
            "do_not_deliver_until": header.get("doNotDeliverUntilDate"),
            "mandatory": header.get("mandatory", False),
            "legal_notification": header.get("legalNotification", False),
            "asks_confirmation": any(
                action["actionCode"] == CONFIRM
                for _, document in documents(parser.message)
                for action in document.get("Action", ())
            ),
            "case_id": header.get("ContentData", {}).get("CaseID", {}).get("caseID"),
            "files": tuple(_file(file) for _, document in documents(parser.message) for file in document["File"]),
            "canonical_sha256": parser.canonical.hexdigest(),
        }
    )


def readable_party(header: Node, element: str, role: str) -> LetterParty | None:
    """A party with a valid number, of a letter that may have faults elsewhere; else None."""
    node = header.get(element, {})
    return party(node, role) if party_is_sound(node, role) else None


def party(node: Node, role: str) -> LetterParty:
    return LetterParty(
        id=node[f"{role}ID"],
        id_type=node["idType"],
        label=node.get("label"),
        contact_point_id=node.get("ContactPoint", {}).get("contactPointID"),
    )


def _file(node: Node) -> File:
    return File(
        filename=node["filename"],
        encoding_format=node["encodingFormat"],
        size_bytes=node["content"].size_bytes,
        sha256=node["content"].sha256,
    )
