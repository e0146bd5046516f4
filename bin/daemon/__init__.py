"""The background process: workers that project and seal the ledger, and the execution of reactions."""
