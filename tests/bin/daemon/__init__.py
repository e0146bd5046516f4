"""Tests of bin/daemon."""
