"""Outside proofs for the seal: a client and a server of witnesses, and time-stamping authorities."""
