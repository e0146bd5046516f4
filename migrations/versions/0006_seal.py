"""Create the schema of the seal."""

from pathlib import Path

from migrations.sql import run_file

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    run_file(Path(__file__).with_suffix(".sql"))
