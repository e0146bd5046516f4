"""The seal over the ledger: by which keys it is signed, and how far it may lag, before no more is recorded.

eIDAS (EU) 910/2014 art. 45l (electronic ledgers: one order, and every later change detected). Which records were sealed
is in no fact: the seal itself says it, and would never come to an end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from domain.command import Command, Consulted, Entity, Refused, State
from domain.context import Context
from domain.fact import Event
from domain.subject import LogId


class SealingKeyAdopted(Event):
    """From here on this key signs for the log (*forsegling*). eIDAS art. 45l.

    The key that it replaces signs once more beside it, so that whoever trusts the old one can follow.
    """

    log: LogId
    origin: str
    """The log's name in every checkpoint, and the name of its keys; for ever."""
    vkey: str
    """The public key, as a C2SP signed-note vkey."""
    replaces: str | None
    """The vkey before it; None for the first."""


class SealingKeyRetired(Event):
    """This key signs no more; what it signed stays valid (*forsegling*). eIDAS art. 45l."""

    log: LogId
    vkey: str


class SealAgeLimitSet(Event):
    """So long a record may stand unsealed; past it nothing is recorded until it is sealed. eIDAS art. 45l.

    X-Road's `acceptable-timestamp-failure-period` is the model. None: the seal may lag as long as it may.
    """

    log: LogId
    max_age_seconds: int | None


@dataclass(frozen=True, slots=True)
class Seal(State):
    """The log's keys, oldest first, and its limit."""

    origin: str | None = None
    adopted: tuple[str, ...] = ()
    retired: frozenset[str] = frozenset()
    max_age_seconds: int | None = None

    @property
    def current(self) -> str | None:
        """The key that was adopted last."""
        return self.adopted[-1] if self.adopted else None

    def evolve(self, event: Event) -> Self:
        """Remember the keys and the limit."""
        match event:
            case SealingKeyAdopted(origin=origin, vkey=vkey):
                return self.but(origin=origin, adopted=(*self.adopted, vkey))
            case SealingKeyRetired(vkey=vkey):
                return self.but(retired=self.retired | {vkey})
            case SealAgeLimitSet(max_age_seconds=seconds):
                return self.but(max_age_seconds=seconds)
            case _:
                return self


class OriginIsForEver(Refused):
    """A log has one origin for ever. Give the key the name that the log has: set RIGSBOG_ORIGIN to it."""


class KeyWasReplaced(Refused):
    """This key was replaced by another, and a key comes back never. Adopt a new one with `rigsbog seal rotate`."""


class NotTheCurrentKey(Refused):
    """A new key replaces the key that signs now. Name that one, or rotate by `rigsbog seal rotate`."""


class CurrentKeyCannotRetire(Refused):
    """The key that signs now cannot retire. Have another one adopted first, with `rigsbog seal rotate`."""


class SealCommand(Command[Seal]):
    """Something about the seal of one log."""

    legal_basis = "eIDAS (EU) 910/2014 art. 45l"

    log: LogId

    def consults(self) -> tuple[Consulted[Any], ...]:
        """What was decided about the log's seal."""
        return (SEAL.of(self.log),)


class AdoptSealingKey(SealCommand):
    """Let a key sign for the log from now on."""

    origin: str
    vkey: str
    replaces: str | None = None

    def decide(self, context: Context, seal: Seal) -> Iterator[Event]:
        if seal.origin is not None and seal.origin != self.origin:
            raise OriginIsForEver
        if seal.current == self.vkey:
            return
        if self.vkey in seal.adopted:
            raise KeyWasReplaced
        if seal.current != self.replaces:
            raise NotTheCurrentKey
        yield SealingKeyAdopted(log=self.log, origin=self.origin, vkey=self.vkey, replaces=self.replaces)


class RetireSealingKey(SealCommand):
    """Let a key that was replaced sign no more."""

    vkey: str

    def decide(self, context: Context, seal: Seal) -> Iterator[Event]:
        if self.vkey in seal.retired:
            return
        if self.vkey not in seal.adopted or self.vkey == seal.current:
            raise CurrentKeyCannotRetire
        yield SealingKeyRetired(log=self.log, vkey=self.vkey)


class SetSealAgeLimit(SealCommand):
    """Set how long a record may stand unsealed; None for as long as it may."""

    max_age_seconds: int | None

    def decide(self, context: Context, seal: Seal) -> Iterator[Event]:
        if seal.max_age_seconds != self.max_age_seconds:
            yield SealAgeLimitSet(log=self.log, max_age_seconds=self.max_age_seconds)


SEAL = Entity(
    "seal",
    Seal(),
    {
        "SealingKeyAdopted": SealingKeyAdopted,
        "SealingKeyRetired": SealingKeyRetired,
        "SealAgeLimitSet": SealAgeLimitSet,
    },
)
