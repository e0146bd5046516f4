"""Tests of adapters/seal/formats."""
