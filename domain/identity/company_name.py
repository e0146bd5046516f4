"""The names of a company, each with the days on which the company bore it. CVR act."""

from domain.entry import Annulled, EndCorrected, Ended, Entered
from domain.fact import Personal
from domain.identity.names import CompanyName
from domain.matter import Matter
from domain.subject import CompanyId


class CompanyNameEntered(Entered):
    """The company bears this name from a day (*navn*); a sole trader's firm is often named after the person."""

    party: CompanyId
    name: Personal[CompanyName]


class CompanyNameEnded(Ended):
    """The company bears this name no longer (*navn ophørt*)."""

    party: CompanyId


class CompanyNameEndCorrected(EndCorrected):
    """The company bore this name longer than was recorded (*ophør af navn rettet*)."""

    party: CompanyId


class CompanyNameAnnulled(Annulled):
    """The company never bore this name (*navn annulleret*)."""

    party: CompanyId


COMPANY_NAMES = Matter(
    "company_name",
    entered=CompanyNameEntered,
    ended=CompanyNameEnded,
    end_corrected=CompanyNameEndCorrected,
    annulled=CompanyNameAnnulled,
    legal_basis="CVR act § 3",
)
