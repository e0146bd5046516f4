"""The open forms of the seal, which are for ever: the tree, its tiles, signed notes, checkpoints, proofs, records."""
