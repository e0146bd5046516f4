"""Where a person has residence (*bopæl*), with the days on which it was so. CPR act § 6."""

from enum import StrEnum

from domain.entry import Annulled, EndCorrected, Ended, Entered
from domain.matter import Matter
from domain.subject import PersonId


class ResidenceKind(StrEnum):
    """What the population register calls it, with its CPR status."""

    RESIDENT = "resident"
    """In Denmark (status 01 and 03)."""
    GREENLAND = "greenland"
    """In Greenland (status 05 and 07)."""
    NONE = "none"
    """A number without residence (status 20)."""
    DISAPPEARED = "disappeared"
    """*Forsvundet* (status 70)."""
    ABROAD = "abroad"
    """*Udrejst* (status 80)."""


class ResidenceEntered(Entered):
    """The person has this residence from a day: moved in (*indrejst*), away (*udrejst*), or disappeared (*forsvundet*).

    Neither number, mail registration nor NemKonto ends by it. CPR act § 6.
    """

    party: PersonId
    kind: ResidenceKind


class ResidenceEnded(Ended):
    """The person has this residence no longer (*bopæl ophørt*). CPR act § 6."""

    party: PersonId


class ResidenceEndCorrected(EndCorrected):
    """The person had this residence longer than was recorded (*ophør af bopæl rettet*). CPR act § 6."""

    party: PersonId


class ResidenceAnnulled(Annulled):
    """The person never had this residence, such as a departure that was a mistake (*annulleret*). CPR act § 6."""

    party: PersonId


RESIDENCES = Matter(
    "residence",
    entered=ResidenceEntered,
    ended=ResidenceEnded,
    end_corrected=ResidenceEndCorrected,
    annulled=ResidenceAnnulled,
    legal_basis="CPR act § 6",
)
