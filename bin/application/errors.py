"""Errors of the use cases themselves; all others come from the domain, the adapters and the projections."""

from __future__ import annotations

from domain.errors import ErrorKind, RigsbogError


class BadInput(RigsbogError):
    """What was given cannot be read; the message says which line or field, and what belongs there."""

    kind = ErrorKind.BAD_INPUT


class InvalidArgument(RigsbogError):
    """An argument of a question cannot be used; the message says what can be asked."""

    kind = ErrorKind.BAD_INPUT
