"""The use cases that all programs share, and the composition root; no terminal, no HTTP, no environment."""
