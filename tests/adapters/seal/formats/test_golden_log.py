"""The golden log never changes: what is made today is byte for byte what people already hold."""

from __future__ import annotations

import base64
import json
from hashlib import sha256

import pytest

from adapters.seal.formats.checkpoint import opened
from adapters.seal.formats.note import Key
from adapters.seal.formats.proof import Proof
from adapters.seal.formats.tiles import Growing, node_of
from adapters.seal.formats.tree import (
    Node,
    check_consistency,
    check_inclusion,
    consistency_path,
    inclusion_path,
    leaf_hash,
    node_hash,
    root,
)
from tests.adapters.seal.formats import golden_log
from tests.sources import ROOT

FOLDER = ROOT / "tests" / "golden" / "log"
PINNED = "943f1dfd05a13608c06ce6d941ae082f7630cb8ecb263083c2d5f0f6796160b1"
"""SHA-256 over every file's name and content: who changes a file and the code alike changes this too, and is seen."""
SERVED = "799ff2745ae89d53bc762b4d0d472389811b7f495452b8469415d8925c5e0dee"
"""The same over the tiles and bundles."""


def digest(files: dict[str, bytes]) -> str:
    return sha256(
        b"".join(f"{name} {sha256(files[name]).hexdigest()}\n".encode() for name in sorted(files))
    ).hexdigest()


def stored() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in FOLDER.iterdir()}


def test_every_file_is_there_unchanged_and_no_other() -> None:
    assert digest(stored()) == PINNED


def test_what_is_made_today_is_what_was_written_down() -> None:
    assert golden_log.files() == stored()


def test_tiles_and_bundles_are_as_they_were() -> None:
    _, served = golden_log.grown()

    assert digest(served) == SERVED
    assert sorted(served) == [
        "tile/0/000",
        "tile/0/001.p/44",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/44",
    ]


def test_every_checkpoint_and_proof_of_the_golden_log_verifies() -> None:
    log, witness = (Key.read(line) for line in (FOLDER / "keys").read_text().splitlines())
    roots = [bytes.fromhex(text) for text in json.loads((FOLDER / "roots.json").read_text())]
    leaves = [leaf_hash(entry) for entry in golden_log.entries()]
    for path in FOLDER.glob("*.tlog-proof"):
        proof = Proof.read(path.read_text())
        checkpoint, note = opened(proof.checkpoint, [log])
        assert (checkpoint.root, note.times(witness)) == (roots[checkpoint.size], (golden_log.TIME,))
        check_inclusion(proof.index, checkpoint.size, leaves[proof.index], proof.path, checkpoint.root)
    for step in json.loads((FOLDER / "consistency.json").read_text()):
        path_between = [base64.b64decode(one) for one in step["path"]]
        check_consistency(step["from"], step["to"], roots[step["from"]], roots[step["to"]], path_between)
    assert len(roots) == golden_log.SIZE + 1


@pytest.mark.parametrize(("index", "path"), [(0, "bhl"), (3, "cgl"), (4, "fjk"), (6, "ik")])
def test_a_leaf_is_proved_as_in_the_example_of_rfc_6962(index: int, path: str) -> None:
    names, node = the_rfcs_tree()

    assert "".join(names[one] for one in inclusion_path(index, 7, node)) == path


@pytest.mark.parametrize(("earlier", "path"), [(3, "cdgl"), (4, "l"), (6, "ijk")])
def test_growth_is_proved_as_in_the_example_of_rfc_6962(earlier: int, path: str) -> None:
    names, node = the_rfcs_tree()

    assert "".join(names[one] for one in consistency_path(earlier, 7, node)) == path
    assert names[root(7, node)] == "m"


def the_rfcs_tree() -> tuple[dict[bytes, str], Node]:
    """The tree of seven leaves in section 2.1.3, whose nodes are named a to l; m is its root."""
    tree = Growing()
    contents = [f"d{nth}".encode() for nth in range(7)]
    for content in contents:
        tree.add(content)
    a, b, c, d, e, f, j = (leaf_hash(content) for content in contents)
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k = node_hash(g, h)
    named = {"a": a, "b": b, "c": c, "d": d, "e": e, "f": f, "g": g, "h": h, "i": i, "j": j, "k": k}
    named["l"] = node_hash(i, j)
    named["m"] = node_hash(k, named["l"])
    return {value: name for name, value in named.items()}, node_of(tree.take_changed().__getitem__)
