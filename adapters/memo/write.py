"""Writes a letter as a real MeMo 1.1 or 1.2 file, for senders, demonstrations and tests."""

import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID
from xml.sax.saxutils import escape

from adapters.memo.grammar import MEMO
from adapters.memo.letter import Action, MemoVersion, MessageType, Party, Reservation

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OPENING = f'<?xml version="1.0" encoding="UTF-8"?>\n<memo:Message xmlns:memo="{MEMO}"'
_OPENINGS: Final = {
    "1.1": f'{_OPENING} memoVersion="1.1" memoSchVersion="1.1.0">\n',
    "1.2": f'{_OPENING} memoVersion="1.2">\n',
}


@dataclass(frozen=True, slots=True)
class Enclosure:
    """One document with one file to enclose: its name, MIME type, contents, language, title and actions."""

    filename: str
    encoding_format: str
    content: bytes
    language: str = "da"
    label: str | None = None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A letter to be written: aware times, and `main` left out for a NEMSMS only.

    It may be wrong: nothing is checked here, so that a wrong letter can be written for a test.
    """

    message_uuid: UUID
    sender: Party
    recipient: Party
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
    representative: Party | None = None
    case_id: str | None = None
    case_system: str = ""


def write_letter(draft: Draft) -> bytes:
    """Give the letter's file, UTF-8 with the prefix `memo`.

    Raises ValueError for a character that no XML file can hold, and for a representative in MeMo 1.1, which
    has no place for one.
    """
    if draft.representative is not None and draft.memo_version == "1.1":
        raise ValueError("MeMo 1.1 has no place for a sender's representative.")
    whole = f"{_OPENINGS[draft.memo_version]}{_header(draft)}{_body(draft)}</memo:Message>\n"
    if _NOT_IN_XML.search(whole):
        raise ValueError("A text holds a character that no XML file can hold.")
    return whole.encode()


def _header(draft: Draft) -> str:
    return _element(
        "MessageHeader",
        _text("messageType", draft.message_type),
        _text("messageUUID", str(draft.message_uuid)),
        _text("messageID", draft.message_id),
        _text("messageCode", draft.message_code),
        _text("label", draft.label),
        _text("notification", draft.notification),
        _text("additionalNotification", draft.additional_notification),
        _text("reply", _boolean(draft.reply)),
        _text("replyByDateTime", _time(draft.reply_by)),
        _text("doNotDeliverUntilDate", _day(draft.do_not_deliver_until)),
        _text("mandatory", _boolean(draft.mandatory)),
        _text("legalNotification", _boolean(draft.legal_notification)),
        _text("postType", draft.post_type),
        _element("Sender", _party("sender", draft.sender), _representative(draft.representative)),
        _element("Recipient", _party("recipient", draft.recipient)),
        _case(draft.case_id, draft.case_system),
    )


def _element(name: str, *inside: str) -> str:
    return f"<memo:{name}>\n{''.join(inside)}</memo:{name}>\n"


def _text(name: str, text: str | None) -> str:
    return "" if text is None else f"<memo:{name}>{escape(text, {chr(13): '&#13;'})}</memo:{name}>\n"


def _boolean(value: bool | None) -> str | None:  # noqa: FBT001  # the value to write, not a switch
    return None if value is None else str(value).lower()


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _party(role: str, party: Party) -> str:
    point = party.contact_point_id
    return "".join(
        (
            _text(f"{role}ID", party.id),
            _text("idType", party.id_type),
            _text("label", party.label),
            _element("ContactPoint", _text("contactPointID", point)) if point is not None else "",
        )
    )


def _representative(party: Party | None) -> str:
    return "" if party is None else _element("Representative", _party("representative", party))


def _case(case_id: str | None, case_system: str) -> str:
    if case_id is None:
        return ""
    case = _element("CaseID", _text("caseID", case_id), _text("caseSystem", case_system))
    return _element("ContentData", case)


def _body(draft: Draft) -> str:
    if draft.main is None:
        return ""
    documents = [_document("MainDocument", draft.main)]
    documents += [_document("AdditionalDocument", enclosure) for enclosure in draft.additional]
    return _element("MessageBody", _text("createdDateTime", _time(draft.created_at)), *documents)


def _document(element: str, enclosure: Enclosure) -> str:
    file = _element(
        "File",
        _text("encodingFormat", enclosure.encoding_format),
        _text("filename", enclosure.filename),
        _text("language", enclosure.language),
        f"<memo:content>{b64encode(enclosure.content).decode()}</memo:content>\n",
    )
    return _element(element, _text("label", enclosure.label), file, *map(_action, enclosure.actions))


def _action(action: Action) -> str:
    return _element(
        "Action",
        _text("label", action.label),
        _text("actionCode", action.code),
        _text("startDateTime", _time(action.starts_at)),
        _text("endDateTime", _time(action.ends_at)),
        _reservation(action.reservation) if action.reservation else "",
        _element("EntryPoint", _text("url", action.url)) if action.url is not None else "",
    )


def _reservation(reservation: Reservation) -> str:
    return _element(
        "Reservation",
        _text("description", reservation.description),
        _text("reservationUUID", str(reservation.reservation_uuid)),
        _text("abstract", reservation.abstract),
        _text("location", reservation.location),
        _text("startDateTime", _time(reservation.starts_at)),
        _text("endDateTime", _time(reservation.ends_at)),
        _text("organizerMail", reservation.organizer_mail),
        _text("organizerName", reservation.organizer_name),
    )
