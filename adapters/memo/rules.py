"""The rules for a letter beyond its grammar; each yields the faults that it finds."""

from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from adapters.memo.contents import Measured
from adapters.memo.parser import Node
from adapters.memo.terms import FILES_MAX, Terms
from domain.post.letter_fault import MESSAGE_HEADER_PATH, Fault

BODY: Final = "/Message/MessageBody"
NUMBER_DIGITS: Final = {"CPR": 10, "CVR": 8}
APPOINTMENT: Final = "AFTALE"

Rule = Callable[[Node, Terms], Iterator[Fault]]


def a_nemsms_has_a_notification(message: Node, terms: Terms) -> Iterator[Fault]:
    """The text of a NEMSMS is its notification, which must not be empty."""
    header = message.get("MessageHeader", {})
    if header.get("messageType") != "NEMSMS" or header.get("notification", "") is None:
        return
    if not header.get("notification", "").strip():
        path = f"{MESSAGE_HEADER_PATH}/notification"
        yield Fault(code="empty.notification.not.allowed", path=path, message="A NEMSMS has no notification.")


def the_body_goes_with_the_type(message: Node, terms: Terms) -> Iterator[Fault]:
    """A NEMSMS has only a header; a letter by Digital Post has at least a main document."""
    kind = message.get("MessageHeader", {}).get("messageType")
    if kind == "NEMSMS" and "MessageBody" in message:
        yield Fault(code="message.body.not.allowed", path=BODY, message="A NEMSMS has a header only.")
    if kind == "DIGITALPOST" and "MessageBody" not in message:
        yield Fault(code="message.body.missing", path=BODY, message="A letter by Digital Post has no body.")


def numbers_have_their_digits(message: Node, terms: Terms) -> Iterator[Fault]:
    """A party has a CPR number of ten digits or a CVR number of eight (MeMo 1.1, 14 August 2020)."""
    header = message.get("MessageHeader", {})
    sender = header.get("Sender", {})
    yield from _party(sender, "sender", f"{MESSAGE_HEADER_PATH}/Sender")
    yield from _party(
        sender.get("Representative", {}), "representative", f"{MESSAGE_HEADER_PATH}/Sender/Representative"
    )
    yield from _party(header.get("Recipient", {}), "recipient", f"{MESSAGE_HEADER_PATH}/Recipient")
    content_data = header.get("ContentData", {})
    for number_type, block, element in (("CPR", "CPRdata", "cprNumber"), ("CVR", "CVRdata", "cvrNumber")):
        number = content_data.get(block, {}).get(element)
        if number is not None and not _has_digits(number, NUMBER_DIGITS[number_type]):
            yield _digits(
                f"content.{number_type.lower()}", f"{MESSAGE_HEADER_PATH}/ContentData/{block}/{element}", number_type
            )


def contact_points_are_uuids(message: Node, terms: Terms) -> Iterator[Fault]:
    """The id of a contact point (kontaktpunkt) is its UUID in the contact structure."""
    header = message.get("MessageHeader", {})
    for party in ("Sender", "Recipient"):
        name = header.get(party, {}).get("ContactPoint", {}).get("contactPointID")
        if name is not None and not _is_uuid(name):
            path = f"{MESSAGE_HEADER_PATH}/{party}/ContactPoint/contactPointID"
            words = "The id of the contact point is not a UUID."
            yield Fault(code="contact.point.id.format.not.allowed", path=path, message=words)


def attachments_are_few(message: Node, terms: Terms) -> Iterator[Fault]:
    """The order on sizes limits the number of additional documents; the formats of one document count once."""
    if len(message.get("MessageBody", {}).get("AdditionalDocument", ())) > terms.attachments_max:
        path = f"{BODY}/AdditionalDocument[{terms.attachments_max + 1}]"
        words = f"The letter has more than {terms.attachments_max} attachments."
        yield Fault(code="attachments.too.many", path=path, message=words)


def files_are_few(message: Node, terms: Terms) -> Iterator[Fault]:
    """A fact names each file, so there is a limit to all of them together."""
    if sum(len(document.get("File", ())) for _, document in documents(message)) > FILES_MAX:
        yield Fault(code="files.too.many", path=BODY, message=f"The letter has more than {FILES_MAX} files.")


def files_are_allowed(message: Node, terms: Terms) -> Iterator[Fault]:
    """A file has contents, an allowed type that fits its name, and a name without forbidden characters."""
    for document_path, document in documents(message):
        for number, file in enumerate(document.get("File", ()), start=1):
            path = f"{document_path}/File[{number}]"
            yield from _file_name(file.get("filename"), file.get("encodingFormat"), path, terms)
            contents = file.get("content")
            if isinstance(contents, Measured) and not contents.size_bytes:
                words = "The file is empty."
                yield Fault(code="file.empty.not.allowed", path=f"{path}/content", message=words)


def actions_are_safe(message: Node, terms: Terms) -> Iterator[Fault]:
    """An action has an https address (Øget validering, 10 September 2025), an appointment a reservation."""
    for document_path, document in documents(message):
        for number, action in enumerate(document.get("Action", ()), start=1):
            path = f"{document_path}/Action[{number}]"
            yield from _appointment(action, path)
            url = action.get("EntryPoint", {}).get("url")
            if url is not None and not _is_https(url):
                words = "The address of the action is not https."
                yield Fault(code="action.url.not.allowed", path=f"{path}/EntryPoint/url", message=words)


RULES: Final[tuple[Rule, ...]] = (
    a_nemsms_has_a_notification,
    the_body_goes_with_the_type,
    numbers_have_their_digits,
    contact_points_are_uuids,
    attachments_are_few,
    files_are_few,
    files_are_allowed,
    actions_are_safe,
)


def documents(message: Node) -> Iterator[tuple[str, Node]]:
    """The documents in their order, each with its path."""
    body = message.get("MessageBody", {})
    if "MainDocument" in body:
        yield f"{BODY}/MainDocument", body["MainDocument"]
    for element in ("AdditionalDocument", "TechnicalDocument"):
        for number, document in enumerate(body.get(element, ()), start=1):
            yield f"{BODY}/{element}[{number}]", document


def party_is_sound(party: Node, role: str) -> bool:
    """Whether a sender, recipient or representative has a number with the right count of digits."""
    digits = NUMBER_DIGITS.get(party.get("idType") or "")
    return digits is not None and _has_digits(party.get(f"{role}ID") or "", digits)


def file_is_sound(file: Node, terms: Terms) -> bool:
    """Whether a file could be read whole, has contents, and has an allowed type that fits its name."""
    contents, name, file_format = file.get("content"), file.get("filename"), file.get("encodingFormat")
    if not isinstance(contents, Measured) or not contents.size_bytes or not file.get("language"):
        return False
    return bool(name and file_format) and not any(_file_name(name, file_format, "", terms))


def _party(party: Node, role: str, path: str) -> Iterator[Fault]:
    id_type, number = party.get("idType"), party.get(f"{role}ID")
    if id_type is None:
        return
    if id_type not in NUMBER_DIGITS:
        words = "The type of the number is neither CPR nor CVR."
        yield Fault(code="id.type.not.allowed", path=f"{path}/idType", message=words)
    elif number is not None and not party_is_sound(party, role):
        yield _digits(role, f"{path}/{role}ID", id_type)


def _digits(what: str, path: str, number_type: str) -> Fault:
    words = f"The {number_type} number is not {NUMBER_DIGITS[number_type]} digits."
    return Fault(code=f"{what}.id.format.not.allowed", path=path, message=words)


def _has_digits(number: str, digits: int) -> bool:
    return len(number) == digits and number.isascii() and number.isdigit()


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def _is_https(url: str) -> bool:
    try:
        address = urlsplit(url)
        return address.scheme == "https" and bool(address.hostname)
    except ValueError:
        return False


def _file_name(name: str | None, file_format: str | None, path: str, terms: Terms) -> Iterator[Fault]:
    if name is None:
        return
    if forbidden := sorted(terms.forbidden_in_file_names.intersection(name)):
        points = ", ".join(f"U+{ord(character):04X}" for character in forbidden)
        words = f"The file name contains a character that is not allowed: {points}."
        yield Fault(code="file.name.not.allowed", path=f"{path}/filename", message=words)
    stem, _, extension = name.rpartition(".")
    formats = terms.file_types.get(extension.lower()) if stem else None
    if formats is None:
        words = "The file's extension is not one of those allowed."
        yield Fault(code="file.extension.not.allowed", path=f"{path}/filename", message=words)
    elif file_format is not None and file_format.partition(";")[0].strip().lower() not in formats:
        words = "The encoding format does not fit the file's extension."
        yield Fault(code="file.encoding.format.not.allowed", path=f"{path}/encodingFormat", message=words)


def _appointment(action: Node, path: str) -> Iterator[Fault]:
    code = action.get("actionCode")
    if "Reservation" in action and code is not None and code != APPOINTMENT:
        words = f"Only an action with the code {APPOINTMENT} may have a reservation."
        yield Fault(code="action.reservation.not.allowed", path=f"{path}/Reservation", message=words)
    if "Reservation" not in action and code == APPOINTMENT:
        words = f"An action with the code {APPOINTMENT} has no reservation."
        yield Fault(code="action.reservation.missing", path=f"{path}/Reservation", message=words)
