"""Alembic's environment: who migrates, with what limits, and with which tables the schema is compared.

The caller gives the connection and the tables as attributes of the configuration.
"""

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.schema import SchemaItem

from migrations.roles import make_roles

LOCK_TIMEOUT_MS = 4_000
STATEMENT_TIMEOUT_MS = 60_000
"""A migration that waits longer than this would block the writers: it stops instead."""


def _ours(
    item: SchemaItem,
    name: str | None,
    kind: str,
    reflected: bool,  # noqa: FBT001 - Alembic's signature
    compared: SchemaItem | None,
) -> bool:
    """Compare the tables of the ledger only; registers are built from their declarations, not migrated."""
    return kind != "table" or getattr(item, "schema", None) == "ledger"


def run(connection: Connection) -> None:
    """Bring the database to the newest revision, in one transaction a step."""
    make_roles(connection)
    connection.execute(text(f"set lock_timeout = {LOCK_TIMEOUT_MS}"))
    connection.execute(text(f"set statement_timeout = {STATEMENT_TIMEOUT_MS}"))
    connection.execute(text("set role rigsbog_owner"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=context.config.attributes["tables"],
        include_schemas=True,
        include_object=_ours,
        version_table="migration",
        version_table_schema="ledger",
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
