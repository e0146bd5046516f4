"""`rigsbog open`: opens, moves, deletes, downloads or marks a message, as its recipient or who may read along does."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from io import BytesIO
from typing import Annotated, Any

import typer

from adapters.memo import InMemory, read_letter
from bin.application.application import Application
from bin.cli import output
from bin.cli.execute import any_subject, carry_out, facts_told, party, say_facts
from bin.cli.start import open_application
from domain.nemkonto.notice import MEMO_VERSION
from domain.post.item import Folder, HandleMessage, MarkRead, MarkUnread, NotTheRecipient, ReadersAct
from domain.post.legal_times import LegalTimes, legal_times
from domain.post.message import MESSAGE, Channel, Handling, MessageSubmitted
from domain.record import Record
from domain.subject import MessageId, PartyId

TEXT_TYPES = ("text/plain",)


class Act(StrEnum):
    """What a reader does."""

    OPEN = "open"
    MOVE = "move"
    DELETE = "delete"
    DOWNLOAD = "download"
    READ = "read"
    UNREAD = "unread"


SHOWN = (Act.OPEN, Act.DOWNLOAD)
"""The acts that show what the letter says."""
HANDLINGS = {
    Act.OPEN: Handling.OPENED,
    Act.MOVE: Handling.MOVED,
    Act.DELETE: Handling.DELETED,
    Act.DOWNLOAD: Handling.DOWNLOADED,
}


@dataclass(frozen=True, slots=True)
class Contents:
    """What a letter says to its reader."""

    title: str | None
    text: str | None
    files: tuple[str, ...] = ()


def open_message(
    message: Annotated[str, typer.Argument(help="The message: message:<uuid>, or its messageUUID alone.")],
    *,
    reader: Annotated[str, typer.Option(help="Who acts: person:<uuid> or company:<uuid>.")],
    channel: Annotated[Channel, typer.Option(help="Where the mailbox is shown.")] = Channel.BORGER_DK,
    act: Annotated[Act, typer.Option(help="What the reader does.")] = Act.OPEN,
    folder: Annotated[Folder, typer.Option(help="Where a moved message goes.")] = Folder.ARCHIVE,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Act on MESSAGE as its reader, and say what followed in law.

    Opening and downloading show the letter's title and text. The first handling of a summons serves it; marking a
    message read or unread is nothing in law.
    """
    letter = any_subject(message if ":" in message else f"message:{message}")
    if not isinstance(letter, MessageId):
        raise typer.BadParameter("a message:<uuid> is needed")
    who = party(reader)
    with open_application() as application:
        (state,) = application.handler.states([MESSAGE.of(letter)])
        if state.recipient is None:
            raise NotTheRecipient
        command = _command(act, folder, message=letter, reader=who, owner=state.recipient, channel=channel)
        recorded = carry_out(application, command, _context(application, who))
        contents = contents_of(application, letter) if act in SHOWN else None
        clock = legal_times(application.handler.records(letter))
    if json:
        shown = {} if contents is None else asdict(contents)
        told = {"message": letter, "act": act.value, "recorded": facts_told(recorded), "clock": asdict(clock)}
        output.print_json(told | shown)
    else:
        _tell(recorded, clock, contents)


def _tell(recorded: list[Record], clock: LegalTimes, contents: Contents | None) -> None:
    """What followed in law, on standard error, and what the letter says, on standard output."""
    say_facts(recorded)
    for sentence in in_words(clock):
        output.say(sentence)
    if contents is not None:
        typer.echo("\n".join(filter(None, (contents.title, contents.text, *contents.files))))


def contents_of(application: Application, letter: MessageId) -> Contents:
    """What the letter says, for a reader whose act the law has just allowed and recorded; erased parts are None."""
    submitted = next(iter(application.handler.opened_records(letter, facts=(MessageSubmitted,)))).event
    assert isinstance(submitted, MessageSubmitted), "an available message was submitted"
    assert submitted.recipient is not None, "an available message has a recipient"
    content = application.documents.get((submitted.recipient, submitted.retention), submitted.bytes_sha256)
    title = submitted.title if isinstance(submitted.title, str) else None
    if content is None:
        return Contents(title, None)
    return _read(title, submitted.memo_version, content)


def in_words(clock: LegalTimes) -> list[str]:
    """The legal clock as sentences."""
    hands = {
        "It arrived (kommet frem)": clock.arrived_at,
        "It was first opened": clock.first_opened_at,
        "It was first handled": clock.first_handled_at,
        "It was served (forkyndt)": clock.served_at,
    }
    return [f"{said} at {at.isoformat(timespec='seconds')}." for said, at in hands.items() if at is not None]


def _command(act: Act, folder: Folder, **whose: Any) -> ReadersAct:
    match act:
        case Act.READ:
            return MarkRead(**whose)
        case Act.UNREAD:
            return MarkUnread(**whose)
        case Act.OPEN | Act.MOVE | Act.DELETE | Act.DOWNLOAD:
            return HandleMessage(**whose, handling=HANDLINGS[act], folder=folder)


def _context(application: Application, reader: PartyId) -> Any:
    return application.request(str(reader))


def _read(title: str | None, memo_version: str, content: bytes) -> Contents:
    """The first plain text of a letter, and the names of its files."""
    if memo_version == MEMO_VERSION:
        return Contents(title, content.decode())
    files = InMemory()
    letter = read_letter(BytesIO(content), keep=files).letter
    if letter is None:
        return Contents(title, None)
    texts = [files[nth] for nth, file in enumerate(letter.files) if file.encoding_format in TEXT_TYPES]
    names = tuple(f"{file.filename} ({file.encoding_format}, {file.size_bytes} bytes)" for file in letter.files)
    return Contents(title, texts[0].decode(errors="replace") if texts else None, names)
