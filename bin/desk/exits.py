"""Exit codes, and the one place where an error becomes a sentence for a person and a code for a machine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NoReturn

OK = 0
DIFFERENT = 1
"""A check found differences, or not every letter was taken."""
USAGE = 2
REFUSED = 3
"""The law refuses what was asked; the message says why."""
BAD_INPUT = 65
UNAVAILABLE = 69
BROKEN = 70
"""Stored data are not what they were when they were stored."""
CANNOT_WRITE = 73
BUSY = 75
"""Others are in the way: the same call may succeed in a moment."""
CONFIGURATION = 78

MEANINGS = {
    OK: "done",
    DIFFERENT: "a check found differences, or a letter was not taken",
    USAGE: "the call's words are off",
    REFUSED: "the law refuses it; the message says why",
    BAD_INPUT: "the input cannot be read",
    UNAVAILABLE: "the database cannot be reached",
    BROKEN: "stored data are not what they were when stored",
    CANNOT_WRITE: "a file cannot be written",
    BUSY: "busy: try again",
    CONFIGURATION: "a setting is missing or wrong",
}

CODES = {
    "Refused": REFUSED,
    "CommandReused": REFUSED,
    "NoDatabase": CONFIGURATION,
    "NoPrograms": CONFIGURATION,
    "NoKey": CONFIGURATION,
    "WrongKey": CONFIGURATION,
    "UnknownName": CONFIGURATION,
    "UnknownFact": CONFIGURATION,
    "NotMigrated": CONFIGURATION,
    "DatabaseUnavailable": UNAVAILABLE,
    "ServerFault": UNAVAILABLE,
    "TooMuchContention": BUSY,
    "StillIndeterminate": BUSY,
    "Busy": BUSY,
    "NothingToPutBack": USAGE,
    "DeclaredOtherwise": CONFIGURATION,
    "WaitedTooLong": BUSY,
    "NotWhatWasSealed": BROKEN,
    "DocumentMissing": BROKEN,
    "DocumentTooLarge": BAD_INPUT,
    "ArchiveRefused": BAD_INPUT,
    "BadInput": BAD_INPUT,
    "NotANumber": BAD_INPUT,
    "NotAnAccount": BAD_INPUT,
    "NotAnActivationCode": BAD_INPUT,
    "OperationalError": UNAVAILABLE,
    "OSError": CANNOT_WRITE,
}
"""By the name of the error's class or of a class that it extends, so that no tool imports what it does not use."""

EPILOG = "Exit codes: " + ", ".join(f"{code} {meaning}" for code, meaning in MEANINGS.items()) + "."


class BadInput(Exception):
    """What was given cannot be read; the message says which line or field, and what belongs there."""


def run(tool: Callable[[], object]) -> NoReturn:
    """Run a tool; its known errors become one line on standard error and a documented exit code."""
    try:
        tool()
    except Exception as error:
        code = next((CODES[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in CODES), None)
        if code is None:
            raise
        sys.stderr.write(f"rigsbog: {error}\n")
        sys.exit(code)
    sys.exit(OK)
