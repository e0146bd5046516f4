"""Keep out what is short in a table and long when it is sealed, and what nests so deep that nobody reads it again.

A payload that is copied from another table arrives as it is stored there: compressed. Its size says nothing
then. Each level of a payload takes eight bytes at least, so what is short and plain needs no look at its depth.
"""

from alembic import op

revision = "0008"
down_revision = "0007"

SEALABLE = """
alter table ledger.record add constraint record_is_sealable check (
    (pg_column_compression(payload) is null and pg_column_size(payload) <= 500
     or (pg_column_compression(payload) is null and pg_column_size(payload) <= 4000
         or octet_length(payload::text) <= 28000)
        and not jsonb_path_exists(payload, '$.**{64}'))
    and octet_length(authority) + octet_length(actor) + octet_length(legal_basis)
        + coalesce(octet_length(case_id), 0) <= 1000) not valid
"""


def upgrade() -> None:
    """Replace the earlier constraint by the stricter one, and validate it while writers write; safe to repeat."""
    op.execute("alter table ledger.record drop constraint if exists record_is_sealable")
    op.execute(SEALABLE)
    with op.get_context().autocommit_block():
        op.execute("alter table ledger.record validate constraint record_is_sealable")
