"""Killed at any step of sealing, rotating or exporting, it goes on without a fork, a gap or a repetition."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import pytest

from adapters.atomic_file import sync_folder, write_atomically
from adapters.keys.key_file import create_key_file
from adapters.postgres.database import connect
from adapters.postgres.pool import Pool
from adapters.seal.formats import canonical
from adapters.seal.formats.checkpoint import opened
from adapters.seal.formats.tree import check_consistency, leaf_hash, root, whole
from adapters.seal.writer import export, key_adoption, publisher, sealer
from adapters.seal.writer.consistency import of_log
from adapters.seal.writer.local_checkpoint import LocalCheckpoints
from adapters.seal.writer.store import SealStore
from adapters.seal.writer.store_writer import SealWriter
from bin.application.command_handler import CommandHandler
from bin.application.operations import rotation, sealing
from tests.bin.killed import WHENS, Kill, Limit, When
from tests.bin.terminal import AUDITOR, Terminal, person

pytestmark = pytest.mark.kills
STEP = Limit(sealer, "STEP_RECORDS_MAX", 3)
SEALING = [
    Kill(sealer.Sealer.log),
    Kill(sealing.adopt_key),
    Kill(key_adoption.needed),
    Kill(canonical.rows),
    Kill(SealWriter.step),
    Kill(of_log, module=publisher),
    Kill(SealWriter.publication),
    Kill(LocalCheckpoints.save),
    Kill(sync_folder),
    Kill(os.fsync, module=os),
]
WHEN = pytest.mark.parametrize("when", WHENS)


@pytest.fixture
def terminal(few_people: Terminal) -> Terminal:
    """A terminal with a database of each test's own."""
    return few_people


def assert_sealed_once_without_a_fork(terminal: Terminal) -> None:
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
            len(leaves), lambda height, index: whole(b"".join(leaves[index << height : (index + 1) << height]))
        )
        checkpoints = [opened(note, keys, log.origin)[0] for (note,) in notes]
        for earlier, later in pairwise(checkpoints):
            path = store.consistency(earlier.size, later.size)
            check_consistency(earlier.size, later.size, earlier.root, later.root, path)
    finally:
        pool.close()


@WHEN
@pytest.mark.parametrize("kill", SEALING, ids=str)
def test_a_sealer_killed_at_its_first_sealing_leaves_nothing_half(terminal: Terminal, kill: Kill, when: When) -> None:
    terminal.killed(kill.at(when, STEP), "seal", "once")
    terminal.ok("seal", "once")

    assert terminal.facts()["SealingKeyAdopted"] == 1
    assert_sealed_once_without_a_fork(terminal)


@WHEN
@pytest.mark.parametrize("kill", [Kill(SealWriter.step), Kill(LocalCheckpoints.save)], ids=str)
def test_killed_again_and_again_as_it_goes_on_it_forks_nowhere(terminal: Terminal, kill: Kill, when: When) -> None:
    terminal.ok("seal", "once")
    for serial in range(10, 14):
        terminal.register(person(serial), options=("--no-reactions",))
        terminal.killed(kill.at(when, STEP), "seal", "once")
    terminal.ok("seal", "once")

    assert_sealed_once_without_a_fork(terminal)


@WHEN
@pytest.mark.parametrize(
    "kill",
    [
        Kill(sealing.adopt_key, module=rotation),
        Kill(sealer.Sealer.within_lock, 1),
        Kill(sealer.Sealer.within_lock, 2),
        Kill(CommandHandler.execute, 2),
        Kill(sealer.Sealer.within_lock, 3),
        Kill(SealWriter.step),
    ],
    ids=str,
)
def test_a_rotation_that_was_killed_is_finished_by_the_same_call(terminal: Terminal, kill: Kill, when: When) -> None:
    terminal.ok("seal", "once")
    fresh = str(create_key_file(terminal.home / "fresh"))
    terminal.killed(kill.at(when), "seal", "rotate", "--key-file", fresh)
    (document,) = terminal.ok("seal", "rotate", "--key-file", fresh, "--json").lines

    assert (terminal.facts()["SealingKeyAdopted"], terminal.facts()["SealingKeyRetired"]) == (2, 1)
    (keys,) = terminal.ok("seal", "key", "--json").lines
    assert [one["retired_at_position"] is None for one in keys["keys"]] == [False, True]
    assert keys["keys"][1]["vkey"] == document["vkey"]
    assert_sealed_once_without_a_fork(terminal)
    assert_first_both_keys_sign_and_then_the_second_alone(terminal)


def assert_first_both_keys_sign_and_then_the_second_alone(terminal: Terminal) -> None:
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
@pytest.mark.parametrize("step", [1, 2, 3])
def test_an_export_that_was_killed_is_finished_by_the_same_call(terminal: Terminal, step: int, when: When) -> None:
    terminal.ok("seal", "once")
    killed, plain = terminal.home / "killed", terminal.home / "plain"
    terminal.killed(Kill(write_atomically, step, when, module=export), "seal", "export", str(killed), *AUDITOR)
    terminal.ok("seal", "export", str(killed), *AUDITOR)
    terminal.ok("seal", "export", str(plain), *AUDITOR)

    assert contents(killed) == contents(plain)
    assert len(contents(plain)) == 3


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder that a web server would serve."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
