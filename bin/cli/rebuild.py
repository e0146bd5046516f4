"""`rigsbog rebuild`: builds registers again in shadow tables, and swaps them in when they are equal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from bin.application.application import Application
from bin.application.operations import rebuilds
from bin.cli import exits, output
from bin.cli.arguments import RegisterNames, read_registers
from bin.cli.options import Json
from bin.cli.progress import counting, reporting
from bin.cli.start import open_application
from projections.declare import Register
from projections.rebuilding.pace import Pace
from projections.rebuilding.plan import Plan
from projections.rebuilding.rebuild_all import Outcome, Result
from projections.rebuilding.step import Choices

BYTES_PER_MEGABYTE = 1_000_000

PlanOnly = Annotated[bool, typer.Option("--plan", help="Show what would be done, and do nothing.")]
Workers = Annotated[int, typer.Option(min=1, max=8, help="Registers rebuilt at a time.")]
MaxRate = Annotated[int | None, typer.Option(min=1, help="At most so many facts a second, for each register.")]
MaxLag = Annotated[int, typer.Option(min=1, help="Pause while a followed register lags so many facts or more.")]
PostponeSwap = Annotated[bool, typer.Option("--postpone-swap", help="Build and compare, but leave the swap for later.")]
SwapNow = Annotated[bool, typer.Option("--swap-now", help="Swap in what is ready, after catching up and comparing.")]
Rollback = Annotated[bool, typer.Option("--rollback", help="Make the table that the last swap set aside live again.")]
Abort = Annotated[bool, typer.Option("--abort", help="Drop rebuilds that have begun; the live registers stay.")]
Despite = Annotated[
    bool,
    typer.Option(
        "--despite-differences",
        help="Replace a live register that differs; it is kept for --rollback. Or roll back to one that differs.",
    ),
]


def rebuild(
    names: RegisterNames = None,
    *,
    plan: PlanOnly = False,
    workers: Workers = 1,
    max_rate: MaxRate = None,
    max_lag: MaxLag = 50_000,
    postpone_swap: PostponeSwap = False,
    swap_now: SwapNow = False,
    rollback: Rollback = False,
    abort: Abort = False,
    despite_differences: Despite = False,
    json: Json = False,
) -> None:
    """A killed or interrupted rebuild is resumed by the same call. Each new table is compared with the live one at the
    same position, by digest. When they are equal, the fact RebuildAttested says so, and they are swapped. Otherwise the
    first differing rows are named, with the facts that set them: exit 1. The previous table stays for --rollback, which
    compares it with the ledger first. Meanwhile every sealed record is compared with the seal. If one differs, it is
    named, and nothing is attested, swapped or rolled back: exit 70. Records that are not sealed yet cannot be compared:
    the last line says how far they were. No reaction is executed. Each act is recorded as the operator's
    (RIGSBOG_OPERATOR) before it is done. With --json, progress is JSON lines on standard error. Exit 75: another
    rebuild of the register is in progress, or readers lock the table for too long to swap it.
    """
    if sum((plan, postpone_swap, swap_now, rollback, abort)) > 1:
        raise typer.BadParameter("--plan, --postpone-swap, --swap-now, --rollback and --abort exclude each other")
    if (rollback or abort) and not names:
        raise typer.BadParameter("name the registers to --rollback or --abort")
    chosen = read_registers(names)
    pace = Pace(facts_per_second_max=max_rate, lag_facts_max=max_lag)
    choices = Choices(pace, workers, postpone_swap=postpone_swap, despite_differences=despite_differences)
    with open_application() as application:
        if rollback:
            _roll_back(application, chosen, despite_differences=despite_differences, json=json)
        elif abort:
            _abort(application, chosen, json=json)
        else:
            _rebuild(application, chosen, choices, plan_only=plan, ready_only=swap_now, json=json)


def _rebuild(
    application: Application,
    chosen: Sequence[Register],
    choices: Choices,
    *,
    plan_only: bool,
    ready_only: bool,
    json: bool,
) -> None:
    plans = rebuilds.plan_rebuild(application, chosen, ready_only=ready_only)
    planned = {plan.register for plan in plans}
    if not json:
        _show_plan(plans, choices)
    if plan_only or not plans:
        if json:
            output.print_json({"plan": [_planned(plan) for plan in plans], "registers": []})
        return
    with reporting(as_json=json) as report:
        registers = [register for register in chosen if register.name in planned]
        count = counting(report, "compared with the seal")
        rebuilt = rebuilds.rebuild_registers(application, registers, choices, report, count)
    if json:
        ended = [asdict(result) for result in rebuilt.results]
        plan_form = [_planned(plan) for plan in plans]
        output.print_json({"plan": plan_form, "registers": ended, "compared_with_seal": rebuilt.sealed})
    else:
        for result in rebuilt.results:
            _print_result(result)
        _print_compared(rebuilt)
    _exit(rebuilt.results)


def _planned(plan: Plan) -> dict[str, Any]:
    return {**asdict(plan), "facts": plan.facts}


def _show_plan(plans: Sequence[Plan], choices: Choices) -> None:
    if not plans:
        output.print_notice("Nothing is ready to be swapped in.")
        return
    rate = choices.pace.facts_per_second_max
    for plan in plans:
        seconds = max(plan.seconds, plan.facts / rate if rate else 0)
        how = (
            f"to be taken up at position {plan.position:,}, {plan.phase}" if plan.phase else "to be built from nothing"
        )
        compared = "" if plan.not_compared is None else f", not compared: the live table is {plan.not_compared}"
        output.print_notice(
            f"{plan.register}: {how}; {plan.facts:,} facts to read, about {seconds:.0f} s,"
            f" {plan.bytes / BYTES_PER_MEGABYTE:,.0f} MB of disk for the shadow table{compared}"
        )


def _print_result(result: Result) -> None:
    rate = "" if result.facts_per_second is None else f", {result.facts_per_second:,.0f} facts/s"
    attested = "" if result.attested is None else f" and attested ({result.attested})"
    detail = f": {result.detail}{attested}" if result.detail else ""
    output.print_line(
        f"{result.register}: {result.outcome} at position {result.position:,}, {result.seconds:.1f} s{rate}{detail}"
    )


def _print_compared(rebuilt: rebuilds.Rebuilt) -> None:
    if rebuilt.sealed is not None:
        output.print_line(f"Every record up to position {rebuilt.sealed:,} was compared with the seal.")
    elif not {result.outcome for result in rebuilt.results} <= {Outcome.BUSY, Outcome.INTERRUPTED}:
        output.print_line("No record was compared with the seal: nothing is sealed yet.")


def _exit(results: Sequence[Result]) -> None:
    outcomes = {result.outcome for result in results}
    if outcomes & {Outcome.UNEQUAL, Outcome.CANNOT_APPLY}:
        raise typer.Exit(exits.DIFFERENT)
    if Outcome.BUSY in outcomes:
        raise typer.Exit(exits.BUSY)


def _roll_back(application: Application, chosen: Sequence[Register], *, despite_differences: bool, json: bool) -> None:
    with reporting(as_json=json) as report:
        count = counting(report, "compared with the seal")
        positions = rebuilds.roll_back(application, chosen, report, count, despite_differences=despite_differences)
    ended = [{"register": name, "outcome": "rolled back", "position": position} for name, position in positions.items()]
    if json:
        output.print_json({"registers": ended})
        return
    for row in ended:
        output.print_line(f"{row['register']}: the previous table is live again, at position {row['position']:,}.")


def _abort(application: Application, chosen: Sequence[Register], *, json: bool) -> None:
    aborted = {register.name: rebuilds.abort(application, register) for register in chosen}
    if json:
        ended = [{"register": name, "outcome": "aborted" if begun else "nothing"} for name, begun in aborted.items()]
        output.print_json({"registers": ended})
        return
    for name, begun in aborted.items():
        output.print_line(f"{name}: {'aborted' if begun else 'no rebuild was in progress'}.")
