"""Activation codes: what counts as one."""

import pytest

from domain.nemkonto.activation_code import NotAnActivationCode, activation_code
from tests.controls import ACTIVATION_CODE


def test_blanks_and_hyphens_in_a_code_do_not_matter() -> None:
    assert activation_code(" 1234-5678 ") == activation_code(ACTIVATION_CODE)


@pytest.mark.parametrize("text", ["", "  ", "1234567A", "١٢٣٤٥٦٧٨", "1" * 33])
def test_what_is_not_digits_counts_as_no_attempt(text: str) -> None:
    with pytest.raises(NotAnActivationCode) as refusal:
        activation_code(text)
    assert not text.strip() or text not in str(refusal.value)
