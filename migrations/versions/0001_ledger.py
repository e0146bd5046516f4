"""Make the ledger and the vault."""

from pathlib import Path

from migrations.sql import run_file

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create what the files say, each after those that it rests on."""
    for name in ("0001_ledger.sql", "0001_append.sql", "0001_vault.sql"):
        run_file(Path(__file__).with_name(name))
