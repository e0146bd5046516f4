"""The countries of ISO 3166-1 by their two letters, and those whose accounts have an IBAN.

Both lists change with the years, so they are asked where an account enters, and not where a fact is read again.
"""

from stdnum import numdb

SECOND_LETTERS = {
    "A": "DEFGILMOQRSTUWXZ",
    "B": "ABDEFGHIJLMNOQRSTVWYZ",
    "C": "ACDFGHIKLMNORUVWXYZ",
    "D": "EJKMOZ",
    "E": "CEGHRST",
    "F": "IJKMOR",
    "G": "ABDEFGHILMNPQRSTUWY",
    "H": "KMNRTU",
    "I": "DELMNOQRST",
    "J": "EMOP",
    "K": "EGHIMNPRWYZ",
    "L": "ABCIKRSTUVY",
    "M": "ACDEFGHKLMNOPQRSTUVWXYZ",
    "N": "ACEFGILOPRUZ",
    "O": "M",
    "P": "AEFGHKLMNRSTWY",
    "Q": "A",
    "R": "EOSUW",
    "S": "ABCDEGHIJKLMNORSTVXYZ",
    "T": "CDFGHJKLMNORTVWZ",
    "U": "AGMSYZ",
    "V": "ACEGINU",
    "W": "FS",
    "Y": "ET",
    "Z": "AMW",
}
"""By the first letter; as of ISO/TC 46 N1108 (5 April 2023)."""
ISO_3166 = frozenset(first + second for first, seconds in SECOND_LETTERS.items() for second in seconds)

_IBAN_REGISTRY = numdb.get("iban")


def is_country(code: str) -> bool:
    return code in ISO_3166


def has_iban(country: str) -> bool:
    """Whether the accounts of the country have an IBAN (ISO 13616)."""
    return bool(_IBAN_REGISTRY.info(country)[0][1])
