"""Tests of bin/application/post."""
