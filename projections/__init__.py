"""Registers and trails: declared as data, compiled into the statements that build them."""
