"""Rebuilding a register beside the live one: loaded, compared, swapped, taken back, while all go on working."""
