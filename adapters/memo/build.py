"""The step from the values of a letter that broke no rule to the plain letter."""

from typing import get_args

from adapters.memo.letter import Action, Document, File, Hop, Letter, Party, Reservation, Role
from adapters.memo.parser import Node, Walk
from adapters.memo.rules import documents, party_is_sound

_ROLES: tuple[Role, ...] = get_args(Role)


def letter(walk: Walk, *, bytes_sha256: str, size_bytes: int) -> Letter:
    """Build the letter; every required value is there, for the walk and the rules found no fault."""
    header: Node = walk.message["MessageHeader"]
    matter: Node = header.get("ContentData", {}).get("CaseID", {})
    representative = header["Sender"].get("Representative")
    return Letter.model_validate(
        {
            "message_uuid": header["messageUUID"],
            "message_type": header["messageType"],
            "memo_version": walk.version,
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
            "case_id": matter.get("caseID"),
            "case_system": matter.get("caseSystem"),
            "forwards": header.get("ForwardData", {}).get("messageUUID"),
            "replies_to": tuple(map(_hop, header.get("ReplyData", ()))),
            "created_at": walk.message.get("MessageBody", {}).get("createdDateTime"),
            "documents": tuple(_document(path, node) for path, node in documents(walk.message)),
            "canonical_sha256": walk.canonical.hexdigest(),
            "bytes_sha256": bytes_sha256,
            "size_bytes": size_bytes,
        }
    )


def readable_party(header: Node, element: str, role: str) -> Party | None:
    """Give a party of a letter that may be wrong in other places, if at least the party itself is sound."""
    node = header.get(element, {})
    return party(node, role) if party_is_sound(node, role) else None


def party(node: Node, role: str) -> Party:
    """Build a sender, recipient or representative."""
    return Party(
        id=node[f"{role}ID"],
        id_type=node["idType"],
        label=node.get("label"),
        contact_point_id=node.get("ContactPoint", {}).get("contactPointID"),
    )


def _hop(node: Node) -> Hop:
    return Hop(
        message_uuid=node["messageUUID"],
        reply_uuid=node.get("replyUUID"),
        message_id=node.get("messageID"),
        case_id=node.get("caseID"),
    )


def _document(path: str, node: Node) -> Document:
    role = next(role for role in _ROLES if f"/{role.capitalize()}Document" in path)
    return Document(
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
