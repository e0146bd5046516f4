"""Keys: the vault that encrypts personal data, and where its keys are stored."""
