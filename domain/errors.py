"""The errors of the product: each class has a kind, by which a program chooses its exit code or its HTTP status."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar


class ErrorKind(StrEnum):
    """What sort of error it is, and so who can do something about it."""

    REFUSED = "refused"
    """The law, or the state of things, does not allow it; the message says why."""
    BAD_INPUT = "bad input"
    """What was given cannot be read, or is not what it must be."""
    NOT_FOUND = "not found"
    """What was asked for does not exist."""
    CONFLICT = "conflict"
    """An id was used before for something else."""
    BUSY = "busy"
    """Another process is in the way, or a state is not reached yet: the same call may succeed in a moment."""
    UNAVAILABLE = "unavailable"
    """A service that is needed (the database, a signer, a time-stamping authority) cannot be reached."""
    CONFIGURATION = "configuration"
    """A setting, a key or a migration is missing or wrong."""
    CORRUPT = "corrupt"
    """Stored data are not what they were when they were stored."""
    DIFFERENT = "different"
    """A check found a difference, or evidence is not valid."""
    NOT_WRITABLE = "not writable"
    """A file or folder cannot be written."""


class RigsbogError(Exception):
    """Every error of the product. Without a message of its own, an error says its class's docstring."""

    kind: ClassVar[ErrorKind]

    def __init__(self, message: object = None) -> None:
        super().__init__(sentence(type(self)) if message is None else message)


def sentence(error: type[Exception]) -> str:
    """An error's docstring on one line, for an error whose docstring is the message."""
    return " ".join((error.__doc__ or error.__name__).split())
