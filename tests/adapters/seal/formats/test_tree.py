"""The tree agrees with RFC 6962's own figures, with its plain definition, and with another project's library."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from adapters.seal.formats.tiles import Growing, Place, last_tiles, node_of, tiles_of
from adapters.seal.formats.tree import (
    EMPTY_ROOT,
    Node,
    ProofFails,
    check_consistency,
    check_inclusion,
    consistency_path,
    inclusion_path,
    leaf_hash,
    node_hash,
    root,
)

LEAVES = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
LEAVES.append(bytes.fromhex("606162636465666768696a6b6c6d6e6f"))
"""The eight leaves that implementations of Certificate Transparency have in common in their tests."""
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
SIZES = st.integers(1, 700)


def plain_root(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962 section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return node_hash(plain_root(leaves[:middle]), plain_root(leaves[middle:]))


def contents(size: int) -> list[bytes]:
    return [str(nth).encode() for nth in range(size)]


def grown(leaves: list[bytes]) -> Node:
    """The nodes of a tree kept in tiles."""
    tree = Growing()
    for leaf in leaves:
        tree.add(leaf)
    return node_of(tree.take_changed().__getitem__)


def test_the_empty_tree_has_the_hash_of_nothing_as_its_root() -> None:
    assert (
        root(0, grown([]))
        == EMPTY_ROOT
        == bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    )


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_that_certificate_transparency_tests_with(size: int) -> None:
    assert root(size, grown(LEAVES)).hex() == ROOTS[size - 1]


@given(SIZES)
def test_the_root_of_tiles_is_the_plain_definitions_and_anothers(size: int) -> None:
    leaves = contents(size)
    other = InmemoryTree(algorithm="sha256")
    for leaf in leaves:
        other.append_entry(leaf)

    assert root(size, grown(leaves)) == plain_root(leaves) == other.get_root(size)


@given(st.data(), SIZES)
def test_every_leaf_is_proved_in_every_tree_and_nothing_else_is(data: st.DataObject, size: int) -> None:
    node, index = grown(contents(size)), data.draw(st.integers(0, size - 1))
    path, whole = inclusion_path(index, size, node), root(size, node)

    check_inclusion(index, size, leaf_hash(str(index).encode()), path, whole)
    other = data.draw(st.integers(0, size).filter(lambda one: one != index))
    with pytest.raises(ProofFails):
        check_inclusion(other, size, leaf_hash(str(index).encode()), path, whole)
    with pytest.raises(ProofFails):
        check_inclusion(index, size, leaf_hash(b"other"), path, whole)
    for wrong in (path[:-1], [*path, whole], list(reversed(path))):
        if wrong != path:
            with pytest.raises(ProofFails):
                check_inclusion(index, size, leaf_hash(str(index).encode()), wrong, whole)


@given(st.data(), SIZES)
def test_a_later_tree_is_proved_to_begin_with_an_earlier_one_and_no_other(data: st.DataObject, later: int) -> None:
    node, earlier = grown(contents(later)), data.draw(st.integers(1, later))
    path = consistency_path(earlier, later, node)
    roots = root(earlier, node), root(later, node)

    check_consistency(earlier, later, *roots, path)
    for wrong in (roots[::-1], (leaf_hash(b"other"), roots[1]), (roots[0], leaf_hash(b"other"))):
        if wrong != roots:
            with pytest.raises(ProofFails):
                check_consistency(earlier, later, *wrong, path)
    with pytest.raises(ProofFails):
        check_consistency(earlier, later, *roots, [*path, roots[0]])
    if path:
        with pytest.raises(ProofFails):
            check_consistency(earlier, later, *roots, path[:-1])


def test_nothing_is_proved_from_an_empty_tree_or_backwards() -> None:
    node = grown(contents(8))
    for earlier, later in ((0, 8), (8, 5)):
        with pytest.raises(ProofFails):
            check_consistency(earlier, later, EMPTY_ROOT, root(8, node), [])
        with pytest.raises(ValueError, match="no consistency"):
            consistency_path(earlier, later, node)


@given(st.integers(0, 1_500), st.integers(0, 400))
def test_a_tree_goes_on_from_its_rightmost_tiles_as_if_it_had_never_stopped(before: int, more: int) -> None:
    once = Growing()
    for leaf in contents(before):
        once.add(leaf)
    changed = once.take_changed()
    again = Growing(before, {place: changed[place] for place in last_tiles(before)})
    for leaf in contents(before + more)[before:]:
        once.add(leaf)
        again.add(leaf)

    assert once.take_changed() == again.take_changed()
    assert once.size == again.size == before + more


def test_a_tree_of_70_000_leaves_has_the_tiles_that_the_specification_counts() -> None:
    places = list(tiles_of(70_000))

    assert [place.width(70_000) for place in places if place.level == 0] == [256] * 273 + [112]
    assert [place.width(70_000) for place in places if place.level > 0] == [256, 17, 1]
    assert places[-1] == Place(2, 0)


def test_a_tree_cannot_go_on_from_tiles_of_another_size() -> None:
    tree = Growing()
    for leaf in contents(300):
        tree.add(leaf)
    with pytest.raises(ValueError, match="does not belong to a tree of 301"):
        Growing(301, tree.take_changed())
