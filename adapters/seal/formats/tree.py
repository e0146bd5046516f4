"""The arithmetic of the tree (RFC 6962 section 2.1 over SHA-256): roots, proofs, and whether a proof holds.

Nothing here reads a database, a file or a clock. A tree is known by `node(height, index)`, which gives the hash over
the 2^height leaves from index * 2^height on; it is only ever asked for whole subtrees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

from domain.errors import ErrorKind, RigsbogError

HASH_BYTES = 32
PAIR_BYTES = 2 * HASH_BYTES
EMPTY_ROOT = sha256(b"").digest()
"""The root of the tree without leaves."""
LEAF, NODE = b"\x00", b"\x01"
PATH_MAX = 63
"""Hashes in a proof: no tree is higher."""

Node = Callable[[int, int], bytes]
"""The hash of a whole subtree, by its height and its place among the subtrees of that height."""


class ProofFails(RigsbogError):
    """The proof fails, because something was changed, left out, or belongs to another tree: ask for a new proof."""

    kind = ErrorKind.DIFFERENT


def leaf_hash(content: bytes) -> bytes:
    return sha256(LEAF + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(NODE + left + right).digest()


def whole(hashes: bytes) -> bytes:
    """The hash over neighbouring subtrees of one height, whose number is a power of two and whose hashes are joined."""
    while len(hashes) > HASH_BYTES:
        hashes = b"".join(
            [sha256(NODE + hashes[at : at + PAIR_BYTES]).digest() for at in range(0, len(hashes), PAIR_BYTES)]
        )
    return hashes


def root(size: int, node: Node) -> bytes:
    """The root over the first `size` leaves."""
    return _between(0, size, node) if size else EMPTY_ROOT


def inclusion_path(index: int, size: int, node: Node) -> list[bytes]:
    """The proof that the leaf is in the tree of that size, from its sibling up (2.1.1).

    Raises ValueError when the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    return list(_path(index, 0, size, node))


def consistency_path(earlier: int, later: int, node: Node) -> list[bytes]:
    """The proof that the tree of the later size begins with the tree of the earlier one (2.1.2).

    Empty for equal sizes. Raises ValueError for an earlier size of 0, which proves nothing, or beyond the later.
    """
    if not 0 < earlier <= later:
        raise ValueError(f"no consistency can be proved between {earlier} and {later} leaves")
    return list(_subproof(earlier, 0, later, known=True, node=node))


def root_by_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes:
    """The root computed from the leaf's hash and the path (RFC 9162 section 2.1.3.2); raises ProofFails."""
    if not 0 <= index < size:
        raise ProofFails(f"a tree of {size} leaves has no leaf {index}")
    at, last, node = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise ProofFails("the path is too long")
        if at & 1 or at == last:
            node = node_hash(sibling, node)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        at, last = at >> 1, last >> 1
    if last != 0:
        raise ProofFails("the path is too short")
    return node


def check_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes], of_root: bytes) -> None:
    """Raise ProofFails unless the leaf is at that index of the tree with that root."""
    if root_by_inclusion(index, size, leaf, path) != of_root:
        raise ProofFails("the path leads to another root")


def check_consistency(earlier: int, later: int, earlier_root: bytes, later_root: bytes, path: Sequence[bytes]) -> None:
    """Raise ProofFails unless the later tree begins with the earlier one (RFC 9162 section 2.1.4.2)."""
    if not 0 < earlier <= later:
        raise ProofFails(f"nothing can be proved from {earlier} to {later} leaves")
    if earlier == later:
        if path:
            raise ProofFails("trees of one size need no path")
        if earlier_root != later_root:
            raise ProofFails("two trees of one size have different roots")
        return
    if not path:
        raise ProofFails("the path is empty")
    left, right = _roots_by_consistency(earlier, later, earlier_root, path)
    if left != earlier_root:
        raise ProofFails("the path leads to another earlier root")
    if right != later_root:
        raise ProofFails("the path leads to another later root")


def _roots_by_consistency(earlier: int, later: int, known: bytes, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    # The path leaves out a whole subtree: the earlier root is the beginning of the proof.
    hashes = [known, *path] if earlier & (earlier - 1) == 0 else list(path)
    at, last = earlier - 1, later - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    left = right = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise ProofFails("the path is too long")
        if at & 1 or at == last:
            left, right = node_hash(sibling, left), node_hash(sibling, right)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            right = node_hash(right, sibling)
        at, last = at >> 1, last >> 1
    if last != 0:
        raise ProofFails("the path is too short")
    return left, right


def _between(start: int, end: int, node: Node) -> bytes:
    """The hash over the leaves [start, end), where start is a multiple of the greatest power of two in it."""
    size = end - start
    if size & (size - 1) == 0:
        height = size.bit_length() - 1
        return node(height, start >> height)
    middle = start + _left(size)
    return node_hash(_between(start, middle, node), _between(middle, end, node))


def _left(size: int) -> int:
    """The leaves of the left half: the greatest power of two below the size."""
    return 1 << ((size - 1).bit_length() - 1)


def _path(index: int, start: int, end: int, node: Node) -> Iterator[bytes]:
    if end - start == 1:
        return
    middle = start + _left(end - start)
    if index < middle:
        yield from _path(index, start, middle, node)
        yield _between(middle, end, node)
    else:
        yield from _path(index, middle, end, node)
        yield _between(start, middle, node)


def _subproof(earlier: int, start: int, end: int, *, known: bool, node: Node) -> Iterator[bytes]:
    if earlier == end:
        if not known:
            yield _between(start, end, node)
        return
    middle = start + _left(end - start)
    if earlier <= middle:
        yield from _subproof(earlier, start, middle, known=known, node=node)
        yield _between(middle, end, node)
    else:
        yield from _subproof(earlier, middle, end, known=False, node=node)
        yield _between(start, middle, node)
