"""Evidence for others: proofs, answers with proof and bundles, which anyone verifies without Rigsbog."""
