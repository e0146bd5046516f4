"""Record who called, salts for blinded subjects, what each command consulted, and where reactions must go back to."""

from pathlib import Path

from alembic import op

from migrations.sql import run_file

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    run_file(Path(__file__).with_suffix(".sql"))
    with op.get_context().autocommit_block():
        op.execute("alter table ledger.record validate constraint record_is_sealable")
