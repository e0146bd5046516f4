"""Writes the signed log: reads records, grows the tree, signs, publishes."""
