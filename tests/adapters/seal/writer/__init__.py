"""Tests of adapters/seal/writer."""
