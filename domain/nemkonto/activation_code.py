"""Activation codes: the digits in a letter, which are stored nowhere else.

Facts and commands hold only a keyed hash of the code with its designation, made with a key that is not in the database
(`Application.code_hash`): a keyless hash of eight digits would be found by trying all of them.
"""

import re

from domain.errors import ErrorKind, RigsbogError

DIGITS_MAX = 32
"""Far above the digits of any code, which are a dated policy and are counted where the code is made."""


class NotAnActivationCode(RigsbogError, ValueError):
    """The text is no activation code, so it counts as no attempt. Write the digits as in the letter."""

    kind = ErrorKind.BAD_INPUT


def activation_code(text: str) -> str:
    """The digits of a code; blanks and hyphens do not matter. Raises NotAnActivationCode unless they are 1 to 32."""
    digits = re.sub(r"[ -]", "", text)
    if not re.fullmatch(rf"[0-9]{{1,{DIGITS_MAX}}}", digits):
        raise NotAnActivationCode("An activation code has digits only. Write them as in the letter.")
    return digits
