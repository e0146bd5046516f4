"""Looks for personal data in clear text in every part of a database: every table, every index, the WAL and the log."""

from __future__ import annotations

import json
import mmap
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import psycopg
from psycopg import sql

from adapters.postgres.cluster import locate
from adapters.postgres.embedded import EmbeddedServer

CPR = re.compile(r"\d{10}")
TABLES = """
select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'm', 'p') and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
"""


def clear_text_found(server: EmbeddedServer, database: str, secrets: Sequence[str]) -> list[str]:
    """The places of the secrets in clear text: `place: the secret's number in the list and its form`; never itself.

    A secret of ten digits is also looked for with the hyphen of a CPR number. Writes what is in memory to the disk.
    """
    forms = [(f"secret {nth} {form}", sought) for nth, one in enumerate(secrets) for form, sought in forms_of(one)]
    with psycopg.connect(server.url(database), autocommit=True) as connection:
        connection.execute("checkpoint")
        places = [
            f"{place}: {name}" for place, content in _tables(connection) for name, sought in forms if sought in content
        ]
        ((oid,),) = connection.execute("select oid from pg_database where datname = current_database()").fetchall()
    for path in _files(locate(server.home).folder, oid):
        places += [f"{path.name}: {name}" for name in _in_file(path, forms)]
    return places


def forms_of(secret: str) -> Iterator[tuple[str, bytes]]:
    """The forms in which a text may be stored: as it is, escaped in JSON, or as hexadecimal digits of its bytes."""
    for text in {secret, f"{secret[:6]}-{secret[6:]}"} if CPR.fullmatch(secret) else {secret}:
        plain = text.encode()
        escaped = json.dumps(text)[1:-1].encode()
        yield "in clear", plain
        yield "as hexadecimal digits", plain.hex().encode()
        if escaped != plain:
            yield "escaped in JSON", escaped


def _tables(connection: psycopg.Connection) -> Iterator[tuple[str, bytes]]:
    """Every table as bytes, both as they are and as text."""
    for schema, name in connection.execute(TABLES).fetchall():
        for form in ("binary", "text"):
            query = sql.SQL("copy (select * from {}.{}) to stdout (format {})").format(
                sql.Identifier(schema), sql.Identifier(name), sql.SQL(form)
            )
            with connection.cursor().copy(query) as copy:
                yield f"{schema}.{name}", b"".join(bytes(block) for block in copy)


def _files(place: Path, oid: int) -> Iterator[Path]:
    """The files of one database, its heaps and indexes, and the cluster's WAL and logs."""
    for folder in (place / "pgdata" / "base" / str(oid), place / "pgdata" / "pg_wal", place / "log"):
        yield from (path for path in sorted(folder.iterdir()) if path.is_file() and path.stat().st_size)


def _in_file(path: Path, forms: Iterable[tuple[str, bytes]]) -> Iterator[str]:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for name, sought in forms:
            if content.find(sought) >= 0:
                yield name
