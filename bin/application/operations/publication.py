"""Exports the sealed log as files: its hashes for everybody, or its entries for an auditor, who is named first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from adapters.seal.writer.export import Exported, export
from bin.application.application import Application
from bin.application.contexts import Reading
from bin.application.operations.record import operator_request, record
from bin.application.operations.sealing import sealed_log
from domain.operations.operation_commands import ExportEntries

Progress = Callable[[int, int], None]
"""Called with the number of records exported, and of how many."""


def export_hashes(application: Application, folder: Path, since: int, progress: Progress) -> Exported:
    """Write the published log without entries; raises what `export` raises."""
    store, _ = sealed_log(application)
    return export(store, folder, since, progress)


def export_entries(
    application: Application, folder: Path, reading: Reading, since: int, progress: Progress
) -> Exported:
    """Record that the entries are exported, for which authority and on what basis, and write them with the hashes.

    Raises what `export` raises, before anything is recorded.
    """

    def record_entries(size: int) -> None:
        request = operator_request(application, authority=reading.authority.value, case=reading.case)
        record(application, ExportEntries(size=size, legal_basis=reading.legal_basis), request)

    store, _ = sealed_log(application)
    return export(store, folder, since, progress, record_entries=record_entries)
