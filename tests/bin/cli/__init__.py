"""Tests of bin/cli."""
