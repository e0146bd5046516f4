"""Create the schema of the registers."""

from pathlib import Path

from migrations.sql import run_file

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run_file(Path(__file__).with_suffix(".sql"))
