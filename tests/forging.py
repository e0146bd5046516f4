"""A superuser who switches guards off, changes what they guard, and switches them on again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg


@contextmanager
def forging(url: str, *tables: str) -> Iterator[psycopg.Connection[Any]]:
    """A superuser's connection while the guards of these tables are off; afterwards they guard as before."""
    with psycopg.connect(url, autocommit=True) as owner:
        guards = owner.execute(
            "select tgrelid::regclass::text, tgname from pg_trigger"
            " where tgrelid = any (%s::regclass[]) and not tgisinternal",
            [list(tables)],
        ).fetchall()
        for table, trigger in guards:
            owner.execute(f"alter table {table} disable trigger {trigger}")
        try:
            yield owner
        finally:
            for table, trigger in guards:
                owner.execute(f"alter table {table} enable always trigger {trigger}")
