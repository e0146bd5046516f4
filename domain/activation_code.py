"""Activation codes: how a code from a letter is kept in the book without being in it.

The code stands in the letter and nowhere else. The hash is keyless, salted by the designation, so equal codes look
different. Whoever reads the ledger could still try all codes of eight digits; he gains nothing by it, because a code
is asked for only until it is redeemed, and the limit on wrong attempts stops whoever does not read the ledger.
"""

import re
from hashlib import blake2b

from domain.subject import DesignationId

HASH_BYTES = 32
DIGITS_MAX = 32
"""Far above the digits of any code, which are a dated policy and are counted by whoever makes the code."""


class NotAnActivationCode(ValueError):
    """The text is no activation code, so it counts as no attempt. Write the digits as they stand in the letter."""


def activation_code_hash(designation: DesignationId, code: str) -> str:
    """The hash that facts and commands carry, in hexadecimal; blanks and hyphens in the code do not matter.

    Raises NotAnActivationCode unless the rest is 1 to 32 digits.
    """
    digits = re.sub(r"[ -]", "", code)
    if not re.fullmatch(rf"[0-9]{{1,{DIGITS_MAX}}}", digits):
        raise NotAnActivationCode("An activation code has digits only. Write them as they stand in the letter.")
    return blake2b(digits.encode(), salt=designation.uuid.bytes, digest_size=HASH_BYTES).hexdigest()
