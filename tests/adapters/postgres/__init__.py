"""Tests of adapters/postgres."""
