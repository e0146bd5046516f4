"""No bit of a proof, a signed answer or a signed bundle can be turned without the verifier refusing the file."""

from __future__ import annotations

import secrets
from functools import cache

import pytest

from tests.bin.verifier.flips import accepted, accepted_flips, bytes_replaced, spread
from tests.bin.verifier.test_verify_answer import attested, letters_answer
from tests.bin.verifier.verifying import OPENED, letters_log, letters_proof, verified
from tests.synthetic_log import signed_answer, signed_bundle
from tests.volume import part_or_whole

FLIPS = part_or_whole(2_500, 1_000_000)
RANDOM_FLIPS = part_or_whole(200, 20_000)
"""Of each of the five files; together 100,000 in `make soak`."""
KINDS = ("proof", "letter", "answer", "attested", "bundle")


@cache
def files() -> dict[str, bytes]:
    """A valid file of each kind."""
    answer = signed_answer(letters_answer(valid=None))
    letter = letters_proof(letters_log(salted=True))
    whole = {"letter.tlog-proof": letter, "messages.answer.json": answer, "index.html": "<p>Forkyndt</p>"}
    return {
        "proof": letters_log().proof(0, opened=OPENED).encode(),
        "letter": letter.encode(),
        "answer": answer.encode(),
        "attested": signed_answer(attested()).encode(),
        "bundle": signed_bundle(whole),
    }


@pytest.mark.volumes
@pytest.mark.parametrize("kind", KINDS)
def test_no_bit_can_be_flipped(kind: str) -> None:
    content = files()[kind]
    assert verified(content).code == 0
    assert accepted_flips(content, spread(range(8 * len(content)), FLIPS)) == []


@pytest.mark.volumes
@pytest.mark.parametrize("kind", KINDS)
def test_no_byte_can_be_replaced(kind: str) -> None:
    seed = part_or_whole(9, secrets.randbits(32))
    assert accepted(bytes_replaced(files()[kind], RANDOM_FLIPS, seed)) == [], f"seed {seed}"
