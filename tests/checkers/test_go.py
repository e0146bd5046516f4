"""Go's own sumdb/note and tlog agree with our checkpoints, proofs and tiles, and refuse what was altered."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.postgres.embedded import EmbeddedServer
from adapters.seal.formats.tiles import WIDTH, bundle_path, entries_in, path, tiles_of
from adapters.seal.formats.tree import root
from tests.adapters.seal.formats import golden_log
from tests.adapters.seal.sealing_scene import FIRST, SealingScene, sealing_scene
from tests.conftest import fresh_database
from tests.sources import ROOT

pytestmark = pytest.mark.checkers
GO_PATH = "/usr/share/gocode"
"""Where Debian's golang-golang-x-mod-dev puts the sources."""
ADVICE = "install Debian's golang-go and golang-golang-x-mod-dev"


@pytest.fixture(scope="session")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, built from its source with nothing fetched."""
    folder = tmp_path_factory.mktemp("go")
    assert shutil.which("go"), ADVICE
    environment = {
        **os.environ,
        "GO111MODULE": "off",
        "GOPATH": GO_PATH,
        "GOCACHE": str(folder / "cache"),
        "GOFLAGS": "",
        "GOPROXY": "off",
    }
    source = ROOT / "tests" / "checkers" / "check.go"
    command = ["go", "build", "-o", str(folder / "check"), str(source)]
    built = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert built.returncode == 0, f"{built.stderr}\n{ADVICE}"
    return folder / "check"


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """The golden log as stored, with its tiles."""
    shutil.copytree(ROOT / "tests" / "golden" / "log", tmp_path / "log")
    shutil.copyfile(tmp_path / "log" / "300.checkpoint", tmp_path / "log" / "checkpoint")
    golden_log.write(tmp_path / "log", golden_log.grown()[1])
    return tmp_path / "log"


def check(checker: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(checker), str(folder)], capture_output=True, text=True, timeout=120, check=False)


def test_go_blinds_subjects_as_the_form_record_2_says(checker: Path) -> None:
    vectors = ROOT / "tests" / "golden" / "record" / "2.json"
    ran = subprocess.run(
        [str(checker), "blinded", str(vectors)], capture_output=True, text=True, timeout=60, check=False
    )

    assert (ran.returncode, ran.stdout) == (0, f"blinded {len(json.loads(vectors.read_bytes()))}\n"), ran.stderr


def test_go_verifies_every_root_checkpoint_proof_and_tile_of_the_golden_log(checker: Path, exported: Path) -> None:
    ran = check(checker, exported)

    assert ran.returncode == 0, ran.stderr
    assert dict(line.split() for line in ran.stdout.splitlines()) == {
        "roots": "301",
        "checkpoints": "7",
        "proofs": "7",
        "consistency": "11",
        "leaves": "300",
    }


def test_go_verifies_a_ledger_that_was_sealed_in_a_database(
    checker: Path, postgres_server: EmbeddedServer, template_database: str, tmp_path: Path
) -> None:
    """After several sealings, every tile and bundle as stored in the tables, with its own proofs."""
    with (
        fresh_database(postgres_server, template_database) as url,
        sealing_scene(url, tmp_path / "home") as scene,
    ):
        sizes = []
        for more in (1, 250, 40):
            scene.record(more)
            sizes.append(scene.seal())
        golden_log.write(tmp_path / "log", exported_from(scene, sizes))
    ran = check(checker, tmp_path / "log")

    assert ran.returncode == 0, ran.stderr
    verdicts = dict(line.split() for line in ran.stdout.splitlines())
    assert verdicts == {
        "roots": str(sizes[-1] + 1),
        "checkpoints": "1",
        "proofs": "3",
        "consistency": "2",
        "leaves": str(sizes[-1]),
    }


def exported_from(scene: SealingScene, sizes: list[int]) -> dict[str, bytes]:
    """What a checker needs, by file."""
    store, last = scene.store, scene.store.published()
    assert last is not None
    tiles = store.tiles(tiles_of(last.size))
    bundles = {index: store.bundle(index) for index in range(-(-last.size // WIDTH))}
    node = store.node(last.size)
    steps = [
        {"from": size, "to": last.size, "path": [base64.b64encode(one).decode() for one in hashes]}
        for size, hashes in ((size, store.consistency(size, last.size)) for size in sizes[:-1])
    ]
    texts = {
        "keys": f"{FIRST.key}\n",
        "checkpoint": last.note,
        "roots.json": json.dumps([root(size, node).hex() for size in range(last.size + 1)]),
        "consistency.json": json.dumps(steps),
        **{f"{position}.tlog-proof": str(store.prove(position, last)) for position in (1, 256, last.size)},
    }
    return {
        **{name: text.encode() for name, text in texts.items()},
        **{path(place, place.width(last.size)): hashes for place, hashes in tiles.items()},
        **{bundle_path(index, len(entries_in(packed))): packed for index, packed in bundles.items()},
    }


def swapped(path: Path, old: str, new: str) -> None:
    """Alter a text in a file, once."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def flip(path: Path, at: int) -> None:
    """Alter one bit."""
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


ALTERATIONS: dict[str, Callable[[Path], None]] = {
    "a root": lambda log: swapped(log / "roots.json", json.loads((log / "roots.json").read_text())[77], "0" * 64),
    "a checkpoint's size": lambda log: swapped(log / "257.checkpoint", "\n257\n", "\n258\n"),
    "a cosignature": lambda log: swapped(log / "256.checkpoint", "witness.example/golden ", "witness.example/other "),
    "the log's key": lambda log: swapped(log / "keys", "rigsbog.example/golden", "rigsbog.example/silver"),
    "a proof's index": lambda log: swapped(log / "256-of-300.tlog-proof", "index 256", "index 255"),
    "a proof's path": lambda log: swapped(log / "0-of-300.tlog-proof", "=\n", "=\n" + "A" * 43 + "=\n"),
    "a consistency proof": lambda log: swapped(log / "consistency.json", '"from": 128', '"from": 127'),
    "a tile": lambda log: flip(log / "tile" / "0" / "000", 4_000),
    "a partial tile": lambda log: flip(log / "tile" / "0" / "001.p" / "44", 4),
    "an entry": lambda log: flip(log / "tile" / "entries" / "000", 300),
}


@pytest.mark.parametrize("altered", ALTERATIONS)
def test_go_refuses_the_golden_log_when_one_thing_is_altered(checker: Path, exported: Path, altered: str) -> None:
    ALTERATIONS[altered](exported)
    ran = check(checker, exported)

    assert (ran.returncode, bool(ran.stderr)) == (1, True)
