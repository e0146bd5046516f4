"""Exit codes, and the one place where an error becomes a sentence for a person and a code for a machine."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable
from typing import Any, NoReturn

OK = 0
DIFFERENT = 1
"""A check found differences, a bundle is not valid, or not every letter was taken."""
USAGE = 2
REFUSED = 3
"""The law refuses what was asked; the message says why."""
BAD_INPUT = 65
UNAVAILABLE = 69
BROKEN = 70
"""Stored data are not what they were when they were stored, or the database refused a statement of ours."""
CANNOT_WRITE = 73
BUSY = 75
"""Others are in the way: the same call may succeed in a moment."""
CONFIGURATION = 78
INTERRUPTED = 130

MEANINGS = {
    OK: "done",
    DIFFERENT: "a check found differences, a bundle is not valid, or a letter was not taken",
    USAGE: "the call's words are off",
    REFUSED: "the law refuses it; the message says why",
    BAD_INPUT: "the input cannot be read",
    UNAVAILABLE: "the database, or whoever signs or stamps, cannot be reached",
    BROKEN: "stored data are not what they were when stored, or the database refused a statement",
    CANNOT_WRITE: "a file cannot be written",
    BUSY: "busy: try again",
    CONFIGURATION: "a setting is missing or wrong",
    INTERRUPTED: "interrupted",
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
    "NotAnOperator": CONFIGURATION,
    "NotMigrated": CONFIGURATION,
    "MayNotMigrate": CONFIGURATION,
    "DatabaseUnavailable": UNAVAILABLE,
    "ServerFault": UNAVAILABLE,
    "CannotSign": UNAVAILABLE,
    "NotTheSealingKey": CONFIGURATION,
    "SealHalted": BROKEN,
    "MemoryOutOfReach": CONFIGURATION,
    "SealTooOld": BUSY,
    "NotEnoughWitnesses": BUSY,
    "SealedElsewhere": BUSY,
    "NotSealed": BUSY,
    "AnotherLogsFolder": BAD_INPUT,
    "FactTooLarge": BAD_INPUT,
    "TooMuchContention": BUSY,
    "StillIndeterminate": BUSY,
    "Busy": BUSY,
    "NothingToPutBack": USAGE,
    "DeclaredOtherwise": CONFIGURATION,
    "WaitedTooLong": BUSY,
    "NotSealedYet": BUSY,
    "NotValid": DIFFERENT,
    "NotWhatWasSealed": BROKEN,
    "RecordAltered": BROKEN,
    "DocumentMissing": BROKEN,
    "DocumentTooLarge": BAD_INPUT,
    "ArchiveRefused": BAD_INPUT,
    "BadInput": BAD_INPUT,
    "NotAKey": BAD_INPUT,
    "NotACheckpointOfYours": BAD_INPUT,
    "NoExport": BAD_INPUT,
    "NotAnAccount": BAD_INPUT,
    "NotAnActivationCode": BAD_INPUT,
    "NotAPolicy": CONFIGURATION,
    "NoQuorumPossible": CONFIGURATION,
    "NoTimeStamp": UNAVAILABLE,
    "NothingToStamp": BUSY,
    "NoRoots": CONFIGURATION,
    "NoWitnessKey": CONFIGURATION,
    "StateBusy": BUSY,
    "StateLost": BROKEN,
    "OperationalError": UNAVAILABLE,
    "DatabaseError": BROKEN,
    "OSError": CANNOT_WRITE,
}
"""By the name of the error's class or of a class that it extends, so that no tool imports what it does not use."""

ADVICE = {
    errno.ENOSPC: "Make room, and call again: nothing half written is used.",
    errno.EDQUOT: "Make room, and call again: nothing half written is used.",
    errno.EROFS: "Name a place that can be written, and call again.",
    errno.EACCES: "Call as a user who may, or name another place.",
    errno.EPERM: "Call as a user who may, or name another place.",
    errno.ENOENT: "Name one that is there, or make its folder.",
    errno.EISDIR: "It is a folder: name a file.",
    errno.ENOTDIR: "A file stands where a folder is needed: name another folder.",
    errno.EEXIST: "A file stands where a folder is needed: name another folder.",
}
"""What to do next, by what the system says of a file."""

EPILOG = "Exit codes: " + ", ".join(f"{code} {meaning}" for code, meaning in MEANINGS.items()) + "."


class BadInput(Exception):
    """What was given cannot be read; the message says which line or field, and what belongs there."""


def run(tool: Callable[[], object]) -> NoReturn:
    """Run a tool; its known errors become one line on standard error and a documented exit code."""
    try:
        tool()
    except KeyboardInterrupt:
        _end_interrupted()
    except SystemExit as ended:
        if ended.code == INTERRUPTED:  # what Typer makes of an interrupt, without a word
            _end_interrupted()
        raise
    except Exception as error:
        found = _code(error)
        if found is None:
            raise
        sys.stderr.write(f"rigsbog: {_sentence(error)}\n")
        sys.exit(found)
    sys.exit(OK)


def _end_interrupted() -> NoReturn:
    sys.stderr.write("rigsbog: interrupted\n")
    sys.exit(INTERRUPTED)


def _code(error: Exception) -> int | None:
    """The documented exit code; None for a mistake of our own, whose traceback is worth more than a sentence."""
    known = next((kind.__name__ for kind in type(error).__mro__ if kind.__name__ in CODES), None)
    if known is None or (known == "DatabaseError" and _refusal(error) is None):
        return None
    return CODES[known]


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return _of_a_file(error)
    refusal = _refusal(error)
    return str(error) if refusal is None else f"The database refused a statement: {refusal}."


def _of_a_file(error: OSError) -> str:
    """What the system said of a file, and what to do next."""
    where = error.filename2 or error.filename
    advice = ADVICE.get(error.errno or 0, "Mend it, or name another place, and call again.")
    return f"{f'{where}: ' if where else ''}{error.strerror}. {advice}"


def _refusal(error: Exception) -> str | None:
    """What the server itself said, without the statement and its values, which may be personal; None if nothing."""
    driver: Any = getattr(error, "orig", None) or error
    sqlstate = getattr(driver, "sqlstate", None)
    if sqlstate is None:
        return None
    # An error of class 22 quotes the value that has a wrong form.
    said = "a value has a wrong form" if sqlstate.startswith("22") else driver.diag.message_primary
    return f"{said} ({sqlstate})"
