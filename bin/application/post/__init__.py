"""Use cases of Digital Post."""
