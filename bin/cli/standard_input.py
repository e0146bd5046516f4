"""Reads from standard input what must not be an argument: arguments show in process lists and shell histories."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from getpass import getpass
from pathlib import Path
from typing import BinaryIO

from bin.application.errors import BadInput

NUMBER_LINE_CHARACTERS_MAX = 100


def read_text(prompt: str, characters_max: int = 10_000) -> str:
    """All of standard input; on a terminal one line, which is prompted for and not shown. Raises BadInput."""
    return _read(prompt, lambda: sys.stdin.read(characters_max))


def read_reasons(*, given: bool) -> str | None:
    """The reasons of a decision, if they are given. Raises BadInput."""
    return read_text("Reasons").strip() if given else None


def read_number() -> str:
    """A CPR or CVR number: the first line of standard input; on a terminal it is not shown. Raises BadInput."""
    return _read("CPR or CVR number", lambda: sys.stdin.readline(NUMBER_LINE_CHARACTERS_MAX)).strip()


def _read(prompt: str, read: Callable[[], str]) -> str:
    try:
        return getpass(f"{prompt}: ") if sys.stdin.isatty() else read()
    except UnicodeDecodeError:
        # Without its cause, which holds the bytes.
        raise BadInput("Standard input is not UTF-8: convert it, and try again.") from None


def open_input(file: str) -> AbstractContextManager[BinaryIO]:
    """A file to read, or standard input for `-`. Raises BadInput."""
    if file == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.") from error
