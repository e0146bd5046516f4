"""Tests of bin/verifier."""
