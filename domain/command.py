"""Commands decide, states evolve: the two halves of every rule of the law, and the refusal."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, Self, TypeVar, TypeVarTuple, dataclass_transform

from domain.context import Context
from domain.errors import ErrorKind, RigsbogError, sentence
from domain.fact import Event
from domain.subject import EntryId, MessageId, PartyId, SubjectId

S = TypeVar("S", bound="State")
States = TypeVarTuple("States")


class Refused(RigsbogError):
    """The law does not allow the act as requested; the caller can correct it."""

    kind = ErrorKind.REFUSED

    def __init__(self, *details: object) -> None:
        self.details = details
        super().__init__(" ".join([sentence(type(self)), *map(str, details)]))


class InvalidInput(Refused):
    """What was stated is missing, does not fit or comes too late, and no right is in question. Correct it."""


class State:
    """What a decision needs to know about one subject. Subclasses are frozen dataclasses; evolve holds no rules."""

    def evolve(self, event: Event) -> Self:
        """The state after the event; an event that does not concern the state changes nothing."""
        raise NotImplementedError

    def but(self, **changes: Any) -> Self:
        """The same state with some fields changed."""
        return dataclasses.replace(self, **changes)  # type: ignore[type-var]  # every state is a frozen dataclass


@dataclasses.dataclass(frozen=True)
class Consulted(Generic[S]):
    """One state that a decision depends on; the append fails if a fact that could change it was recorded meanwhile."""

    entity: Entity[S]
    subject: SubjectId


@dataclasses.dataclass(frozen=True, eq=False)
class Entity(Generic[S]):
    """One kind of subject: its facts under their stored names (the storage contract) and its opening state.

    `contract` holds the entity's own facts. `follows` names facts of other entities that the state also folds.
    """

    name: str
    opening: S
    contract: Mapping[str, type[Event]]
    follows: tuple[type[Event], ...] = ()
    opened: bool = False
    """True: its states are folded from decrypted facts, as far as keys allow, because a decision rests on what is
    personal, such as an age. Of all others the personal fields are SEALED.
    """

    def of(self, subject: SubjectId) -> Consulted[S]:
        """Consult this entity about one subject."""
        return Consulted(self, subject)

    def facts(self) -> tuple[type[Event], ...]:
        """Every class of fact that can change the state."""
        return (*self.contract.values(), *self.follows)

    def state_after(self, facts: Iterable[Event]) -> S:
        """The state about one subject after its facts, in their order."""
        state = self.opening
        for fact in facts:
            state = state.evolve(fact)
        return state


@dataclasses.dataclass(frozen=True)
class Attempt:
    """An act in the affairs of another: upon whom or what, and by whom, or by which mandate where nobody is named."""

    on: PartyId | MessageId | EntryId
    by: PartyId | EntryId

    @classmethod
    def of(cls, on: PartyId | MessageId | EntryId, by: PartyId | EntryId | None) -> Attempt | None:
        """The attempt of who is named; None where nobody is, so that the affairs are one's own."""
        return None if by is None else cls(on, by)


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Command(Generic[*States]):
    """What somebody asks to be done, in the imperative. Every subclass is a frozen, keyword-only dataclass."""

    legal_basis: str
    """The paragraph that allows the command: the same for the whole class, or a field that the caller must state."""

    def __init_subclass__(cls) -> None:
        dataclasses.dataclass(frozen=True, kw_only=True)(cls)

    def consults(self) -> tuple[Consulted[Any], ...]:
        """The states that `decide` is given, in the same order."""
        raise NotImplementedError

    def basis(self, *states: *States) -> str:
        """The paragraph that allows the command in these states; it is in the context of each of its facts."""
        return self.legal_basis

    def decide(self, context: Context, *states: *States) -> Iterator[Event]:
        """Yield the facts that follow, nothing when there is nothing to do, or raise a Refused."""
        raise NotImplementedError

    @property
    def attempt(self) -> Attempt | None:
        """Who acts upon whose affairs: that it was refused is recorded. None: nobody acts in those of another."""
        return None


AnyCommand = Command[*tuple[Any, ...]]
