"""Evidence that leaves the house: receipts, answers with proof and bundles, which a stranger verifies without us."""
