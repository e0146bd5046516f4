"""Executes reactions: what the law asks for after a record or at a due time."""
