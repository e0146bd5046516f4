"""Tests of adapters/memo."""
