"""The addresses of a company, each with the days on which the company had it. CVR act."""

from domain.entry import Annulled, EndCorrected, Ended, Entered
from domain.fact import Personal
from domain.identity.names import Address
from domain.matter import Matter
from domain.subject import CompanyId


class CompanyAddressEntered(Entered):
    """The company has this address from a day (*hjemsted*); a sole trader's is often a home."""

    party: CompanyId
    address: Personal[Address]


class CompanyAddressEnded(Ended):
    """The company has this address no longer (*hjemsted ophørt*)."""

    party: CompanyId


class CompanyAddressEndCorrected(EndCorrected):
    """The company had this address longer than was recorded (*ophør af hjemsted rettet*)."""

    party: CompanyId


class CompanyAddressAnnulled(Annulled):
    """The company never had this address (*hjemsted annulleret*)."""

    party: CompanyId


COMPANY_ADDRESSES = Matter(
    "company_address",
    entered=CompanyAddressEntered,
    ended=CompanyAddressEnded,
    end_corrected=CompanyAddressEndCorrected,
    annulled=CompanyAddressAnnulled,
    legal_basis="CVR act § 3",
)
