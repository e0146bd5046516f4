"""Records refused acts: after the refusal, under an id that follows from the command's, and never in its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid5

from adapters.logs import logger
from domain.command import AnyCommand, InvalidInput, Refused
from domain.context import Request
from domain.errors import ErrorKind, RigsbogError
from domain.operations.refusal import RecordRefusal

NAMESPACE = UUID("5269675f-7362-4f67-8272-656675730001")
"""Of the ids under which refusals are recorded; never changed, or a repeated attempt would be recorded twice."""


def record_refused(
    execute: Callable[[AnyCommand, Request], object], command: AnyCommand, request: Request, refusal: Refused
) -> None:
    """Record that the command was refused, once for its id, where it was an act in the affairs of another.

    The command's own id stays free: the same command may be allowed later. When the refusal cannot be recorded it
    still holds, because nothing was shown.
    """
    attempt = command.attempt
    if attempt is None or isinstance(refusal, InvalidInput) or refusal.kind is not ErrorKind.REFUSED:
        return
    act, because = type(command).__name__, type(refusal).__name__
    recording = RecordRefusal(subject=attempt.on, by=attempt.by, act=act, because=because)
    try:
        execute(recording, replace(request, command=uuid5(NAMESPACE, str(request.command))))
    except RigsbogError as error:
        logger().warning("refusal_not_recorded", error=type(error).__name__)
