"""The seal over the ledger: by which keys it is signed, and how far it may lag, before no more is recorded.

eIDAS (EU) 910/2014 art. 45l (electronic ledgers: one order, and every later change detected). Which records are sealed
is in no fact, because each such fact would need a seal of its own.
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

    The key that it replaces signs one more checkpoint together with it, so that trust in the old one carries over.
    """

    log: LogId
    origin: str
    """The log's name in every checkpoint, and the name of its keys; it never changes."""
    vkey: str
    """The public key, as a C2SP signed-note vkey."""
    replaces: str | None
    """The vkey before it; None for the first."""


class SealingKeyRetired(Event):
    """This key signs no more; what it signed stays valid (*forsegling*). eIDAS art. 45l."""

    log: LogId
    vkey: str


class SealAgeLimitSet(Event):
    """How long a record may be unsealed; past it nothing is recorded until it is sealed. eIDAS art. 45l.

    X-Road's `acceptable-timestamp-failure-period` is the model. None: without limit.
    """

    log: LogId
    max_age_seconds: int | None


class WitnessPolicySet(Event):
    """Which witnesses must cosign before publication, from here on (operator's act). eIDAS art. 45l.

    Recorded when sealing begins under another policy than the last one that was recorded.
    """

    log: LogId
    policy: str | None
    """A C2SP tlog-policy without comments and URLs; None: nobody has to cosign."""


class LogBegun(Event):
    """A log lost its newest records, and this one signs from here on in its place (operator's act). eIDAS art. 45l.

    It signs all records that are left, the earlier ones too. What the earlier log signed of them stays valid.
    """

    log: LogId
    origin: str
    vkey: str
    """The key that signs first, as a C2SP signed-note vkey."""
    after: LogId
    """The log that ends."""
    after_origin: str
    last_size: int
    """How many records the last published checkpoint of the earlier log covers that this ledger holds."""
    last_root: str
    """Its root, in hexadecimal."""
    lost_size: int
    """How many records the published checkpoint covers that this ledger cannot reach."""
    lost_root: str
    """Its root, in hexadecimal."""
    reason: str


@dataclass(frozen=True, slots=True)
class Seal(State):
    """The log's keys, oldest first, its limit and its witnesses."""

    origin: str | None = None
    adopted: tuple[str, ...] = ()
    retired: frozenset[str] = frozenset()
    max_age_seconds: int | None = None
    policy: str | None = None
    ended: bool = False
    """Whether another log has begun after it."""

    @property
    def current(self) -> str | None:
        """The key that was adopted last."""
        return self.adopted[-1] if self.adopted else None

    def evolve(self, event: Event) -> Self:
        match event:
            case SealingKeyAdopted(origin=origin, vkey=vkey):
                return self.but(origin=origin, adopted=(*self.adopted, vkey))
            case SealingKeyRetired(vkey=vkey):
                return self.but(retired=self.retired | {vkey})
            case SealAgeLimitSet(max_age_seconds=seconds):
                return self.but(max_age_seconds=seconds)
            case WitnessPolicySet(policy=policy):
                return self.but(policy=policy)
            # The fact concerns the log that begins as well.
            case LogBegun(after_origin=origin) if origin == self.origin:
                return self.but(ended=True)
            case _:
                return self


class OriginIsFixed(Refused):
    """The origin of a log never changes. Set RIGSBOG_ORIGIN to the origin that the log has."""


class KeyWasReplaced(Refused):
    """This key has been replaced. A replaced key cannot be used again. Adopt a new one with `rigsbog seal rotate`."""


class NotTheCurrentKey(Refused):
    """A new key replaces the key that signs now. Name that one, or use `rigsbog seal rotate`."""


class CurrentKeyCannotRetire(Refused):
    """The key that signs now cannot retire. Adopt another one first, with `rigsbog seal rotate`."""


class SealCommand(Command[Seal]):
    """A command about the seal of one log."""

    legal_basis = "eIDAS (EU) 910/2014 art. 45l"

    log: LogId

    def consults(self) -> tuple[Consulted[Any], ...]:
        return (SEAL.of(self.log),)


class AdoptSealingKey(SealCommand):
    """Let a key sign for the log from now on."""

    origin: str
    vkey: str
    replaces: str | None = None

    def decide(self, context: Context, seal: Seal) -> Iterator[Event]:
        if seal.origin is not None and seal.origin != self.origin:
            raise OriginIsFixed
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
    """Set how long a record may be unsealed; None: without limit."""

    max_age_seconds: int | None

    def decide(self, context: Context, seal: Seal) -> Iterator[Event]:
        if seal.max_age_seconds != self.max_age_seconds:
            yield SealAgeLimitSet(log=self.log, max_age_seconds=self.max_age_seconds)


class SetWitnessPolicy(SealCommand):
    """Set which witnesses must cosign before publication; None: nobody."""

    policy: str | None

    def decide(self, context: Context, seal: Seal) -> Iterator[Event]:
        if seal.policy != self.policy:
            yield WitnessPolicySet(log=self.log, policy=self.policy)


SEAL = Entity(
    "seal",
    Seal(),
    {
        "SealingKeyAdopted": SealingKeyAdopted,
        "SealingKeyRetired": SealingKeyRetired,
        "SealAgeLimitSet": SealAgeLimitSet,
        "WitnessPolicySet": WitnessPolicySet,
        "LogBegun": LogBegun,
    },
)
