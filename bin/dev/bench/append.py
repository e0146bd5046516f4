"""Measures appends: one caller, eight at once, and large batches, compared with the library's own recorder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from adapters.ledger.group_commit import GroupCommit
from bin.dev.bench import library
from bin.dev.bench.measure import Measure, paired, progress, seconds, shown
from bin.dev.bench.server import BenchServer

CALLERS = library.CALLERS
APPENDS_MAX = 400
"""Appends of one caller in one run: a second or less."""
LETTERS_MAX = 10_000
FACTS_A_LETTER = 4
OUR_LETTERS = (250, 1_250, 5_000)
"""Letters of one batch."""
THEIR_LETTERS = (1, 25, 100, 250, 1_000)
THEIR_LETTERS_MAX = 2_500
THEIR_APPENDS_MAX = 200
"""Of one run: with a letter an append, or when the library's plan is a bad one, more would take minutes."""
RECORDER = "eventsourcing's PostgresDCBRecorderTT"
SAME = f"{RECORDER}, the same fact, tags and condition an append"

T = TypeVar("T")


def append_one(server: BenchServer) -> Measure:
    """One caller, one fact a commit."""
    bench, count = server.small, _appends(server)

    with library.recorder(server.database()) as peer:

        def ours() -> float:
            head = bench.ledger.head()
            decisions = [bench.messages.arrival(head) for _ in range(count)]
            return count / seconds(lambda: [bench.ledger.append_many([one]) for one in decisions])

        def theirs() -> float:
            after = library.head(peer)
            appends = library.appends([bench.messages.arrival(after) for _ in range(count)])
            return count / seconds(lambda: [peer.append(*one) for one in appends])

        mine, others = paired("append_one, facts/s", server.runs, ours, theirs)
    return Measure("append_one", "facts/s", mine, SAME, others, 2, "at least")


def append_eight(server: BenchServer) -> Measure:
    """Eight callers at once, one fact each time."""
    bench, count = server.small, _appends(server) * CALLERS
    writer = GroupCommit(bench.ledger)

    with library.recorder(server.database()) as peer, ThreadPoolExecutor(CALLERS) as callers:

        def ours() -> float:
            head = bench.ledger.head()
            decisions = [bench.messages.arrival(head) for _ in range(count)]
            return count / seconds(lambda: _all(callers, writer.append, decisions))

        def theirs() -> float:
            after = library.head(peer)
            appends = library.appends([bench.messages.arrival(after) for _ in range(count)])
            return count / seconds(lambda: _all(callers, lambda one: peer.append(*one), appends))

        mine, others = paired("append_eight, facts/s", server.runs, ours, theirs)
    return Measure("append_eight", "facts/s", mine, f"{SAME}, eight at once", others, 3, "at least")


def append_batch(server: BenchServer) -> Measure:
    """Letters handed in by large batches, for each side of the size that is best for it here and now."""
    bench, total = server.small, min(LETTERS_MAX, max(250, server.facts // 10 // FACTS_A_LETTER))

    with library.recorder(server.database()) as peer:

        def ours(size: int) -> float:
            head = bench.ledger.head()
            batches = [[bench.messages.submission(head) for _ in range(size)] for _ in range(max(1, total // size))]
            count = sum(len(one.entries) for batch in batches for one in batch)
            return count / seconds(lambda: [bench.ledger.append_many(one) for one in batches])

        def theirs(size: int) -> float:
            after, letters = library.head(peer), min(total, THEIR_LETTERS_MAX, size * THEIR_APPENDS_MAX)
            appends = library.appends([bench.messages.submission(after) for _ in range(letters)], together=size)
            count = sum(len(events) for events, _ in appends)
            return count / seconds(lambda: [peer.append(*one) for one in appends])

        best = _best("our batches of letters", ours, [one for one in OUR_LETTERS if one <= total])
        their_best = _best("the library's", theirs, [one for one in THEIR_LETTERS if one <= total])
        mine, others = paired("append_batch, facts/s", server.runs, lambda: ours(best), lambda: theirs(their_best))
    against = (
        f"{RECORDER}, the same letters with the same tags, {their_best} in an append that joins their conditions"
        f" (ours: {best} in a transaction, each with its own condition and outcome)"
    )
    return Measure("append_batch", "facts/s", mine, against, others, 6, "at least")


def _appends(server: BenchServer) -> int:
    return min(APPENDS_MAX, max(20, server.facts // 100))


def _all(callers: ThreadPoolExecutor, append: Callable[[T], object], items: Sequence[T]) -> None:
    """Let each caller append its share, one after the other."""
    shares = [items[nth::CALLERS] for nth in range(CALLERS)]
    for _ in callers.map(lambda share: [append(one) for one in share], shares):
        pass


def _best(label: str, rate: Callable[[int], float], sizes: Sequence[int]) -> int:
    """The size of the highest rate; each size is warmed up by the one before it, and the first by a run of its own."""
    rate(sizes[0])
    rates = {size: rate(size) for size in sizes}
    progress(f"append_batch: {label} reach " + ", ".join(f"{shown(rates[one])}/s by {one}" for one in sizes))
    return max(rates, key=rates.__getitem__)
