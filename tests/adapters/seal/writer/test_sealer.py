"""The sealer seals the stored records once, without a gap, and publishes only what is committed."""

from __future__ import annotations

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.postgres.database import connect
from adapters.postgres.embedded import EmbeddedServer
from adapters.seal.formats import canonical
from adapters.seal.formats.checkpoint import opened
from adapters.seal.formats.note import Key, Signature
from adapters.seal.formats.tiles import Place, bundle, tiles_of
from adapters.seal.formats.tree import check_consistency, check_inclusion, leaf_hash, root, whole
from adapters.seal.witness.client import NotEnoughWitnesses
from adapters.seal.writer import sealer
from adapters.seal.writer.sealer import NotTheSealingKey, SealedElsewhere
from tests.adapters.seal.sealing_scene import FIRST, ORIGIN, SECOND, SealingScene, sealing_scene
from tests.conftest import fresh_database


@pytest.fixture(scope="module")
def sealed_scene(shared_scene: SealingScene) -> SealingScene:
    """Three sealed records, for the tests in which every change is refused."""
    shared_scene.record(2)
    shared_scene.seal()
    return shared_scene


def contents(scene: SealingScene) -> list[bytes]:
    """The canonical bytes of every record, read apart from the sealer."""
    with connect(scene.url) as connection:
        return [content for _, content in canonical.records(connection, 0, 10**9)]


def plain_root(leaves: list[bytes]) -> bytes:
    """The root by the definition of RFC 6962, made of nothing but the leaves."""
    return root(len(leaves), lambda height, index: whole(b"".join(leaves[index << height : (index + 1) << height])))


def stored(scene: SealingScene) -> tuple[dict[Place, bytes], dict[int, bytes], bytes]:
    """Every tile, every bundle and the last root."""
    with connect(scene.url) as connection:
        tiles = {Place(a, b): bytes(c) for a, b, c in connection.execute("select level, index, hashes from seal.tile")}
        bundles = {a: bytes(b) for a, b in connection.execute("select index, entries from seal.bundle")}
    last = scene.store.last()
    assert last is not None
    return tiles, bundles, last.checkpoint.root


def test_a_new_log_adopts_its_key_by_a_fact_and_then_signs_everything(scene: SealingScene) -> None:
    scene.record(3)

    assert scene.seal() == 4
    published = scene.store.published()
    assert published is not None
    checkpoint, _ = opened(published.note, scene.store.keys(), ORIGIN)
    assert scene.store.keys() == [FIRST.key]
    assert checkpoint.root == plain_root([leaf_hash(one) for one in contents(scene)])


def test_a_round_without_anything_new_leaves_everything_as_it_is(scene: SealingScene) -> None:
    scene.seal()
    before = stored(scene)

    assert scene.seal() == 1
    assert stored(scene) == before


def test_every_record_is_proved_under_the_published_checkpoint(scene: SealingScene) -> None:
    scene.record(20, facts=30)
    scene.seal()
    published = scene.store.published()
    assert published is not None

    for position, content in enumerate(contents(scene), 1):
        proof = scene.store.prove(position, published)
        check_inclusion(proof.index, published.size, leaf_hash(content), proof.path, published.checkpoint.root)
    assert scene.store.entries(0, published.size - 1) == contents(scene)


def test_every_checkpoint_is_proved_to_begin_with_every_earlier_one(scene: SealingScene) -> None:
    sealed = []
    for decisions in (1, 200, 60, 0, 300):
        scene.record(decisions)
        scene.seal()
        last = scene.store.last()
        assert last is not None
        sealed.append(last)

    for index, later in enumerate(sealed):
        for earlier in sealed[:index]:
            path = scene.store.consistency(earlier.size, later.size)
            check_consistency(earlier.size, later.size, earlier.checkpoint.root, later.checkpoint.root, path)


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8, deadline=None)
@given(st.lists(st.integers(1, 290), min_size=1, max_size=5), st.integers(20, 300))
def test_however_the_ledger_is_cut_into_steps_the_tree_is_the_same(
    postgres_server: EmbeddedServer,
    template_database: str,
    tmp_path_factory: pytest.TempPathFactory,
    cuts: list[int],
    step: int,
) -> None:
    with (
        fresh_database(postgres_server, template_database) as url,
        sealing_scene(url, tmp_path_factory.mktemp("home")) as scene,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(sealer, "STEP_RECORDS_MAX", step)
        for cut in cuts:
            scene.record(cut)
            scene.seal()
        leaves = [leaf_hash(content) for content in contents(scene)]
        tiles, bundles, top = stored(scene)

        assert len(leaves) == sum(cuts) + 1
        assert top == plain_root(leaves)
        assert set(tiles) == set(tiles_of(len(leaves)))
        assert all(
            hashes
            == b"".join(
                whole(b"".join(leaves[nth << 8 * place.level : (nth + 1) << 8 * place.level]))
                for nth in range(place.index * 256, place.index * 256 + place.width(len(leaves)))
            )
            for place, hashes in tiles.items()
        )
        assert b"".join(bundles[nth] for nth in sorted(bundles)) == bundle(contents(scene))


def test_two_sealers_at_once_take_turns_and_neither_forks(scene: SealingScene) -> None:
    with scene.sealer() as first, scene.sealer() as second:
        for _ in range(3):
            scene.record(100)
            first.round()
            scene.record(100)
            second.round()
        with first.lock(), pytest.raises(SealedElsewhere):
            second.round()

    assert stored(scene)[2] == plain_root([leaf_hash(content) for content in contents(scene)])


def test_a_key_that_no_fact_adopted_signs_nothing(scene: SealingScene) -> None:
    scene.seal()
    scene.record(1)
    scene.signers = (SECOND,)

    with pytest.raises(NotTheSealingKey, match="rigsbog seal rotate"):
        scene.seal()
    last = scene.store.last()
    assert last is not None
    assert last.size == 1


def test_a_new_key_and_the_old_key_both_sign_until_the_old_one_is_retired(scene: SealingScene) -> None:
    scene.seal()
    log = scene.store.log()
    assert log is not None
    scene.adopt(log, SECOND.key, str(FIRST.key))
    scene.signers = (SECOND,)
    with pytest.raises(NotTheSealingKey):
        scene.seal()

    scene.signers = (FIRST, SECOND)
    scene.seal()
    last = scene.store.last()
    assert last is not None
    for key in (FIRST.key, SECOND.key):
        assert opened(last.note, [key], ORIGIN)[0].size == 2


def test_nothing_is_published_until_enough_witnesses_have_cosigned(scene: SealingScene) -> None:
    requests: list[int] = []

    def refuse(checkpoint: object, note: object, consistency: object) -> list[Signature]:
        requests.append(1)
        raise NotEnoughWitnesses("None of 1 witnesses cosigned.")

    scene.record(300)
    scene.witnesses = refuse
    for _ in range(2):
        with pytest.raises(NotEnoughWitnesses):
            scene.seal()
    assert scene.store.published() is None
    log = scene.store.log()
    assert log is not None
    assert scene.local_checkpoints.load(log.log) is None

    scene.record(300)
    cosignature = Signature("witness.example.dk", b"1234", b"x" * 72)
    scene.witnesses = lambda checkpoint, note, consistency: [cosignature]
    assert scene.seal() == 601
    published = scene.store.published()
    assert published is not None
    assert str(cosignature) in published.note
    assert scene.store.published(602) is None


def test_what_is_published_is_remembered_outside_the_database(scene: SealingScene) -> None:
    scene.record(5)
    scene.seal()
    log, published = scene.store.log(), scene.store.published()

    assert log is not None
    assert scene.local_checkpoints.load(log.log) == published


@pytest.mark.parametrize("master", ["rigsbog_owner", "superuser", "superuser as a replica"])
@pytest.mark.parametrize(
    "act",
    [
        "update seal.tile set hashes = substring(hashes for 32)",
        "update seal.tile set hashes = set_byte(hashes, 0, 255 - get_byte(hashes, 0)) || hashes",
        "update seal.tile set index = index + 1",
        "delete from seal.tile",
        "truncate seal.tile",
        "update seal.bundle set entries = substring(entries for 10)",
        "delete from seal.bundle",
        "update seal.checkpoint set note = note",
        "delete from seal.checkpoint",
        "update seal.log set origin = 'another'",
        "delete from seal.publication",
    ],
)
def test_nobody_changes_or_shrinks_what_was_sealed(sealed_scene: SealingScene, master: str, act: str) -> None:
    before = stored(sealed_scene)
    with psycopg.connect(sealed_scene.url, autocommit=True) as connection:
        if master == "rigsbog_owner":
            connection.execute("set role rigsbog_owner")
        if master == "superuser as a replica":
            connection.execute("set session_replication_role = replica")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(act)
    assert stored(sealed_scene) == before


@pytest.mark.parametrize("table", ["record", "subject", "command", "fact_name"])
def test_who_seals_cannot_write_the_ledger(sealed_scene: SealingScene, table: str) -> None:
    with connect(sealed_scene.url, "rigsbog_seal") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"insert into ledger.{table} select * from ledger.{table}")


def test_the_keys_of_the_log_are_those_of_its_facts(scene: SealingScene) -> None:
    scene.seal()
    keys = scene.store.keys()
    assert [str(key) for key in keys] == [str(Key(ORIGIN, FIRST.key.public))]


@pytest.mark.parametrize("master", ["rigsbog_seal", "superuser", "superuser as a replica"])
@pytest.mark.parametrize("begins", [0, 2, 100])
def test_no_later_log_begins_without_its_fact(sealed_scene: SealingScene, master: str, begins: int) -> None:
    with psycopg.connect(sealed_scene.url, autocommit=True) as connection:
        if master == "rigsbog_seal":
            connection.execute("set role rigsbog_seal")
        if master == "superuser as a replica":
            connection.execute("set session_replication_role = replica")
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match=f"no fact at position {begins} begins"):
            connection.execute(
                "insert into seal.log (log, origin, begins) values (gen_random_uuid(), 'another', %s)", [begins]
            )


def test_no_checkpoint_of_another_log_is_stored(scene: SealingScene) -> None:
    scene.seal()
    head = scene.record(1)
    last = scene.store.last()
    assert last is not None
    for note in (last.note.replace(ORIGIN, "another", 1), ""):
        with (
            connect(scene.url, "rigsbog_seal") as connection,
            pytest.raises(psycopg.errors.IntegrityConstraintViolation),
        ):
            connection.execute(
                "insert into seal.checkpoint (size, note, sealed_at) values (%s, %s, ledger.clock())", [head, note]
            )
