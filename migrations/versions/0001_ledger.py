"""Make the ledger and the vault."""

from pathlib import Path

from migrations.sql import run_file

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create what 0001_ledger.sql says."""
    run_file(Path(__file__).with_suffix(".sql"))
