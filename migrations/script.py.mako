"""${message}.

The law of a migration here:
- forward only; a mistake is mended by the next number;
- it takes no lock that a writer would wait for longer than lock_timeout: add columns without a rewrite, build indexes
  CONCURRENTLY in a migration of their own, validate constraints after adding them NOT VALID;
- it never drops a function that a writer may be running: rename it, create the new one, drop it in a later migration;
- it never changes or removes a record, a stored name or a subject: the ledger refuses it, and so does the law.
"""

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """${message}."""
    ${upgrades if upgrades else "pass"}
