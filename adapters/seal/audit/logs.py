"""Checks which logs have signed the ledger: where one ended because records were lost, and where the next began."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

from adapters.seal.audit.places import Places
from adapters.seal.audit.trust import LogPeriod, Trust
from adapters.seal.formats.checkpoint import Checkpoint, NotACheckpoint
from adapters.seal.formats.note import NotANote, Note
from adapters.seal.formats.tree import EMPTY_ROOT
from domain.check import Check

BEGUN = """
select r.position, r.payload ->> 'log', r.payload ->> 'origin', r.payload ->> 'after_origin',
       coalesce(r.payload ->> 'last_size', ''), r.payload ->> 'last_root', coalesce(r.payload ->> 'lost_size', ''),
       (select c.note from seal.checkpoint c where c.size::text = r.payload ->> 'last_size')
  from ledger.record r join ledger.fact_name n using (fact) where n.name = 'LogBegun' order by r.position
"""
PUBLISHED = "select coalesce(max(size), 0) from seal.publication where size >= %s and (%s::bigint is null or size < %s)"


@dataclass(frozen=True, slots=True)
class LogCoverage:
    """A log, where it began, and how many records its newest published checkpoint covers, from the first one on."""

    origin: str
    begins_at_position: int | None
    """The position of the fact by which it began; None of the first log."""
    published: int


def log_coverage(connection: psycopg.Connection[Any], trust: Trust) -> tuple[LogCoverage, ...]:
    """What each log covers."""
    ends = [*(period.begins for period in trust.logs[1:]), None]
    return tuple(
        LogCoverage(period.origin, period.begins or None, _published(connection, period, end))
        for period, end in zip(trust.logs, ends, strict=True)
    )


def logs_check(connection: psycopg.Connection[Any], trust: Trust) -> Check:
    """That each later log began by a fact, which names the log before it and its last checkpoint that is left."""
    facts = connection.execute(BEGUN).fetchall()
    stated = {(position, log, origin) for position, log, origin, *_ in facts}
    stored = {(period.begins, f"log:{period.log}", period.origin) for period in trust.logs[1:]}
    wrong = Places()
    for position, _, origin in sorted(stored - stated):
        wrong.add(f"{origin}: no fact at position {position:,} begins it")
    for position, _, origin in sorted(stated - stored, key=str):
        wrong.add(
            f"position {position:,}: the fact begins {origin}, which does not sign: run `rigsbog seal begin` again"
        )
    sentences = [f"{trust.logs[0].origin} is the first"]
    for position, _, origin, after, last_size, last_root, lost_size, note in facts:
        if (EMPTY_ROOT.hex() if last_size == "0" else _root(note)) != last_root:
            wrong.add(
                f"position {position:,}: the checkpoint of {last_size} records is not the one that the fact names"
            )
        sentences.append(
            f"{after} ended with {last_size} records, though {lost_size} were published, and from position "
            f"{position:,} on {origin} signs in its place: it covers all records, and alone those after {last_size}"
        )
    return wrong.check("logs", "; ".join(sentences), "the logs are not as the facts say")


def _published(connection: psycopg.Connection[Any], period: LogPeriod, end: int | None) -> int:
    ((size,),) = connection.execute(PUBLISHED, [period.begins, end, end]).fetchall()
    return int(size)


def _root(note: str | None) -> str | None:
    """The root in a checkpoint, in hexadecimal; None when it cannot be read."""
    try:
        return None if note is None else Checkpoint.read(Note.read(note).text).root.hex()
    except (NotANote, NotACheckpoint):
        return None
