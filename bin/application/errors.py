"""Errors of the use cases themselves; all others come from the domain, the adapters and the projections."""

from __future__ import annotations

from domain.errors import ErrorKind, RigsbogError


class RecordAltered(RigsbogError):
    """A record in the ledger's tables is not what was sealed: run `rigsbog verify ledger` to see what was changed."""

    kind = ErrorKind.CORRUPT


class BadInput(RigsbogError):
    """The input cannot be read: correct the line or field that the message names."""

    kind = ErrorKind.BAD_INPUT


class InvalidArgument(RigsbogError):
    """An argument cannot be used: give one of the values that the message names."""

    kind = ErrorKind.BAD_INPUT
