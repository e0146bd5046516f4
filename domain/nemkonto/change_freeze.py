"""The facts of a freeze: no stranger changes the NemKonto of a payee who froze changes of it."""

from domain.fact import Event
from domain.subject import EntryId, PartyId, PersonId


class ChangeFreezeFact(Event):
    """The fields of every fact about a freeze."""

    payee: PartyId
    acted_by: PersonId | None = None
    """Who acted for the payee, such as the guardian (*værge*); None: the payee."""
    mandate: EntryId | None = None
    """The mandate by which somebody acted for the payee."""
    age_rule: str | None = None
    """The rule and its version that say from which age a person acts alone; None of a company."""


class ChangeFreezeSet(ChangeFreezeFact):
    """The payee froze changes of the NemKonto (*spærret for ændringer*). BEK 788/2025 § 10.

    A decree, a death, a cessation and a closed account end it all the same.
    """


class ChangeFreezeLifted(ChangeFreezeFact):
    """The payee lifted the freeze, and the NemKonto can be changed again (*spærring ophævet*). BEK 788/2025 § 10."""
