"""The ledger on PostgreSQL, and in memory for fast tests."""
