"""Writes a letter as a real MeMo 1.1 or 1.2 file, for senders, demonstrations and tests."""

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
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
    actions: tuple[Action, ...] = field(default=())


def write_letter(
    *,
    message_uuid: UUID,
    sender: Party,
    recipient: Party,
    label: str,
    created_at: datetime,
    main: Enclosure | None = None,
    additional: Sequence[Enclosure] = (),
    memo_version: MemoVersion = "1.2",
    message_type: MessageType = "DIGITALPOST",
    message_id: str | None = None,
    message_code: str | None = None,
    notification: str | None = None,
    additional_notification: str | None = None,
    reply: bool | None = None,
    reply_by: datetime | None = None,
    do_not_deliver_until: date | None = None,
    mandatory: bool = False,
    legal_notification: bool = False,
    post_type: str | None = None,
    representative: Party | None = None,
    case_id: str | None = None,
    case_system: str = "",
) -> bytes:
    """Give the letter's file; `main` is left out for a NEMSMS only. Times are aware.

    Writes what it is told, right or wrong, so that a wrong letter can be written for a test. Raises ValueError for
    a character that no XML file can hold, and for a representative in MeMo 1.1, which has no place for one.
    """
    if representative is not None and memo_version == "1.1":
        raise ValueError("MeMo 1.1 has no place for a sender's representative.")
    header = (
        _text("messageType", message_type),
        _text("messageUUID", str(message_uuid)),
        _text("messageID", message_id),
        _text("messageCode", message_code),
        _text("label", label),
        _text("notification", notification),
        _text("additionalNotification", additional_notification),
        _text("reply", None if reply is None else _boolean(reply)),
        _text("replyByDateTime", _time(reply_by)),
        _text("doNotDeliverUntilDate", _day(do_not_deliver_until)),
        _text("mandatory", _boolean(mandatory)),
        _text("legalNotification", _boolean(legal_notification)),
        _text("postType", post_type),
        _element("Sender", _party("sender", sender), _representative(representative)),
        _element("Recipient", _party("recipient", recipient)),
        _case(case_id, case_system),
    )
    body = "" if main is None else _body(created_at, main, additional)
    whole = f"{_OPENINGS[memo_version]}{_element('MessageHeader', *header)}{body}</memo:Message>\n"
    if _NOT_IN_XML.search(whole):
        raise ValueError("A text holds a character that no XML file can hold.")
    return whole.encode()


def _element(name: str, *inside: str) -> str:
    return f"<memo:{name}>\n{''.join(inside)}</memo:{name}>\n"


def _text(name: str, text: str | None) -> str:
    return "" if text is None else f"<memo:{name}>{escape(text, {chr(13): '&#13;'})}</memo:{name}>\n"


def _boolean(value: bool) -> str:  # noqa: FBT001  # the value to write, not a switch
    return "true" if value else "false"


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


def _body(created_at: datetime, main: Enclosure, additional: Sequence[Enclosure]) -> str:
    documents = [_document("MainDocument", main)]
    documents += [_document("AdditionalDocument", enclosure) for enclosure in additional]
    return _element("MessageBody", _text("createdDateTime", _time(created_at)), *documents)


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
