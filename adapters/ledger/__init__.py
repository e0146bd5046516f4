"""The ledger on PostgreSQL: its records, and how they are appended and read."""
