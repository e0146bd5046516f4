"""The records as they are in the tree, with the salts by which a verifier names their blinded subjects."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from adapters.seal.formats.canonical import of_row, rows, salts
from bin.verify_receipt import read_record


def opened_leaves(connection: Connection, until: int) -> list[dict[str, Any]]:
    """The first `until` records, as the verifier reads them from a file that shows every subject."""
    driver: Any = connection.connection.driver_connection
    return [read_record(of_row(row), salts(row)) for row in rows(driver, 0, until)]
