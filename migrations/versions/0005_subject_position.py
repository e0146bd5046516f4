"""Index the subjects by position, for the seal and for proofs."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Build the index concurrently; one that a broken migration left unfinished is built anew."""
    with op.get_context().autocommit_block():
        op.execute("drop index concurrently if exists ledger.subject_position")
        op.execute("create index concurrently subject_position on ledger.subject (position)")
