"""A crafted bundle is refused in one sentence, for every structure of its archive."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from bin.application.evidence.bundle_reader import NotValid, read_bundle

METHODS = {"deflate": zipfile.ZIP_DEFLATED, "bzip2": zipfile.ZIP_BZIP2, "lzma": zipfile.ZIP_LZMA}


def shell(method: int) -> bytearray:
    """A zip with one file, compressed."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", method) as archive:
        archive.writestr("bundle.json", bytes(range(256)) * 40)
    return bytearray(whole.getvalue())


@pytest.mark.parametrize("method", METHODS)
def test_a_broken_compression_is_no_whole_zip(method: str, tmp_path: Path) -> None:
    content = shell(METHODS[method])
    content[60:120] = bytes(60)
    file = tmp_path / "a.zip"
    file.write_bytes(content)
    with pytest.raises(NotValid, match="not a whole zip file"):
        read_bundle(file, ())


def test_an_encrypted_file_is_no_whole_zip(tmp_path: Path) -> None:
    content = shell(zipfile.ZIP_STORED)
    central = content.index(b"PK\x01\x02")
    content[6] |= 1
    content[central + 8] |= 1
    file = tmp_path / "a.zip"
    file.write_bytes(content)
    with pytest.raises(NotValid, match="not a whole zip file"):
        read_bundle(file, ())
