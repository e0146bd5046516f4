"""Forged facts about keys, written directly into the database: our key never signs for a stranger's key."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters.seal.formats.note import Note
from adapters.seal.writer.sealer import SealHalted
from adapters.seal.writer.signing import FileSigner
from domain.operations.seal import RetireSealingKey
from domain.subject import LogId
from tests.adapters.ledger.ledger_scenes import context
from tests.adapters.seal.sealing_scene import FIRST, ORIGIN, SECOND, SealingScene

EVIL = FileSigner(ORIGIN, bytes(range(2, 34)))
FORGED_RECORD = """
insert into ledger.record (position, recorded_at, command, correlation, subject, kind, fact, ordinal, authority, actor,
                           legal_basis, payload)
select (select max(position) + 1 from ledger.record), ledger.clock(), %(command)s, %(command)s, %(subject)s,
       (select kind from ledger.subject_kind where name = %(kind)s), fact, 0, '11111111', 'a', 'b', %(payload)s
  from ledger.fact_name where name = %(fact)s
"""


@pytest.fixture
def scene(scene: SealingScene) -> SealingScene:
    """A ledger with sealed records."""
    scene.record(3)
    assert scene.seal() == 4
    return scene


def log_of(scene: SealingScene) -> UUID:
    log = scene.store.log()
    assert log is not None
    return log.log


def written(scene: SealingScene, fact: str, *, hidden: bool, **payload: str | None) -> None:
    """Write a fact about the log's keys in the append role; `hidden`: it names another subject."""
    log, command = log_of(scene), uuid4()
    subject, kind = (uuid4(), "person") if hidden else (log, "log")
    values = {"command": command, "subject": subject, "kind": kind, "fact": fact}
    with psycopg.connect(scene.url) as connection:
        connection.execute("set role rigsbog_append")
        connection.execute(FORGED_RECORD, values | {"payload": json.dumps({"log": f"log:{log}", **payload})})
        connection.execute(
            "insert into ledger.subject select subject, position, kind, fact from ledger.record where command = %s",
            [command],
        )


@pytest.mark.parametrize("hidden", [True, False])
def test_no_key_of_ours_signs_that_a_strangers_key_was_adopted(scene: SealingScene, *, hidden: bool) -> None:
    """Otherwise everyone who trusts our key would also trust the stranger's key from then on."""
    replaces = None if hidden else str(FIRST.key)
    written(scene, "SealingKeyAdopted", hidden=hidden, origin=ORIGIN, vkey=str(EVIL.key), replaces=replaces)
    if not hidden:
        # It is made to look as if the stranger's key was replaced by ours again.
        written(scene, "SealingKeyRetired", hidden=False, vkey=str(EVIL.key))
        written(scene, "SealingKeyAdopted", hidden=False, origin=ORIGIN, vkey=str(FIRST.key), replaces=str(EVIL.key))
    scene.record(2)

    for _ in range(2):
        with pytest.raises(SealHalted, match="adopts a key that is not at hand"):
            scene.seal()

    last = scene.store.last()
    assert last is not None
    assert last.size == 4


def test_a_key_that_comes_back_after_it_was_replaced_is_not_adopted(scene: SealingScene) -> None:
    """A stolen key of before stays out, though the sealer still has it at hand."""
    log = scene.store.log()
    assert log is not None
    scene.adopt(log, SECOND.key, str(FIRST.key))
    scene.signers = (SECOND, FIRST)
    scene.seal()
    scene.handler.execute(RetireSealingKey(log=LogId(log.log), vkey=str(FIRST.key)), context(uuid4()))
    size = scene.seal()
    written(scene, "SealingKeyAdopted", hidden=True, origin=ORIGIN, vkey=str(FIRST.key), replaces=None)
    scene.signers = (SECOND,)

    with pytest.raises(SealHalted, match="adopts a key that is not at hand"):
        scene.seal()

    last = scene.store.last()
    assert last is not None
    assert last.size == size


def test_after_a_forged_retirement_of_the_key_nobody_signs(scene: SealingScene) -> None:
    written(scene, "SealingKeyRetired", hidden=False, vkey=str(FIRST.key))
    scene.record(1)

    with pytest.raises(SealHalted, match="retires the key that signs"):
        scene.seal()

    last = scene.store.last()
    assert last is not None
    assert last.size == 4
    assert Note.read(last.note).signed_by([FIRST.key])


def test_a_ledger_that_says_that_it_was_sealed_begins_no_second_log(scene: SealingScene) -> None:
    """Deleting the seal and the local checkpoint does not give a new seal for a rewritten history."""
    scene.local_checkpoints.path(log_of(scene)).unlink()
    for table in ("publication", "cosignature", "checkpoint", "tile", "bundle", "log"):
        if table != "cosignature":
            scene.tamper(f"delete from seal.{table}")
    scene.tamper("update ledger.record set actor = 'system:other' where position = 2")

    with pytest.raises(SealHalted, match="was sealed under another log"):
        scene.seal()

    assert scene.store.last() is None
