"""The database schema, step by step, by Alembic."""
