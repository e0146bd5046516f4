"""Names and addresses of people and companies, as values that never show themselves in a log or an error message."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

NAME_LENGTH_MAX = 300
LINE_LENGTH_MAX = 200
DENMARK = "DK"
DANISH_POSTAL_CODE_DIGITS = 4

PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
"""A name or an address line goes on an envelope: it holds no control characters and so no line breaks."""

Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LINE_LENGTH_MAX, pattern=PRINTABLE)
]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_LENGTH_MAX, pattern=PRINTABLE)
]
CompanyName = Name


class PersonName(BaseModel):
    """A person's name (*navn*). A single name is the family name; raises ValidationError without one."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    given: Annotated[str, StringConstraints(strip_whitespace=True, max_length=NAME_LENGTH_MAX, pattern=PRINTABLE)] = (
        Field(default="", repr=False)
    )
    family: Name = Field(repr=False)
    middle: Name | None = Field(default=None, repr=False)
    """*Mellemnavn*."""
    addressing: Name | None = Field(default=None, repr=False)
    """How the person is addressed in letters (*adresseringsnavn*), if it is not the name."""


class Address(BaseModel):
    """A postal address (*adresse*). Raises ValidationError for an empty line or a Danish postal code of other form.

    Somebody without a fixed address has none: no Address is made for them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    street: Line = Field(repr=False)
    """Road, number, floor and door."""
    postal_code: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20, pattern=PRINTABLE)] = Field(
        repr=False
    )
    """Four digits in Denmark; empty in a country that has none."""
    city: Line = Field(repr=False)
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = DENMARK
    """ISO 3166-1 alpha-2; Greenland is GL and the Faroe Islands are FO."""
    care_of: Line | None = Field(default=None, repr=False)

    @model_validator(mode="after")
    def _danish_postal_code(self) -> Self:
        code = self.postal_code
        if self.country == DENMARK and not (
            code.isascii() and code.isdigit() and len(code) == DANISH_POSTAL_CODE_DIGITS
        ):
            raise ValueError(f"A Danish postal code has {DANISH_POSTAL_CODE_DIGITS} digits.")
        return self
