"""Nothing is sealed on top of altered records; the sealer says what differs, and repairs nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from adapters.postgres.database import connect
from adapters.postgres.embedded import EmbeddedServer
from adapters.seal.writer.local_checkpoint import LocalCheckpointUnreadable
from adapters.seal.writer.sealer import SealHalted
from adapters.seal.writer.store import SignedCheckpoint
from tests.adapters.seal.sealing_scene import SECOND, SealingScene, sealing_scene
from tests.conftest import fresh_database
from tests.volume import slow_except

NOBODY = 65_534


@pytest.fixture(scope="module")
def sealed(
    postgres_server: EmbeddedServer, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """The name of a database with 301 sealed and published records, the first of which adopts the key; its home."""
    home = tmp_path_factory.mktemp("sealed")
    with fresh_database(postgres_server, template_database) as url:
        with sealing_scene(url, home) as scene:
            scene.seal()
            scene.record(300)
            assert scene.seal() == 301
        yield str(conninfo_to_dict(url)["dbname"]), home


@pytest.fixture
def scene(postgres_server: EmbeddedServer, sealed: tuple[str, Path], tmp_path: Path) -> Iterator[SealingScene]:
    """A copy of the sealed database and of its home."""
    name, home = sealed
    copied = shutil.copytree(home, tmp_path / "home")
    with fresh_database(postgres_server, name) as url, sealing_scene(url, copied) as scene:
        list(scene.handler.ledger.entries(until=1))  # reads the stored names, which a test may change
        yield scene


def last(scene: SealingScene) -> SignedCheckpoint | None:
    """The last checkpoint, as the database has it."""
    return scene.store.last()


def assert_sealing_halts(scene: SealingScene, cause: str) -> None:
    """Sealing halts for that cause, again and again, leaves it in the database, and seals nothing on top."""
    scene.record(3)
    before = last(scene), scene.store.published()
    for _ in range(2):
        with pytest.raises(SealHalted, match=cause):
            scene.seal()
    halt = scene.store.halt()
    assert halt is not None
    assert cause in halt.cause
    assert (last(scene), scene.store.published()) == before


FLIPS = {
    "a payload": (
        'update ledger.record set payload = payload || \'{"kind": "other"}\' where position = 290',
        "the record in the ledger at position 290 is not what was sealed there",
    ),
    "a header column": (
        "update ledger.record set actor = 'system:other' where position = 257",
        "the record in the ledger at position 257 is not what was sealed there",
    ),
    "a bit of a sealed part": (
        "update ledger.record set sealed = set_byte(sealed, 0, get_byte(sealed, 0) # 1) where position = 301",
        "the record in the ledger at position 301 is not what was sealed there",
    ),
    "a subject": (
        "delete from ledger.subject where position = 300",
        "the record in the ledger at position 300 is not what was sealed there",
    ),
    "a stored name": (
        "update ledger.fact_name set name = 'Renamed' where name = 'MessageMadeAvailable'",
        "is called Renamed, and the seal calls it MessageMadeAvailable",
    ),
    "a record that is gone": ("delete from ledger.record where position = 280", "the record at position 280"),
    "a bit of the last tile": (
        "update seal.tile set hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1) where (level, index) = (0, 1)",
        "the entry in the bundle at position 258 is not what was sealed there",
    ),
    "a bit of the tile above": (
        "update seal.tile set hashes = set_byte(hashes, 3, get_byte(hashes, 3) # 1) where level = 1",
        "the tiles do not lead to the root of the checkpoint of 301 records",
    ),
    "a tile that is gone": ("delete from seal.tile where level = 1", "the tile 1/0 does not belong to a tree of 301"),
    "a tile that is too long": (
        "update seal.tile set hashes = hashes || substring(hashes for 32) where level = 1",
        "the tile 1/0 does not belong to a tree of 301",
    ),
    "an entry in the bundle": (
        "update seal.bundle set entries = set_byte(entries, 9, get_byte(entries, 9) # 1) where index = 1",
        "the entry in the bundle at position 257 is not what was sealed there",
    ),
    "half a bundle": (
        "update seal.bundle set entries = substring(entries for 100) where index = 1",
        "what is stored at the right edge of 301 records is broken",
    ),
    "the size in the checkpoint": (
        "update seal.checkpoint set note = replace(note, E'\\n301\\n', E'\\n300\\n') where size = 301",
        "the checkpoint of 301 records is not this log's",
    ),
    "the signature": (
        "update seal.checkpoint set note = overlay(note placing 'AAAA' from length(note) - 20) where size = 301",
        "the checkpoint of 301 records is not this log's",
    ),
}


DROP_LIMITS = "alter table ledger.record drop constraint record_is_sealable, drop constraint record_has_plain_numbers"
RAW_BYTES = "create cast (bytea as text) without function; create cast (bytea as jsonb) without function"
DAMAGED = {
    "a number of more than 53 bits": "causation = 9223372036854775807",
    "a payload that nests too deep": "payload = (repeat('[', 1500) || repeat(']', 1500))::jsonb",
    "a number that is too large": "payload = jsonb_set(payload, '{kind}', '1e400')",
    "a text that is not UTF-8": r"actor = '\xff'::bytea::text",
    "a payload that cannot be read": r"payload = '\x00000000'::bytea::jsonb",
}


@pytest.mark.parametrize("value", slow_except(["a number of more than 53 bits", "a text that is not UTF-8"], DAMAGED))
@pytest.mark.parametrize("position", slow_except([290, 303], [290, 301, 302, 303]))
def test_a_damaged_record_halts_the_sealer_with_its_position(scene: SealingScene, value: str, position: int) -> None:
    """Whether it was sealed before the damage or not."""
    scene.record(3)
    with psycopg.connect(scene.url, autocommit=True) as connection:
        connection.execute(DROP_LIMITS)
        connection.execute(RAW_BYTES)
    scene.tamper(f"update ledger.record set {DAMAGED[value]} where position = {position}")

    assert_sealing_halts(scene, f"the record at position {position} is damaged: it has no canonical form")


@pytest.mark.parametrize("payload", ["[]", "17", '{"vkey": null}', '{"vkey": "no key"}'])
def test_a_damaged_fact_about_keys_halts_the_sealer_with_its_position(scene: SealingScene, payload: str) -> None:
    scene.tamper("update ledger.record set payload = %s where position = 1", payload)

    assert_sealing_halts(scene, "the fact at position 1 adopts")


@pytest.mark.parametrize(
    "flip", slow_except(["a payload", "a bit of the tile above", "half a bundle", "the signature"], FLIPS)
)
def test_what_was_changed_at_the_edge_is_found_at_the_start_and_never_signed(scene: SealingScene, flip: str) -> None:
    statement, cause = FLIPS[flip]
    scene.tamper(statement)
    assert_sealing_halts(scene, cause)


@pytest.mark.parametrize("flip", ["a payload", "a header column", "a bit of a sealed part", "a subject"])
def test_a_record_that_is_changed_while_the_sealer_runs_is_found_before_the_next_signature(
    scene: SealingScene, flip: str
) -> None:
    statement, cause = FLIPS[flip]
    before = last(scene)
    with scene.sealer() as running:
        running.round()
        scene.tamper(statement)
        scene.record(1)
        with pytest.raises(SealHalted, match=cause):
            running.round()
    assert last(scene) == before


def test_a_tile_that_is_changed_while_the_sealer_runs_is_found_before_the_next_signature(scene: SealingScene) -> None:
    before = last(scene)
    with scene.sealer() as running:
        running.round()
        scene.tamper(FLIPS["a bit of the last tile"][0])
        scene.record(1)
        with pytest.raises(SealHalted, match=r"the database refuses the step: seal\.tile only grows"):
            running.round()
    assert last(scene) == before


def test_a_ledger_that_was_cut_off_is_found(scene: SealingScene) -> None:
    scene.tamper("delete from ledger.record where position > 290")
    with pytest.raises(SealHalted, match="the ledger ends at position 290, and 301 records were sealed"):
        scene.seal()


def backup(scene: SealingScene, server: EmbeddedServer) -> str:
    """A copy of the whole database as it is now; its URL."""
    name = conninfo_to_dict(scene.url)["dbname"]
    scene.pool.close()
    with connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(f"create database copy_of_{name} template {name}")
    return server.url(f"copy_of_{name}")


@pytest.mark.parametrize("grown", slow_except([5], [0, 5, 40]))
def test_an_older_backup_is_known_by_what_was_published_and_nothing_is_sealed_on_top(
    scene: SealingScene, postgres_server: EmbeddedServer, grown: int
) -> None:
    """Whether it has grown again less far or farther than what was published."""
    restored_url = backup(scene, postgres_server)
    with sealing_scene(scene.url, scene.home) as going_on:
        going_on.record(20)
        assert going_on.seal() == 321
    with sealing_scene(restored_url, scene.home) as restored:
        restored.record(grown)
        assert_sealing_halts(
            restored, "this home published 321 records, and the database was sealed up to 301: an older backup"
        )
    with connect(postgres_server.url("postgres"), autocommit=True) as connection:
        connection.execute(f"drop database {conninfo_to_dict(restored_url)['dbname']} with (force)")


def test_a_fork_that_another_home_sealed_farther_is_known(
    scene: SealingScene, postgres_server: EmbeddedServer, tmp_path: Path
) -> None:
    forked_url = backup(scene, postgres_server)
    other_home = shutil.copytree(scene.home, tmp_path / "other")
    with sealing_scene(scene.url, scene.home) as going_on:
        going_on.record(20)
        going_on.seal()
    with sealing_scene(forked_url, other_home) as forked:
        forked.record(40)
        assert forked.seal() == 341
    with sealing_scene(forked_url, scene.home) as forked:
        assert_sealing_halts(
            forked, "the tree of the 321 published records has another root now: this ledger is a fork"
        )
    with connect(postgres_server.url("postgres"), autocommit=True) as connection:
        connection.execute(f"drop database {conninfo_to_dict(forked_url)['dbname']} with (force)")


def test_a_database_that_was_made_anew_under_the_same_name_is_not_sealed(
    scene: SealingScene, postgres_server: EmbeddedServer, template_database: str
) -> None:
    with fresh_database(postgres_server, template_database) as url, sealing_scene(url, scene.home) as anew:
        with pytest.raises(SealHalted, match="this home published 301 records of another log of the origin"):
            anew.seal()
        assert last(anew) is None


def test_a_remembered_checkpoint_that_cannot_be_read_halts(scene: SealingScene) -> None:
    log = scene.store.log()
    assert log is not None
    scene.local_checkpoints.path(log.log).write_text("nothing")
    assert_sealing_halts(scene, "cannot be read")


def test_a_user_who_may_not_read_what_was_published_halts_nothing(scene: SealingScene) -> None:
    log = scene.store.log()
    assert log is not None
    remembered, us = scene.local_checkpoints.path(log.log), os.geteuid()
    remembered.chmod(0)
    if us == 0:
        os.seteuid(NOBODY)
    try:
        with pytest.raises(LocalCheckpointUnreadable, match="may not be read by this user"):
            scene.local_checkpoints.load(log.log)
    finally:
        os.seteuid(us)
    remembered.chmod(0o600)
    assert scene.store.halt() is None
    assert scene.seal() == 301


def test_a_checkpoint_by_a_key_that_no_fact_adopted_halts(scene: SealingScene) -> None:
    sealed = last(scene)
    assert sealed is not None
    forged = str(sealed.checkpoint.signed(SECOND))
    scene.tamper("update seal.checkpoint set note = %s where size = 301", forged)
    assert_sealing_halts(scene, "signed by")


def test_a_halt_stays_until_it_is_acknowledged_though_the_cause_is_gone(scene: SealingScene) -> None:
    log = scene.store.log()
    assert log is not None
    remembered = scene.local_checkpoints.path(log.log)
    note = remembered.read_text()
    remembered.write_text("nothing")
    with pytest.raises(SealHalted):
        scene.seal()
    remembered.write_text(note)
    with pytest.raises(SealHalted, match="cannot be read"):
        scene.seal()

    with psycopg.connect(scene.url) as owner:
        owner.execute("insert into seal.halt_acknowledged select halt, 1 from seal.halt")
    head = scene.record(1)
    assert scene.seal() == head


def test_an_acknowledged_halt_comes_back_while_its_cause_is_there(scene: SealingScene) -> None:
    statement, cause = FLIPS["a payload"]
    scene.tamper(statement)
    assert_sealing_halts(scene, cause)
    with psycopg.connect(scene.url) as owner:
        owner.execute("insert into seal.halt_acknowledged select halt, 1 from seal.halt")
    assert_sealing_halts(scene, cause)


def test_an_older_memory_is_brought_up_to_what_the_database_published(scene: SealingScene) -> None:
    log = scene.store.log()
    assert log is not None
    remembered = scene.local_checkpoints.path(log.log)
    note = remembered.read_text()
    scene.record(10)
    scene.seal()
    remembered.write_text(note)

    assert scene.seal() == 311
    assert scene.local_checkpoints.load(log.log) == scene.store.published()
    assert replace(SignedCheckpoint(311, ""), note=remembered.read_text()) == scene.store.published()


def test_a_strangers_function_does_not_hide_a_change_from_the_sealer(scene: SealingScene) -> None:
    was = scene.store.entries(300, 300)[0].split(b'"sealed_sha256":"')[1][:64].decode()
    scene.tamper("update ledger.record set sealed = 'forged' where position = 301")
    with psycopg.connect(scene.url) as connection:
        connection.execute("create schema evil; grant usage on schema evil to public")
        connection.execute(
            "create function evil.encode(bytea, text) returns text language sql as"
            f" $$ select case when $1 = sha256('forged') then '{was}' else pg_catalog.encode($1, $2) end $$"
        )
        connection.execute(f"alter database {conninfo_to_dict(scene.url)['dbname']} set search_path = evil, pg_catalog")
    assert_sealing_halts(scene, "the record in the ledger at position 301 is not what was sealed there")
