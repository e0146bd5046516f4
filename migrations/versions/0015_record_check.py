"""Store how far the sealed records have been compared with the seal again."""

from pathlib import Path

from migrations.sql import run_file

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    run_file(Path(__file__).with_suffix(".sql"))
