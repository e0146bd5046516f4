"""The ledger's head and clock as SQL expressions, for the statements of the adapters and of the projections."""

HEAD = "(select coalesce(max(position), 0) from ledger.record)"
"""The position of the last record; 0 when there is none."""
CLOCK = "ledger.clock()"
