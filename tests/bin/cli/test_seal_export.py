"""What already lies in the folder of an export is compared with the log, and never written over."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bin.cli import exits
from tests.bin.cli.test_seal_kills import contents
from tests.bin.terminal import AUDITOR, Terminal, person

pytestmark = pytest.mark.slow


@pytest.fixture
def terminal(few_people: Terminal) -> Terminal:
    """A terminal with a database of each test's own."""
    return few_people


def flipped(content: bytes) -> bytes:
    """The same with another bit in the middle."""
    changed = bytearray(content)
    changed[len(changed) // 2] ^= 1
    return bytes(changed)


@pytest.mark.parametrize("options", [(), AUDITOR], ids=["hashes", "entries"])
def test_an_export_names_a_file_in_its_folder_that_was_changed_and_leaves_it(
    terminal: Terminal, options: Sequence[str]
) -> None:
    """Also one that was full long ago, one that was partial at an earlier size, and the checkpoint."""
    folder = terminal.home / "folder"
    terminal.ok("seal", "once")
    terminal.ok("seal", "export", str(folder), *options)
    terminal.register(*(person(serial) for serial in range(10, 160)), options=("--no-reactions",))
    terminal.ok("seal", "once")
    terminal.ok("seal", "export", str(folder), *options)
    whole = contents(folder)
    assert len(whole) == (10 if options else 6)

    for name, content in whole.items():
        for changed in (content[:-1], content + b"x", flipped(content)):
            (folder / name).write_bytes(changed)
            said = terminal.run("seal", "export", str(folder), *options)
            assert said.code in ({exits.BROKEN, exits.BAD_INPUT} if name == "checkpoint" else {exits.BROKEN}), name
            assert f"{folder / name} is n" in said.err
            assert (folder / name).read_bytes() == changed
        (folder / name).write_bytes(content)
    terminal.ok("seal", "export", str(folder), *options)
    assert contents(folder) == whole


def test_a_missing_or_empty_file_of_an_export_is_written_again(terminal: Terminal) -> None:
    """A power failure may leave an empty one."""
    folder = terminal.home / "folder"
    terminal.register(*(person(serial) for serial in range(10, 160)), options=("--no-reactions",))
    terminal.ok("seal", "once")
    terminal.ok("seal", "export", str(folder))
    whole = contents(folder)
    for name in whole:
        (folder / name).write_bytes(b"")
        if name != "checkpoint":
            terminal.ok("seal", "export", str(folder))
        (folder / name).unlink()
        terminal.ok("seal", "export", str(folder))
        assert contents(folder) == whole
