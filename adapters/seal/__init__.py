"""The seal over the ledger: a Merkle tree in open formats, by which a stranger can prove what was recorded and when."""
