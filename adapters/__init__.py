"""The outside: PostgreSQL, keys, documents, MeMo XML."""
