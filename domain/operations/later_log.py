"""Beginning another log after one that lost its newest records.

A log must never sign two histories. When records that it published cannot be brought back, it ends, and another log
with a name and a key of its own signs what is left. eIDAS (EU) 910/2014 art. 45l.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.command import Command, Consulted, Refused
from domain.context import Context
from domain.fact import Event
from domain.operations.operation_commands import given_reason
from domain.operations.seal import SEAL, LogBegun, Seal, SealAgeLimitSet, SealingKeyAdopted
from domain.subject import LogId


class LogHasEnded(Refused):
    """Another log has begun after this one. Begin after the newest log; `rigsbog seal status` names it."""


class NotANewLog(Refused):
    """A new log needs a name and a key that no log had. Set RIGSBOG_ORIGIN and RIGSBOG_SEAL_KEY_FILE to new ones."""


class BeginLog(Command[Seal]):
    """Let another log sign in the place of one that lost its newest records; its age limit stays."""

    legal_basis = "eIDAS (EU) 910/2014 art. 45l"

    log: LogId
    origin: str
    vkey: str
    after: LogId
    last_size: int
    last_root: str
    lost_size: int
    lost_root: str
    reason: str

    def consults(self) -> tuple[Consulted[Any], ...]:
        return (SEAL.of(self.after),)

    def decide(self, context: Context, earlier: Seal) -> Iterator[Event]:
        if earlier.ended:
            raise LogHasEnded
        keys = {_public_part(vkey) for vkey in earlier.adopted}
        if earlier.origin is None or self.origin == earlier.origin or _public_part(self.vkey) in keys:
            raise NotANewLog
        yield LogBegun(
            log=self.log,
            origin=self.origin,
            vkey=self.vkey,
            after=self.after,
            after_origin=earlier.origin,
            last_size=self.last_size,
            last_root=self.last_root,
            lost_size=self.lost_size,
            lost_root=self.lost_root,
            reason=given_reason(self.reason),
        )
        yield SealingKeyAdopted(log=self.log, origin=self.origin, vkey=self.vkey, replaces=None)
        if earlier.max_age_seconds is not None:
            yield SealAgeLimitSet(log=self.log, max_age_seconds=earlier.max_age_seconds)


def _public_part(vkey: str) -> str:
    """The key without the log's name, which its id depends on as well."""
    return vkey.split("+", 2)[-1]
