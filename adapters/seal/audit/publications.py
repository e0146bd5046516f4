"""Checks when checkpoints were sealed and published: the times and sizes follow on one another."""

from __future__ import annotations

from typing import Any

import psycopg

from adapters.seal.audit.places import Places
from domain.check import Check

SEALED_AT_ONCE_MAX = 20_000
"""No version of the sealer has covered more new records by one checkpoint."""
PUBLISHED = """
with checkpoint as (select size, sealed_at, lead(sealed_at) over (order by size) as next_at from seal.checkpoint),
     cosigned as (select size, min(cosigned_at) as first, max(cosigned_at) as last from seal.cosignature group by size)
select p.size,
       case when c.size is null then 'no such checkpoint'
            when coalesce(p.published_at < c.sealed_at, true) then 'published before it was sealed'
            when p.published_at > c.next_at + interval '1 minute' then 'published after the next one was sealed'
            when w.last > p.published_at + interval '1 minute' or w.first < p.published_at - interval '1 minute'
            then 'published at another time than it was cosigned' end
  from seal.publication p left join checkpoint c on c.size = p.size left join cosigned w on w.size = p.size
 order by p.size
"""
"""A publication and its cosignatures are stored in one transaction, by the one sealer, before it seals on. A minute is
allowed for a clock that was set.
"""
GAPS = """
select before, size from (select size, lag(size, 1, 0::bigint) over (order by size) as before from seal.checkpoint) c
 where size - before > %s order by size
"""


def published(connection: psycopg.Connection[Any]) -> Check:
    """That only what was signed was published, and when: after it was sealed, and before the next one was."""
    wrong = Places()
    count = 0
    for size, why in connection.execute(PUBLISHED).fetchall():
        count += 1
        if why is not None:
            wrong.add(f"size {size:,}: {why}")
    ((checkpoints,),) = connection.execute("select count(*) from seal.checkpoint").fetchall()
    holds = f"{count:,} of {checkpoints:,} checkpoints are published, each between its sealing and the next one's"
    return wrong.check("publications", holds, "these were published otherwise than they were sealed")


def no_gaps(connection: psycopg.Connection[Any]) -> Check:
    """That no checkpoint covers more new records than a sealer seals at once."""
    wrong = Places()
    for before, size in connection.execute(GAPS, [SEALED_AT_ONCE_MAX]).fetchall():
        wrong.add(f"between the sizes {before:,} and {size:,} at least one is missing")
    holds = (
        f"none covers more than {SEALED_AT_ONCE_MAX:,} new records; that no older one was removed together with its"
        " publication is not proved"
    )
    return wrong.check("checkpoint history", holds, "older checkpoints were removed")
