"""What cannot be shown serves nobody: a document is read and compared with its fact before anything is recorded."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from adapters.documents import FolderDocuments
from adapters.settings import load_settings
from bin.application.application import Application
from bin.cli import exits
from domain.danish_time import COPENHAGEN
from domain.fact import Retention
from domain.subject import SubjectId, subject
from tests.bin.killed import Kill
from tests.bin.terminal import ASKS_CONFIRMATION, Said, Terminal, company, cpr, letter, person

pytestmark = pytest.mark.slow

TODAY = f"{datetime.now(COPENHAGEN).date()}"
BASIS = ("--basis", "forvaltningsloven § 29")
TEXT = "Kom til tiden."


@dataclass(frozen=True)
class Damage:
    """What happens to the file of a document, given its holder."""

    name: str
    do: Callable[[Terminal, Path, SubjectId], None]

    def __str__(self) -> str:
        return self.name


def cut(bytes_left: int) -> Callable[[Terminal, Path, SubjectId], None]:
    def do(terminal: Terminal, file: Path, holder: SubjectId) -> None:
        file.write_bytes(file.read_bytes()[:bytes_left])

    return do


def flip(terminal: Terminal, file: Path, holder: SubjectId) -> None:
    content = bytearray(file.read_bytes())
    content[-20] ^= 1
    file.write_bytes(content)


def write_another(terminal: Terminal, file: Path, holder: SubjectId) -> None:
    """Replace it as somebody who has the vault's keys can: it decrypts, under its own name."""
    with closing(Application(load_settings(terminal.environment), terminal.url)) as application:
        vault = application.vault
        file.write_bytes(vault.encrypt_bytes((holder, Retention.POST), UUID(file.name).bytes, b"Du skal intet."))


def link(terminal: Terminal, file: Path, holder: SubjectId) -> None:
    aside = file.with_name("aside")
    file.rename(aside)
    file.symlink_to(aside)


def pipe(terminal: Terminal, file: Path, holder: SubjectId) -> None:
    file.unlink()
    os.mkfifo(file)


DAMAGES = (
    Damage("missing", lambda _, file, __: file.unlink()),
    Damage("torn", cut(50)),
    Damage("flipped", flip),
    Damage("another", write_another),
    Damage("link", link),
    Damage("pipe", pipe),
)


@dataclass
class Sent:
    """A letter that was submitted, the file of its document, and what that held."""

    message: str
    file: Path
    whole: bytes

    def restore(self) -> None:
        self.file.with_name("aside").unlink(missing_ok=True)
        self.file.unlink(missing_ok=True)
        self.file.write_bytes(self.whole)


@pytest.fixture(scope="module")
def anna(terminal: Terminal) -> str:
    _, who = terminal.register(company(), person(1, address="Prøvevej 1, 2100 København Ø"))
    terminal.ok("run", "--once")
    return who


def sent(terminal: Terminal, folder: Path, recipient: str = cpr(1), **more: Any) -> Sent:
    before = set(terminal.documents())
    (line,) = terminal.submit(letter(folder, recipient, **more))
    (file,) = set(terminal.documents()) - before
    return Sent(f"message:{line['message_uuid']}", file, file.read_bytes())


def refused_to_show(terminal: Terminal, of: Sent, *words: str) -> Said:
    """The call ends with exit 70, records nothing, and says which message and which file an operator must look at."""
    head = terminal.head()
    said = terminal.run(*words)
    assert (said.code, terminal.head()) == (exits.BROKEN, head), said
    assert '"event": "document_not_shown"' in said.err
    assert f'"subject": "{of.message}"' in said.err
    assert of.file.name in said.err
    assert TEXT not in said.out + said.err
    return said


@pytest.mark.parametrize("damage", DAMAGES, ids=str)
@pytest.mark.parametrize("act", ["open", "download", "forward", "move", "delete"])
def test_a_summons_that_cannot_be_shown_is_served_by_no_handling(
    terminal: Terminal, anna: str, tmp_path: Path, act: str, damage: Damage
) -> None:
    summons = sent(terminal, tmp_path, legal_notification=True)
    damage.do(terminal, summons.file, subject(anna))
    handle = ("open", summons.message, "--reader", anna, "--act", act)

    refused_to_show(terminal, summons, *handle)

    summons.restore()
    terminal.ok(*handle)
    assert terminal.facts(summons.message)["ServiceEffected"] == 1


@pytest.mark.parametrize("damage", DAMAGES, ids=str)
def test_a_message_that_cannot_be_shown_is_not_served_by_its_confirmation(
    terminal: Terminal, anna: str, tmp_path: Path, damage: Damage
) -> None:
    asking = sent(terminal, tmp_path, **ASKS_CONFIRMATION)
    damage.do(terminal, asking.file, subject(anna))
    confirm = ("service", "confirm", asking.message, "--reader", anna, "--on", TODAY)

    refused_to_show(terminal, asking, *confirm)

    asking.restore()
    terminal.ok(*confirm)
    asking.file.unlink()
    assert "No change" in terminal.ok(*confirm).err, "it is served already"


@pytest.mark.parametrize("act", ["move", "delete"])
@pytest.mark.parametrize("summons", [False, True], ids=["ordinary", "served"])
def test_a_letter_that_nobody_is_served_by_is_put_away_though_its_content_is_gone(
    terminal: Terminal, anna: str, tmp_path: Path, act: str, summons: bool
) -> None:
    lost = sent(terminal, tmp_path, legal_notification=summons)
    if summons:
        terminal.ok("open", lost.message, "--reader", anna)
    lost.file.unlink()
    terminal.ok("open", lost.message, "--reader", anna, "--act", act)
    left = {"move": "ItemMoved", "delete": "ItemDeleted"}[act]
    assert terminal.facts(lost.message)[left] == 1


@pytest.mark.parametrize("damage", DAMAGES, ids=str)
def test_a_letter_that_cannot_be_printed_is_not_recorded_as_disclosed(
    terminal: Terminal, anna: str, tmp_path: Path, damage: Damage
) -> None:
    serial = 100 + DAMAGES.index(damage)
    (who,) = terminal.register(person(serial, address="Prøvevej 1, 2100 København Ø"))
    lost = sent(terminal, tmp_path, cpr(serial))
    terminal.ok("citizen", "exempt", who, "--resend-unopened")
    letters = terminal.ok("paper", "list", "--json").lines[0]["letters"]
    (order,) = [each for each in letters if each["message"] == lost.message]
    damage.do(terminal, lost.file, subject(who))
    prints = ("paper", "print", order["letter"], "--authority", "34051178", *BASIS)

    refused_to_show(terminal, lost, *prints)

    lost.restore()
    assert TEXT in terminal.ok(*prints).out
    terminal.heard.pop(-2)  # A reader with access sees the name.


@pytest.mark.parametrize("damage", DAMAGES, ids=str)
def test_a_letter_that_cannot_be_enclosed_in_evidence_is_not_recorded_as_disclosed(
    terminal: Terminal, anna: str, tmp_path: Path, damage: Damage
) -> None:
    lost, file = sent(terminal, tmp_path), str(tmp_path / "evidence.zip")
    terminal.ok("seal", "once")
    damage.do(terminal, lost.file, subject(anna))
    bundle = ("bundle", lost.message, "--with-letter", "--open", "--authority", "34051178", *BASIS, "--out", file)

    refused_to_show(terminal, lost, *bundle)

    assert not Path(file).exists()
    lost.restore()
    terminal.ok(*bundle)


@pytest.mark.parametrize("damage", DAMAGES, ids=str)
def test_the_form_of_a_designation_that_cannot_be_shown_is_not_recorded_as_disclosed(
    terminal: Terminal, anna: str, tmp_path: Path, damage: Damage
) -> None:
    before, form = set(terminal.documents()), tmp_path / "form.pdf"
    form.write_bytes(TEXT.encode())
    words = ("nemkonto", "designate", anna, "--channel", "form", "--document", str(form), "--json")
    (designated,) = terminal.ok(*words, stdin="0040 0440116243").lines
    file = min(set(terminal.documents()) - before, key=lambda each: each.stat().st_size)  # the other is a notice
    signed = Sent(designated["designation"], file, file.read_bytes())
    damage.do(terminal, file, subject(anna))

    refused_to_show(terminal, signed, "nemkonto", "document", signed.message, "--out", str(tmp_path / "copy"), *BASIS)
    assert not (tmp_path / "copy").exists()


@pytest.fixture
def killed_before_its_fact(terminal: Terminal, anna: str, tmp_path: Path) -> tuple[Path, Path]:
    """A letter whose process was killed when its document was stored and no fact named it yet; and the document."""
    before, submitted = set(terminal.documents()), letter(tmp_path, cpr(1))
    terminal.killed(Kill(FolderDocuments.put, 1, "after"), "submit", str(submitted))
    (file,) = set(terminal.documents()) - before
    return submitted, file


LENGTHS = {"nothing": 0, "form": 1, "key": 17, "nonce": 29, "shortest": 45, "half": -500, "all but one": -1}
"""Where a file may be torn: within each of its parts, and between them."""


@pytest.mark.kills
@pytest.mark.parametrize("left", LENGTHS.values(), ids=LENGTHS)
def test_what_a_killed_process_and_a_power_cut_left_is_never_taken_for_the_letter(
    terminal: Terminal, anna: str, killed_before_its_fact: tuple[Path, Path], left: int
) -> None:
    submitted, file = killed_before_its_fact
    cut(left)(terminal, file, subject(anna))

    said = terminal.run("submit", "--json", str(submitted))

    (line,) = said.lines
    assert (said.code, line["status"]) == (exits.OK, "COMPLETED")
    assert '"event": "document_replaced"' in said.err
    assert TEXT in terminal.ok("open", f"message:{line['message_uuid']}", "--reader", anna).out


@pytest.mark.kills
@pytest.mark.parametrize("damage", DAMAGES, ids=str)
def test_what_has_the_name_of_a_letter_and_is_not_that_letter_is_replaced(
    terminal: Terminal, anna: str, killed_before_its_fact: tuple[Path, Path], damage: Damage
) -> None:
    submitted, file = killed_before_its_fact
    damage.do(terminal, file, subject(anna))
    (line,) = terminal.submit(submitted)
    assert TEXT in terminal.ok("open", f"message:{line['message_uuid']}", "--reader", anna).out
    file.with_name("aside").unlink(missing_ok=True)


@pytest.mark.kills
def test_a_folder_that_has_the_name_of_a_letter_is_refused_and_named(
    terminal: Terminal, anna: str, killed_before_its_fact: tuple[Path, Path]
) -> None:
    submitted, file = killed_before_its_fact
    file.unlink()
    file.mkdir()
    head = terminal.head()
    said = terminal.run("submit", str(submitted))
    assert (said.code, terminal.head()) == (exits.CANNOT_WRITE, head)
    assert str(file) in said.err
    file.rmdir()
