"""Let the functions that record decisions return the registration time too."""

from pathlib import Path

from migrations.sql import run_file

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    run_file(Path(__file__).with_suffix(".sql"))
