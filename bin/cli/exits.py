"""Exit codes: each error becomes one sentence on standard error and a documented code."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from domain.errors import ErrorKind, RigsbogError

OK = 0
DIFFERENT = 1
USAGE = 2
REFUSED = 3
BAD_INPUT = 65
UNAVAILABLE = 69
BROKEN = 70
CANNOT_WRITE = 73
BUSY = 75
CONFIGURATION = 78
INTERRUPTED = 130
CLOSED_PIPE = 141
"""As of a program that SIGPIPE ends: 128 and the number of the signal."""

MEANINGS = {
    OK: "done",
    DIFFERENT: "a check found differences, a bundle is not valid, a list is cut, or a letter was not accepted",
    USAGE: "usage error: wrong arguments",
    REFUSED: "refused; the message says why",
    BAD_INPUT: "the input cannot be read, or names what does not exist",
    UNAVAILABLE: "the database or another service cannot be reached",
    BROKEN: "stored data are not what they were when stored, or the database refused a statement",
    CANNOT_WRITE: "a file cannot be written",
    BUSY: "busy: try again",
    CONFIGURATION: "a setting is missing or wrong",
    INTERRUPTED: "interrupted",
    CLOSED_PIPE: "the reader of the output has closed it",
}

CODES = {
    ErrorKind.REFUSED: REFUSED,
    ErrorKind.CONFLICT: REFUSED,
    ErrorKind.BAD_INPUT: BAD_INPUT,
    ErrorKind.NOT_FOUND: BAD_INPUT,
    ErrorKind.UNAVAILABLE: UNAVAILABLE,
    ErrorKind.CORRUPT: BROKEN,
    ErrorKind.NOT_WRITABLE: CANNOT_WRITE,
    ErrorKind.BUSY: BUSY,
    ErrorKind.CONFIGURATION: CONFIGURATION,
    ErrorKind.DIFFERENT: DIFFERENT,
}

ADVICE = {
    errno.ENOSPC: "Free some disk space and call again. Nothing half written is used.",
    errno.EDQUOT: "Free some disk space and call again. Nothing half written is used.",
    errno.EROFS: "Name a place that can be written, and call again.",
    errno.EACCES: "Call as a user who has the permission, or name another place.",
    errno.EPERM: "Call as a user who has the permission, or name another place.",
    errno.ENOENT: "Name one that is there, or make its folder.",
    errno.EISDIR: "It is a folder: name a file.",
    errno.ENOTDIR: "There is a file where a folder is needed: name another folder.",
    errno.EEXIST: "There is a file where a folder is needed: name another folder.",
}
"""What to do next, by what the system says of a file."""

EPILOG = "Exit codes: " + ", ".join(f"{code} {meaning}" for code, meaning in MEANINGS.items()) + "."


def run(tool: Callable[[], object]) -> NoReturn:
    """Run a tool; its known errors become one line on standard error and a documented exit code."""
    _open_closed_streams()
    try:
        _run_and_flush(tool)
    except KeyboardInterrupt:
        _end_interrupted()
    except BrokenPipeError:
        _end_closed_pipe()
    except SystemExit as ended:
        if ended.code == INTERRUPTED:  # what Typer makes of an interrupt, without a word
            _end_interrupted()
        if isinstance(ended.__context__, BrokenPipeError):  # of which Typer and rich make the code 1
            _end_closed_pipe()
        raise
    except Exception as error:
        code = _code(error)
        if code is None:
            raise
        sys.stderr.write(f"rigsbog: {_sentence(error)}\n")
        sys.exit(code)
    sys.exit(OK)


def _open_closed_streams() -> None:
    """A stream that the caller closed is None in Python. Input is then empty; without output nothing is done, because
    what is printed once, such as an activation code, would be lost.
    """
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
    if sys.stdin is None:
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_RDONLY), encoding="utf-8")
    if sys.stdout is None:
        sys.stderr.write("rigsbog: Standard output is closed: open it, or send it to /dev/null.\n")
        sys.exit(CANNOT_WRITE)


def _run_and_flush(tool: Callable[[], object]) -> None:
    try:
        tool()
    finally:
        sys.stdout.flush()  # Later, at the end of the process, no error could be reported any more.


def _end_closed_pipe() -> NoReturn:
    """End without a word: the program that closed the output, such as `head`, has read enough."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(CLOSED_PIPE)


def _end_interrupted() -> NoReturn:
    sys.stderr.write("rigsbog: interrupted\n")
    sys.exit(INTERRUPTED)


def _code(error: Exception) -> int | None:
    """The documented exit code; None for a mistake of our own, whose traceback is worth more than a sentence."""
    match error:
        case RigsbogError():
            return CODES[error.kind]
        case OSError():
            return CANNOT_WRITE
        case _:
            return _database_code(error)


def _database_code(error: Exception) -> int | None:
    """The exit code of an error of the database's driver; None for what is none, and for our own wrong use of it."""
    import psycopg  # noqa: PLC0415 - the command line starts without the driver

    driver = getattr(error, "orig", None) or error
    if isinstance(driver, psycopg.OperationalError):
        return UNAVAILABLE
    return BROKEN if isinstance(driver, psycopg.DatabaseError) and _refusal(error) is not None else None


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return _of_a_file(error)
    refusal = _refusal(error)
    return str(error) if refusal is None else f"The database refused a statement: {refusal}."


def _of_a_file(error: OSError) -> str:
    where = error.filename2 or error.filename
    advice = ADVICE.get(error.errno or 0, "Correct it, or name another place, and call again.")
    return f"{f'{where}: ' if where else ''}{error.strerror}. {advice}"


def _refusal(error: Exception) -> str | None:
    """What the server itself said, without the statement and its values, which may be personal; None if nothing."""
    driver: Any = getattr(error, "orig", None) or error
    sqlstate = getattr(driver, "sqlstate", None)
    if sqlstate is None:
        return None
    # An error of class 22 quotes the value that has a wrong form.
    message = "a value has a wrong form" if sqlstate.startswith("22") else driver.diag.message_primary
    return f"{message} ({sqlstate})"
