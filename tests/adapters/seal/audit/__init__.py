"""Tests of adapters/seal/audit."""
