"""A sealed ledger under real witnesses: published when they cosigned, halted when restored from an older backup."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from adapters.seal.formats.note import Note
from adapters.seal.witness.client import NotEnoughWitnesses, Witnesses
from adapters.seal.witness.cosigning import Cosigning
from adapters.seal.writer.sealer import SealHalted
from tests.adapters.seal.formats.test_note import TestKey
from tests.adapters.seal.scenes import a_witness, policy_of, served
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


def test_sealing_goes_on_and_publishing_waits_while_too_few_witnesses_cosign(
    scene: SealingScene, tmp_path: Path
) -> None:
    with witnessed(scene, tmp_path, "2", "a", "b") as witnesses:
        scene.record(5)
        keys = witnesses[1]._logs.pop(FIRST.name)
        with pytest.raises(NotEnoughWitnesses, match="b: it answered with status 404"):
            scene.seal()
        scene.record(5)
        with pytest.raises(NotEnoughWitnesses):
            scene.seal()
        last = scene.store.last()
        assert last is not None
        assert (last.size, scene.store.published()) == (11, None)

        witnesses[1]._logs[FIRST.name] = keys
        assert scene.seal() == 11


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
def test_a_ledger_restored_from_an_older_backup_with_its_home_is_halted_by_a_witness(
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
        assert (halt.size, published.size, witness.last(FIRST.name).size) == (6 + more, 6, 9)
