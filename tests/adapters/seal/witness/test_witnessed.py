"""A sealed ledger under real witnesses: published when they cosigned, halted when restored from an older backup."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from adapters.seal.formats.note import Kind, Note
from adapters.seal.witness.client import NotEnoughWitnesses, Witnesses
from adapters.seal.witness.cosigning import Cosigning
from adapters.seal.writer.publisher import NotReplicated
from adapters.seal.writer.sealer import SealHalted
from tests.adapters.ledger.test_indeterminate import standby_missing
from tests.adapters.seal.formats.test_note import TestKey
from tests.adapters.seal.scenes import a_witness, answering, policy_of, served
from tests.adapters.seal.sealing_scene import FIRST, SealingScene

LOG_KEY = TestKey(FIRST.name, int.from_bytes(FIRST.seed, "big"))


@contextmanager
def witnessed(scene: SealingScene, folder: Path, quorum: str, *names: str) -> Iterator[list[Cosigning]]:
    """The ledger asks these witnesses."""
    assert LOG_KEY.key == FIRST.key
    with ExitStack() as stack:
        witnesses = [a_witness(folder / name, f"witness.example/{name}", [LOG_KEY]) for name in names]
        urls = [stack.enter_context(served(one)) for one in witnesses]
        keys = {name: (one._signer.key, url) for name, one, url in zip(names, witnesses, urls, strict=True)}
        asking = stack.enter_context(closing(Witnesses(policy_of(quorum, **keys), grace_seconds=5.0)))
        scene.witnesses = asking
        yield witnesses
        scene.witnesses = None


def test_what_is_published_is_cosigned_by_the_witnesses_of_the_policy(scene: SealingScene, tmp_path: Path) -> None:
    with witnessed(scene, tmp_path, "2", "a", "b") as witnesses:
        for more in (1, 300, 40):
            head = scene.record(more)
            assert scene.seal() >= head
            published = scene.store.published()
            assert published is not None
            assert all(Note.read(published.note).times(one._signer.key) for one in witnesses)
            assert {one.last(FIRST.name).size for one in witnesses} == {published.size}


def last_size(scene: SealingScene) -> int:
    """How many records the newest checkpoint covers that was ever signed and stored."""
    last = scene.store.last()
    return 0 if last is None else last.size


def test_sealing_goes_on_and_publishing_waits_while_too_few_witnesses_cosign(
    scene: SealingScene, tmp_path: Path
) -> None:
    with witnessed(scene, tmp_path, "2", "a", "b") as witnesses, scene.sealer() as running:
        scene.record(5)
        assert running.round().published == 6
        keys = witnesses[1]._logs.pop(FIRST.name)
        for size in (11, 16):
            scene.record(5)
            with pytest.raises(NotEnoughWitnesses, match=r"b: it answered with status 404\): nothing is published"):
                running.round()
            assert (last_size(scene), scene.store.published_size()) == (size, 6)

        witnesses[1]._logs[FIRST.name] = keys
        assert running.round().published == 16


@pytest.mark.parametrize("sealed", [0, 6])
def test_at_a_start_nothing_is_signed_until_enough_witnesses_have_answered(
    scene: SealingScene, tmp_path: Path, sealed: int
) -> None:
    with witnessed(scene, tmp_path, "2", "a", "b") as witnesses:
        if sealed:
            scene.record(sealed - 1)
            assert scene.seal() == sealed
    with witnessed(scene, tmp_path, "2", "a", "b") as witnesses:
        head = scene.record(5)
        keys = witnesses[1]._logs.pop(FIRST.name)
        for _ in range(2):
            with pytest.raises(NotEnoughWitnesses, match=r"b: it answered with status 404\): nothing is signed"):
                scene.seal()
            assert last_size(scene) == sealed

        witnesses[1]._logs[FIRST.name] = keys
        assert scene.seal() >= head


def test_what_was_signed_and_reached_no_standby_is_shown_to_no_witness(scene: SealingScene, tmp_path: Path) -> None:
    with witnessed(scene, tmp_path, "any", "a") as (witness,):
        scene.record(5)
        assert scene.seal() == 6
        scene.record(5)
        with standby_missing(scene.url):
            with scene.sealer() as running:
                assert (running.round().size, last_size(scene)) == (11, 11)
            with pytest.raises(NotReplicated):
                scene.seal()
            assert witness.last(FIRST.name).size == 6
        scene.record(5)
        assert scene.seal() == 16


def set_back(scene: SealingScene, size: int, bundle: bytes) -> None:
    """Take the ledger, its seal and its home back to an earlier moment, as a restored backup of all of them would."""
    scene.tamper("delete from seal.cosignature where size > %s", size)
    scene.tamper("delete from seal.publication where size > %s", size)
    scene.tamper("delete from seal.checkpoint where size > %s", size)
    scene.tamper("delete from ledger.subject where position > %s", size)
    scene.tamper("delete from ledger.record where position > %s", size)
    scene.tamper("update seal.tile set hashes = substring(hashes for %s)", 32 * size)
    scene.tamper("update seal.bundle set entries = %s", bundle)
    shutil.rmtree(scene.home / "seal")


@pytest.mark.parametrize("more", [2, 3, 9])
def test_a_ledger_restored_from_an_older_backup_with_its_home_signs_nothing_under_a_witness(
    scene: SealingScene, tmp_path: Path, more: int
) -> None:
    """Whether it has grown again less far, as far, or farther than the witness has seen."""
    with witnessed(scene, tmp_path, "any", "a"):
        scene.record(5)
        assert scene.seal() == 6
        bundle = scene.store.bundle(0)
        scene.record(3)
        assert scene.seal() == 9
    set_back(scene, 6, bundle)
    scene.record(more)
    with witnessed(scene, tmp_path, "any", "a") as (witness,):
        for _ in range(2):
            with pytest.raises(SealHalted, match=r"the witness a .*restored from an older backup or forked"):
                scene.seal()
        halt = scene.store.halt()
        published = scene.store.published()
        assert halt is not None
        assert published is not None
        assert (halt.size, last_size(scene), published.size, witness.last(FIRST.name).size) == (6, 6, 6, 9)


def test_at_a_start_a_fork_that_one_slow_witness_alone_knows_of_is_found(scene: SealingScene, tmp_path: Path) -> None:
    """Though the witnesses that answer at once are enough."""

    def slow(_: bytes) -> tuple[int, str, bytes]:
        time.sleep(0.5)
        return 409, "text/x.tlog.size", b"500\n"

    scene.record(5)
    own = a_witness(tmp_path / "a", "witness.example/a", [LOG_KEY])
    other = TestKey("witness.example/slow", 61, Kind.WITNESS)
    with (
        served(own) as url,
        answering(slow) as late,
        closing(Witnesses(policy_of("1", a=(own._signer.key, url), slow=(other.key, late)))) as scene.witnesses,
        pytest.raises(SealHalted, match="the witness slow has cosigned a larger tree of 500 records"),
    ):
        scene.seal()
    assert last_size(scene) == 0
