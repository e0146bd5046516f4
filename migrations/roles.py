"""The database roles, each with the least it needs: owner migrates, append writes, project builds, seal signs,
react stores how far reactions ran, audit reads.
"""

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

ROLES = ("rigsbog_owner", "rigsbog_append", "rigsbog_project", "rigsbog_audit", "rigsbog_seal", "rigsbog_react")
ATTEMPTS_MAX = 10
MADE_BY_ANOTHER = frozenset({"23505", "42710", "XX000"})
"""SQLSTATE of a role, or a grant, that another migration made in the moment between our look and our statement."""


def make_roles(connection: Connection) -> None:
    """Make the roles that the cluster lacks, and let the one who migrates act as each of them."""
    # Roles belong to the cluster, and no lock of ours reaches across its databases: the second caller waits for the
    # first one's commit, gets an error that the role exists, and looks again.
    for attempt in range(1, ATTEMPTS_MAX + 1):
        try:
            _make_roles(connection)
        except DBAPIError as error:
            connection.rollback()
            if attempt == ATTEMPTS_MAX or getattr(error.orig, "sqlstate", None) not in MADE_BY_ANOTHER:
                raise
        else:
            return


def _make_roles(connection: Connection) -> None:
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
