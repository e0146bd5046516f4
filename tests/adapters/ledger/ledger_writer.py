"""A process that records many facts by every method, and some of its transactions are rolled back: `URL SEED FACTS`."""

from __future__ import annotations

import random
import sys
from concurrent.futures import ThreadPoolExecutor

from adapters.ledger.entry import Decision, Verdict
from adapters.ledger.group_commit import GroupCommit
from adapters.ledger.ledger import PostgresLedger
from adapters.ledger.rows import conditions_json, decisions_json, records_json, subjects_json
from tests.adapters.ledger.ledger_scenes import decision, opened_ledger

BULK_DECISIONS = 250
FACTS_MAX = 8
CALLERS = 4


def write(ledger: PostgresLedger, chance: random.Random, wanted: int) -> None:
    """Record exactly `wanted` facts."""
    writer = GroupCommit(ledger)
    with ThreadPoolExecutor(CALLERS) as callers:
        while wanted > 0:
            way = chance.random()
            if way < 0.1:
                appended = ledger.append_many([decision(facts=min(wanted, chance.randint(1, FACTS_MAX)))])
            elif way < 0.2:
                each = [decision() for _ in range(min(wanted, 2 * CALLERS))]
                appended = list(callers.map(writer.append, each))
            elif way < 0.3:
                roll_back(ledger, [decision(facts=chance.randint(1, FACTS_MAX)) for _ in range(3)])
                continue
            else:
                sizes = [chance.randint(1, FACTS_MAX) for _ in range(BULK_DECISIONS)]
                if sum(sizes) > wanted:
                    sizes = [1] * min(wanted, BULK_DECISIONS)
                appended = ledger.append_many([decision(facts=size) for size in sizes])
            assert all(one.verdict is Verdict.RECORDED for one in appended), "every decision was new"
            wanted -= sum(one.last - one.first + 1 for one in appended)


def roll_back(ledger: PostgresLedger, decisions: list[Decision]) -> None:
    """Take positions, and give them back."""
    names = ledger._known()
    with ledger.connections.connection() as connection, connection.transaction(force_rollback=True):
        connection.execute(
            "select ledger.append(%s::json, %s::json, %s::json, %s::json)",
            [
                decisions_json(decisions),
                conditions_json(decisions, names),
                records_json(decisions, names),
                subjects_json(decisions, names),
            ],
        )


if __name__ == "__main__":
    with opened_ledger(sys.argv[1]) as opened:
        write(opened, random.Random(int(sys.argv[2])), int(sys.argv[3]))  # noqa: S311 - a test's dice
