"""Activation codes: what the book keeps of a code, and what counts as one."""

import pytest

from domain.activation_code import NotAnActivationCode, activation_code_hash
from tests.controls import ACTIVATION_CODE, DESIGNATION, LATER_DESIGNATION


def test_a_hash_does_not_hold_the_code() -> None:
    assert ACTIVATION_CODE not in activation_code_hash(DESIGNATION, ACTIVATION_CODE)


def test_the_same_code_looks_different_on_another_designation() -> None:
    assert activation_code_hash(DESIGNATION, ACTIVATION_CODE) != activation_code_hash(
        LATER_DESIGNATION, ACTIVATION_CODE
    )


def test_blanks_and_hyphens_in_a_code_do_not_matter() -> None:
    assert activation_code_hash(DESIGNATION, " 1234-5678 ") == activation_code_hash(DESIGNATION, ACTIVATION_CODE)


def test_a_hash_is_for_ever_the_same() -> None:
    assert (
        activation_code_hash(DESIGNATION, ACTIVATION_CODE)
        == "afea11c1935653326298e0937c17cfdd8441b6cf33165bdfcda46cd88b84dcdc"
    )


@pytest.mark.parametrize("text", ["", "  ", "1234567A", "١٢٣٤٥٦٧٨", "1" * 33])
def test_what_is_not_digits_counts_as_no_attempt(text: str) -> None:
    with pytest.raises(NotAnActivationCode) as refusal:
        activation_code_hash(DESIGNATION, text)
    assert not text.strip() or text not in str(refusal.value)
