"""Measures appends: one caller, eight at once, and large batches, compared with the library's own recorder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from adapters.ledger.entry import Decision
from adapters.ledger.group_commit import GroupCommit
from bin.application.operations.sealing import seal_now
from bin.dev.bench import library
from bin.dev.bench.measure import Measure, alternate, progress, seconds, shown
from bin.dev.bench.pace import comparing_meanwhile
from bin.dev.bench.server import BenchServer

CALLERS = library.CALLERS
APPENDS_MAX = 400
"""Appends of one caller in one run: a second or less."""
LETTERS_MAX = 10_000
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
    ledger = server.small.ledger
    return _append_facts(
        server, "append_one", 1, lambda decision: ledger.append_many([decision]), against=SAME, target=2
    )


def append_eight(server: BenchServer) -> Measure:
    """Eight callers at once, one fact each time."""
    writer = GroupCommit(server.small.ledger)
    return _append_facts(server, "append_eight", CALLERS, writer.append, against=f"{SAME}, eight at once", target=3)


def append_checked(server: BenchServer) -> Measure:
    """One caller, while another process compares the sealed records again at its usual rate, against the same alone."""
    bench, count = server.large, min(APPENDS_MAX, max(20, server.facts // 100))
    seal_now(bench)

    def rate() -> float:
        head = bench.ledger.head()
        decisions = [bench.messages.arrival(head) for _ in range(count)]
        return count / seconds(lambda: [bench.ledger.append_many([decision]) for decision in decisions])

    def compared() -> float:
        with comparing_meanwhile(bench):
            return rate()

    rates, alone = alternate("append_checked, facts/s", server.runs, compared, rate)
    against = f"the same without the round of {bench.settings.record_check_rate} records a second"
    return Measure("append_checked", "facts/s", rates, against, alone, 0.95, "at least")


def _append_facts(
    server: BenchServer, name: str, callers: int, append: Callable[[Decision], object], *, against: str, target: float
) -> Measure:
    bench, count = server.small, min(APPENDS_MAX, max(20, server.facts // 100)) * callers

    with library.recorder(server.database()) as peer, ThreadPoolExecutor(callers) as pool:

        def ours() -> float:
            head = bench.ledger.head()
            decisions = [bench.messages.arrival(head) for _ in range(count)]
            return count / seconds(lambda: _share(pool, callers, append, decisions))

        def theirs() -> float:
            after = library.head(peer)
            appends = library.appends([bench.messages.arrival(after) for _ in range(count)])
            return count / seconds(lambda: _share(pool, callers, lambda arguments: peer.append(*arguments), appends))

        rates, peer_rates = alternate(f"{name}, facts/s", server.runs, ours, theirs)
    return Measure(name, "facts/s", rates, against, peer_rates, target, "at least")


def append_batch(server: BenchServer) -> Measure:
    """Letters submitted in large batches, for each side in the size that is fastest for it on this machine."""
    bench, total = server.small, min(LETTERS_MAX, max(250, server.facts // 10 // library.FACTS_A_LETTER))

    with library.recorder(server.database()) as peer:

        def ours(size: int) -> float:
            head = bench.ledger.head()
            batches = [[bench.messages.submission(head) for _ in range(size)] for _ in range(max(1, total // size))]
            count = sum(len(decision.entries) for batch in batches for decision in batch)
            return count / seconds(lambda: [bench.ledger.append_many(batch) for batch in batches])

        def theirs(size: int) -> float:
            after, letters = library.head(peer), min(total, THEIR_LETTERS_MAX, size * THEIR_APPENDS_MAX)
            appends = library.appends([bench.messages.submission(after) for _ in range(letters)], together=size)
            count = sum(len(events) for events, _ in appends)
            return count / seconds(lambda: [peer.append(*arguments) for arguments in appends])

        best = _best("our batches of letters", ours, [size for size in OUR_LETTERS if size <= total])
        their_best = _best("the library's", theirs, [size for size in THEIR_LETTERS if size <= total])
        label = "append_batch, facts/s"
        rates, peer_rates = alternate(label, server.runs, lambda: ours(best), lambda: theirs(their_best))
    against = (
        f"{RECORDER}, the same letters with the same tags, {their_best} in an append that joins their conditions"
        f" (ours: {best} in a transaction, each with its own condition and outcome)"
    )
    return Measure("append_batch", "facts/s", rates, against, peer_rates, 6, "at least")


def _share(pool: ThreadPoolExecutor, callers: int, append: Callable[[T], object], items: Sequence[T]) -> None:
    shares = [items[caller::callers] for caller in range(callers)]
    for _ in pool.map(lambda share: [append(item) for item in share], shares):
        pass


def _best(label: str, rate: Callable[[int], float], sizes: Sequence[int]) -> int:
    """The size of the highest rate; each size is warmed up by the one before it, and the first by a run of its own."""
    rate(sizes[0])
    rates = {size: rate(size) for size in sizes}
    progress(f"append_batch: {label} reach " + ", ".join(f"{shown(rates[size])}/s by {size}" for size in sizes))
    return max(rates, key=rates.__getitem__)
