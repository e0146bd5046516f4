"""`rigsbog verify documents`: compares every document with the fact that names it, and shows nothing of any."""

from __future__ import annotations

from dataclasses import asdict

import typer

from adapters.logs import logger
from bin.application.operations.document_check import (
    AS_IT_SHOULD_BE,
    DocumentCheck,
    DocumentFinding,
    DocumentState,
    check_documents,
)
from bin.cli import exits, output
from bin.cli.progress import Reached, rate_since_now, reporting
from bin.cli.start import open_application

DOCUMENTS = "documents"


def verify_documents(after: int, *, json: bool) -> None:
    with open_application() as application, reporting(as_json=json, event="verify_step") as report:
        rate = rate_since_now()

        def progress(done: int, total: int, position: int) -> None:
            report(Reached(done, total, rate(done), "read", DOCUMENTS, f"go on with --after {position}"))

        check = check_documents(application, after, progress, _log_finding)
    _print_result(check, json=json)
    if not check.ok:
        raise typer.Exit(exits.DIFFERENT)


def _log_finding(finding: DocumentFinding) -> None:
    """At once, so that a check that is killed has named what it found."""
    logger().error(
        "document_differs",
        position=finding.position,
        subject=str(finding.subject),
        state=finding.state.value,
        detail=finding.detail,
    )


def _print_result(check: DocumentCheck, *, json: bool) -> None:
    counts = {state.value: check.counts[state] for state in DocumentState}
    if json:
        output.print_json(
            {
                "ok": check.ok,
                "after": check.after,
                "until": check.until,
                "documents": counts,
                "unnamed_files": check.unnamed,
                "differing": [asdict(finding) | {"subject": str(finding.subject)} for finding in check.findings],
            }
        )
        return
    for state in DocumentState:
        places = [finding for finding in check.findings if finding.state is state]
        fine = state in AS_IT_SHOULD_BE or not check.counts[state]
        output.print_check(state.value, f"{check.counts[state]:,} documents", ok=fine)
        for finding in places:
            output.print_line(f"        position {finding.position}, {finding.subject}: {finding.detail}")
        if not fine and check.counts[state] > len(places):
            output.print_line(f"        and {check.counts[state] - len(places):,} more, named on standard error")
    output.print_check("unnamed", f"{check.unnamed:,} files are in the store that no fact names", ok=True)
    span = f"that the facts from position {check.after + 1:,} to {check.until:,} name"
    verdict = "Every document" if check.ok else "Not every document"
    output.print_line(f"{verdict} {span} is as it should be.")
