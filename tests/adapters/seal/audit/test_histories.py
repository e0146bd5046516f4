"""Attacks on whole records: removed, swapped or rewritten, also by an attacker who has the log's key."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any

import psycopg
import pytest

from adapters.seal.audit.audit import AuditRequest
from adapters.seal.audit.earlier_checkpoint import EarlierCheckpoint, NotACheckpointOfYours, read_earlier_checkpoint
from adapters.seal.formats import canonical
from adapters.seal.formats.note import Note
from adapters.seal.formats.proof import Proof
from adapters.seal.formats.tiles import Place, node_of
from adapters.seal.formats.tree import consistency_path, inclusion_path
from adapters.seal.witness.submission import request
from tests.adapters.seal.scenes import a_witness
from tests.adapters.seal.sealed_ledger import (
    ADOPTED_AT,
    LOG,
    SEALED,
    SIZES,
    WITNESSING,
    attacked,
    audited,
    broken,
    differing,
    forge_seal,
)
from tests.adapters.seal.sealing_scene import SECOND

TILE_FLIP = "update seal.tile set hashes = set_bit(hashes, 3, 1 - get_bit(hashes, 3)) where index = 2"


def note(connection: psycopg.Connection[Any], size: int) -> str:
    """The checkpoint of that size, as the log signed it."""
    row = connection.execute("select note from seal.checkpoint where size = %s", [size]).fetchone()
    assert row is not None
    return str(row[0])


def seen(connection: psycopg.Connection[Any], size: int = 300) -> EarlierCheckpoint:
    """What the auditor kept on an earlier day."""
    return read_earlier_checkpoint(note(connection, size), (LOG.key,))


def asking(since: EarlierCheckpoint | None = None) -> AuditRequest:
    """What the auditor brings."""
    return AuditRequest((LOG.key,), (WITNESSING.key,), since)


@pytest.mark.parametrize("size", [1, *SIZES])
def test_the_ledger_begins_with_what_the_auditor_saw(url: str, size: int) -> None:
    with attacked(url) as connection:
        if size not in SIZES:
            forge_seal(connection, (size, SEALED))
        since = seen(connection, size)
        forge_seal(connection, SIZES)

        assert broken(audited(connection, asking(since))) == []


def test_a_proof_serves_as_the_earlier_checkpoint(url: str) -> None:
    with attacked(url) as connection:
        tiles = {
            Place(level, index): hashes
            for level, index, hashes in connection.execute("select * from seal.tile").fetchall()
        }
        path = inclusion_path(17, SEALED, node_of(tiles.__getitem__))
        proof = str(Proof(17, tuple(path), note(connection, SEALED)))

        since = read_earlier_checkpoint(proof, (LOG.key,))

        assert since.checkpoint.size == SEALED
        assert broken(audited(connection, asking(since))) == []


def test_a_change_that_leaves_every_tile_and_root_alone_is_found(url: str) -> None:
    """The audit of a peer compared roots only, and called edited value files consistent."""
    with attacked(url) as connection:
        before = connection.execute("select * from seal.tile order by 1, 2").fetchall()
        connection.execute("update ledger.record set authority = '99999993' where position = 200")

        result = audited(connection)

        assert connection.execute("select * from seal.tile order by 1, 2").fetchall() == before
        assert differing(result, "records") == ("position 200: the record was changed: authority",)
        assert broken(result) == ["records"]


def test_two_records_that_were_swapped_are_both_named(url: str) -> None:
    with attacked(url) as connection:
        for before, after in ((100, -1), (101, 100), (-1, 101)):
            for table in ("record", "subject"):
                connection.execute(f"update ledger.{table} set position = %s where position = %s", [after, before])

        first, second = differing(audited(connection), "records")

        assert first.startswith("position 100: the record was changed")
        assert second.startswith("position 101: the record was changed")


def test_sealed_records_that_were_removed_are_named(url: str) -> None:
    with attacked(url) as connection:
        connection.execute("delete from ledger.record where position > %s", [SEALED - 2])

        result = audited(connection)

        assert differing(result, "records") == tuple(
            f"position {one}: the record is missing or cannot be read" for one in (SEALED - 1, SEALED)
        )
        assert "unsealed" in broken(result)


def test_when_record_and_bundle_were_changed_alike_the_root_convicts_both(url: str) -> None:
    with attacked(url) as connection:
        change(connection, 12)
        contents = [content for _, content in canonical.records(connection, 0, 256)]
        packed = b"".join(len(one).to_bytes(2, "big") + one for one in contents)
        connection.execute("update seal.bundle set entries = %s where index = 0", [packed])

        result = audited(connection)

        assert broken(result) == ["records", "bundles"]
        assert differing(result, "bundles") == ("bundle 0: the entry of position 12",)
        assert differing(result, "records")[0].startswith("position 12: the record was changed")


def test_faults_of_every_kind_at_once_are_distinguished(url: str) -> None:
    with attacked(url) as connection:
        change(connection, 12)
        connection.execute("update seal.bundle set entries = set_byte(entries, 100, 0) where index = 1")
        connection.execute(TILE_FLIP)

        result = audited(connection)

        assert broken(result) == ["records", "bundles", "tiles"]
        assert differing(result, "records") == ("position 12: the record was changed: actor",)
        assert differing(result, "bundles") == ("bundle 1: the entry of position 257",)
        assert differing(result, "tiles") == ("tile 0/2: the hash of position 513",)


@pytest.mark.parametrize(
    ("attack", "check", "right"),
    [
        ("update ledger.record set actor = 'nobody' where position = 12", "records", "the bundles"),
        ("update seal.bundle set entries = set_byte(entries, 100, 0) where index = 1", "bundles", "the records"),
        (TILE_FLIP, "tiles", "the records"),
    ],
)
def test_it_says_which_of_them_agrees_with_the_signed_roots(url: str, attack: str, check: str, right: str) -> None:
    with attacked(url) as connection:
        connection.execute(attack)

        (result,) = [one for one in audited(connection).checks if one.name == check]

        assert result.detail.endswith(f"the signed roots confirm {right}")


def test_where_record_bundle_and_tile_all_differ_no_root_agrees_with_any(url: str) -> None:
    with attacked(url) as connection:
        change(connection, 513)
        connection.execute("update seal.bundle set entries = set_byte(entries, 100, 0) where index = 2")
        connection.execute(TILE_FLIP)

        result = audited(connection)

        (named,) = differing(result, "records")
        assert named == (
            "position 513: the record was changed; its bundle was changed too, so the changed part is unknown"
        )
        (check,) = [one for one in result.checks if one.name == "records"]
        assert check.detail == "1 are not what was sealed; no signed root confirms any of them"


def test_without_the_logs_key_a_rewrite_parts_from_the_roots_where_it_begins(url: str) -> None:
    """Records, bundles and tiles agree with one another, and with no checkpoint after the change."""
    with attacked(url) as connection:
        notes = connection.execute("select note, size from seal.checkpoint").fetchall()
        change(connection, 290)
        forge_seal(connection, SIZES)
        for written_before, size in notes:
            connection.execute("update seal.checkpoint set note = %s where size = %s", [written_before, size])

        result = audited(connection)

        assert broken(result) == ["records", "checkpoints", "cosignatures"]
        (named,) = differing(result, "checkpoints")
        assert named.startswith("size 300: neither records, bundles nor tiles lead to its root; ")
        assert named.endswith("they part from it within positions 257 to 300")


def test_a_rewritten_history_that_is_signed_anew_is_consistent_but_contradicts_the_auditors_checkpoint(
    url: str,
) -> None:
    with attacked(url) as connection:
        since = seen(connection)
        change(connection, 12)
        forge_seal(connection, SIZES)

        assert broken(audited(connection, asking())) == []
        result = audited(connection, asking(since))
        assert broken(result) == ["since"]
        by_records, by_tiles = differing(result, "since")
        assert by_records == "the first 300 records lead to another root than your checkpoint's"
        assert by_tiles.startswith("no proof leads by the tiles from your checkpoint to the newest, of 560: ")


def test_a_rewritten_history_that_is_signed_anew_is_refused_by_a_witness(url: str, tmp_path: Path) -> None:
    with attacked(url) as connection:
        witness = a_witness(tmp_path / "witness", logs=(LOG,))
        assert witness.add_checkpoint(asked_for(connection, 0, 300)).status == HTTPStatus.OK
        assert witness.add_checkpoint(asked_for(connection, 300, SEALED)).status == HTTPStatus.OK
        change(connection, 12)
        forge_seal(connection, SIZES)

        for later in (SEALED, SEALED + 4):
            forge_seal(connection, (*SIZES[:-1], later))
            answer = witness.add_checkpoint(asked_for(connection, SEALED, later))

            assert answer.status in {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}
        assert witness.last(LOG.key.name).size == SEALED


def test_a_rewritten_history_under_another_key_is_not_the_one_that_the_auditor_saw(url: str) -> None:
    with attacked(url) as connection:
        since = seen(connection)
        connection.execute(
            "update ledger.record set payload = jsonb_set(payload, '{vkey}', to_jsonb(%s::text)) where position = %s",
            [str(SECOND.key), ADOPTED_AT],
        )
        forge_seal(connection, SIZES, by=SECOND)

        assert broken(audited(connection, AuditRequest())) == []
        result = audited(connection, AuditRequest((), (), since))
        assert broken(result) == ["since"]
        assert "by no key that is trusted here" in differing(result, "since")[0]
        assert broken(audited(connection, asking(since))) == ["keys", "since"]


def test_an_older_backup_has_fewer_records_than_the_auditor_saw(url: str) -> None:
    with attacked(url) as connection:
        since = seen(connection, SEALED)
        for table in ("record", "subject"):
            connection.execute(f"delete from ledger.{table} where position > 300")
        connection.execute("delete from ledger.command where first_position > 300")
        forge_seal(connection, SIZES[:-1])

        assert broken(audited(connection, asking())) == []
        (named,) = differing(audited(connection, asking(since)), "since")
        assert named == "you saw 560 records, and there are 300: an older backup was restored, or records were removed"


def test_removed_checkpoints_are_detected_with_an_earlier_checkpoint(url: str) -> None:
    with attacked(url) as connection:
        since = seen(connection, SEALED)
        forge_seal(connection, SIZES[:-1])

        (named,) = differing(audited(connection, asking(since)), "since")

        assert named == "you saw 560 records sealed, and here 300 are: newer checkpoints were taken away"


def test_the_removal_of_the_whole_seal_is_detected_with_an_earlier_checkpoint(url: str) -> None:
    with attacked(url) as connection:
        since = seen(connection)
        for table in ("publication", "cosignature", "checkpoint", "tile", "bundle", "log"):
            connection.execute(f"delete from seal.{table}")

        assert broken(audited(connection, asking(since))) == ["checkpoints", "keys", "since"]


def test_a_checkpoint_that_was_altered_is_no_checkpoint_to_begin_from(url: str) -> None:
    with attacked(url) as connection:
        altered = note(connection, 300).replace("\n300\n", "\n299\n")

        with pytest.raises(NotACheckpointOfYours, match="did not sign this"):
            read_earlier_checkpoint(altered, (LOG.key,))


@pytest.mark.parametrize("text", ["", "hello\n", "c2sp.org/tlog-proof@v1\nindex x\n\n", "a\nb\nc\n\n— a YWFhYWFh\n"])
def test_what_is_no_checkpoint_at_all_is_refused(text: str) -> None:
    with pytest.raises(NotACheckpointOfYours):
        read_earlier_checkpoint(text, ())


@pytest.mark.parametrize(
    ("attack", "named"),
    [
        ("delete from seal.tile where level = 0 and index = 1", "tile 0/1 is missing (positions 257 to 512)"),
        ("delete from seal.tile where level = 1", "tile 1/0 is missing"),
        ("insert into seal.tile values (0, 3, sha256(''))", "tile 0/3 is of no tree of 560 records"),
        (
            "update seal.tile set hashes = hashes || sha256('') where level = 0 and index = 2",
            "tile 0/2 holds more than was signed (positions 513 to 560)",
        ),
        (
            "update seal.tile set hashes = substring(hashes for 32) where level = 0 and index = 2",
            "tile 0/2 breaks off before its end (positions 513 to 560)",
        ),
    ],
)
def test_a_tile_that_is_missing_foreign_or_of_another_length_is_named(url: str, attack: str, named: str) -> None:
    with attacked(url) as connection:
        connection.execute(attack)

        result = audited(connection)

        assert broken(result) == ["tiles"]
        assert differing(result, "tiles") == (named,)


def test_what_was_published_and_never_sealed_is_named(url: str) -> None:
    with attacked(url) as connection:
        connection.execute("insert into seal.publication values (301, ledger.clock())")

        assert differing(audited(connection), "publications") == ("size 301: no such checkpoint",)


def change(connection: psycopg.Connection[Any], position: int) -> None:
    """Rewrite one record."""
    connection.execute("update ledger.record set actor = 'nobody' where position = %s", [position])


def asked_for(connection: psycopg.Connection[Any], earlier: int, later: int) -> bytes:
    """What the log asks of a witness, with the proof that its own tiles give."""
    tiles = {
        Place(level, index): hashes for level, index, hashes in connection.execute("select * from seal.tile").fetchall()
    }
    path = consistency_path(earlier, later, node_of(tiles.__getitem__)) if earlier > 0 else []
    return request(earlier, path, Note.read(note(connection, later)))
