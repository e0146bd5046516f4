"""Flips bits and bytes of files that are evidence, and asks the verifier which of the altered files it accepts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from random import Random

from tests.bin.verifier.verifying import KEY, verified

FILES_AT_ONCE = 100
ACCEPTED = "VALID (gyldig): "


def bit_flipped(content: bytes, place: int) -> bytes:
    """The content with one bit turned; bits are counted from the first of the first byte."""
    altered = bytearray(content)
    altered[place // 8] ^= 1 << place % 8
    return bytes(altered)


def bytes_replaced(content: bytes, how_many: int, seed: int) -> Iterator[bytes]:
    """So many copies, each with one byte replaced by another."""
    random = Random(seed)  # noqa: S311 - a test that repeats
    for _ in range(how_many):
        altered = bytearray(content)
        altered[random.randrange(len(content))] ^= random.randrange(1, 256)
        yield bytes(altered)


def spread(bits: range, most: int) -> range:
    """Some of the bits, evenly spread, and not always the same bit of a byte."""
    step = max(1, len(bits) // most)
    return bits[:: step + 1 - step % 2]


def accepted(altered: Iterable[bytes], given: tuple[str, ...] = KEY) -> list[bytes]:
    """Those of the files that the verifier accepts."""
    files, valid = list(altered), []
    for first in range(0, len(files), FILES_AT_ONCE):
        some = files[first : first + FILES_AT_ONCE]
        said = verified(*some, given=given).said
        if ACCEPTED in said:
            valid += [file for file in some if verified(file, given=given).code == 0]
    return valid


def accepted_flips(content: bytes, bits: Collection[int], given: tuple[str, ...] = KEY) -> list[int]:
    """The bits that can be turned without the verifier refusing the file."""
    valid = accepted((bit_flipped(content, bit) for bit in bits), given)
    return [bit for bit in bits if bit_flipped(content, bit) in valid] if valid else []
