"""Look CPR and CVR numbers up in a table whose rows can be deleted."""

from pathlib import Path

from migrations.sql import run_file

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    run_file(Path(__file__).with_suffix(".sql"))
