"""Compares what guards the ledger with what the migrations made: a guard may be disabled, replaced or dropped."""

from __future__ import annotations

from typing import Any

import psycopg

from bin.application.schema import TablesAreGone, is_empty, revision_of
from domain.check import Check
from migrations.guards import GUARDS, functions

TABLES_CHECK, GUARDS_CHECK = "tables of the ledger", "guards of the ledger"
TRIGGERS_SQL = """
select pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = t.tgrelid
 where c.relnamespace::regnamespace::text in ('ledger', 'seal', 'reaction')
   and not t.tgisinternal and t.tgenabled = 'A'
"""
FUNCTIONS_SQL = "select proname, prosrc from pg_proc where pronamespace::regnamespace::text = 'ledger'"


def look_at_tables(connection: psycopg.Connection[Any]) -> Check:
    """Whether every table that the migrations made is there."""
    try:
        revision = revision_of(connection)
    except TablesAreGone as gone:
        detail = "find out who did it, and bring back what is gone from a backup"
        return Check(TABLES_CHECK, ok=False, detail=detail, differing=gone.what)
    if revision is None:
        return Check(TABLES_CHECK, ok=False, detail="there are none: run `rigsbog migrate`")
    return Check(TABLES_CHECK, ok=True, detail=f"those of revision {revision}")


def look_at_guards(connection: psycopg.Connection[Any]) -> Check:
    """Whether every trigger is there and always on, and every function does what it did."""
    if is_empty(connection):
        return Check(GUARDS_CHECK, ok=False, detail="there are none: run `rigsbog migrate`")
    triggers = {definition for (definition,) in connection.execute(TRIGGERS_SQL)}
    stored = dict(connection.execute(FUNCTIONS_SQL).fetchall())
    wrong = sorted(name.removeprefix("CREATE TRIGGER ").split(" FOR ")[0] for name in triggers ^ GUARDS)
    wrong += sorted(f"function {name}" for name, source in functions().items() if stored.get(name) != source)
    if not wrong:
        return Check(GUARDS_CHECK, ok=True, detail=f"{len(GUARDS)}, and their functions are those of this version")
    detail = "missing, foreign, disabled or changed: find out who did it"
    return Check(GUARDS_CHECK, ok=False, detail=detail, differing=tuple(wrong))
