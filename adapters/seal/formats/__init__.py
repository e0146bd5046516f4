"""The open formats of the seal, which never change: tree, tiles, signed notes, checkpoints, proofs, records."""
