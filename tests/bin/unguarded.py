"""What a superuser can do who disables the guards of a table, changes it, and leaves no trace."""

from __future__ import annotations

from typing import Any

import psycopg


def change_unguarded(url: str, table: str, statement: str, *parameters: Any) -> int:
    """Execute one statement while the table's triggers are disabled; how many rows it changed."""
    with psycopg.connect(url, autocommit=True) as connection:
        guards = connection.execute(
            "select tgname from pg_trigger where tgrelid = %s::regclass and not tgisinternal", [table]
        ).fetchall()
        connection.execute(f"alter table {table} disable trigger user")
        try:
            return connection.execute(statement, parameters).rowcount
        finally:
            for (guard,) in guards:
                connection.execute(f"alter table {table} enable always trigger {guard}")
