"""Finds letters in what a sender gives: XML files, folders, and archives of many letters, one stream at a time."""

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
# An archive inside an archive is given as a letter, which it is not: passing it over would lose a mailing unseen.
FOUND_ENDINGS: Final = (LETTER_ENDING, *ARCHIVE_ENDINGS)
MEMBERS_MAX: Final = 10_000_000
UNPACKED_BYTES_MAX: Final = 10**12
# Near-identical letters of one mailing compress some hundred times; LZMA on zeros reaches 7,000.
RATIO_MAX: Final = 1_000
RATIO_FREE_BYTES: Final = 64 * 2**20
# The dictionary of `xz -9` needs 65 MiB; an archive that asks for more than twice that is not a mailing.
DECODER_MEMORY_BYTES_MAX: Final = 128 * 2**20
BETWEEN_MEMBERS_BYTES_MAX: Final = 2**20
PACKED_READ_BYTES: Final = 65_536
UNPACKED_READ_BYTES: Final = 2**18
_NULL: Final = b"\0"


class ArchiveRefused(RigsbogError):
    """The archive is damaged, or holds what no mailing may; letters given before it stopped were whole."""

    kind = ErrorKind.BAD_INPUT


def letters(paths: Iterable[Path]) -> Iterator[tuple[str, BinaryIO]]:
    """Go through all letters in the paths: a name to call each by, and its bytes, to be read before the next step.

    A folder is searched to the bottom in the order of names for `.xml` files and archives; links to folders are
    not followed; of an archive's members those that end otherwise are passed over too. A file named itself is a letter
    whatever it is called, unless its ending is an archive's. Raises OSError for a path that cannot be read, and
    ArchiveRefused, naming it, for a bad archive.
    """
    for path in paths:
        if path.is_dir():
            for found in _folder(path):
                yield from _file(found)
        else:
            yield from _file(path)


def _folder(folder: Path) -> Iterator[Path]:
    for base, folders, names in os.walk(folder, onerror=_fail):
        folders.sort()
        for name in sorted(names):
            if name.lower().endswith(FOUND_ENDINGS):
                yield Path(base, name)


def _fail(cause: OSError) -> None:
    raise cause


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
                if member.name.lower().endswith(FOUND_ENDINGS):
                    yield f"{path}/{member.name}", cast("BinaryIO", stream)
                while stream.read(UNPACKED_READ_BYTES):
                    pass
    except tarfile.TarError as cause:
        raise unpacked.refused("The archive is damaged: it is not a sound tar file.") from cause


def _members(archive: tarfile.TarFile, unpacked: "Unpacking") -> Iterator[tarfile.TarInfo]:
    count = 0
    while True:
        unpacked.expect_header()
        member = archive.next()
        if member is None:
            return
        unpacked.expect_contents()
        archive.members.clear()  # type: ignore[attr-defined]  # else it remembers a whole mailing
        count += 1
        if count > MEMBERS_MAX:
            raise unpacked.refused(f"The archive has more than {MEMBERS_MAX} members.")
        unsafe = _unsafe(member)
        if unsafe:
            raise unpacked.refused(unsafe)
        if not member.isdir():
            yield member


def _unsafe(member: tarfile.TarInfo) -> str | None:
    """Why no mailing may have this member, if so."""
    name = PurePosixPath(member.name)
    if name.is_absolute() or ".." in name.parts or "\\" in member.name:
        return "The archive has a member whose path leads out of it."
    plain = member.type in {tarfile.REGTYPE, tarfile.AREGTYPE} and not member.sparse
    if not plain and not member.isdir():
        return "The archive has a link, a device or another member that is no plain file."
    return None


class Unpacking:
    """A readable stream of the unpacked archive that stops at the first sign of a bomb."""

    def __init__(self, packed: BinaryIO, name: str) -> None:
        self._packed = packed
        self._name = name
        self._decoder = lzma.LZMADecompressor(memlimit=DECODER_MEMORY_BYTES_MAX)
        self._pending = b""
        self._packed_bytes = 0
        self._unpacked_bytes = 0
        self._header_bytes_left: int | None = BETWEEN_MEMBERS_BYTES_MAX

    def refused(self, why: str) -> ArchiveRefused:
        """The refusal to go on, which says of which archive it speaks."""
        return ArchiveRefused(f"{self._name}: {why}")

    def expect_header(self) -> None:
        """Allow only a header's worth of bytes until contents are expected again."""
        self._header_bytes_left = BETWEEN_MEMBERS_BYTES_MAX

    def expect_contents(self) -> None:
        """Allow contents of any size."""
        self._header_bytes_left = None

    def read(self, size: int) -> bytes:
        """Give at most `size` further bytes, empty at the end; raises ArchiveRefused past any limit."""
        try:
            while (part := self._more(size)) == b"":
                pass
        except lzma.LZMAError as cause:
            raise self.refused("The archive is damaged: its compressed form is not sound.") from cause
        if part is None and self._header_bytes_left is None:
            raise self.refused("The archive is damaged: it ends in the middle of a letter.")
        self._count(len(part or b""))
        return part or b""

    def close(self) -> None:
        """Leave the packed stream to whoever opened it."""

    def _more(self, size: int) -> bytes | None:
        if self._decoder.eof and not self._next_stream():
            return None
        packed = self._pending
        self._pending = b""
        if not packed and self._decoder.needs_input:
            packed = self._fetch()
            if not packed:
                raise self.refused("The archive is damaged: its compressed form is cut short.")
        return self._decoder.decompress(packed, max_length=size)

    def _fetch(self) -> bytes:
        packed = self._packed.read(PACKED_READ_BYTES)
        self._packed_bytes += len(packed)
        return packed

    def _next_stream(self) -> bool:
        """Begin the next of several compressed streams put end to end, as parallel compressors write them."""
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
        free = self._unpacked_bytes - RATIO_FREE_BYTES
        if free > self._packed_bytes * RATIO_MAX:
            raise self.refused(f"The archive unpacks to more than {RATIO_MAX} times its size.")
        if self._header_bytes_left is not None:
            self._header_bytes_left -= size
            if self._header_bytes_left < 0:
                raise self.refused("The archive has a header that is larger than any name needs.")
