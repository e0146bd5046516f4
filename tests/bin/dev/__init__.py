"""Tests of bin/dev."""
