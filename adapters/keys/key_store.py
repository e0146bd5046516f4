"""Stores keys: wrapped data keys in the database, and the key-encryption key outside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from adapters.keys.key_file import KEY_COMMAND, NoKey, create_key_file, decode_key, read_key
from adapters.keys.vault import Holding
from adapters.postgres.pool import Pool, ask
from adapters.settings import Settings
from domain.fact import Retention
from domain.subject import SubjectId, subject

KEK_NAME = "kek-1"
"""The vault names by this the key-encryption key that wrapped a data key."""
KEK_FILE = "kek"


def key_encryption_key(settings: Settings) -> bytes:
    """The KEK from RIGSBOG_KEK (base64), from the file RIGSBOG_KEK_FILE, or from the home, where it is made if missing.

    NoKey without one in production, or when it is not 32 bytes of base64, or when the file may be read by others.
    """
    if settings.kek is not None:
        return decode_key(settings.kek.get_secret_value(), "RIGSBOG_KEK")
    if settings.kek_file is not None:
        return read_key(settings.kek_file)
    if settings.is_production:
        raise NoKey(
            "No key-encryption key: set RIGSBOG_KEK_FILE to a file with mode 0600 made by "
            f"`{KEY_COMMAND}`, and keep a copy where the database's backups are not."
        )
    return read_key(create_key_file(settings.home / KEK_FILE))


class PostgresKeys:
    """Wrapped keys in the schema `vault`: the role that appends facts adds keys, only the owner destroys them."""

    def __init__(self, connections: Pool) -> None:
        self._connections = connections

    def wrapped(self, holdings: Iterable[Holding]) -> Mapping[Holding, tuple[UUID, bytes]]:
        pairs = [(str(holder), retention.value) for holder, retention in holdings]
        rows = ask(
            self._connections,
            "select k.holder, k.retention, k.key, k.wrapped from vault.data_key k"
            " join unnest(%s::text[], %s::text[]) as a(holder, retention) using (holder, retention)",
            [[holder for holder, _ in pairs], [retention for _, retention in pairs]],
        )
        return {(subject(holder), Retention(retention)): (key, bytes(wrap)) for holder, retention, key, wrap in rows}

    def wrapped_by_id(self, keys: Iterable[UUID]) -> Mapping[UUID, bytes | None]:
        ids = list(keys)
        rows = ask(
            self._connections,
            "select key, wrapped from vault.data_key where key = any (%s)"
            " union all select key, null from vault.destroyed_key where key = any (%s)",
            [ids, ids],
        )
        return {key: None if wrapped is None else bytes(wrapped) for key, wrapped in rows}

    def holder(self, key: UUID) -> SubjectId | None:
        with self._connections.connection() as connection:
            row = connection.execute("select holder from vault.data_key where key = %s", [key]).fetchone()
        return None if row is None else subject(row[0])

    def add(self, keys: Mapping[Holding, tuple[UUID, bytes]]) -> None:
        # Always in the same order, so that two processes that add the same keys cannot deadlock.
        rows = sorted((str(holder), kept.value, key, wrap) for (holder, kept), (key, wrap) in keys.items())
        holders, classes, ids, wraps = zip(*rows, strict=True)
        ask(
            self._connections,
            "insert into vault.data_key (holder, retention, key, wrapped, wrapped_by)"
            " select h, r, k, w, %s from unnest(%s::text[], %s::text[], %s::uuid[], %s::bytea[]) as n(h, r, k, w)"
            " on conflict (holder, retention) do nothing",
            [KEK_NAME, list(holders), list(classes), list(ids), list(wraps)],
        )

    def index_key(self, purpose: str, fresh: bytes) -> bytes:
        ask(
            self._connections,
            "insert into vault.index_key (purpose, wrapped, wrapped_by) values (%s, %s, %s)"
            " on conflict (purpose) do nothing",
            [purpose, fresh, KEK_NAME],
        )
        ((wrapped,),) = ask(self._connections, "select wrapped from vault.index_key where purpose = %s", [purpose])
        return bytes(wrapped)

    def held(self, holder: SubjectId, retention: Retention | None) -> tuple[UUID, ...]:
        """The ids of a holder's keys of one retention class or of all."""
        rows = ask(
            self._connections,
            "select key from vault.data_key where holder = %s and (%s::text is null or retention = %s::text)"
            " order by key",
            [str(holder), retention, retention],
        )
        return tuple(key for (key,) in rows)

    def destroy(self, holder: SubjectId, retention: Retention | None) -> tuple[UUID, ...]:
        """See KeyStore; needs the owner's role."""
        with self._connections.connection() as connection:
            rows = connection.execute(
                "with gone as (delete from vault.data_key where holder = %s"
                "              and (%s::text is null or retention = %s::text) returning key)"
                " insert into vault.destroyed_key (key) select key from gone returning key",
                [str(holder), retention, retention],
            ).fetchall()
        return tuple(key for (key,) in rows)
