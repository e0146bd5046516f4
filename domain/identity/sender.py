"""The sender of a letter, as a decision sees it: whether it exists, is an authority, and what it may send.

Only public senders send with the effects of § 10; what others may send is post to an authority. LBK 686/2021 §§ 1 and 7
and its notes: the Act "does not cover communication between citizens and companies".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, ClassVar, Generic, Self
from uuid import UUID

from domain.command import Attempt, Command, Consulted, Entity, State, States
from domain.context import Context
from domain.entry import Entries
from domain.fact import Event
from domain.identity.authority import AUTHORITIES, SENDING_RIGHTS, NotAnAuthority, SendingRight
from domain.identity.existence import EXISTENCE_FACTS, UNKNOWN, Existence
from domain.identity.protection import CPR_OPERATOR
from domain.subject import CompanyId

NEMKONTO_OPERATOR = CompanyId(UUID("4e454d4b-4f4e-4544-8f20-000000000001"))
"""The operator of the NemKonto system, which notifies payees of changes (BEK 788/2025 § 10): a public sender by law."""

DIGITAL_POST_OPERATOR = CompanyId(UUID("4449474f-5354-4544-8f20-000000000001"))
"""The operator of Digital Post, which notifies whom it will register (LBK 686/2021 § 3): a public sender by law."""

OPERATORS = frozenset({NEMKONTO_OPERATOR, CPR_OPERATOR, DIGITAL_POST_OPERATOR})
"""Who sends by law what follows from its own register."""


@dataclass(frozen=True, slots=True)
class Sender(State):
    existence: Existence = UNKNOWN
    authority: Entries = field(default=Entries(AUTHORITIES))
    rights: Entries = field(default=Entries(SENDING_RIGHTS))

    @property
    def exists(self) -> bool:
        return self.existence.registered and self.existence.remains is None and self.existence.ended_on is None

    def as_on(self, day: date) -> Sender:
        """The sender on a day of the past, as is known now: what ended later held then, what was annulled did not."""
        ended_on = self.existence.ended_on
        known = replace(self.existence, remains=None, ended_on=None if ended_on and ended_on >= day else ended_on)
        return replace(self, existence=known)

    def is_authority(self, today: date) -> bool:
        return self.exists and self.authority.on(today) is not None

    def may(self, right: SendingRight, today: date) -> bool:
        return self.is_authority(today) and self.rights.on(today, right.value) is not None

    def evolve(self, event: Event) -> Self:
        if isinstance(event, AUTHORITIES.facts):
            return self.but(authority=self.authority.evolve(event))
        if isinstance(event, SENDING_RIGHTS.facts):
            return self.but(rights=self.rights.evolve(event))
        return self.but(existence=self.existence.evolve(event))


SENDER = Entity("sender", Sender(), {}, follows=(*AUTHORITIES.facts, *SENDING_RIGHTS.facts, *EXISTENCE_FACTS))


class DecidedByAuthority(Command[*tuple[Any, ...]], Generic[*States]):
    """A command that may name the authority that decided it. It is refused if that is no authority today.

    Its subclasses say in `_consults` and `_decide` what other commands say in `consults` and `decide`.
    """

    affairs: ClassVar[str] = "person"
    """The field that names in whose affairs it was decided."""

    decided_by: CompanyId | None = None
    """None: no other authority than the one that has it recorded."""

    @property
    def attempt(self) -> Attempt | None:
        return Attempt.of(getattr(self, self.affairs), self.decided_by)

    def consults(self) -> tuple[Consulted[Any], ...]:
        """What the decision rests on, and last the authority if one decided."""
        return *self._consults(), *(() if self.decided_by is None else (SENDER.of(self.decided_by),))

    def decide(self, context: Context, *states: Any) -> Iterator[Event]:
        """Decide. Raises NotAnAuthority, and what the command itself raises."""
        if self.decided_by is not None:
            must_be_authority(states[-1], context)
            states = states[:-1]
        yield from self._decide(context, *states)

    def _consults(self) -> tuple[Consulted[Any], ...]:
        raise NotImplementedError

    def _decide(self, context: Context, *states: *States) -> Iterator[Event]:
        raise NotImplementedError


def must_be_authority(authority: Sender, context: Context) -> None:
    """Raise NotAnAuthority if who decided is no authority today."""
    if not authority.is_authority(context.today):
        raise NotAnAuthority
