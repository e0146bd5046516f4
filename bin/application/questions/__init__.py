"""Questions about the past and the present of the ledger: they read from a replica if there is one."""
