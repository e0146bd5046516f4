"""Whose signature is accepted: a key signs from its adoption until its retirement, or because the auditor trusts it."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from adapters.postgres.embedded import EmbeddedServer
from adapters.seal.audit.audit import AuditRequest
from adapters.seal.audit.earlier_checkpoint import read_earlier_checkpoint
from adapters.seal.writer import sealer
from domain.operations.seal import RetireSealingKey
from domain.subject import LogId
from tests.adapters.ledger.ledger_scenes import context
from tests.adapters.seal.sealed_ledger import attacked, audited, broken, differing, forge_seal
from tests.adapters.seal.sealing_scene import FIRST, SECOND, SealingScene, sealing_scene
from tests.conftest import fresh_database


@pytest.fixture(scope="module")
def rotated(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, tuple[int, ...]]:
    """A ledger whose first key was replaced by a second and retired; its URL, and the sizes of its checkpoints."""
    with sealing_scene(database_url, tmp_path_factory.mktemp("home")) as handler:
        handler.record(2)
        sizes = [handler.seal()]
        log = handler.store.log()
        assert log is not None
        handler.signers = (SECOND, FIRST)
        handler.adopt(log, SECOND.key, replaces=str(FIRST.key))
        sizes.append(handler.seal())
        retire(handler, LogId(log.log))
        handler.record(1)
        handler.signers = (SECOND,)
        sizes.append(handler.seal())
    return database_url, tuple(sizes)


def retire(handler: SealingScene, log: LogId) -> None:
    """The first key signs no more."""
    handler.handler.execute(RetireSealingKey(log=log, vkey=str(FIRST.key)), context(uuid4()))


@pytest.mark.parametrize("keys", [(), (SECOND.key,)])
def test_after_a_rotation_the_newest_key_vouches_for_the_ones_before(
    rotated: tuple[str, tuple[int, ...]], keys: tuple[object, ...]
) -> None:
    url, _ = rotated
    with attacked(url) as connection:
        assert broken(audited(connection, AuditRequest((SECOND.key,) if keys else ()))) == []


def test_a_reader_who_trusts_only_the_retired_key_gets_an_error(rotated: tuple[str, tuple[int, ...]]) -> None:
    url, _ = rotated
    with attacked(url) as connection:
        assert broken(audited(connection, AuditRequest((FIRST.key,)))) == ["keys"]


def test_what_the_first_key_signed_serves_after_it_was_retired(rotated: tuple[str, tuple[int, ...]]) -> None:
    url, (first, _, _) = rotated
    with attacked(url) as connection:
        ((note,),) = connection.execute("select note from seal.checkpoint where size = %s", [first]).fetchall()

        result = audited(connection, AuditRequest((SECOND.key,), since=read_earlier_checkpoint(note, (SECOND.key,))))

        assert broken(result) == []


def test_a_retired_key_signs_no_more_and_a_new_one_not_before_its_adoption(
    rotated: tuple[str, tuple[int, ...]],
) -> None:
    url, (first, _, last) = rotated
    with attacked(url) as connection:
        forge_seal(connection, (first, last), by=SECOND)
        (early,) = differing(audited(connection, AuditRequest()), "checkpoints")
        forge_seal(connection, (first, last), by=FIRST)
        (late,) = differing(audited(connection, AuditRequest()), "checkpoints")

    assert early.startswith(f"size {first}: the note is signed by ")
    assert late.startswith(f"size {last}: the note is signed by ")


def test_an_adopted_key_that_cannot_be_read_is_named(rotated: tuple[str, tuple[int, ...]]) -> None:
    url, _ = rotated
    with attacked(url) as connection:
        connection.execute("""update ledger.record set payload = payload || '{"vkey": "x"}' where position = 3""")

        result = audited(connection, AuditRequest((SECOND.key,)))

        assert differing(result, "keys") == ("position 3: the adopted key cannot be read",)
        assert differing(result, "records") == ("position 3: the record was changed: payload.vkey",)


def test_a_ledger_that_was_long_before_its_seal_holds_though_its_first_steps_come_before_the_adoption(
    postgres_server: EmbeddedServer, template_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealer, "STEP_RECORDS_MAX", 100)
    with fresh_database(postgres_server, template_database) as url, sealing_scene(url, tmp_path) as handler:
        handler.record(250)
        assert handler.seal() == 251

        with attacked(url) as connection:
            result = audited(connection, AuditRequest())

    assert broken(result) == []
    assert any(one.name == "checkpoints" and one.detail.startswith("3, each signed") for one in result.checks)
