"""Where the keys are: wrapped data keys in the database's vault, and the key-encryption key outside the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from uuid import UUID

from adapters.keys.key_file import KEY_COMMAND, NoKey, decoded, made_at, makes_its_own, read_key
from adapters.keys.vault import Holding
from adapters.postgres.pool import Connections, ask
from domain.fact import Retention
from domain.subject import SubjectId, subject

KEK_VARIABLE = "RIGSBOG_KEK"
KEK_FILE_VARIABLE = "RIGSBOG_KEK_FILE"
KEK_NAME = "kek-1"
"""The name under which the vault says which key-encryption key wrapped a data key."""
KEK_FILE = "kek"


def key_encryption_key(environment: Mapping[str, str], home: Path | None) -> bytes:
    """The KEK from RIGSBOG_KEK (base64), from the file RIGSBOG_KEK_FILE, or from `home`, where it is made at first use.

    NoKey without one in production, or when it is not 32 bytes of base64, or when the file may be read by others.
    """
    given = environment.get(KEK_VARIABLE)
    if given:
        return decoded(given, KEK_VARIABLE)
    named = environment.get(KEK_FILE_VARIABLE)
    if named:
        return read_key(Path(named))
    if not makes_its_own(environment) or home is None:
        raise NoKey(
            f"No key-encryption key: set {KEK_FILE_VARIABLE} to a file with mode 0600 made by "
            f"`{KEY_COMMAND}`, and keep a copy where the database's backups are not."
        )
    return read_key(made_at(home / KEK_FILE))


class PostgresKeys:
    """The wrapped keys in schema `vault`; whoever writes facts may add keys, only the owner may destroy them."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def wrapped(self, holdings: Iterable[Holding]) -> Mapping[Holding, tuple[UUID, bytes]]:
        """The keys that exist, by holder and class."""
        asked = [(str(holder), retention.value) for holder, retention in holdings]
        rows = ask(
            self._connections,
            "select k.holder, k.retention, k.key, k.wrapped from vault.data_key k"
            " join unnest(%s::text[], %s::text[]) as a(holder, retention) using (holder, retention)",
            [[holder for holder, _ in asked], [retention for _, retention in asked]],
        )
        return {(subject(holder), Retention(retention)): (key, bytes(wrap)) for holder, retention, key, wrap in rows}

    def wrapped_by_id(self, keys: Iterable[UUID]) -> Mapping[UUID, bytes | None]:
        """Keys by their ids, None for each that is destroyed; one that never was is left out."""
        wanted = list(keys)
        rows = ask(
            self._connections,
            "select key, wrapped from vault.data_key where key = any (%s)"
            " union all select key, null from vault.destroyed_key where key = any (%s)",
            [wanted, wanted],
        )
        return {key: None if wrapped is None else bytes(wrapped) for key, wrapped in rows}

    def holder(self, key: UUID) -> SubjectId | None:
        """Whose key it is, or None when it never was or is destroyed."""
        with self._connections.connection() as connection:
            row = connection.execute("select holder from vault.data_key where key = %s", [key]).fetchone()
        return None if row is None else subject(row[0])

    def add(self, keys: Mapping[Holding, tuple[UUID, bytes]]) -> None:
        """Keep new keys; where another process was first, its key stands."""
        # One order for everybody, so that two processes that add the same keys never wait for each other in a ring.
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
        """The wrapped key of a look-up index: the one that is there, else `fresh` from now on."""
        ask(
            self._connections,
            "insert into vault.index_key (purpose, wrapped, wrapped_by) values (%s, %s, %s)"
            " on conflict (purpose) do nothing",
            [purpose, fresh, KEK_NAME],
        )
        ((wrapped,),) = ask(self._connections, "select wrapped from vault.index_key where purpose = %s", [purpose])
        return bytes(wrapped)

    def held(self, holder: SubjectId, retention: Retention | None) -> tuple[UUID, ...]:
        """The ids of a holder's keys of one class or of all."""
        rows = ask(
            self._connections,
            "select key from vault.data_key where holder = %s and (%s::text is null or retention = %s::text)"
            " order by key",
            [str(holder), retention, retention],
        )
        return tuple(key for (key,) in rows)

    def destroy(self, holder: SubjectId, retention: Retention | None) -> tuple[UUID, ...]:
        """Destroy a holder's keys of one class or of all, and say which; needs the owner's role."""
        with self._connections.connection() as connection:
            rows = connection.execute(
                "with gone as (delete from vault.data_key where holder = %s"
                "              and (%s::text is null or retention = %s::text) returning key)"
                " insert into vault.destroyed_key (key) select key from gone returning key",
                [str(holder), retention, retention],
            ).fetchall()
        return tuple(key for (key,) in rows)


class MemoryKeys:
    """Keys for fast tests, gone with the process."""

    def __init__(self) -> None:
        self._keys: dict[Holding, tuple[UUID, bytes]] = {}
        self._indexes: dict[str, bytes] = {}
        self._destroyed: set[UUID] = set()

    def wrapped(self, holdings: Iterable[Holding]) -> Mapping[Holding, tuple[UUID, bytes]]:
        """The keys that exist, by holder and class."""
        return {holding: self._keys[holding] for holding in holdings if holding in self._keys}

    def wrapped_by_id(self, keys: Iterable[UUID]) -> Mapping[UUID, bytes | None]:
        """Keys by their ids, None for each that is destroyed; one that never was is left out."""
        there: dict[UUID, bytes | None] = dict(self._keys.values())
        known = there | dict.fromkeys(self._destroyed)
        return {key: known[key] for key in keys if key in known}

    def holder(self, key: UUID) -> SubjectId | None:
        """Whose key it is, or None when it never was or is destroyed."""
        return next((holder for (holder, _), (kept, _) in self._keys.items() if kept == key), None)

    def add(self, keys: Mapping[Holding, tuple[UUID, bytes]]) -> None:
        """Keep new keys; the first stands."""
        self._keys = {**keys, **self._keys}

    def index_key(self, purpose: str, fresh: bytes) -> bytes:
        """The wrapped key of a look-up index: the one that is there, else `fresh` from now on."""
        return self._indexes.setdefault(purpose, fresh)

    def destroy(self, holder: SubjectId, retention: Retention | None) -> tuple[UUID, ...]:
        """Destroy a holder's keys of one class or of all, and say which."""
        doomed = [(who, kept) for who, kept in self._keys if who == holder and retention in (None, kept)]
        gone = tuple(self._keys.pop(holding)[0] for holding in doomed)
        self._destroyed |= set(gone)
        return gone
