"""Reads the tiles and bundles of a log, from its database or from the folder of an export."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import psycopg

from adapters.seal.formats.tiles import WIDTH, Place, bundle_path, path

FOREIGN = """
select 'tile ' || level || '/' || index from seal.tile
 where level not between 0 and 7 or index < 0
    or index >= ((%(size)s::bigint >> (8 * least(greatest(level, 0), 7))) + 255) / 256
 union all
select 'bundle ' || index from seal.bundle where index < 0 or index >= (%(size)s::bigint + 255) / 256
 order by 1 limit %(most)s
"""


class TileSource(Protocol):
    """The tiles and bundles of a log; a missing tile is empty, and a missing bundle is None."""

    def tile(self, place: Place, width: int) -> bytes:
        """The tile that has that width in the tree."""

    def tiles(self, first: int, until: int, size: int) -> dict[int, bytes]:
        """The tiles of level 0 from one index until before another, of a tree of that size."""

    def bundles(self, first: int, until: int, size: int) -> dict[int, bytes]:
        """The bundles from one index until before another, of a tree of that size."""

    def foreign(self, size: int, most: int) -> Iterator[str]:
        """Tiles and bundles that a tree of that size does not have."""


class DatabaseTiles(TileSource):
    """The rows of schema `seal`, as one snapshot shows them."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def tile(self, place: Place, width: int) -> bytes:
        row = self._connection.execute(
            "select hashes from seal.tile where level = %s and index = %s", [place.level, place.index]
        ).fetchone()
        return b"" if row is None else row[0] or b""

    def tiles(self, first: int, until: int, size: int) -> dict[int, bytes]:
        statement = "select index, hashes from seal.tile where level = 0 and index >= %s and index < %s"
        return dict(self._connection.execute(statement, [first, until], binary=True).fetchall())

    def bundles(self, first: int, until: int, size: int) -> dict[int, bytes]:
        statement = "select index, entries from seal.bundle where index >= %s and index < %s"
        return dict(self._connection.execute(statement, [first, until], binary=True).fetchall())

    def foreign(self, size: int, most: int) -> Iterator[str]:
        for (place,) in self._connection.execute(FOREIGN, {"size": size, "most": most}):
            yield place


class FolderTiles(TileSource):
    """The files of an export (static tlog-tiles)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def tile(self, place: Place, width: int) -> bytes:
        return self._read(path(place, width)) or b""

    def tiles(self, first: int, until: int, size: int) -> dict[int, bytes]:
        places = [Place(0, index) for index in range(first, until)]
        return {one.index: self.tile(one, one.width(size)) for one in places if one.width(size)}

    def bundles(self, first: int, until: int, size: int) -> dict[int, bytes]:
        widths = {index: min(WIDTH, size - index * WIDTH) for index in range(first, until)}
        read = {index: self._read(bundle_path(index, width)) for index, width in widths.items() if width > 0}
        return {index: packed for index, packed in read.items() if packed is not None}

    def foreign(self, size: int, most: int) -> Iterator[str]:
        """None: a folder may hold the partial tiles of before, and those of a later checkpoint."""
        yield from ()

    def _read(self, name: str) -> bytes | None:
        file = self._folder / name
        return file.read_bytes() if file.is_file() else None
