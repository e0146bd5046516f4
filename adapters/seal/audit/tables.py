"""Checks that the audit reads the tables themselves, with no view, rule or row security in between."""

from __future__ import annotations

from typing import Any

import psycopg

from adapters.seal.audit.places import Places
from domain.check import Check

IN_BETWEEN = """
select c.relnamespace::regnamespace || '.' || c.relname,
       case when c.relkind <> 'r' then 'is no plain table'
            when c.relrowsecurity then 'hides rows from some of its readers' else 'has rules' end
  from pg_class c
 where c.relnamespace in ('ledger'::regnamespace, 'seal'::regnamespace) and c.relname = any (%s)
   and (c.relkind <> 'r' or c.relrowsecurity or exists (select from pg_rewrite w where w.ev_class = c.oid))
 order by 1
"""
READ = (
    "record",
    "subject",
    "command",
    "fact_name",
    "subject_kind",
    "log",
    "tile",
    "bundle",
    "checkpoint",
    "cosignature",
    "publication",
    "time_stamp",
    "age_limit",
    "halt_acknowledged",
    "simulated_clock",
)


def plain_tables(connection: psycopg.Connection[Any]) -> Check:
    """Check that what is read is what is stored."""
    wrong = Places()
    for table, why in connection.execute(IN_BETWEEN, [list(READ)]).fetchall():
        wrong.add(f"{table} {why}")
    return wrong.check("tables", "each is read as it is stored", "something hides or replaces what is stored")
