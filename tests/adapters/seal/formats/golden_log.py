"""The golden log: 300 entries, the roots of every size, and checkpoints and proofs by fixed keys; written down once.

`python -m tests.adapters.seal.formats.golden_log FOLDER` writes it. The one in tests/golden/log is never written again:
what no longer makes the same bytes would break proofs that people hold.
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path

from adapters.seal.formats.checkpoint import Checkpoint
from adapters.seal.formats.note import Kind, Note, cosigned
from adapters.seal.formats.proof import Proof
from adapters.seal.formats.tiles import WIDTH, Growing, bundle, bundle_path, node_of, path, tiles_of
from adapters.seal.formats.tree import Node, consistency_path, inclusion_path, root
from tests.adapters.seal.formats.test_note import TestKey

SIZE = 300
LOG = TestKey("rigsbog.example/golden", 2_026)
WITNESS = TestKey("witness.example/golden", 2_027, Kind.WITNESS)
TIME = 1_767_225_600
"""When the witness says that it saw them: the first second of 2026."""
CHECKPOINTS = (1, 2, 255, 256, 257, 300)
PLACES = ((0, 1), (0, 300), (127, 255), (255, 256), (256, 257), (256, 300), (299, 300))
"""Index and size of the proofs."""
STEPS = ((1, 2), (1, 300), (2, 3), (3, 7), (4, 7), (6, 7), (128, 256), (255, 256), (255, 257), (256, 300), (299, 300))


def entries() -> list[bytes]:
    """The entries: of every kind of length that a bundle holds, the empty one too."""
    return [f'{{"position":{nth + 1}}}'.encode() * (nth % 7) for nth in range(SIZE)]


def grown() -> tuple[Node, dict[str, bytes]]:
    """The tree's nodes, and its tiles and bundles by the path at which they are served."""
    tree, all_of_it = Growing(), entries()
    for entry in all_of_it:
        tree.add(entry)
    changed = tree.take_changed()
    served = {path(place, place.width(SIZE)): changed[place] for place in tiles_of(SIZE)}
    for index in range(-(-SIZE // WIDTH)):
        held = all_of_it[index * WIDTH : (index + 1) * WIDTH]
        served[bundle_path(index, len(held))] = bundle(held)
    return node_of(changed.__getitem__), served


def files() -> dict[str, bytes]:
    """Every file of the golden log, by name; tiles and bundles by their content."""
    node, _ = grown()

    def note(size: int) -> Note:
        checkpoint = Checkpoint(LOG.name, size, root(size, node))
        return checkpoint.signed(LOG).with_signatures([cosigned(checkpoint.text, WITNESS, TIME)])

    roots = [root(size, node).hex() for size in range(SIZE + 1)]
    steps = [
        {"from": one, "to": other, "path": [base64.b64encode(h).decode() for h in consistency_path(one, other, node)]}
        for one, other in STEPS
    ]
    texts = {
        "keys": f"{LOG.key}\n{WITNESS.key}\n",
        "roots.json": json.dumps(roots, indent=0) + "\n",
        "consistency.json": json.dumps(steps, indent=0) + "\n",
        **{f"{size}.checkpoint": str(note(size)) for size in CHECKPOINTS},
        **{
            f"{index}-of-{size}.tlog-proof": str(
                Proof(index, tuple(inclusion_path(index, size, node)), str(note(size)), b"extra" if index else None)
            )
            for index, size in PLACES
        },
    }
    return {name: text.encode() for name, text in texts.items()}


def write(folder: Path, content: dict[str, bytes]) -> None:
    """Write files, each below the folder."""
    for name, held in content.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(held)


if __name__ == "__main__":
    write(Path(sys.argv[1]), files())
