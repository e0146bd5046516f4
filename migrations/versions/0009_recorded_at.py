"""Let the functions that record decisions return the registration time too."""

from pathlib import Path

from migrations.sql import run_file

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create what 0009_recorded_at.sql says."""
    run_file(Path(__file__).with_suffix(".sql"))
