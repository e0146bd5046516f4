"""Use cases about people and companies."""
