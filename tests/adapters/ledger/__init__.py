"""Tests of adapters/ledger."""
