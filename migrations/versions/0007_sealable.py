"""Check, while writers write, whether everything recorded so far can be sealed."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Validate what 0006_seal.sql demands of new records only; safe to repeat."""
    with op.get_context().autocommit_block():
        for constraint in ("record_is_sealable", "record_has_plain_numbers"):
            op.execute(f"alter table ledger.record validate constraint {constraint}")
