"""Let the records of a range of positions tell whom they concern, for the seal and for whoever carries proofs away."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build the index beside the writers; one that a broken migration left unfinished is built anew."""
    with op.get_context().autocommit_block():
        op.execute("drop index concurrently if exists ledger.subject_position")
        op.execute("create index concurrently subject_position on ledger.subject (position)")
