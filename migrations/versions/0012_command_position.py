"""Index the commands by position, for the question of what rests on a value that was corrected later."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Build the index concurrently; one that a broken migration left unfinished is built anew.

    Commands are stored in the order of their positions, so a block range index is a thousandth of a tree's size.
    """
    with op.get_context().autocommit_block():
        op.execute("drop index concurrently if exists ledger.command_position")
        op.execute("create index concurrently command_position on ledger.command using brin (first_position)")
