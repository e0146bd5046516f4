"""Create the schema of the seal."""

from pathlib import Path

from migrations.sql import run_file

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create what 0006_seal.sql says."""
    run_file(Path(__file__).with_suffix(".sql"))
