"""The audit sees one moment, though records are written and sealed while it reads."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from adapters.postgres.database import connect
from adapters.seal.audit import audit as audits
from adapters.seal.audit.audit import AuditRequest, audit
from adapters.seal.formats.tiles import WIDTH
from tests.adapters.seal.sealed_ledger import broken
from tests.adapters.seal.sealing_scene import FIRST, sealing_scene


def test_the_audit_sees_one_moment_though_records_are_sealed_meanwhile(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audits, "STRIDE", WIDTH)
    heard: list[int] = []
    with sealing_scene(database_url, tmp_path) as handler, connect(database_url, "rigsbog_audit") as connection:
        handler.record(600)
        size = handler.seal()
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ

        def meanwhile(done: int, _total: int) -> None:
            heard.append(done)
            handler.record(200)
            handler.seal()

        result = audit(connection, AuditRequest((FIRST.key,)), meanwhile)

        assert heard == [256, 512, size]
        assert broken(result) == []
        assert result.newest is not None
        assert result.newest.size == size
        connection.rollback()
        again = audit(connection, AuditRequest((FIRST.key,)), lambda _done, _total: None)
        assert broken(again) == []
        assert again.newest is not None
        assert again.newest.size == size + 3 * 200
