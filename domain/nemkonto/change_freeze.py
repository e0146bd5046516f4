"""The facts of a freeze: no stranger changes the NemKonto of a payee who froze changes of it."""

from domain.fact import Event
from domain.subject import PartyId


class ChangeFreezeSet(Event):
    """The payee froze changes of the NemKonto (*spærret for ændringer*). BEK 788/2025 § 10.

    A decree, a death, a cessation and a closed account end it all the same.
    """

    payee: PartyId


class ChangeFreezeLifted(Event):
    """The payee lifted the freeze, and the NemKonto can be changed again (*spærring ophævet*). BEK 788/2025 § 10."""

    payee: PartyId
