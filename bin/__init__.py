"""The tools: one module each, and the only place where adapters are joined to the rest."""
