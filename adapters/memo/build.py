"""Builds the letter from the values that the parser collected."""

from typing import get_args

from adapters.memo.letter import Action, EarlierMessage, File, Letter, LetterDocument, LetterParty, Reservation, Role
from adapters.memo.parser import LetterParser, Node
from adapters.memo.rules import documents, party_is_sound

_ROLES: tuple[Role, ...] = get_args(Role)


def build_letter(parser: LetterParser) -> Letter:
    """The letter, of a parser without faults: so every required value is there."""
    header: Node = parser.message["MessageHeader"]
    content_data: Node = header.get("ContentData", {}).get("CaseID", {})
    representative = header["Sender"].get("Representative")
    return Letter.model_validate(
        {
            "message_uuid": header["messageUUID"],
            "message_type": header["messageType"],
            "memo_version": parser.version,
            "label": header["label"],
            "sender": party(header["Sender"], "sender"),
            "recipient": party(header["Recipient"], "recipient"),
            "representative": party(representative, "representative") if representative else None,
            "message_id": header.get("messageID"),
            "message_code": header.get("messageCode"),
            "notification": header.get("notification"),
            "additional_notification": header.get("additionalNotification"),
            "reply": header.get("reply", False),
            "reply_by": header.get("replyByDateTime"),
            "do_not_deliver_until": header.get("doNotDeliverUntilDate"),
            "mandatory": header.get("mandatory", False),
            "legal_notification": header.get("legalNotification", False),
            "post_type": header.get("postType"),
            "case_id": content_data.get("caseID"),
            "case_system": content_data.get("caseSystem"),
            "forwards": header.get("ForwardData", {}).get("messageUUID"),
            "replies_to": tuple(map(_earlier_message, header.get("ReplyData", ()))),
            "created_at": parser.message.get("MessageBody", {}).get("createdDateTime"),
            "documents": tuple(_document(path, node) for path, node in documents(parser.message)),
            "canonical_sha256": parser.canonical.hexdigest(),
        }
    )


def readable_party(header: Node, element: str, role: str) -> LetterParty | None:
    """A party with a valid number, of a letter that may have faults elsewhere; else None."""
    node = header.get(element, {})
    return party(node, role) if party_is_sound(node, role) else None


def party(node: Node, role: str) -> LetterParty:
    """A sender, recipient or representative."""
    return LetterParty(
        id=node[f"{role}ID"],
        id_type=node["idType"],
        label=node.get("label"),
        contact_point_id=node.get("ContactPoint", {}).get("contactPointID"),
    )


def _earlier_message(node: Node) -> EarlierMessage:
    return EarlierMessage(
        message_uuid=node["messageUUID"],
        reply_uuid=node.get("replyUUID"),
        message_id=node.get("messageID"),
        case_id=node.get("caseID"),
    )


def _document(path: str, node: Node) -> LetterDocument:
    role = next(role for role in _ROLES if f"/{role.capitalize()}Document" in path)
    return LetterDocument(
        role=role,
        id=node.get(f"{role}DocumentID"),
        label=node.get("label"),
        files=tuple(map(_file, node["File"])),
        actions=tuple(map(_action, node.get("Action", ()))),
    )


def _file(node: Node) -> File:
    return File(
        filename=node["filename"],
        encoding_format=node["encodingFormat"],
        language=node["language"],
        size_bytes=node["content"].size_bytes,
        sha256=node["content"].sha256,
    )


def _action(node: Node) -> Action:
    return Action(
        label=node["label"],
        code=node["actionCode"],
        starts_at=node.get("startDateTime"),
        ends_at=node.get("endDateTime"),
        url=node.get("EntryPoint", {}).get("url"),
        reservation=_reservation(node["Reservation"]) if "Reservation" in node else None,
    )


def _reservation(node: Node) -> Reservation:
    return Reservation(
        reservation_uuid=node["reservationUUID"],
        description=node["description"],
        abstract=node["abstract"],
        location=node["location"],
        starts_at=node["startDateTime"],
        ends_at=node["endDateTime"],
        organizer_mail=node.get("organizerMail"),
        organizer_name=node.get("organizerName"),
    )
