"""Killed at any step of sealing, rotating or exporting, it goes on without a fork, a hole or a repetition."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from adapters.keys.key_file import create_key_file
from adapters.postgres.database import connect
from adapters.postgres.pool import Pool
from adapters.seal.formats import canonical
from adapters.seal.formats.checkpoint import opened
from adapters.seal.formats.tree import check_consistency, leaf_hash, root, whole
from adapters.seal.writer.store import SealStore
from tests.bin.terminal import Terminal, person

STEP = {"limits": {"adapters.seal.writer.sealer:STEP_RECORDS_MAX": 3}}
SEALING = [
    "adapters.seal.writer.sealer:Sealer.log",
    "bin.application.operations.sealing:adopt_key",
    "adapters.seal.writer.sealer:Sealer._signing",
    "adapters.seal.writer.sealer:Sealer._step",
    "adapters.seal.writer.sealer:Sealer._write",
    "adapters.seal.writer.sealer:Sealer._publish",
    "adapters.seal.writer.sealer:Sealer._replicated",
    "adapters.seal.writer.local_checkpoint:LocalCheckpoints.save",
    "adapters.atomic_file:sync_folder",
    "os:fsync",
]
WHEN = pytest.mark.parametrize("when", ["before", "after"])


@pytest.fixture
def terminal(few_people: Terminal) -> Terminal:
    """A desk of each test's own."""
    return few_people


def whole_and_one(terminal: Terminal) -> None:
    """Everything is sealed and published once, remembered, and each checkpoint begins with every earlier one."""
    pool = Pool(terminal.url, "rigsbog_append")
    try:
        store = SealStore(pool)
        log, published, keys = store.log(), store.published(), store.keys()
        assert log is not None
        assert published is not None
        assert published.size == terminal.head()
        assert (terminal.home / "seal" / str(log.log) / "checkpoint").read_text() == published.note
        with connect(terminal.url) as connection:
            leaves = [leaf_hash(content) for _, content in canonical.records(connection, 0, published.size)]
            notes = connection.execute("select note from seal.checkpoint order by size").fetchall()
        assert published.checkpoint.root == root(
            len(leaves), lambda height, index: whole(leaves[index << height : (index + 1) << height])
        )
        checkpoints = [opened(note, keys, log.origin)[0] for (note,) in notes]
        for earlier, later in pairwise(checkpoints):
            path = store.consistency(earlier.size, later.size)
            check_consistency(earlier.size, later.size, earlier.root, later.root, path)
    finally:
        pool.close()


@WHEN
@pytest.mark.parametrize("at", SEALING)
def test_a_sealer_killed_at_its_first_sealing_leaves_nothing_half(terminal: Terminal, at: str, when: str) -> None:
    terminal.killed({"at": at, "nth": 1, "when": when} | STEP, "seal", "once")
    terminal.ok("seal", "once")

    assert terminal.facts()["SealingKeyAdopted"] == 1
    whole_and_one(terminal)


@WHEN
@pytest.mark.parametrize(
    "at", ["adapters.seal.writer.sealer:Sealer._write", "adapters.seal.writer.local_checkpoint:LocalCheckpoints.save"]
)
def test_killed_again_and_again_as_it_goes_on_it_forks_nowhere(terminal: Terminal, at: str, when: str) -> None:
    terminal.ok("seal", "once")
    for serial in range(10, 14):
        terminal.register(person(serial), options=("--no-reactions",))
        terminal.killed({"at": at, "nth": 1, "when": when} | STEP, "seal", "once")
    terminal.ok("seal", "once")

    whole_and_one(terminal)


@WHEN
@pytest.mark.parametrize(
    ("at", "nth"),
    [
        ("bin.application.operations.rotation:adopt_key", 1),
        ("bin.application.operations.rotation:_sealed_up", 1),
        ("bin.application.operations.rotation:_sealed_up", 2),
        ("bin.application.operations.rotation:_retire", 1),
        ("bin.application.operations.rotation:_sealed_up", 3),
        ("adapters.seal.writer.sealer:Sealer._write", 1),
    ],
)
def test_a_rotation_that_was_killed_is_finished_by_the_same_call(
    terminal: Terminal, at: str, nth: int, when: str
) -> None:
    terminal.ok("seal", "once")
    fresh = str(create_key_file(terminal.home / "fresh"))
    terminal.killed({"at": at, "nth": nth, "when": when}, "seal", "rotate", "--key-file", fresh)
    (told,) = terminal.ok("seal", "rotate", "--key-file", fresh, "--json").lines

    assert (terminal.facts()["SealingKeyAdopted"], terminal.facts()["SealingKeyRetired"]) == (2, 1)
    (keys,) = terminal.ok("seal", "key", "--json").lines
    assert [one["retired_at_position"] is None for one in keys["keys"]] == [False, True]
    assert keys["keys"][1]["vkey"] == told["vkey"]
    whole_and_one(terminal)
    both_sign(terminal)


def both_sign(terminal: Terminal) -> None:
    """Some checkpoint that covers the adoption of the second key is signed by both, and later ones by that alone."""
    pool = Pool(terminal.url, "rigsbog_append")
    try:
        store = SealStore(pool)
        old, new = store.adopted()
        with connect(terminal.url) as connection:
            notes = connection.execute(
                "select size, note from seal.checkpoint where size >= %s order by size", [new.position]
            ).fetchall()
    finally:
        pool.close()
    first, *_, last = [opened(note, [old.key, new.key], old.key.name)[1] for _, note in notes]
    assert first.signed_by([old.key, new.key]) == (old.key, new.key)
    assert last.signed_by([old.key, new.key]) == (new.key,)


@WHEN
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_an_export_that_was_killed_is_finished_by_the_same_call(terminal: Terminal, nth: int, when: str) -> None:
    terminal.ok("seal", "once")
    killed, plain = terminal.home / "killed", terminal.home / "plain"
    terminal.killed(
        {"at": "adapters.seal.writer.export:write_atomically", "nth": nth, "when": when}, "seal", "export", str(killed)
    )
    terminal.ok("seal", "export", str(killed))
    terminal.ok("seal", "export", str(plain))

    assert contents(killed) == contents(plain)
    assert len(contents(plain)) == 3


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder that a web server would serve."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
