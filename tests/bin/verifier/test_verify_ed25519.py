"""The verifier's two ways to check a signature agree, on good ones and on the edges that implementations differ on."""

from __future__ import annotations

import hashlib
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from bin.verify_receipt import BASE, ORDER, P, _point, _sum, _times, ed25519

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
    if (found := _point(y.to_bytes(32, "little")))
    and _times(4, point := _times(ORDER, found)) != (0, 1)
    and _times(8, point) == (0, 1)
)
"""A point of order eight, which makes all of small order."""


def encoded(point: tuple[int, int]) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def number(value: int) -> bytes:
    return value.to_bytes(32, "little")


SMALL_ORDER = [encoded(_times(nth, EIGHTH)) for nth in range(8)]
NOT_CANONICAL = [number(P + y) for y in range(19)] + [number(1 | 1 << 255), number((P - 1) | 1 << 255), b"\xff" * 32]
"""Numbers that are not below P, and a sign where there is none to choose."""


def both_ways(monkeypatch: pytest.MonkeyPatch, public: bytes, signature: bytes, message: bytes = MESSAGE) -> set[bool]:
    """What the verifier says with the package and without it."""
    said = {ed25519(public, signature, message)}
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "cryptography.hazmat.primitives.asymmetric.ed25519", None)
        return said | {ed25519(public, signature, message)}


def test_a_signature_is_good_for_its_key_and_message_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert both_ways(monkeypatch, PUBLIC, SIGNATURE) == {True}
    assert both_ways(monkeypatch, PUBLIC, SIGNATURE, MESSAGE + b".") == {False}
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
    assert both_ways(monkeypatch, other, SIGNATURE) == {False}


def test_the_first_example_of_the_rfc_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    public, signature = bytes.fromhex(RFC_8032_PUBLIC), bytes.fromhex(RFC_8032_R + RFC_8032_S)
    assert both_ways(monkeypatch, public, signature, b"") == {True}


@settings(max_examples=25, deadline=None)
@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=100), bit=st.integers(0, 511))
def test_both_ways_agree_whatever_is_signed_and_whatever_bit_is_turned(seed: bytes, message: bytes, bit: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    altered = bytearray(signature)
    altered[bit // 8] ^= 1 << bit % 8
    with pytest.MonkeyPatch.context() as patch:
        assert both_ways(patch, public, signature, message) == {True}
        assert both_ways(patch, public, bytes(altered), message) == {False}


def test_a_signature_cannot_be_written_in_another_way(monkeypatch: pytest.MonkeyPatch) -> None:
    r, s = SIGNATURE[:32], int.from_bytes(SIGNATURE[32:], "little")
    for more in (ORDER, 2 * ORDER, 8 * ORDER):
        assert both_ways(monkeypatch, PUBLIC, r + number(s + more)) == {False}
    for length in (0, 31, 32, 63, 65, 96):
        assert both_ways(monkeypatch, PUBLIC, (SIGNATURE * 2)[:length]) == {False}
    for edge in (0, 1, ORDER - 1, ORDER, 2**252, 2**253, 2**256 - 1):
        assert both_ways(monkeypatch, PUBLIC, r + number(edge)) == {False}


@pytest.mark.parametrize("point", [*SMALL_ORDER, *NOT_CANONICAL, bytes(31), bytes(33)], ids=lambda one: one.hex())
def test_no_point_of_small_order_and_no_other_spelling_stands_for_a_key_or_a_signature(
    monkeypatch: pytest.MonkeyPatch, point: bytes
) -> None:
    for signature in (SMALL_ORDER[0] + bytes(32), point[:32] + bytes(32), SIGNATURE):
        assert both_ways(monkeypatch, point, signature) == {False}
    assert both_ways(monkeypatch, PUBLIC, point[:32] + SIGNATURE[32:]) == {False}


def test_a_signature_that_holds_only_when_the_cofactor_is_cleared_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = int.from_bytes(hashlib.sha512(SEED).digest()[:32], "little") % ORDER
    for public, commitment in (
        (encoded(_sum(_times(secret, BASE), EIGHTH)), encoded(_times(7, BASE))),
        (encoded(_times(secret, BASE)), encoded(_sum(_times(7, BASE), EIGHTH))),
    ):
        for message in (b"%d" % nth for nth in range(4)):
            k = int.from_bytes(hashlib.sha512(commitment + public + message).digest(), "little") % ORDER
            signature = commitment + number((7 + k * secret) % ORDER)
            said = both_ways(monkeypatch, public, signature, message)
            assert said == {k % 8 == 0 and public != encoded(_times(secret, BASE))}


def test_eight_points_have_small_order() -> None:
    assert len(set(SMALL_ORDER)) == 8
    assert {_times(8, EIGHTH), _times(ORDER, BASE)} == {(0, 1)}
