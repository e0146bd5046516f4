"""Verifies the ledger against its seal, its clock and its due times, and every register against the ledger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.seal.audit.audit import Audit, AuditRequest, audit
from adapters.seal.audit.export import audit_export
from adapters.seal.names import check_names
from bin.application.application import Application
from bin.application.operations.clock_checks import look_at_clocks
from bin.application.operations.guard_checks import look_at_guards, look_at_tables
from bin.application.operations.overdue_checks import NOT_LOOKED_AT, look_at_due_times
from bin.application.operations.seal_acknowledgement import compare_home
from bin.application.operations.seal_checks import home_check
from domain.check import Check
from projections.declare import Register
from projections.engine.position import head
from projections.engine.verify import verify

Progress = Callable[[int, int], None]
"""Called with how many records are hashed, and of how many."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What was checked, up to which position, and the audit of the seal if it was asked for."""

    checks: tuple[Check, ...]
    position: int
    seal: Audit | None = None

    @property
    def ok(self) -> bool:
        return all(check.ok for check in self.checks)


def verify_database(
    application: Application, registers: Sequence[Register], request: AuditRequest | None, progress: Progress
) -> Verification:
    """Check the ledger, the registers, and the seal if it is asked for, in one snapshot; what is overdue, as of now."""
    result = None
    snapshot = application.database.audit.execution_options(isolation_level="REPEATABLE READ")
    with snapshot.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        ledger = (look_at_tables(driver), look_at_guards(driver))
        if not ledger[0].ok:  # What is gone cannot be read.
            return Verification(ledger, 0)
        position = head(connection)
        if request is not None:
            result = audit(driver, request, progress)
            times = list(look_at_clocks(driver, production=application.settings.is_production))
        names = check_names(driver)
        checks = [*ledger, names, *verify(connection, registers)]
    if request is None or result is None:
        return Verification(tuple(checks), position)
    otherwise = request.since is not None or bool(request.witnesses)
    home = home_check(compare_home(application), compared_otherwise=otherwise)
    times.append(look_at_due_times(application, everything=True) if names.ok else NOT_LOOKED_AT)
    return Verification((*result.checks, home, *times, *checks), position, result)


def verify_export(folder: Path, request: AuditRequest, progress: Progress) -> Verification:
    """Check a folder that `rigsbog seal export` wrote; it needs no database."""
    result = audit_export(folder, request, progress)
    size = 0 if result.newest is None else result.newest.size
    return Verification(tuple(result.checks), size, result)
