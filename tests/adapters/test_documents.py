"""Documents: what a crash left of one is never taken for the whole, and a deleted one is gone."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from adapters.documents import DocumentAltered, DocumentMissing, DocumentUnreadable, FolderDocuments, Stored
from adapters.keys.vault import Vault
from domain.fact import Retention
from tests.adapters.keys.memory_keys import MemoryKeys
from tests.controls import ANNA


@pytest.fixture
def vault() -> Vault:
    return Vault(MemoryKeys(), bytes(32))


@pytest.fixture
def documents(tmp_path: Path, vault: Vault) -> FolderDocuments:
    return FolderDocuments(tmp_path, vault)


def document(content: bytes = b"Kom til tiden.") -> Stored:
    return Stored((ANNA, Retention.POST), uuid4(), content)


def place_of(folder: Path, stored: Stored) -> Path:
    (place,) = folder.rglob(str(stored.name))
    return place


def test_a_document_comes_back_as_it_was_stored(documents: FolderDocuments, tmp_path: Path) -> None:
    stored = document()
    documents.put([stored])
    assert documents.get(stored.name) == stored.content
    assert stored.content not in place_of(tmp_path, stored).read_bytes()


def test_stored_again_it_is_not_written_again(documents: FolderDocuments, tmp_path: Path) -> None:
    stored = document()
    documents.put([stored])
    before = place_of(tmp_path, stored).read_bytes()
    documents.put([stored])
    assert place_of(tmp_path, stored).read_bytes() == before


@pytest.mark.parametrize("left", [0, 1, 20, 45])
def test_what_a_crash_left_is_stored_anew_and_never_read_as_whole(
    documents: FolderDocuments, tmp_path: Path, left: int
) -> None:
    stored = document()
    documents.put([stored])
    place = place_of(tmp_path, stored)
    place.write_bytes(place.read_bytes()[:left])
    with pytest.raises(DocumentAltered):
        documents.get(stored.name)
    documents.put([stored])
    assert documents.get(stored.name) == stored.content


def test_stored_again_after_an_erasure_it_has_a_key_that_exists(documents: FolderDocuments, vault: Vault) -> None:
    stored = document()
    documents.put([stored])
    vault.destroy(ANNA)
    assert documents.get(stored.name) is None
    documents.put([stored])
    assert documents.get(stored.name) == stored.content


def test_a_document_under_another_name_is_refused(documents: FolderDocuments, tmp_path: Path) -> None:
    one, other = document(), document(b"Another letter.")
    documents.put([one, other])
    place_of(tmp_path, one).write_bytes(place_of(tmp_path, other).read_bytes())
    with pytest.raises(DocumentAltered):
        documents.get(one.name)


def test_a_document_that_names_a_key_of_no_vault_is_unreadable(documents: FolderDocuments, tmp_path: Path) -> None:
    stored = document()
    documents.put([stored])
    place = place_of(tmp_path, stored)
    content = place.read_bytes()
    place.write_bytes(content[:1] + uuid4().bytes + content[17:])
    with pytest.raises(DocumentUnreadable, match="a key that is not in the vault"):
        documents.get(stored.name)


def test_documents_and_their_folders_are_synced_whole_also_one_that_was_there(
    documents: FolderDocuments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, fresh = document(), document(b"Another letter.")
    documents.put([there])
    synced: dict[int, int] = {}
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        fsync(descriptor)
        synced[os.fstat(descriptor).st_ino] = os.fstat(descriptor).st_size

    monkeypatch.setattr("os.fsync", noted)
    documents.put([there, fresh])
    for each in (there, fresh):
        place = place_of(tmp_path, each)
        assert synced[place.stat().st_ino] == place.stat().st_size
        assert {folder.stat().st_ino for folder in (place.parent, tmp_path, tmp_path.parent)} <= synced.keys()


def test_what_is_in_the_store_is_named_in_order_whatever_it_is(documents: FolderDocuments, tmp_path: Path) -> None:
    stored = [document() for _ in range(20)]
    documents.put(stored)
    elsewhere = ["00/zz", "ff/.left", f"00/f{str(uuid4())[1:]}", "zz"]
    for name in elsewhere:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    names = list(documents.names())
    assert [name for name in names if isinstance(name, UUID)] == sorted(each.name for each in stored)
    assert sorted(name for name in names if isinstance(name, str)) == sorted(elsewhere)


def test_a_deleted_document_is_gone_and_deleting_it_again_changes_nothing(documents: FolderDocuments) -> None:
    stored = document()
    documents.put([stored])
    documents.delete(stored.name)
    with pytest.raises(DocumentMissing):
        documents.get(stored.name)
    documents.delete(stored.name)
    documents.delete(uuid4())
