"""The outside: PostgreSQL, the ledger, keys, documents, MeMo XML, the signed log."""
