"""Let a rebuild be taken up where it stopped, and be taken back."""

from pathlib import Path

from migrations.sql import run_file

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run_file(Path(__file__).with_suffix(".sql"))
