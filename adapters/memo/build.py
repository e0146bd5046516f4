"""Builds the letter from the values that the parser collected."""

from collections.abc import Callable, Iterator
from itertools import islice

from adapters.memo.letter import File, Forwarded, Letter, LetterParty, Readable, Reply
from adapters.memo.parser import LetterParser, Node
from adapters.memo.rules import documents, file_is_sound, party_is_sound
from adapters.memo.terms import FILES_MAX, Terms
from domain.post.submission import DocumentKind

CONFIRM = "BEKRAEFT"
"""The code of an action by which the recipient confirms."""

DOCUMENTS = {
    "MainDocument": DocumentKind.MAIN,
    "AdditionalDocument": DocumentKind.ADDITIONAL,
    "TechnicalDocument": DocumentKind.TECHNICAL,
}


def build_letter(parser: LetterParser) -> Letter:
    """The letter, of a parser without faults: so every required value is there."""
    header: Node = parser.message["MessageHeader"]
    sender: Node = header["Sender"]
    return Letter.model_validate(
        {
            "message_uuid": header["messageUUID"],
            "message_type": header["messageType"],
            "memo_version": parser.version,
            "label": header["label"],
            "sender": party(sender, "sender"),
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
            "representative": party(sender["Representative"], "representative") if "Representative" in sender else None,
            "generating_system": sender.get("AttentionData", {}).get("GeneratingSystem", {}).get("generatingSystemID"),
            "post_type": header.get("postType"),
            "replies": tuple(_reply(node) for node in header.get("ReplyData", ())),
            "forwarded": _forwarded(header["ForwardData"]) if "ForwardData" in header else None,
            "files": tuple(_files(parser.message.get("MessageBody", {}))),
            "canonical_sha256": parser.canonical.hexdigest(),
        }
    )


def readable_party(header: Node, element: str, role: str) -> LetterParty | None:
    """A party with a valid number, of a letter that may have faults elsewhere; else None."""
    node = header.get(element, {})
    return party(node, role) if party_is_sound(node, role) else None


def readable_parts(message: Node, terms: Terms) -> Readable:
    """What is certain of a letter that has faults elsewhere; of a file with a fault of its own, nothing."""
    header = message.get("MessageHeader", {})
    files = islice(_files(message.get("MessageBody", {}), lambda node: file_is_sound(node, terms)), FILES_MAX)
    return Readable(label=header.get("label"), message_id=header.get("messageID"), files=tuple(files))


def party(node: Node, role: str) -> LetterParty:
    return LetterParty(
        id=node[f"{role}ID"],
        id_type=node["idType"],
        label=node.get("label"),
        contact_point_id=node.get("ContactPoint", {}).get("contactPointID"),
    )


def _reply(node: Node) -> Reply:
    return Reply(message_uuid=node["messageUUID"], reply_uuid=node.get("replyUUID"))


def _forwarded(node: Node) -> Forwarded:
    return Forwarded(message_uuid=node["messageUUID"], original_sender=node["originalSender"])


def _files(body: Node, wanted: Callable[[Node], bool] = lambda _: True) -> Iterator[File]:
    """Every wanted file of every document, in the order of the letter."""
    for element, kind in DOCUMENTS.items():
        nodes = body.get(element, [])
        for number, document in enumerate(nodes if isinstance(nodes, list) else [nodes], start=1):
            yield from (_file(node, kind, number) for node in document.get("File", ()) if wanted(node))


def _file(node: Node, kind: DocumentKind, number: int) -> File:
    return File(
        document=kind,
        document_number=number,
        language=node["language"],
        filename=node["filename"],
        encoding_format=node["encodingFormat"],
        size_bytes=node["content"].size_bytes,
        sha256=node["content"].sha256,
    )
