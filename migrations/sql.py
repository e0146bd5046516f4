"""Runs a migration's SQL file: the schema is written in the database's own language."""

from pathlib import Path

from alembic import op


def run_file(path: Path) -> None:
    """Run every statement of the file in the migration's transaction."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None, "a migration runs on a connection"
    driver.execute(path.read_text(encoding="utf-8"))
