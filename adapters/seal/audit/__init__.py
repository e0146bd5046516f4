"""How an auditor checks a sealed ledger: everything is hashed again from what is stored, and nothing is believed."""
