"""Keys in memory, for tests that need no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from adapters.keys.vault import Holding
from domain.fact import Retention
from domain.subject import SubjectId


class MemoryKeys:
    def __init__(self) -> None:
        self._keys: dict[Holding, tuple[UUID, bytes]] = {}
        self._indexes: dict[str, bytes] = {}
        self._destroyed: set[UUID] = set()

    def wrapped(self, holdings: Iterable[Holding]) -> Mapping[Holding, tuple[UUID, bytes]]:
        return {holding: self._keys[holding] for holding in holdings if holding in self._keys}

    def wrapped_by_id(self, keys: Iterable[UUID]) -> Mapping[UUID, bytes | None]:
        there: dict[UUID, bytes | None] = dict(self._keys.values())
        known = there | dict.fromkeys(self._destroyed)
        return {key: known[key] for key in keys if key in known}

    def holder(self, key: UUID) -> SubjectId | None:
        return next((holder for (holder, _), (kept, _) in self._keys.items() if kept == key), None)

    def add(self, keys: Mapping[Holding, tuple[UUID, bytes]]) -> None:
        self._keys = {**keys, **self._keys}

    def index_key(self, purpose: str, fresh: bytes) -> bytes:
        return self._indexes.setdefault(purpose, fresh)

    def destroy(self, holder: SubjectId, retention: Retention | None) -> tuple[UUID, ...]:
        doomed = [(who, kept) for who, kept in self._keys if who == holder and retention in (None, kept)]
        gone = tuple(self._keys.pop(holding)[0] for holding in doomed)
        self._destroyed |= set(gone)
        return gone
