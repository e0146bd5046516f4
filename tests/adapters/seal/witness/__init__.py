"""Tests of adapters/seal/witness."""
