"""Cases on which Ed25519 verifiers have differed, quoted from Wycheproof's ed25519_test.json by their numbers.

Wycheproof: C2SP, Apache-2.0, testvectors_v1. The verifier and the package `cryptography` must agree on each.
"""

from __future__ import annotations

import pytest

from tests.bin.verifier.test_verify_ed25519 import accepted, by_package

KEY = "7d4d0e7f6153a69b6242b522abbee685fda4420f8834b108c3bdae369ef549fa"
DIGITS, TEST = "313233343030", "54657374"
R5 = "657c1492402ab5ce03e2c3a7f0384d051b9cf3570f1207fc78c1bcc98c281c"
R3, S3 = "7c38e026f29e14aabd059a0f2db8b0cd783040609a8be684db12f82a27774ab0", "39d4eef676573336a5c51eb6f946b3"
VALID = {
    2: ("78", ("d80737358ede548acb173ef7e0399f83392fe8125b2ce877de7975d8b726ef5b"
              "1e76632280ee38afad12125ea44b961bf92f1178c9fa819d020869975bcbe109")),
    3: (TEST, f"{R3}7a9155711ecfaf7f99f277bad0c6ae7e{S3}0d"),
    5: (DIGITS, f"{R5}2bf0cf5b3a289976458a1be6277a5055545253b45b07dcc1abd96c8b989c00f301"),
}  # fmt: skip
SPECIAL = (
    "00" * 32,
    "01" + "00" * 31,
    "ecd3f55c1a631258d69cf7a2def9de14" + "00" * 15 + "10",
    "edd3f55c1a631258d69cf7a2def9de14" + "00" * 15 + "10",
    "ed" + "ff" * 30 + "7f",
)
"""Nothing, one, the order of the group less one and itself, and the prime: in cases 10 to 29, for R and for S."""
INVALID = {
    31: (TEST, R3),
    33: (TEST, f"{R3}7a9155711ecfaf7f99f277bad0c6ae7e{S3}0d2020"),
    36: (TEST, f"{R3}007a9155711ecfaf7f99f277bad0c6ae7e{S3}0d"),
    38: ("546573743137", ("93de3ca252426c95f735cb9edd92e83321ac62372d5aa5b379786bae111ab6b1"
                         "7251330e8f9a7c30d6993137c596007d7b001409287535ac4804e662bc58a3")),
    42: (DIGITS, f"64{R5[2:]}2b1d125e5538f38afbcc1c84e489521083041d24bc6240767029da063271a1ff0c"),
    56: (DIGITS, f"{R5}2a63950c85cd6dc96364e768de50ff7732b538f8a0b1615d799190ab600849230e"),
    59: (DIGITS, f"{R5}ab227aedf259f910f0f3a759a335062665217925d019173b88917eae294f75d40f"),
    60: (DIGITS, "00" * 32 + "e0b8e7770d51c7a36375d006c5bffd6af43ff54aaf47e4330dc118c71d61ec02"),
    61: (DIGITS, "ff" * 32 + "463a1908382e7eb7693acef9884f7cf931a215e0791876be22c631a59881fd0e"),
    63: (TEST, f"{R3}67654bce3832c2d76f8f6f5dafc08d93{S3}1d"),
    64: (TEST, f"{R3}5439412b5395d42f462c67008eba6ca8{S3}2d"),
    66: (TEST, f"{R3}e2300459f1e742404cd934d2c595a625{S3.replace('39', '3a', 1)}8d"),
    67: (TEST, f"{R3}7a9155711ecfaf7f99f277bad0c6ae7e{S3}2d"),
    69: (TEST, f"{R3}7a9155711ecfaf7f99f277bad0c6ae7e{S3}8d"),
    70: (TEST, f"{R3}679155711ecfaf7f99f277bad0c6ae7e{S3}8d"),
}  # fmt: skip


@pytest.mark.parametrize("number", VALID)
def test_a_valid_case_is_valid(number: int) -> None:
    message, signature = map(bytes.fromhex, VALID[number])
    assert accepted(bytes.fromhex(KEY), signature, message)


def test_an_s_just_under_the_bound_is_valid() -> None:
    """Case 84."""
    key = "100fdf47fb94f1536a4f7c3fda27383fa03375a8f527c537e6f1703c47f94f86"
    message = "124e583f8b8eca58bb29c271b41d36986bbc45541f8e51f9cb0133eca447601e"
    r = "dac119d6ca87fc59ae611c157048f4d4fc932a149dbe20ec6effd1436abf83ea"
    s = "05c7df0fef06147241259113909bc71bd3c53ba4464ffcad3c0968f2ffffff0f"
    assert accepted(*map(bytes.fromhex, (key, r + s, message)))


@pytest.mark.parametrize("number", INVALID)
def test_an_invalid_case_is_invalid(number: int) -> None:
    message, signature = map(bytes.fromhex, INVALID[number])
    assert not accepted(bytes.fromhex(KEY), signature, message)
    assert not by_package(bytes.fromhex(KEY), signature, message)


@pytest.mark.parametrize("r", SPECIAL)
@pytest.mark.parametrize("s", SPECIAL)
def test_special_values_sign_nothing(r: str, s: str) -> None:
    """Cases 10 to 29, and the like."""
    assert not accepted(bytes.fromhex(KEY), bytes.fromhex(r + s), b"?")
