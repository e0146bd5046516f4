"""Tests of adapters/keys."""
