"""Writes a letter as a MeMo 1.1 or 1.2 file, for senders, demonstrations and tests."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from lxml import etree

from adapters.memo.grammar import MEMO
from adapters.memo.letter import LetterParty, MemoVersion, MessageType

_DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_ATTRIBUTES: Final = {"1.1": {"memoVersion": "1.1", "memoSchVersion": "1.1.0"}, "1.2": {"memoVersion": "1.2"}}

# Contents by element name: a value or the elements inside; a list repeats the element, and None leaves it out.
Elements = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Enclosure:
    """One document with one file."""

    filename: str
    encoding_format: str
    content: bytes
    language: str = "da"
    label: str | None = None
    actions: tuple[Elements, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A letter to write; all times have a time zone, and only a NEMSMS has no `main` document.

    Nothing is checked here, so that a test can write a wrong letter.
    """

    message_uuid: UUID
    sender: LetterParty
    recipient: LetterParty
    label: str
    created_at: datetime
    main: Enclosure | None = None
    additional: tuple[Enclosure, ...] = ()
    memo_version: MemoVersion = "1.2"
    message_type: MessageType = "DIGITALPOST"
    message_id: str | None = None
    message_code: str | None = None
    notification: str | None = None
    additional_notification: str | None = None
    reply: bool | None = None
    reply_by: datetime | None = None
    do_not_deliver_until: date | None = None
    mandatory: bool = False
    legal_notification: bool = False
    post_type: str | None = None
    representative: LetterParty | None = None
    case_id: str | None = None
    case_system: str = ""
    technical: tuple[Enclosure, ...] = ()
    generating_system: str | None = None
    reply_data: tuple[Elements, ...] = ()
    forward_data: Elements | None = None


def write_letter(draft: Draft) -> bytes:
    """The letter's file, in UTF-8 with the prefix `memo`.

    Raises ValueError for a character that XML does not allow, and for a representative in MeMo 1.1.
    """
    if draft.representative is not None and draft.memo_version == "1.1":
        raise ValueError("MeMo 1.1 has no place for a sender's representative.")
    message = etree.Element(f"{{{MEMO}}}Message", _ATTRIBUTES[draft.memo_version], {"memo": MEMO})
    try:
        _append(message, {"MessageHeader": _header(draft), "MessageBody": _body(draft)})
    except ValueError as error:
        raise ValueError("A text holds a character that no XML file can hold.") from error
    etree.indent(message, space="")
    return _DECLARATION + etree.tostring(message, encoding="UTF-8", xml_declaration=False) + b"\n"


def _append(parent: etree._Element, elements: Elements) -> None:
    for name, content in elements.items():
        for value in content if isinstance(content, list) else [content]:
            if value is None:
                continue
            element = etree.SubElement(parent, f"{{{MEMO}}}{name}")
            match value:
                case dict():
                    _append(element, value)
                case bool():
                    element.text = str(value).lower()
                case bytes():
                    element.text = b64encode(value).decode()
                case datetime():
                    element.text = value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
                case _:
                    element.text = str(value)


def _header(draft: Draft) -> Elements:
    case = {"CaseID": {"caseID": draft.case_id, "caseSystem": draft.case_system}}
    representative = draft.representative and _party("representative", draft.representative)
    return {
        "messageType": draft.message_type,
        "messageUUID": draft.message_uuid,
        "messageID": draft.message_id,
        "messageCode": draft.message_code,
        "label": draft.label,
        "notification": draft.notification,
        "additionalNotification": draft.additional_notification,
        "reply": draft.reply,
        "replyByDateTime": draft.reply_by,
        "doNotDeliverUntilDate": draft.do_not_deliver_until,
        "mandatory": draft.mandatory,
        "legalNotification": draft.legal_notification,
        "postType": draft.post_type,
        "Sender": _party("sender", draft.sender, draft.generating_system) | {"Representative": representative},
        "Recipient": _party("recipient", draft.recipient),
        "ContentData": None if draft.case_id is None else case,
        "ForwardData": draft.forward_data,
        "ReplyData": list(draft.reply_data),
    }


def _party(role: str, party: LetterParty, generating_system: str | None = None) -> Elements:
    system = {"GeneratingSystem": {"generatingSystemID": generating_system}}
    contact_point = party.contact_point_id
    return {
        f"{role}ID": party.id,
        "idType": party.id_type,
        "label": party.label,
        "AttentionData": None if generating_system is None else system,
        "ContactPoint": None if contact_point is None else {"contactPointID": contact_point},
    }


def _body(draft: Draft) -> Elements | None:
    if draft.main is None:
        return None
    return {
        "createdDateTime": draft.created_at,
        "MainDocument": _document(draft.main),
        "AdditionalDocument": [_document(enclosure) for enclosure in draft.additional],
        "TechnicalDocument": [_document(enclosure) for enclosure in draft.technical],
    }


def _document(enclosure: Enclosure) -> Elements:
    return {
        "label": enclosure.label,
        "File": {
            "encodingFormat": enclosure.encoding_format,
            "filename": enclosure.filename,
            "language": enclosure.language,
            "content": enclosure.content,
        },
        "Action": list(enclosure.actions),
    }
