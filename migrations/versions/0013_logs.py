"""Let another log begin after one that lost its newest records, and say for whom publishing waits."""

from pathlib import Path

from migrations.sql import run_file

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    run_file(Path(__file__).with_suffix(".sql"))
