"""Finds letters in XML files, folders and archives, one stream at a time."""

import lzma
import os
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final, cast

from domain.errors import ErrorKind, RigsbogError

ARCHIVE_ENDINGS: Final = (".tar.lzma", ".tar.xz")
LETTER_ENDING: Final = ".xml"
# An archive inside an archive is returned as a letter, and so reported as a fault: skipping it could lose a mailing.
SEARCHED_ENDINGS: Final = (LETTER_ENDING, *ARCHIVE_ENDINGS)
MEMBERS_MAX: Final = 10_000_000
UNPACKED_BYTES_MAX: Final = 10**12
# Similar letters of one mailing compress by a factor of some hundred; LZMA on zeros reaches 7,000.
RATIO_MAX: Final = 1_000
RATIO_EXEMPT_BYTES: Final = 64 * 2**20
# The dictionary of `xz -9` needs 65 MiB; no mailing needs more than twice that.
DECODER_MEMORY_BYTES_MAX: Final = 128 * 2**20
HEADER_BYTES_MAX: Final = 2**20
PACKED_READ_BYTES: Final = 65_536
UNPACKED_READ_BYTES: Final = 2**18
_NULL: Final = b"\0"


class ArchiveRefused(RigsbogError):
    """The archive is damaged or holds something that is not allowed: correct it, and submit the rest of it again."""

    kind = ErrorKind.BAD_INPUT


def letters(paths: Iterable[Path]) -> Iterator[tuple[str, BinaryIO]]:
    """All letters in the paths: a name and a stream, which must be read before the next letter is asked for.

    Folders (without links to folders) and archives are searched for `.xml` files and archives, folders in the order of
    names. A path to a file is always a letter, whatever its name, unless it has the ending of an archive. Raises
    OSError for a path that cannot be read, and ArchiveRefused, which names the archive.
    """
    for path in paths:
        if path.is_dir():
            for file in _folder(path):
                yield from _file(file)
        else:
            yield from _file(path)


def _folder(folder: Path) -> Iterator[Path]:
    for base, folders, names in os.walk(folder, onerror=_fail):
        folders.sort()
        for name in sorted(names):
            if name.lower().endswith(SEARCHED_ENDINGS):
                yield Path(base, name)


def _fail(error: OSError) -> None:
    raise error


def _file(path: Path) -> Iterator[tuple[str, BinaryIO]]:
    with path.open("rb") as stream:
        if path.name.lower().endswith(ARCHIVE_ENDINGS):
            yield from _archive(path, stream)
        else:
            yield str(path), stream


def _archive(path: Path, packed: BinaryIO) -> Iterator[tuple[str, BinaryIO]]:
    unpacked = Unpacking(packed, str(path))
    try:
        with closing(tarfile.open(fileobj=cast("BinaryIO", unpacked), mode="r|", errorlevel=2)) as archive:
            for member in _members(archive, unpacked):
                stream = archive.extractfile(member)
                assert stream is not None, "a regular file has contents"
                if member.name.lower().endswith(SEARCHED_ENDINGS):
                    yield f"{path}/{member.name}", cast("BinaryIO", stream)
                while stream.read(UNPACKED_READ_BYTES):
                    pass
    except tarfile.TarError as cause:
        raise unpacked.refused("The archive is damaged: it is not a valid tar file.") from cause


def _members(archive: tarfile.TarFile, unpacked: "Unpacking") -> Iterator[tarfile.TarInfo]:
    count = 0
    while True:
        unpacked.expect_header()
        member = archive.next()
        if member is None:
            return
        unpacked.expect_contents()
        archive.members.clear()  # type: ignore[attr-defined]  # or tarfile keeps every member in memory
        count += 1
        if count > MEMBERS_MAX:
            raise unpacked.refused(f"The archive has more than {MEMBERS_MAX} members.")
        if unsafe := _unsafe(member):
            raise unpacked.refused(unsafe)
        if not member.isdir():
            yield member


def _unsafe(member: tarfile.TarInfo) -> str | None:
    """Why this member is not allowed; None when it is."""
    name = PurePosixPath(member.name)
    if name.is_absolute() or ".." in name.parts or "\\" in member.name:
        return "The archive has a member with a path outside the archive."
    plain = member.type in {tarfile.REGTYPE, tarfile.AREGTYPE} and not member.sparse
    if not plain and not member.isdir():
        return "The archive has a member that is not a plain file, such as a link or a device."
    return None


class Unpacking:
    """A stream of the decompressed archive that stops at the first sign of a decompression bomb."""

    def __init__(self, packed: BinaryIO, name: str) -> None:
        self._packed = packed
        self._name = name
        self._decoder = lzma.LZMADecompressor(memlimit=DECODER_MEMORY_BYTES_MAX)
        self._pending = b""
        self._packed_bytes = 0
        self._unpacked_bytes = 0
        self._header_bytes_left: int | None = HEADER_BYTES_MAX

    def refused(self, why: str) -> ArchiveRefused:
        """The error, which names the archive."""
        return ArchiveRefused(f"{self._name}: {why}")

    def expect_header(self) -> None:
        """Limit the bytes until `expect_contents` to those of a header."""
        self._header_bytes_left = HEADER_BYTES_MAX

    def expect_contents(self) -> None:
        self._header_bytes_left = None

    def read(self, size: int) -> bytes:
        """At most `size` bytes, none at the end; raises ArchiveRefused when a limit is exceeded."""
        try:
            while (part := self._more(size)) == b"":
                pass
        except lzma.LZMAError as cause:
            raise self.refused("The archive is damaged: its compressed data is not valid.") from cause
        if part is None and self._header_bytes_left is None:
            raise self.refused("The archive is damaged: it ends inside a letter.")
        self._count(len(part or b""))
        return part or b""

    def close(self) -> None:
        """Nothing: the caller closes the compressed stream."""

    def _more(self, size: int) -> bytes | None:
        if self._decoder.eof and not self._next_stream():
            return None
        packed = self._pending
        self._pending = b""
        if not packed and self._decoder.needs_input:
            packed = self._fetch()
            if not packed:
                raise self.refused("The archive is damaged: its compressed data ends too early.")
        return self._decoder.decompress(packed, max_length=size)

    def _fetch(self) -> bytes:
        packed = self._packed.read(PACKED_READ_BYTES)
        self._packed_bytes += len(packed)
        return packed

    def _next_stream(self) -> bool:
        """Start the next compressed stream, if there is one: parallel compressors write several in a row."""
        rest = self._decoder.unused_data.lstrip(_NULL)
        while not rest:
            if not (packed := self._fetch()):
                return False
            rest = packed.lstrip(_NULL)
        self._decoder = lzma.LZMADecompressor(memlimit=DECODER_MEMORY_BYTES_MAX)
        self._pending = rest
        return True

    def _count(self, size: int) -> None:
        self._unpacked_bytes += size
        if self._unpacked_bytes > UNPACKED_BYTES_MAX:
            raise self.refused(f"The archive unpacks to more than {UNPACKED_BYTES_MAX} bytes.")
        checked_bytes = self._unpacked_bytes - RATIO_EXEMPT_BYTES
        if checked_bytes > self._packed_bytes * RATIO_MAX:
            raise self.refused(f"The archive unpacks to more than {RATIO_MAX} times its size.")
        if self._header_bytes_left is not None:
            self._header_bytes_left -= size
            if self._header_bytes_left < 0:
                raise self.refused("The archive has a header that is too large.")
