"""The addresses of a person, each with the days on which it was so. CPR act § 6."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from domain.context import Context
from domain.entry import Annulled, EndCorrected, Ended, Entered, EntrySource
from domain.fact import Personal
from domain.identity.names import DENMARK, Address
from domain.matter import Matter
from domain.subject import PersonId

Municipality = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
"""A municipality's code in CPR (*kommunekode*), such as 0101."""


class AddressKind(StrEnum):
    """What kind of address it is."""

    HOME = "home"
    """*Bopælsadresse*."""
    NONE = "none"
    """No fixed address (*uden fast bopæl*), also of a person who is threatened. CPR act § 6(6)."""
    FOREIGN = "foreign"
    """*Udlandsadresse*."""
    CONTACT = "contact"
    """*Kontaktadresse*, together with one of the others."""


class AddressEntered(Entered):
    """The person has this address from a day, which may lie ahead, or none (*bopælsadresse*). CPR act § 6."""

    protected = True

    party: PersonId
    kind: AddressKind
    municipality: Municipality | None = None
    address: Personal[Address | None]
    """None without a fixed address."""
    dar: Personal[UUID | None] = None
    """The address in the register of addresses (*Danmarks Adresseregister*)."""
    rule: str | None = None
    """The rule and its version that allow it to be reported before its day, or by the person after it."""

    @property
    def track(self) -> str:
        return AddressKind.CONTACT.value if self.kind is AddressKind.CONTACT else ""

    @property
    def began_before(self) -> bool:
        """Of a move to an address the uncertain day is the first that it may be; of a load the address is older."""
        return self.uncertain and self.source is EntrySource.REGISTER_LOAD


class AddressEnded(Ended):
    """The person has this address no longer (*fraflyttet*). CPR act § 6."""

    party: PersonId


class AddressEndCorrected(EndCorrected):
    """The person had this address longer than was recorded (*fraflytning rettet*). CPR act § 6."""

    party: PersonId


class AddressAnnulled(Annulled):
    """The person never had this address, such as a move that was called off (*flytning annulleret*). CPR act § 6."""

    party: PersonId


PERSON_ADDRESSES = Matter(
    "person_address",
    entered=AddressEntered,
    ended=AddressEnded,
    end_corrected=AddressEndCorrected,
    annulled=AddressAnnulled,
    legal_basis="CPR act § 6",
)


def first_address(context: Context, person: PersonId, address: Address, source: EntrySource) -> AddressEntered:
    """The address with which a person is registered; since when the person had it is not known."""
    return AddressEntered(
        entry=PERSON_ADDRESSES.new_entry(context),
        party=person,
        valid_from=context.today,
        uncertain=True,
        source=source,
        kind=AddressKind.HOME if address.country == DENMARK else AddressKind.FOREIGN,
        address=address,
    )
