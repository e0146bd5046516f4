"""The verifier checks signatures as `cryptography` does, and more strictly where implementations differ."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from bin.verify_receipt import (
    BASE,
    IDENTITY,
    ORDER,
    PRIME,
    Point,
    add,
    are_equal,
    decode_point,
    is_ed25519_signature,
    multiply,
)

SEED, MESSAGE = bytes(range(32)), b"a checkpoint"
PUBLIC = Ed25519PrivateKey.from_private_bytes(SEED).public_key().public_bytes_raw()
SIGNATURE = Ed25519PrivateKey.from_private_bytes(SEED).sign(MESSAGE)
RFC_8032_PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
RFC_8032_R = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
RFC_8032_S = "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
"""RFC 8032, 7.1, test 1: the empty message."""
EIGHTH = next(
    point
    for y in range(2, 100)
    if (found := decode_point(y.to_bytes(32, "little"))) is not None
    and not are_equal(multiply(4, point := multiply(ORDER, found)), IDENTITY)
    and are_equal(multiply(8, point), IDENTITY)
)
"""A point of order eight, which makes all of small order."""


def encoded(point: Point) -> bytes:
    """A point as its 32 bytes (RFC 8032, 5.1.2)."""
    x, y, z, _ = point
    x, y = (coordinate * pow(z, -1, PRIME) % PRIME for coordinate in (x, y))
    return (y | (x & 1) << 255).to_bytes(32, "little")


def number(value: int) -> bytes:
    return value.to_bytes(32, "little")


SMALL_ORDER = [encoded(multiply(nth, EIGHTH)) for nth in range(8)]
NOT_CANONICAL = [number(PRIME + y) for y in range(19)] + [
    number(1 | 1 << 255),
    number((PRIME - 1) | 1 << 255),
    b"\xff" * 32,
]
"""Numbers that are not below P, and a sign where there is none to choose."""


def by_package(public: bytes, signature: bytes, message: bytes) -> bool:
    """What the package `cryptography` says of a signature."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def accepted(public: bytes, signature: bytes, message: bytes = MESSAGE) -> bool:
    """What the verifier says of a signature; it never accepts what the package refuses."""
    said = is_ed25519_signature(public, signature, message)
    assert by_package(public, signature, message) or not said
    return said


def test_a_signature_is_good_for_its_key_and_message_only() -> None:
    assert accepted(PUBLIC, SIGNATURE)
    assert not accepted(PUBLIC, SIGNATURE, MESSAGE + b".")
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
    assert not accepted(other, SIGNATURE)


def test_the_first_example_of_the_rfc_is_good() -> None:
    public, signature = bytes.fromhex(RFC_8032_PUBLIC), bytes.fromhex(RFC_8032_R + RFC_8032_S)
    assert accepted(public, signature, b"")


@settings(max_examples=25, deadline=None)
@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=100), bit=st.integers(0, 511))
def test_every_signature_is_accepted_and_every_flipped_bit_is_refused(seed: bytes, message: bytes, bit: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    altered = bytearray(signature)
    altered[bit // 8] ^= 1 << bit % 8
    assert accepted(public, signature, message)
    assert not accepted(public, bytes(altered), message)


def test_a_signature_cannot_be_written_in_another_way() -> None:
    r, s = SIGNATURE[:32], int.from_bytes(SIGNATURE[32:], "little")
    for more in (ORDER, 2 * ORDER, 8 * ORDER):
        assert not accepted(PUBLIC, r + number(s + more))
    for length in (0, 31, 32, 63, 65, 96):
        assert not accepted(PUBLIC, (SIGNATURE * 2)[:length])
    for edge in (0, 1, ORDER - 1, ORDER, 2**252, 2**253, 2**256 - 1):
        assert not accepted(PUBLIC, r + number(edge))


@pytest.mark.parametrize("point", [*SMALL_ORDER, *NOT_CANONICAL, bytes(31), bytes(33)], ids=lambda one: one.hex())
def test_no_point_of_small_order_and_no_other_spelling_is_a_key_or_a_signature(point: bytes) -> None:
    for signature in (SMALL_ORDER[0] + bytes(32), point[:32] + bytes(32), SIGNATURE):
        assert not accepted(point, signature)
    assert not accepted(PUBLIC, point[:32] + SIGNATURE[32:])


def test_a_signature_that_holds_only_when_the_cofactor_is_cleared_is_refused() -> None:
    secret = int.from_bytes(hashlib.sha512(SEED).digest()[:32], "little") % ORDER
    for public, commitment in (
        (encoded(add(multiply(secret, BASE), EIGHTH)), encoded(multiply(7, BASE))),
        (encoded(multiply(secret, BASE)), encoded(add(multiply(7, BASE), EIGHTH))),
    ):
        for message in (b"%d" % nth for nth in range(4)):
            k = int.from_bytes(hashlib.sha512(commitment + public + message).digest(), "little") % ORDER
            signature = commitment + number((7 + k * secret) % ORDER)
            said = accepted(public, signature, message)
            assert said == (k % 8 == 0 and public != encoded(multiply(secret, BASE)))


def test_eight_points_have_small_order() -> None:
    assert len(set(SMALL_ORDER)) == 8
    assert are_equal(multiply(8, EIGHTH), IDENTITY)
    assert are_equal(multiply(ORDER, BASE), IDENTITY)
