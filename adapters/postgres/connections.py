"""The connections of the product, by the role that their work needs: the one place where any is made for a use case."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cached_property

import psycopg
import sqlalchemy
from psycopg.rows import TupleRow

from adapters.postgres.database import Role, connect, engine
from adapters.postgres.pool import Pool


class Database:
    """One database; each pool of connections is made when it is first used, and closed with the others.

    `read_url` names a read replica for questions; without one they go to the database itself.
    """

    def __init__(self, url: str, read_url: str | None = None) -> None:
        self.url = url
        self._read_url = read_url or url
        self._open = ExitStack()

    @cached_property
    def append(self) -> Pool:
        """Those who record facts: psycopg, autocommit, look-ups by key."""
        return self._pool("rigsbog_append", key_lookups=True)

    @cached_property
    def project(self) -> sqlalchemy.Engine:
        """Those who build registers."""
        return self._engine(self.url, "rigsbog_project")

    @cached_property
    def audit(self) -> sqlalchemy.Engine:
        """Those who only read, and must see what was just recorded."""
        return self._engine(self.url, "rigsbog_audit")

    @cached_property
    def questions(self) -> sqlalchemy.Engine:
        """Those who ask about the past, on the read replica if there is one."""
        return self._engine(self._read_url, "rigsbog_audit")

    @cached_property
    def questions_pool(self) -> Pool:
        """As `questions`, by psycopg: reads facts of the past."""
        return self._pool("rigsbog_audit", read=True)

    @cached_property
    def owner(self) -> sqlalchemy.Engine:
        """The user of the URL itself, for what no role may do."""
        return self._engine(self.url, None)

    @cached_property
    def owner_pool(self) -> Pool:
        """The role that owns the tables: psycopg, autocommit."""
        return self._pool("rigsbog_owner")

    def seal(self) -> psycopg.Connection[TupleRow]:
        """A connection of its own for who seals, because the sealers' lock is a session's; the caller closes it."""
        return connect(self.url, "rigsbog_seal", autocommit=True)

    def leader(self) -> psycopg.Connection[TupleRow]:
        """A connection of its own for who executes reactions, because the leader lock is a session's."""
        return connect(self.url, "rigsbog_react", autocommit=True)

    def close(self) -> None:
        self._open.close()
        for name in ("append", "project", "audit", "questions", "questions_pool", "owner", "owner_pool"):
            self.__dict__.pop(name, None)

    def _pool(self, role: Role, *, key_lookups: bool = False, read: bool = False) -> Pool:
        pool = Pool(self._read_url if read else self.url, role, key_lookups=key_lookups)
        self._open.callback(pool.close)
        return pool

    def _engine(self, url: str, role: Role | None) -> sqlalchemy.Engine:
        made = engine(url, role)
        self._open.callback(made.dispose)
        return made
