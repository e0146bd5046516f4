"""The NemKonto: which account a payee designated for payments from the public, since when, and until when.

Source: *lov om Nemkonto* (2025) and BEK 788/2025. Each designation (*anvisning*) is a subject of its own, and what
may be decided about it rests on all of its payee's. The account itself is encrypted: decisions compare its index.
A designation holds from `effective_on` until before `valid_to`. Between its activation and `effective_on` money may
lawfully still go to the account before it, so both days are recorded: one in the fact, one as its registration time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from domain.fact import Event, Personal, Retention
from domain.nemkonto.account import Account, AccountKind
from domain.subject import AccountIndex, CompanyId, DesignationId, EntryId, PartyId, PersonId


class DesignationChannel(StrEnum):
    """Through whom the payee designates (BEK 788/2025 §§ 4, 6, 7 and 8)."""

    BANK = "bank"
    """The account's own bank reports it; its knowledge of the customer replaces the activation letter."""
    SELF_SERVICE = "self_service"
    AUTHORITY = "authority"
    FORM = "form"
    """On paper, for a foreign account of somebody without MitID."""


class EndCause(StrEnum):
    """Why a NemKonto ends without another taking its place (*slutmarkering*; nemkonto.dk, "Ophør af en NemKonto").

    Emigration and loss of legal capacity (*umyndiggørelse*) end none, and so are not listed.
    """

    REQUEST = "request"
    DEATH_PLUS_3Y = "death_plus_3y"
    BANKRUPTCY = "bankruptcy"
    CEASED_PLUS_360D = "ceased_plus_360d"
    ACCOUNT_CLOSED = "account_closed"


class ActForPayee(Event):
    """The fields of every fact by which a payee acts, or somebody for the payee (*anvisning på vegne af andre*)."""

    designation: DesignationId
    payee: PartyId
    acted_by: PersonId | None = None
    """Who acted for the payee, such as the guardian (*værge*); None: the payee, or nobody."""
    mandate: EntryId | None = None
    """The mandate by which somebody acted for the payee."""
    age_rule: str | None = None
    """The rule and its version that say from which age a person acts alone; None where no age was asked for."""


class NemkontoDesignated(ActForPayee):
    """A payee designated an account (*anvisning*); money follows only once it is active. BEK 788/2025 §§ 4, 6-8."""

    holder = "payee"
    retention = Retention.PAYMENTS
    once = True

    account_index: AccountIndex
    account: Personal[Account]
    account_kind: AccountKind
    channel: DesignationChannel
    requested_on: date | None = None
    """The day from which a case worker asked that it holds (*Gælder fra*; nemkonto.dk, "Ret eller slet NemKonto")."""
    institution: Personal[str | None]
    """The registration number (*reg.nr.*) of the bank that reported the account."""
    consent: Personal[str | None]
    """A reference to the bank's evidence that the payee asked for it; never the evidence itself."""
    login: UUID | None = None
    """The login of who designated it, if it was by self-service."""
    signature: Personal[str | None] = None
    """A reference to the signature of the case worker (*sagsbehandler*)."""
    document: UUID | None = None
    """The keyed name of the stored document on which it rests, such as the signed form."""


class ActivationLetterOrdered(Event):
    """A letter with an activation code (*aktiveringsbrev*) goes by physical post. BEK 788/2025 § 10."""

    holder = "payee"
    retention = Retention.PAYMENTS
    once = True

    designation: DesignationId
    payee: PartyId
    code_hash: str
    letter_on: date
    valid_until: datetime
    """The first instant at which the code is void: the end of its last Danish day, in UTC."""
    address: EntryId | None
    """The entry of the address to which the letter goes; None if none is registered to which it can go."""
    rule: str


class ActivationRefused(ActForPayee):
    """A wrong activation code was given; wrong attempts are counted, for a code of few digits can be guessed."""

    attempt: int
    """Which wrong attempt on this designation it was, from 1."""
    rule: str


class NemkontoActivated(ActForPayee):
    """The account is registered active (*aktiveret*), and payments follow it from `effective_on`. BEK 788/2025 § 10."""

    once = True

    effective_on: date
    """The Danish day from which payments use it: the fifth bank day after the activation, or a later requested day."""
    latest_on: date | None
    """The day by which it must have effect. None: no day is set for a foreign account, § 10(3)."""
    supersedes: DesignationId | None
    rule: str


class NemkontoSuperseded(Event):
    """Another designation took this one's place: a payee has one active NemKonto. BEK 788/2025 § 10.

    Recorded again, with the right day, when an end that came before it is undone.
    """

    designation: DesignationId
    payee: PartyId
    by: DesignationId
    valid_to: date
    """The first Danish day on which payments use it no more."""


class NemkontoEnded(ActForPayee):
    """The NemKonto was end-marked (*slutmarkeret*): it stays visible but is paid to no more. nemkonto.dk, "Ophør".

    A decree, a death or a cessation ends each of the payee's accounts that holds on its day or later.
    """

    cause: EndCause
    valid_to: date
    """The first Danish day on which payments use it no more."""
    rule: str | None = None
    """The rule and its version that set the day; None where no number of the law did."""


class NemkontoEndPlanned(Event):
    """The payee died or ceased, so the NemKonto will be end-marked on a day to come. nemkonto.dk, "Ophør"."""

    designation: DesignationId
    payee: PartyId
    cause: EndCause
    ends_on: date
    rule: str


class NemkontoEndDropped(Event):
    """The death or cessation was recorded by mistake, so no end is planned any more. nemkonto.dk, "Ophør"."""

    designation: DesignationId
    payee: PartyId


class NemkontoEndCorrected(Event):
    """The end rested on a wrong day, and this is the right one. nemkonto.dk, "Ophør af en NemKonto"."""

    designation: DesignationId
    payee: PartyId
    cause: EndCause
    valid_to: date
    """The first Danish day on which payments use it no more."""
    rule: str | None = None
    """The rule and its version that set the day; None where no number of the law did."""


class NemkontoRestored(Event):
    """What ended the NemKonto did not happen, so it goes on. nemkonto.dk, "Ophør af en NemKonto"; BEK 788/2025 § 10.

    Something else may end it all the same: then that fact follows with its day.
    """

    designation: DesignationId
    payee: PartyId
    cause: EndCause | None
    """The end that is undone; None: the change that would have superseded it was called off."""


class DesignationCancelled(ActForPayee):
    """An active designation was called off before it had effect, and never has it. BEK 788/2025 § 10."""

    once = True

    cause: EndCause


class DesignationVoided(Event):
    """The designation was fraudulent and void (*ugyldig*): the account never was the payee's. L 165 (2021-22)."""

    holder = "payee"
    retention = Retention.PAYMENTS
    once = True

    designation: DesignationId
    payee: PartyId
    valid_from: date
    """Its first day, from which it is void, and the account before it holds again."""
    police_reference: Personal[str]
    """By which the police knows the report."""
    decided_by: CompanyId | None = None


class AccountHolderEnded(Event):
    """Somebody died or ceased who had an account as NemKonto that the payee designated too. Nemkonto.dk, "Ophør".

    The bank may block the account. Whether the payee still uses it is asked when the payee is warned.
    """

    designation: DesignationId
    payee: PartyId
    other: PartyId
    """Who died or ceased."""
    account_index: AccountIndex


class DesignationReplaced(Event):
    """A designation that awaited activation gave way to a later one of the same payee; its code is void. § 10."""

    once = True

    designation: DesignationId
    payee: PartyId
    by: DesignationId


class DesignationWithdrawn(ActForPayee):
    """The payee withdrew a designation that awaited activation; its code is void. BEK 788/2025 § 10."""

    once = True


class DesignationExpired(Event):
    """Nobody redeemed the activation code in time; the account must be designated again. BEK 788/2025 § 10."""

    once = True

    designation: DesignationId
    payee: PartyId


class DesignationBlocked(Event):
    """The wrong attempts are used up and the code is void; the account must be designated again."""

    once = True

    designation: DesignationId
    payee: PartyId
    rule: str
    """The rule and its version that say how many attempts there are."""


class DesignationStatus(StrEnum):
    DESIGNATED = "designated"
    AWAITING_ACTIVATION = "awaiting_activation"
    ACTIVE = "active"
    SUPERSEDED = "superseded"
    ENDED = "ended"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    BLOCKED = "blocked"
    VOIDED = "voided"


STATUSES: Mapping[type[Event], DesignationStatus] = MappingProxyType(
    {
        NemkontoDesignated: DesignationStatus.DESIGNATED,
        ActivationLetterOrdered: DesignationStatus.AWAITING_ACTIVATION,
        NemkontoActivated: DesignationStatus.ACTIVE,
        NemkontoSuperseded: DesignationStatus.SUPERSEDED,
        NemkontoEnded: DesignationStatus.ENDED,
        NemkontoEndCorrected: DesignationStatus.ENDED,
        NemkontoRestored: DesignationStatus.ACTIVE,
        DesignationCancelled: DesignationStatus.CANCELLED,
        DesignationReplaced: DesignationStatus.REPLACED,
        DesignationWithdrawn: DesignationStatus.WITHDRAWN,
        DesignationExpired: DesignationStatus.EXPIRED,
        DesignationBlocked: DesignationStatus.BLOCKED,
        DesignationVoided: DesignationStatus.VOIDED,
    }
)
"""The status to which each fact brings a designation."""
