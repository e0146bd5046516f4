"""Rebuilds a register in a shadow table while the live one is in use: load, compare, swap, roll back."""
