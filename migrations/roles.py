"""The database roles, each with the least it needs: owner migrates, append writes, project builds, audit reads."""

from sqlalchemy import Connection, text

ROLES = ("rigsbog_owner", "rigsbog_append", "rigsbog_project", "rigsbog_audit")


def make_roles(connection: Connection) -> None:
    """Make the roles that the cluster lacks, and let the one who migrates act as each of them."""
    # Two databases of one cluster may migrate at once; the lock lets one of them make the roles.
    connection.execute(text("select pg_advisory_xact_lock(7236550)"))
    for role in ROLES:
        known = connection.execute(text("select 1 from pg_roles where rolname = :role"), {"role": role}).scalar()
        if known is None:
            connection.execute(text(f"create role {role} nologin"))
            connection.execute(text(f"grant {role} to current_user"))
    connection.execute(text("grant rigsbog_project to rigsbog_owner"))
    connection.execute(text("create schema if not exists ledger authorization rigsbog_owner"))
    database = connection.execute(text("select quote_ident(current_database())")).scalar_one()
    connection.execute(text(f"grant create on database {database} to rigsbog_owner, rigsbog_project"))
    connection.commit()
