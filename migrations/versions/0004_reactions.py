"""Remember how far reactions were run."""

from pathlib import Path

from migrations.sql import run_file

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    run_file(Path(__file__).with_suffix(".sql"))
